"""Changing the studio's calendar or a vendor's, which never moves a due date in silence."""

import hashlib
from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q

from preproduction.models import Batch, Cause, Order, Status, VendorDuration
from preproduction.operations.calendar_change import CalendarChange
from preproduction.operations.moves import DueDateMove, move_due_dates, moves
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.stay import Stay
from studio import work_calendar
from studio.business_days import WorkCalendar
from studio.models import ClosedDay, CompanyPreferences, User, Vendor, WorkedDay
from triggers import tasks
from triggers.models import Reason
from triggers.rules import schedule


def calendar_fingerprint(*, keys: bool = True) -> str:
    """Return a short text that is another after any change of what due dates are counted by.  Six queries.

    keys: whether a day that was removed and is there again, as when that was undone, makes it another.
    """
    rows = [
        CompanyPreferences.load().work_week_mask,
        *_days(ClosedDay, ("vendor_id", "first_day", "last_day", "name", "rule"), keys),
        *_days(WorkedDay, ("day", "name"), keys),
        *Vendor.objects.order_by("pk").values_list("pk", "work_week_mask", "cut_off", "time_zone"),
        *VendorDuration.objects.order_by("pk").values_list("vendor_id", "status_id", "days"),
        *Status.objects.order_by("pk").values_list("pk", "clock"),
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


def _days(model: type[ClosedDay] | type[WorkedDay], columns: tuple[str, ...], keys: bool) -> list[Any]:
    rows = model.objects.values_list(*(("pk", *columns) if keys else columns))
    return sorted(rows, key=repr)


def due_date_moves(
    calendar: WorkCalendar,
    *,
    recounted: Collection[tuple[int | None, int]] = (),
    lock: bool = False,
) -> Iterator[DueDateMove]:
    """Yield the open orders whose computed due date differs under `calendar`, the studio's, soonest due first.

    Due dates that were typed stay.  The days an order was on hold keep their number.

    recounted: (vendor, status) whose orders get the duration that is stored now, by their keys.
    lock:      keep the orders as they are until the transaction ends.
    """
    found = Q(status_duration__isnull=False)
    for vendor, status in recounted:
        # Those without any due date get one, too.
        found |= Q(vendor=vendor, status=status, status_due_date=None)
    statuses = (
        {row.pk: row for row in Status.objects.prefetch_related("vendor_durations")} if recounted else {}
    )

    def counted(order: Order, clock: Stay) -> Stay:
        days = order.clock(calendar)
        if order.status_id is None or (order.vendor_id, order.status_id) not in recounted:
            return clock.recounted(days)
        return clock.with_duration(
            statuses[order.status_id].duration_of(order.vendor_id, order.rush(calendar)), days
        )

    yield from moves(Order.objects.filter(found, entered_status_on__isnull=False), counted, lock=lock)


@transaction.atomic
def plan_calendar(change: CalendarChange, *, by: User) -> list[DueDateMove]:
    """Return which open orders `change` would move.  It is stored for that, and taken back: what is shown is what happens."""
    point = transaction.savepoint()
    change.store(by=by)
    found = list(due_date_moves(work_calendar.load(), recounted=change.recounted))
    transaction.savepoint_rollback(point)
    return found


@transaction.atomic
def change_calendar(
    change: CalendarChange,
    *,
    by: User,
    move_open_orders: bool,
    seen: str | None = None,
) -> Batch:
    """Store the change; move the due dates of open orders too if so chosen.  All orders are one batch.

    Orders left alone keep their due date as if it had been typed, so that the next change does not move them either.

    seen: fingerprint of the calendar that the user was looking at; None asks for no comparison.

    Raises OutdatedPage if the calendar has changed since.
    """
    CompanyPreferences.objects.get_or_create(pk=1)
    # One change at a time: the second waits here, and then finds another calendar than it saw.
    CompanyPreferences.objects.select_for_update().get(pk=1)
    if seen is not None and seen != calendar_fingerprint():
        raise OutdatedPage("The calendar has changed since this page was opened. Nothing was saved.")
    back = change.taken_back()
    change.store(by=by)
    # Kept: an order that advances meanwhile would be given the due date of the status it has left.
    moved = list(due_date_moves(work_calendar.load(), recounted=change.recounted, lock=True))
    batch = Batch.begin(
        Batch.Kind.CALENDAR,
        _said(change),
        by=by,
        before={"calendar": {**back, "made": calendar_fingerprint(keys=False)}},
    )
    move_due_dates(moved, by=by, cause=Cause.CALENDAR, batch=batch, leave=not move_open_orders)
    # Also where no due date moves: "2 business days before" is another day by another calendar.
    if schedule.replan_all(Reason.MOVED_BY_CALENDAR):
        tasks.wake_worker_on_commit()
    return batch


def _said(change: CalendarChange) -> str:
    if change.vendor is None:
        return "The calendar was changed."
    return f"The calendar of {Vendor.objects.get(pk=change.vendor)} was changed."


def take_back_calendar(batch: Batch, *, by: User) -> None:
    """Put the calendar back to what it was before `batch`.  Its orders are the caller's.

    Raises OperationRefused if the calendar was changed again since.
    """
    kept = batch.before["calendar"]
    # What was changed since and back again is no other calendar.
    if kept["made"] != calendar_fingerprint(keys=False):
        raise OperationRefused("The calendar was changed again since. Change it by hand.")
    CalendarChange.read(kept).store(by=by)
