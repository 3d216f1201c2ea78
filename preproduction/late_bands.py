"""How late: the bands of the Overdue page, as ranges of due dates, and one for what is late by its promise alone.

A band of business days is a range of due dates once today and the calendar are known, so the database can count and
filter by it without looking at a single calendar day.  Nothing here is stored: the bands move with today.

Source: PRODUCT.md section 7: 1-2, 3-5, 6-10, more than 10 business days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from django.db.models import Q

from preproduction.models.order import CLOCK_RUNS, overdue_on, promise_broken_on
from studio.business_days import BusinessDayError, WorkCalendar


@dataclass(frozen=True)
class LateBand:
    """Due dates with first <= due date <= last.

    key:   in addresses.  words: on screen, business days.
    first: None where the band has no end in the past.
    last:  before `first` where no due date can be so late, as in the second band on a Monday after a closed week.
    """

    key: str
    words: str
    first: date | None
    last: date

    def contains(self, due_date: date | None) -> bool:
        """due_date: of an order late by its step; None for one that is late by its promise alone."""
        if due_date is None or due_date > self.last:
            return False
        return self.first is None or due_date >= self.first

    def as_q(self) -> Q:
        """Return the band as a condition on Order."""
        until = CLOCK_RUNS & Q(status_due_date__lte=self.last)
        return until if self.first is None else until & Q(status_due_date__gte=self.first)


@dataclass(frozen=True)
class PromiseAlone:
    """Orders whose promise is broken while their step is on time, on hold, or due on no day."""

    today: date
    key: ClassVar = "promise"
    words: ClassVar = "Promise only"

    def contains(self, due_date: date | None) -> bool:
        return due_date is None

    def as_q(self) -> Q:
        return promise_broken_on(self.today) & ~overdue_on(self.today)


# Key, words, the least business days late.
BANDS = (("1-2", "1–2", 1), ("3-5", "3–5", 3), ("6-10", "6–10", 6), ("11", "More than 10", 11))
BAND_CHOICES = [(key, f"{words} business days") for key, words, _ in BANDS]


def overdue_bands(today: date, calendar: WorkCalendar) -> list[LateBand | PromiseAlone]:
    """Return the bands of OrderQuerySet.late(): by step, least late first, and by promise alone.  Each order is in one."""
    return [*late_bands(today, calendar), PromiseAlone(today)]


def late_bands(today: date, calendar: WorkCalendar) -> list[LateBand]:
    """Return the bands, least late first.  Together they hold every due date before `today`, each once.

    An order due on Friday is overdue on Saturday though no business day has passed: it counts to the first band.
    """
    lasts = [
        today - timedelta(days=1),
        *(_last_due_date(today, least, calendar) for _, _, least in BANDS[1:]),
    ]
    firsts = [last + timedelta(days=1) for last in lasts[1:]] + [None]
    return [
        LateBand(key, words, first, last)
        for (key, words, _), first, last in zip(BANDS, firsts, lasts, strict=True)
    ]


def _last_due_date(today: date, days: int, calendar: WorkCalendar) -> date:
    """Return the last due date that is at least `days` business days late on `today`.

    That is the day before the `days`-th business day, counted back from today, which is one itself or not.
    """
    try:
        return calendar.add_business_days(today + timedelta(days=1), -days) - timedelta(days=1)
    except (BusinessDayError, OverflowError):
        # Closed since the beginning of time: nothing can be so late.
        return date.min
