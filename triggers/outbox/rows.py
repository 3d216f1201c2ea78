"""The rows: one for each trigger that a status change fires, written in the transaction of the change.

Changes, orders and statuses are another app's, which is not imported here; so they have no type.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from studio.business_days import WorkCalendar
from studio.models import User
from triggers import channels
from triggers.models import Delivery, Letter, Reason, Task, TaskQuerySet, Trigger, because
from triggers.rules import schedule
from triggers.rules.conditions import fires
from triggers.rules.schedule import Plan, Timetable

State = Delivery.State
CHUNK = 500

# What `leave` says, and an undo takes back.
LEFT = (Reason.LEFT, Reason.LEFT_EARLIER, Reason.COMPLETE)


def matching_by_status(statuses: Iterable[Any]) -> dict[int, list[Trigger]]:
    """Return the active triggers of `statuses` by their keys, each in the order of the list.  One query."""
    found: dict[int, list[Trigger]] = {}
    # What their words name is joined, too.
    active = (
        Trigger.objects.active()
        .for_firing()
        .select_related("only_vendor", "only_session_type", "only_from_status")
    )
    for trigger in active.filter(status__in=statuses):
        found.setdefault(trigger.status_id, []).append(trigger)
    return found


def enqueue(
    change: Any,
    *,
    left_out: Collection[int] = (),
    calendar: WorkCalendar | None = None,
    triggers: Sequence[Trigger] | None = None,
) -> list[Delivery]:
    """Insert a Delivery for each active trigger of the entered status whose conditions hold.

    Call inside the transaction of the status change, with `change.order` as the change has left it.  One query where
    there are no triggers; else at most eight, however many there are.

    left_out: keys of triggers unticked for this once; their rows are there, skipped, and say so.
    calendar: the studio's, where the caller has it.
    triggers: the active ones of the entered status, where the caller has them; that saves a query.

    A second call for the same change breaks the unique constraint.
    """
    # Nothing is joined that only words need: every advance pays for this.
    if triggers is None:
        triggers = list(Trigger.objects.active().filter(status=change.to_status_id).order_by())
    if not triggers:
        return []
    payload, timetable = change.payload(), Timetable(calendar)
    rows = []
    for trigger in triggers:
        if not fires(trigger, payload["facts"], change.recorded_at):
            continue
        row = _row(trigger, change, payload, _plan(trigger, change, timetable))
        if trigger.pk in left_out:
            row.state, row.finished_at = State.SKIPPED, timezone.now()
            row.reason_code, row.reason_details = Reason.LEFT_OUT, change.updated_by_name
        rows.append(row)
    return Delivery.objects.bulk_create(rows)


def include(trigger: Trigger, changes: Iterable[Any]) -> int:
    """Insert rows for orders that stand at the trigger's status already; return how many.

    changes: the status change by which each of them entered it; what has a row already is passed over.
    """
    changes = list(changes)
    timetable, rows = Timetable(), []
    keys = [change.pk for change in changes]
    there: set[int] = set()
    for start in range(0, len(keys), CHUNK):
        known = Delivery.objects.filter(trigger=trigger, status_change__in=keys[start : start + CHUNK])
        there.update(known.values_list("status_change_id", flat=True))
    for change in changes:
        if change.pk in there or change.to_status_id != trigger.status_id:
            continue
        payload = change.payload()
        if fires(trigger, payload["facts"]):
            rows.append(
                _row(trigger, change, payload, _plan(trigger, change, timetable, since=timezone.now()))
            )
    Delivery.objects.bulk_create(rows, batch_size=CHUNK)
    return len(rows)


def leave(change: Any) -> int:
    """Skip what must not be done any more because of `change`; return how many rows.

    That is whatever follows the due date of the status that was left; on entering a final status, all that waits of
    triggers.  What somebody sent by hand is their own act.
    """
    # `finished_at` is the moment of the change: by that an undo finds them again.
    skipped = {"state": State.SKIPPED, "finished_at": change.recorded_at}
    waiting = Delivery.objects.unfinished().filter(order=change.order_id)
    count = waiting.filter(follows_due_date=True).update(
        reason_code=Case(
            When(not_before__lte=change.recorded_at, then=Value(Reason.LEFT)),
            default=Value(Reason.LEFT_EARLIER),
        ),
        reason_details=change.from_status_name or "its status",
        **skipped,
    )
    if change.to_status is not None and change.to_status.is_final:
        of_triggers = waiting.filter(trigger__isnull=False)
        count += of_triggers.update(**skipped, **because(Reason.COMPLETE, change.to_status_name))
    return count


def cancel(change: Any, undone: Any, *, by: User) -> list[Delivery]:
    """Skip what still waits because of `change`, which `by` has undone by `undone`, and close its untouched tasks.

    Returns what was done already or is being done, to be named.
    """
    untouched_tasks(change).update(done_at=undone.recorded_at, done_by=by, taken_back_by=undone)
    change.deliveries.filter(state__in=Delivery.UNFINISHED).update(
        state=State.SKIPPED, finished_at=timezone.now(), **because(Reason.TAKEN_BACK, by)
    )
    return done_already(change)


def untouched_tasks(change: Any) -> TaskQuerySet:
    """Return the tasks and calls that `change` made and that an undo would close."""
    return Task.objects.untouched().filter(delivery__status_change=change)


def bring_back(change: Any, *, by: User) -> int:
    """Let wait again what `leave` skipped because of `change`, which `by` has undone; return how many rows.

    Call with the order's columns put back already.
    """
    # Two changes may have come within one tick of a coarse clock: what follows a due date is of the stay that is back.
    of_this_stay = Q(follows_due_date=False) | Q(status_change=F("order__stay"))
    skipped = Delivery.objects.filter(
        of_this_stay,
        order=change.order_id,
        state=State.SKIPPED,
        finished_at=change.recorded_at,
        reason_code__in=LEFT,
    )
    return _let_wait(skipped, change.order_id, Reason.WAITS_AGAIN, by)


def skip_withdrawn(order: Any, *, by: User, at: datetime) -> None:
    """Skip all that waits for `order`, which `by` has withdrawn at that moment."""
    Delivery.objects.unfinished().filter(order=order).update(
        state=State.SKIPPED, finished_at=at, **because(Reason.WITHDRAWN, by)
    )


def wait_with_order(order: Any, *, by: User, withdrawn_at: datetime) -> int:
    """Let wait again what was skipped when `order` was withdrawn, which `by` has put back; return how many rows."""
    skipped = Delivery.objects.filter(
        order=order, state=State.SKIPPED, finished_at=withdrawn_at, reason_code=Reason.WITHDRAWN
    )
    return _let_wait(skipped, order.pk, Reason.WAITS_WITH_ORDER, by)


def has_gone_out(order: Any) -> bool:
    """Whether anything has left the studio for `order`, is leaving it or may have; a letter has once it is written."""
    gone = Delivery.objects.filter(
        order=order,
        channel__in=channels.outward(),
        state__in=(State.SENDING, State.SENT, State.UNKNOWN),
    )
    return gone.exists() or Letter.objects.filter(order=order).exists()


def _let_wait(skipped: QuerySet[Delivery], order_id: int, reason: Reason, by: User) -> int:
    back = list(skipped.filter(steered_by=None).select_related("trigger", "template", "asked_by"))
    for row in back:
        waits = row.rule.needs_review and not row.is_reviewed
        row.state, row.finished_at = (State.HELD if waits else State.PENDING), None
        row.reason_code, row.reason_details = (Reason.REVIEW, "") if waits else (reason, str(by))
    Delivery.objects.filter(state=State.SKIPPED).bulk_update(
        back, ["state", "finished_at", "reason_code", "reason_details"]
    )
    # Others, too, that never had a moment: the calendar may have changed meanwhile.
    schedule.replan([order_id], reason, by=by)
    return len(back)


def waiting(change: Any) -> list[Delivery]:
    """Return the deliveries of `change` that `cancel` would skip."""
    return list(change.deliveries.filter(state__in=Delivery.UNFINISHED).select_related("trigger"))


def done_already(change: Any) -> list[Delivery]:
    """Return the deliveries of `change` that are done, may be, or are being done at this moment, for good.

    Tasks that nobody has touched can be taken back, or have been, and are none of these.
    """
    open_or_taken_back = Q(touched_at=None, done_at=None) | Q(taken_back_by__isnull=False)
    tasks = Task.objects.filter(open_or_taken_back, delivery__status_change=change)
    rows = change.deliveries.filter(state__in=(State.SENDING, State.SENT, State.UNKNOWN))
    return list(rows.exclude(pk__in=tasks.values("delivery")).select_related("trigger"))


def _plan(trigger: Trigger, change: Any, timetable: Timetable, since: datetime | None = None) -> Plan:
    """since: from when on the trigger may fire, where that is not the moment of the change."""
    planned = schedule.plan(
        trigger,
        reached_at=since or change.recorded_at,
        due_date=change.order.status_due_date if since else change.to_due_date,
        is_on_hold=change.order.held_on is not None,
        timetable=timetable,
        clock=change.order.clock(timetable.calendar) if trigger.waits_for_due_date else None,
    )
    if trigger.needs_review and not planned.is_skipped:
        return replace(planned, reason=Reason.REVIEW)
    return planned


def _row(trigger: Trigger, change: Any, payload: dict[str, Any], planned: Plan) -> Delivery:
    waiting = State.HELD if trigger.needs_review else State.PENDING
    return Delivery(
        trigger=trigger,
        status_change=change,
        order_id=change.order_id,
        kind=trigger.kind,
        channel=_likely_channel(trigger, payload["fields"]),
        payload=payload,
        state=State.SKIPPED if planned.is_skipped else waiting,
        reason_code=planned.reason,
        follows_due_date=trigger.waits_for_due_date,
        not_before=planned.not_before,
        expires_at=planned.expires_at,
        finished_at=timezone.now() if planned.is_skipped else None,
    )


def _likely_channel(trigger: Trigger, fields: dict[str, str]) -> str:
    """Return the channel by which it will probably go; sending settles it."""
    for key in trigger.channels:
        known_by = channels.get(key).known_by.get(trigger.recipient)
        if known_by is None or fields[known_by]:
            return key
    return trigger.channels[-1]


def skip_restored() -> list[str]:
    """Skip all that waited in a back-up, before any worker can see it; return a sentence that says so.

    Nothing fires for the past: what it still had to do, or to ask, may have been done since.
    """
    Delivery.objects.filter(state__in=(*Delivery.UNFINISHED, State.SENDING)).update(
        state=State.SKIPPED, **because(Reason.RESTORED), finished_at=timezone.now(), lease_until=None
    )
    return ["What triggers had not done yet was skipped, so nothing is sent."]
