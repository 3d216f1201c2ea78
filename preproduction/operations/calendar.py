"""Changing the studio's calendar, which never moves a due date in silence."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from preproduction.models import Batch, Cause, Order
from preproduction.operations.moves import DueDateMove, move_due_dates, moves
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from studio import maintenance_log
from studio.business_days import WorkCalendar
from studio.models import ClosedDay, CompanyPreferences, User, WorkedDay
from triggers import tasks
from triggers.models import Reason
from triggers.rules import schedule


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

    def taken_back(self) -> dict[str, Any]:
        """Return, as JSON for `read`, the change that would take this one back.  Call before `store`."""
        closed = ClosedDay.objects.filter(pk__in=self.closed_to_remove)
        worked = WorkedDay.objects.filter(pk__in=self.worked_to_remove)
        return {
            "mask": None if self.work_week_mask is None else CompanyPreferences.load().work_week_mask,
            "close": [
                [first.isoformat(), last.isoformat(), name]
                for first, last, name in closed.values_list("first_day", "last_day", "name")
            ],
            "open": [[first.isoformat(), last.isoformat(), name] for first, last, name in self.closed_to_add],
            "work": [[day.isoformat(), name] for day, name in worked.values_list("day", "name")],
            "rest": [day.isoformat() for day, _ in self.worked_to_add],
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "CalendarChange":
        """Return the change that `taken_back` wrote."""
        day = date.fromisoformat
        to_remove = [
            ClosedDay.objects.filter(first_day=first, last_day=last, name=name)
            .values_list("pk", flat=True)
            .first()
            for first, last, name in kept["open"]
        ]
        return cls(
            work_week_mask=kept["mask"],
            closed_to_add=tuple((day(first), day(last), name) for first, last, name in kept["close"]),
            closed_to_remove=[key for key in to_remove if key is not None],
            worked_to_add=tuple((day(first), name) for first, name in kept["work"]),
            worked_to_remove=tuple(
                WorkedDay.objects.filter(day__in=kept["rest"]).values_list("pk", flat=True)
            ),
        )

    def store(self, *, by: User) -> None:
        noting = partial(maintenance_log.noting, by=by)
        with (
            noting(CompanyPreferences.objects.all()),
            noting(ClosedDay.objects.all()),
            noting(WorkedDay.objects.all()),
        ):
            self._store()

    def _store(self) -> None:
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
    orders = Order.objects.filter(status_duration__isnull=False, entered_status_on__isnull=False)
    yield from moves(orders, lambda clock: clock.recounted(calendar), lock=lock)


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
    # Kept: an order that advances meanwhile would be given the due date of the status it has left.
    moved = list(due_date_moves(change.calendar(), lock=True))
    back = change.taken_back()
    change.store(by=by)
    batch = Batch.begin(
        Batch.Kind.CALENDAR,
        "The calendar was changed.",
        by=by,
        before={"calendar": {**back, "seen": calendar_fingerprint()}},
    )
    move_due_dates(moved, by=by, cause=Cause.CALENDAR, batch=batch, leave=not move_open_orders)
    # Also where no due date moves: "2 business days before" is another day by another calendar.
    if schedule.replan_all(Reason.MOVED_BY_CALENDAR):
        tasks.wake_worker_on_commit()
    return batch


def take_back_calendar(batch: Batch, *, by: User) -> None:
    """Put the calendar back to what it was before `batch`.  Its orders are the caller's.

    Raises OperationRefused if the calendar was changed again since.
    """
    kept = batch.before["calendar"]
    if kept["seen"] != calendar_fingerprint():
        raise OperationRefused("The calendar was changed again since. Change it by hand.")
    CalendarChange.read(kept).store(by=by)
