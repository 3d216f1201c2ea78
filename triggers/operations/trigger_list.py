"""The list of triggers: its order, its copies, and what a trigger does about orders that match it already.

How rows change places, and what the version of the list is for, says studio.ordered_list.
"""

import copy
import hashlib
from collections.abc import Iterable, Sequence

from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from studio import ordered_list
from studio.refusal import OperationRefused
from triggers import outbox, tasks
from triggers.models import Delivery, Reason, Trigger, TriggerList, because
from triggers.models.trigger import new_sealed_secret
from triggers.rules import conditions, schedule

CHUNK = 50
LARGE_CHUNK = 500  # keys in one statement


def standing(trigger: Trigger) -> list:
    """Return the status changes for which `trigger` could fire at once: by them came the orders that stand at its
    status, match its conditions, and for which it has not fired.  At most seven queries.

    What had its moment already, counted from the due date, is none: it would not be done any more.
    """
    fired = set()
    if trigger.pk:
        fired = set(Delivery.objects.filter(trigger=trigger).values_list("status_change_id", flat=True))
    timetable = schedule.Timetable()
    return [
        change
        for change in trigger.status.standing_changes()
        if change.pk not in fired
        and not conditions.why_not(trigger, change.payload()["facts"])
        and not _plan(trigger, change, timetable).is_skipped
    ]


def _plan(trigger: Trigger, change, timetable: schedule.Timetable) -> schedule.Plan:
    order = change.order
    return schedule.plan(
        trigger,
        reached_at=timezone.now(),
        due_date=order.status_due_date,
        is_on_hold=order.held_on is not None,
        timetable=timetable,
        clock=order.clock(timetable.calendar),
    )


def fingerprint(changes: Iterable) -> str:
    """Return a short text that is another for other `changes`: what somebody saw who said Include."""
    keys = ",".join(str(change.pk) for change in changes)
    return hashlib.sha256(keys.encode()).hexdigest()[:16]


def save(
    trigger: Trigger, *, fires_afresh: bool, fires_otherwise: bool = False, include: Sequence = ()
) -> int:
    """Store `trigger`, a new one at the end of the list, and queue what it wants done for the changes to `include`.

    fires_afresh:    it is active, and was not, or not for these orders: nothing fires for the past.
    fires_otherwise: its status, time or conditions are others than before: what waits is moved, or skipped.

    Returns for how many changes rows were made: for CHUNK of them along with the trigger, for the others in
    transactions of their own.  Fewer than were asked for if the database gave up on the way.
    """
    if fires_afresh:
        trigger.active_since = timezone.now()
    first, *others = [include[at : at + CHUNK] for at in range(0, len(include), CHUNK)] or [()]
    with transaction.atomic():
        if trigger.pk is None:
            ordered_list.lock(TriggerList, None)
            trigger.position = ordered_list.next_position(TriggerList)
            trigger.save()
        else:
            _save_all_but_position(trigger)
        if fires_otherwise:
            _keep_in_step(trigger)
        included = outbox.include(trigger, first)
    try:
        for chunk in others:
            with transaction.atomic():
                included += outbox.include(trigger, chunk)
    except DatabaseError:
        pass  # What is stored stays, and the answer tells how much that is.
    if included:
        tasks.wake_worker_on_commit()
    return included


def _keep_in_step(trigger: Trigger) -> None:
    """Skip what waits because of `trigger` as it was, and would not as it is; move the rest to its new moment.

    What was skipped for want of a moment is skipped for good, too, where it fires otherwise now: no other due date would be
    its own.
    """
    would_fire = copy.copy(trigger)
    would_fire.is_active = True  # a trigger that is off is looked at when something is to be sent
    skipped, kept = {}, []
    for row in trigger.deliveries.filter(schedule.WAITING).select_related("status_change"):
        reason = _why_not_any_more(would_fire, row)
        if reason:
            skipped.setdefault(reason, []).append(row.pk)
        elif row.follows_due_date:
            kept.append(row.order_id)
    for (reason, details), keys in skipped.items():
        for at in range(0, len(keys), LARGE_CHUNK):
            rows = Delivery.objects.filter(schedule.WAITING, pk__in=keys[at : at + LARGE_CHUNK])
            rows.update(state=Delivery.State.SKIPPED, finished_at=timezone.now(), **because(reason, details))
    schedule.replan(kept, Reason.MOVED_BY_TRIGGER)


def _why_not_any_more(trigger: Trigger, row: Delivery) -> tuple[Reason, str] | None:
    """Return the reason and its details; None where `trigger` still is for what `row` is about."""
    if row.status_change.to_status_id != trigger.status_id:
        return Reason.OTHER_STATUS, ""
    if row.follows_due_date != trigger.waits_for_due_date:
        return Reason.OTHER_MOMENT, ""
    sentence = conditions.why_not(trigger, row.payload["facts"])
    return (Reason.SAID, sentence) if sentence else None


@transaction.atomic
def move(trigger: Trigger, *, by: int, expected: int) -> None:
    """Move `trigger` past its neighbour: up with by=-1, down with by=1.

    expected: the list's version as the user's page showed it.

    Raises OutdatedPage on an older version; OperationRefused at the end of the list.
    """
    ordered_list.lock(TriggerList, expected)
    ordered_list.move(TriggerList, trigger, by=by)


def make_copy(trigger: Trigger) -> Trigger:
    """Store and return a copy at the end of the list, inactive, with a signing secret of its own."""
    ending = " (copy)"
    twin = copy.copy(trigger)
    twin._state = copy.copy(trigger._state)
    twin._state.adding = True
    twin.pk = None
    longest = Trigger._meta.get_field("description").max_length
    twin.description = trigger.description[: longest - len(ending)] + ending
    twin.is_active = False
    twin.sealed_secret = new_sealed_secret()
    save(twin, fires_afresh=True)
    return twin


def delete(trigger: Trigger) -> None:
    """Delete `trigger` and close the gap in the list.  Raises OperationRefused once it has fired."""
    try:
        with transaction.atomic():
            ordered_list.lock(TriggerList, None)
            trigger.delete()
            ordered_list.close_gaps(TriggerList)
    except ProtectedError as refusal:
        fired = len(refusal.protected_objects)
        times = "once" if fired == 1 else f"{fired:,} times"
        raise OperationRefused(
            f"“{trigger}” has fired {times} and stays for the record. Take away its Active mark instead."
        ) from None


def _save_all_but_position(trigger: Trigger) -> None:
    """Its place in the list may just be changing."""
    names = [field.name for field in trigger._meta.concrete_fields if field.name not in ("id", "position")]
    trigger.save(update_fields=names)
