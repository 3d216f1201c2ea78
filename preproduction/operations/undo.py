from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from preproduction import stay, written
from preproduction.models import Batch, Cause, Hold, Order, OrderEvent, StatusChange
from preproduction.operations import asking
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import keep_order, keep_status, who_was_quicker, write_change
from studio import access, work_calendar
from studio.business_days import WorkCalendar
from studio.models import User
from triggers import outbox, tasks
from triggers.models import Delivery

Kind = OrderEvent.Kind

# What an undo leaves as it is, and so does not stand in its way.
APART = (Kind.PROMISED,)
# What the studio's own settings did to an order, and no person; an undo counts the due date anew anyway.
SILENT = (Cause.CALENDAR, Cause.ZONE, Cause.DURATION)
SINCE: dict[str, str] = {
    Kind.ASSIGNED: "was given to somebody else",
    Kind.DUE_DATE: "was given another due date",
    Kind.HELD: "was put on hold",
    Kind.RESUMED: "was resumed",
    Kind.EDITED: "was given another order date, or vendor",
    Kind.WITHDRAWN: "was withdrawn and put back",
}


def last_change(order: Order) -> StatusChange | None:
    return order.status_changes.order_by("-sequence").select_related("from_status").first()


def undo_refusal(order: Order, change: StatusChange | None, *, by: User) -> str:
    """Say why `by` cannot undo `change`, the last change of `order`; "" where nothing stands against it.

    One query where something happened since.
    """
    if change is None or change.sequence != order.status_sequence:
        return f"{order} has moved on meanwhile."
    if change.cause == Cause.UNDO:
        return "The last change was an undo itself. Use Advance Status."
    if change.cause == Cause.CREATED:
        return f"{order} was only created; there is nothing to undo."
    if change.cause == Cause.IMPORT:
        return f"{order} came here by an import, with its Status Notes. Use Advance Status."
    if change.recorded_by_id != by.pk and not access.may(by, "undo_any_change"):
        return f"{change.recorded_by_name} made this change. A manager can undo it."
    if change.from_status and change.from_status.is_final != change.before["is_complete"]:
        mark = "is a final status now" if change.from_status.is_final else "is no final status any more"
        return f"{change.from_status} {mark}, so going back there would be another thing. Use Advance Status."
    since = what_since(order, change.version)
    return f"{since} Use Advance Status." if since and not order.withdrawn_on else since


def what_since(order: Order, version: int, *, due_date_too: bool = False) -> str:
    """Say what was done to `order` after `version` that an undo would lose; "" where nothing was.

    due_date_too: also where only the studio's own settings have moved its due date.
    """
    if order.version == version:
        return ""
    if order.withdrawn_on:
        return f"{order} was withdrawn since."
    later = (_later if due_date_too else in_the_way)(order, version).order_by("version").first()
    return f"{order} {SINCE.get(later.kind, 'has changed')} since." if later else ""


def in_the_way(order: Any, version: Any) -> QuerySet[OrderEvent]:
    """Return what people did to `order` after `version`; both may be expressions."""
    return _later(order, version).exclude(cause__in=SILENT).exclude(undoes__cause__in=SILENT)


def _later(order: Any, version: Any) -> QuerySet[OrderEvent]:
    later = OrderEvent.objects.filter(order=order, raised_version=True, version__gt=version)
    return later.exclude(kind__in=APART)


@transaction.atomic
def undo_last_change(
    order: Order, *, expected: int | None, by: User, batch: Batch | None = None
) -> tuple[StatusChange, list[Delivery]]:
    """Take the last change of `order` back: status, due date, hold and owner are as before it, and both rows stay.

    A due date that was counted is counted with today's calendar.  The order stands again by the change by which it had
    stood before.

    expected: order.version as the user's page showed it.

    Returns the row of the undo, and the deliveries that could not be cancelled because they are done already.
    Sent twice, as by a double click, it undoes once and returns the same answer.
    Raises OutdatedPage if the order has changed meanwhile; OperationRefused with the sentence of `undo_refusal`.
    """
    back_to = last_change(order)
    if back_to and back_to.from_status:
        keep_status(back_to.from_status)
    order = keep_order(order)
    change = last_change(order)
    if change is not None and _is_twin(change, expected=expected, by=by):
        return change, outbox.done_already(change.undoes)
    if change is None or (expected is not None and order.version != expected):
        raise OutdatedPage(who_was_quicker(order, "Nothing was undone; look at it again."))
    refusal = undo_refusal(order, change, by=by)
    if refusal:
        raise OperationRefused(refusal)

    columns = _columns_before(order, change, work_calendar.load())
    undone = write_change(
        order,
        columns,
        cause=Cause.UNDO,
        by=by,
        updated_by=by,
        completed_on=timezone.localdate(),
        reckoned={},
        batch=batch,
        undoes=change,
    )
    if columns["held_on"]:
        _hold_again(order, columns["held_on"])
    if change.after["is_complete"]:
        asking.open_again(change)
    done_already = outbox.cancel(change, undone, by=by)
    if outbox.bring_back(change, by=by):
        tasks.wake_worker_on_commit()
    return undone, done_already


def _columns_before(order: Order, change: StatusChange, calendar: WorkCalendar) -> dict[str, Any]:
    """Return the columns of `order` as they were before `change`, the due date counted anew.

    The first stay began on the order date, which may have been corrected since.
    """
    columns = written.load(change.before)
    clock = stay.from_columns(columns)
    if change.from_status:
        calendar = change.from_status.clock_of(order.vendor_id, calendar)
    is_first = change.ends is not None and change.ends.sequence == 1
    clock = clock.entered_again(order.order_date, calendar) if is_first else clock.recounted(calendar)
    return {**columns, **stay.columns(clock)}


def _hold_again(order: Order, since: date) -> None:
    """Open the hold again that entering a final status had ended; one that goes on needs nothing."""
    if order.holds.filter(ended_on=None).exists():
        return
    hold = order.holds.filter(started_on=since).latest("pk")
    Hold.objects.filter(pk=hold.pk).update(ended_on=None, ended_by=None, days_held=None)


def _is_twin(change: StatusChange, *, expected: int | None, by: User) -> bool:
    """Whether `change` is the undo that this very request asked for, sent a moment ago by the same person."""
    return (
        expected is not None
        and change.cause == Cause.UNDO
        and change.version == expected + 1
        and change.recorded_by_id == by.pk
    )
