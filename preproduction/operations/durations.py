"""A changed Default Duration, and the orders that stand at the status already: recounted, or left as they are.

Change and recount are one to whoever answers "Recount them": undone, the status has its Default Duration back, too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from preproduction.models import Batch, Cause, Order, Status, StatusList
from preproduction.operations.moves import DueDateMove, move_due_dates, moves
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import keep_status
from preproduction.operations.status_list import edit_status
from preproduction.stay import Stay, in_business_days
from studio import maintenance_log, ordered_list, work_calendar
from studio.models import User
from triggers import tasks
from triggers.models import Reason
from triggers.rules import schedule


@dataclass(frozen=True)
class ChangedDuration:
    """A status, and the Default Duration that it had before it was changed; None for none."""

    status: Status
    was: int | None


@dataclass(frozen=True)
class Recount:
    """What recounting the open orders at `status` with its Default Duration would do.

    was:      its Default Duration before.
    standing: open orders there, whether they would move or not.
    """

    status: Status
    was: int | None
    standing: int
    moving: int
    becoming_overdue: int
    no_longer_overdue: int
    moves: Sequence[DueDateMove]


def plan_recount(changed: ChangedDuration) -> Recount:
    """Return what `recount_orders` would do, the moves that change what is overdue first.

    `changed.status` may have a Default Duration that is not stored yet.  Two queries and one for the calendar.
    """
    status = changed.status
    found = list(duration_moves(status))
    return Recount(
        status,
        changed.was,
        standing=Order.objects.filter(status=status).open().count(),
        moving=len(found),
        becoming_overdue=sum(move.becomes_overdue for move in found),
        no_longer_overdue=sum(move.stops_being_overdue for move in found),
        moves=sorted(found, key=lambda move: not (move.becomes_overdue or move.stops_being_overdue)),
    )


@transaction.atomic
def change_duration(
    status: Status, *, duration: int, was: int | None, expected: int, move: bool, by: User
) -> Batch | None:
    """Change the Default Duration of `status`; return the batch of the open orders there that were recounted with it.

    was, expected: its Default Duration before, and the list's version, as the user's page showed them.
    move:          whether open orders are recounted; they are left as they are else, without a batch.

    Raises OutdatedPage where either is another by now.
    """
    ordered_list.lock(StatusList, expected)
    if keep_status(status, to_change=True).default_duration != was:
        raise OutdatedPage(f"The Default Duration of {status} has changed meanwhile. Nothing was changed.")
    rows = Status.objects.filter(pk=status.pk).select_related("default_department", "default_user")
    with maintenance_log.noting(rows, by=by):
        changed = edit_status(status, expected=StatusList.current_version(), default_duration=duration)
    if not move:
        return None
    now = StatusList.current_version()
    return recount_orders(changed, expected=now, duration=duration, was=was, by=by)


@transaction.atomic
def recount_orders(
    status: Status, *, expected: int, duration: int | None, was: int | None, by: User
) -> Batch:
    """Count the due dates of the open orders at `status` with its Default Duration, as one batch.

    A typed due date stays.  Where the clock stands still it goes on doing so.

    expected: the list's version; duration: the Default Duration, as the user's page showed them.
    was:      the Default Duration before it was changed, which undoing gives back.
    Raises OutdatedPage where either is another by now.
    """
    ordered_list.lock(StatusList, expected)
    status = keep_status(status, to_change=True)
    if status.default_duration != duration:
        raise OutdatedPage(f"The Default Duration of {status} has changed meanwhile. No order was recounted.")
    moved = list(duration_moves(status, lock=True))
    words = (
        f"The Default Duration of {status} was changed from {_in_words(was)} to {_in_words(duration)}, "
        "and the orders there were recounted."
    )
    kept = {"status": status.pk, "from": was, "to": duration}
    batch = Batch.begin(Batch.Kind.DURATION, words, by=by, before={"duration": kept})
    move_due_dates(moved, by=by, cause=Cause.DURATION, batch=batch)
    if schedule.replan((move.order.pk for move in moved), Reason.MOVED_BY_DUE_DATE):
        tasks.wake_worker_on_commit()
    return batch


def take_back_duration(batch: Batch, *, by: User) -> None:
    """Give the status of `batch` the Default Duration that it had before.  Its orders are the caller's.

    Raises OperationRefused where it was changed again since, or the status is deleted.
    """
    ordered_list.lock(StatusList, None)
    kept = batch.before["duration"]
    status = Status.objects.select_for_update().find(kept["status"])
    if status is None:
        raise OperationRefused("The status has been deleted since.")
    if status.default_duration != kept["to"]:
        raise OperationRefused(
            f"The Default Duration of {status} was changed again since. Change it by hand."
        )
    rows = Status.objects.filter(pk=status.pk)
    with maintenance_log.noting(rows, by=by):
        rows.update(default_duration=kept["from"])


def duration_moves(status: Status, *, lock: bool = False) -> Iterator[DueDateMove]:
    """Yield the open orders at `status` whose due date is another with its Default Duration, soonest due first.

    Due dates that were typed stay.  lock: keep the orders as they are until the transaction ends.
    """
    typed = Q(status_duration__isnull=True, status_due_date__isnull=False)
    orders = Order.objects.filter(~typed, status=status, entered_status_on__isnull=False)
    calendar = work_calendar.load()

    def counted(order: Order, clock: Stay) -> Stay:
        return clock.with_duration(
            status.duration_of(order.vendor_id, order.rush(calendar)), order.clock(calendar)
        )

    yield from moves(orders, counted, lock=lock)


def _in_words(duration: int | None) -> str:
    return "none" if duration is None else in_business_days(duration)
