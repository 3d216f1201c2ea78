"""Changing the studio's calendar, which never moves a due date in silence."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from preproduction.models import Order
from preproduction.operations.plan import counted_due_date
from preproduction.operations.refusal import OutdatedPage
from studio.business_days import WorkCalendar
from studio.models import ClosedDay, CompanyPreferences, WorkedDay
from triggers import tasks
from triggers.rules import schedule

CHUNK = 500  # rows to a bulk update; SQLite limits the variables of one statement


@dataclass(frozen=True)
class CalendarChange:
    """What an administrator wants changed.  Days to remove are keys; a closed day is (first, last, name)."""

    work_week_mask: int | None = None
    closed_to_add: tuple[tuple[date, date, str], ...] = ()
    closed_to_remove: Collection[int] = ()
    worked_to_add: tuple[tuple[date, str], ...] = ()
    worked_to_remove: Collection[int] = ()

    def calendar(self) -> WorkCalendar:
        """Return the calendar as it would be.  Three queries."""
        week = CompanyPreferences.load()
        if self.work_week_mask is not None:
            week.work_week_mask = self.work_week_mask
        closed = ClosedDay.objects.exclude(pk__in=self.closed_to_remove)
        worked = WorkedDay.objects.exclude(pk__in=self.worked_to_remove)
        return WorkCalendar(
            work_week=week.work_week,
            closed=(*closed.values_list("first_day", "last_day", "name"), *self.closed_to_add),
            worked=(*worked.values_list("day", "name"), *self.worked_to_add),
        )

    def store(self) -> None:
        if self.work_week_mask is not None:
            CompanyPreferences.objects.update_or_create(
                pk=1, defaults={"work_week_mask": self.work_week_mask}
            )
        ClosedDay.objects.filter(pk__in=self.closed_to_remove).delete()
        WorkedDay.objects.filter(pk__in=self.worked_to_remove).delete()
        ClosedDay.objects.bulk_create(
            ClosedDay(first_day=first, last_day=last, name=name) for first, last, name in self.closed_to_add
        )
        WorkedDay.objects.bulk_create(WorkedDay(day=day, name=name) for day, name in self.worked_to_add)


@dataclass(frozen=True)
class DueDateMove:
    """An open order whose status due date another calendar moves."""

    order: Order
    before: date
    after: date
    becomes_overdue: bool
    stops_being_overdue: bool


def calendar_fingerprint() -> str:
    """Return a short text that is another after any change of the stored calendar.  Three queries."""
    rows = [
        CompanyPreferences.load().work_week_mask,
        *ClosedDay.objects.order_by("pk").values_list("pk", "first_day", "last_day", "name"),
        *WorkedDay.objects.order_by("pk").values_list("pk", "day", "name"),
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


def due_date_moves(calendar: WorkCalendar, *, lock: bool = False) -> Iterator[DueDateMove]:
    """Yield the open orders whose computed due date differs under `calendar`, soonest due first.

    Due dates that were typed stay.  The days an order was on hold keep their number.

    lock: keep the orders as they are until the transaction ends.
    """
    today = timezone.localdate()
    orders = (
        Order.objects.open()
        .filter(status_duration__isnull=False, status_due_date__isnull=False, entered_status_on__isnull=False)
        .select_related("session__client", "status")
        .order_by("status_due_date", "pk")
    )
    if lock:
        orders = orders.select_for_update(of=("self",))
    for order in orders.iterator(chunk_size=2000):
        after = counted_due_date(order.entered_status_on, order.status_duration, order.held_days, calendar)
        if after == order.status_due_date:
            continue
        before, was_overdue = order.status_due_date, order.is_overdue(today)
        order.status_due_date = after
        is_overdue = order.is_overdue(today)
        yield DueDateMove(
            order, before, after, is_overdue and not was_overdue, was_overdue and not is_overdue
        )


@transaction.atomic
def change_calendar(change: CalendarChange, *, move_open_orders: bool, seen: str | None = None) -> int:
    """Store the change; move the due dates of open orders too if so chosen.  Return how many moved.

    Orders left alone keep their due date as if it had been typed, so that the next change does not move them either.

    seen: fingerprint of the calendar that the user was looking at; None asks for no comparison.

    Raises OutdatedPage if the calendar has changed since.
    """
    CompanyPreferences.objects.get_or_create(pk=1)
    # One change at a time: the second waits here, and then finds another calendar than it saw.
    CompanyPreferences.objects.select_for_update().get(pk=1)
    if seen is not None and seen != calendar_fingerprint():
        raise OutdatedPage("The calendar has changed since this page was opened. Nothing was saved.")
    # Locked: an order that advances meanwhile would be given the due date of the status it has left.
    moves = list(due_date_moves(change.calendar(), lock=True))
    change.store()
    orders = [move.order for move in moves]
    if move_open_orders:
        Order.objects.bulk_update(orders, ["status_due_date"], batch_size=CHUNK)
    else:
        for start in range(0, len(orders), CHUNK):
            keys = [order.pk for order in orders[start : start + CHUNK]]
            Order.objects.filter(pk__in=keys).update(status_duration=None)
    # Also where no due date moves: "2 business days before" is another day by another calendar.
    if schedule.replan_all("Moved: the calendar was changed."):
        tasks.wake_worker_on_commit()
    return len(orders) if move_open_orders else 0
