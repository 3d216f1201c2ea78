"""An order's time at one status: when it is due, why, and how late it is.

Pure: days in, days and words out; every day is studio-local.  The only place that counts a due date with its hold.
Which row of Status Notes the stay began with is another question, answered by Order.stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from studio import dates
from studio.business_days import DAY_NAMES, DueDateExplanation, WorkCalendar

if TYPE_CHECKING:
    from preproduction.models import Order


@dataclass(frozen=True)
class Stay:
    """The clock of one stay.  Its days are those of the calendar it runs on: the studio's, or a vendor's (Order.clock).

    entered_on: the day it began; the start day, unless a cut-off makes it a later one.  None without a status.
    entered_at: the moment, where it was recorded on that day; None for a day that was typed later.
    duration:   business days the due date is counted with; None where it was typed, or there is none.
    held_days:  business days that holds which are over have moved the due date by.
    held_on:    since when the clock stands still; None while it runs.
    """

    entered_on: date | None
    due_date: date | None = None
    duration: int | None = None
    held_days: int = 0
    held_on: date | None = None
    is_complete: bool = False
    entered_at: datetime | None = None

    # What changes a due date.  Each returns another stay.

    def recounted(self, calendar: WorkCalendar) -> "Stay":
        """Return the stay with its due date counted by `calendar`; a typed one stays."""
        if self.entered_on is None or self.duration is None or self.due_date is None:
            return self
        return replace(self, due_date=self.explain(calendar)[-1].due_date)

    def entered_again(self, day: date, calendar: WorkCalendar) -> "Stay":
        """Return the stay as it is if it began on `day` after all."""
        at = self.entered_at if day == self.entered_on else None
        return replace(self, entered_on=day, entered_at=at).recounted(calendar)

    def with_duration(self, duration: int | None, calendar: WorkCalendar) -> "Stay":
        """Return the stay counted with another duration; with None it has no due date."""
        due = None if duration is None else self.due_date or self.entered_on
        return replace(self, duration=duration, due_date=due).recounted(calendar)

    def typed(self, due_date: date | None) -> "Stay":
        """Return the stay with a due date of somebody's own."""
        return replace(self, due_date=due_date, duration=None)

    def on_hold(self, day: date) -> "Stay":
        return replace(self, held_on=day)

    def resumed(self, day: date, calendar: WorkCalendar) -> "Stay":
        """Return the stay with its clock running again from `day`; the due date has moved by the days held.

        Raises BusinessDayError where that would be after the year 9999.
        """
        days = self.days_stood_still(day, calendar)
        due = calendar.add_business_days(self.due_date, days) if self.due_date and days else self.due_date
        return replace(self, held_on=None, held_days=self.held_days + days, due_date=due)

    # What one asks of it.

    def explain(self, calendar: WorkCalendar) -> list[DueDateExplanation]:
        """Return how the due date is counted: from the start, and then on by the days held, if any."""
        assert self.entered_on is not None
        assert self.duration is not None
        counted = [calendar.explain(self.entered_on, self.duration, self.entered_at)]
        if self.held_days:
            counted.append(calendar.explain(counted[0].due_date, self.held_days))
        return counted

    def latest_day(self, today: date) -> date:
        """Return the day on which it can be left, held or resumed now: today.

        Where the studio has moved to a zone in which it is still yesterday, what was written "today" stays valid: the
        day it began, or its hold did.
        """
        return max(day for day in (today, self.entered_on, self.held_on) if day is not None)

    def days_stood_still(self, day: date, calendar: WorkCalendar) -> int:
        """Return the business days that the running hold has lasted in this stay, up to `day`.

        A stay can begin during a hold, where its status replaced another; the days before belong to that one.
        """
        if self.held_on is None:
            return 0
        since = max(self.held_on, self.entered_on or self.held_on)
        return max(calendar.count_business_days(since, day), 0)

    def is_overdue(self, on: date) -> bool:
        """The due date itself is not overdue."""
        if self.is_complete or self.held_on is not None or self.due_date is None:
            return False
        return self.due_date < on

    def days_late(self, on: date, calendar: WorkCalendar) -> int:
        """Return by how many business days it is late on `on`; 0 also where the studio was closed since it was due."""
        if self.due_date is None or not self.is_overdue(on):
            return 0
        return calendar.count_business_days(self.due_date, on)

    def lateness(self, on: date, calendar: WorkCalendar) -> str:
        """Say how late it is on `on`: "3 business days late"; "" if it is not.

        Overdue begins the day after the due date, which can be a day the studio is closed; until it works again an
        order due on Thursday is "late since Thu".
        """
        if self.due_date is None or not self.is_overdue(on):
            return ""
        return lateness_of(self.days_late(on, calendar), self.due_date, on)

    def words(self, on: date, calendar: WorkCalendar) -> str:
        """Say what matters about the due date: late, due today, clock standing still; "" if nothing does."""
        if self.due_date is None:
            return ""
        if self.held_on is not None:
            return "clock stands still"
        return "due today" if self.due_date == on else self.lateness(on, calendar)

    def tone(self, on: date) -> str:
        """Return what the words mean, for colours: "held", "late", "today" or ""."""
        if self.held_on is not None:
            return "held"
        if self.is_overdue(on):
            return "late"
        return "today" if self.due_date == on else ""


def in_business_days(days: int) -> str:
    return "1 business day" if days == 1 else f"{days} business days"


def late_by(days: int) -> str:
    """Return the one wording of lateness in business days; "" for 0, or fewer."""
    return f"{in_business_days(days)} late" if days > 0 else ""


def lateness_of(days: int, due_date: date, on: date) -> str:
    """Say how late something due on `due_date` is on a later day, `days` business days after it."""
    return late_by(days) or f"late {late_since(due_date, on)}"


def late_since(due_date: date, on: date) -> str:
    """Say since when something due on `due_date` is late where no business day has passed: "since Thu"."""
    if (on - due_date).days < 7:
        return f"since {DAY_NAMES[due_date.weekday()]}"
    return f"since {dates.without_year(due_date)}"


def of(order: "Order") -> Stay:
    """Return the present stay of an order, from its row."""
    return Stay(
        entered_on=order.entered_status_on,
        due_date=order.status_due_date,
        duration=order.status_duration,
        held_days=order.held_days,
        held_on=order.held_on,
        is_complete=order.is_complete,
        entered_at=order.entered_status_at,
    )


def from_columns(columns: Mapping[str, Any]) -> Stay:
    """Return the stay that `columns` of an open order say."""
    return Stay(
        entered_on=columns["entered_status_on"],
        due_date=columns["status_due_date"],
        duration=columns["status_duration"],
        held_days=columns["held_days"],
        held_on=columns["held_on"],
        entered_at=columns["entered_status_at"],
    )


def columns(stay: Stay) -> dict[str, object]:
    """Return the columns of an order that `stay` says."""
    return {
        "entered_status_on": stay.entered_on,
        "entered_status_at": stay.entered_at,
        "status_due_date": stay.due_date,
        "status_duration": stay.duration,
        "held_days": stay.held_days,
        "held_on": stay.held_on,
    }
