"""How late: the bands of the Overdue page, as ranges of due dates, and one for what is late by its promise alone.

A band of business days is a range of due dates once today and the calendar are known, so the database can count and
filter by it without looking at a single calendar day.  Nothing here is stored: the bands move with today.

Source: PRODUCT.md section 7: 1-2, 3-5, 6-10, more than 10 business days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar

from django.db.models import Case, F, IntegerField, Q, Value, When

from preproduction.models import Order
from preproduction.models.order_queries import CLOCK_RUNS, overdue_on, promise_broken_on
from preproduction.models.status import Clock
from studio.business_days import BusinessDayError, StudioCalendar, WorkCalendar
from studio.count_together import count_together

Span = tuple[date | None, date]


@dataclass(frozen=True)
class LateBand:
    """Due dates with first <= due date <= last, and others for orders on the clock of a vendor that counts otherwise.

    key:   in addresses.  words: on screen, business days.
    first: None where the band has no end in the past.
    last:  before `first` where no due date can be so late, as in the second band on a Monday after a closed week.
    own:   first and last by the keys of such vendors.
    """

    key: str
    words: str
    first: date | None
    last: date
    own: Mapping[int, Span] = field(default_factory=dict)

    def contains(self, due_date: date | None, vendor: int | None = None) -> bool:
        """due_date: of an order late by its step; None for one that is late by its promise alone.
        vendor: as `own_clock` says.
        """
        first, last = self.own.get(vendor, (self.first, self.last)) if vendor else (self.first, self.last)
        if due_date is None or due_date > last:
            return False
        return first is None or due_date >= first

    def as_q(self) -> Q:
        """Return the band as a condition on Order."""
        if not self.own:
            return CLOCK_RUNS & _within(self.first, self.last)
        by_studio = Q(status__clock=Clock.STUDIO) | Q(vendor__isnull=True) | ~Q(vendor__in=list(self.own))
        found = by_studio & _within(self.first, self.last)
        for vendor, span in self.own.items():
            found |= Q(status__clock=Clock.VENDOR, vendor=vendor) & _within(*span)
        return CLOCK_RUNS & found


def _within(first: date | None, last: date) -> Q:
    until = Q(status_due_date__lte=last)
    return until if first is None else until & Q(status_due_date__gte=first)


def own_clock(bands: Iterable["LateBand | PromiseAlone"]) -> Case | Value:
    """Return, for orders in a query, the key of the vendor by whose clock `bands` count them; None for the others."""
    vendors = sorted({key for band in bands if isinstance(band, LateBand) for key in band.own})
    if not vendors:
        return Value(None, output_field=IntegerField())
    return Case(When(status__clock=Clock.VENDOR, vendor__in=vendors, then=F("vendor")))


@dataclass(frozen=True)
class PromiseAlone:
    """Orders whose promise is broken while their step is on time, on hold, or due on no day."""

    today: date
    key: ClassVar = "promise"
    words: ClassVar = "Promise only"

    def contains(self, due_date: date | None, vendor: int | None = None) -> bool:
        return due_date is None

    def as_q(self) -> Q:
        return promise_broken_on(self.today) & ~overdue_on(self.today)


# Key, words, the least business days late.
BANDS = (("1-2", "1–2", 1), ("3-5", "3–5", 3), ("6-10", "6–10", 6), ("11", "More than 10", 11))
BAND_CHOICES = [(key, f"{words} business days") for key, words, _ in BANDS]


def overdue_bands(today: date, calendar: WorkCalendar) -> list[LateBand | PromiseAlone]:
    """Return the bands of OrderQuerySet.late(): by step, least late first, and by promise alone.  Each order is in one."""
    return [*late_bands(today, calendar), PromiseAlone(today)]


def count_bands(
    bands: Iterable[LateBand | PromiseAlone], *, most: int
) -> list[tuple[LateBand | PromiseAlone, int]]:
    """Return the `bands` with the number of orders of the studio in each; of more, `most` + 1 are found.  One query."""
    bands = list(bands)
    counts = count_together(
        {band.key: Order.objects.filter(band.as_q()).order_by()[: most + 1] for band in bands}
    )
    return [(band, counts[band.key]) for band in bands]


def late_bands(today: date, calendar: WorkCalendar) -> list[LateBand]:
    """Return the bands, least late first.  Together they hold every due date before `today`, each once.

    An order due on Friday is overdue on Saturday though no business day has passed: it counts to the first band.

    calendar: the studio's.
    """
    spans = _spans(today, calendar)
    vendors = calendar.vendors if isinstance(calendar, StudioCalendar) else ()
    own = {key: found for key, clock in vendors if (found := _spans(today, clock)) != spans}
    return [
        LateBand(key, words, *span, {vendor: found[at] for vendor, found in own.items()})
        for at, ((key, words, _), span) in enumerate(zip(BANDS, spans, strict=True))
    ]


def _spans(today: date, calendar: WorkCalendar) -> list[Span]:
    lasts = [
        today - timedelta(days=1),
        *(_last_due_date(today, least, calendar) for _, _, least in BANDS[1:]),
    ]
    firsts = [last + timedelta(days=1) for last in lasts[1:]] + [None]
    return list(zip(firsts, lasts, strict=True))


def _last_due_date(today: date, days: int, calendar: WorkCalendar) -> date:
    """Return the last due date that is at least `days` business days late on `today`.

    That is the day before the `days`-th business day, counted back from today, which is one itself or not.
    """
    try:
        return calendar.add_business_days(today + timedelta(days=1), -days) - timedelta(days=1)
    except (BusinessDayError, OverflowError):
        # Closed since the beginning of time: nothing can be so late.
        return date.min
