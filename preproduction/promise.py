"""The day by which the whole order is to be ready, and the plan backwards from it.  Pure: plain values in and out.

The plan forward counts each status from the day on which the one before was left (stay.py); this one counts the same
business days back, each status by the calendar it runs on.  Leaving every status on its last day keeps the promise; leaving one a business day later breaks it,
where the others take as long as they may.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from preproduction.stay import in_business_days
from studio import dates
from studio.business_days import WorkCalendar

if TYPE_CHECKING:
    from preproduction.models import Order, Status


def last_days(needed_by: date, durations: Sequence[int | None], clocks: Sequence[WorkCalendar]) -> list[date]:
    """Return the last day to leave each status still to come, so that the order is complete by `needed_by`.

    durations: business days of the statuses after the present one and before the final one, in their order; a blank
               one counts 0.
    clocks:    the calendars that the present status and these run on.
    Returns a day for each of `clocks`: the first is that of the present status.  Each is a business day of its clock; a
    promise for a closed day is kept on the business day before it.  No cut-off counts: all comes in time.

    Raises BusinessDayError where such a day lies before the year 1.
    """
    *before, final = clocks
    days = [final.add_business_days(needed_by + timedelta(days=1), -1)]
    for duration, clock, left in zip(durations[::-1], clocks[:0:-1], before[::-1], strict=True):
        # Entered on this day it would be left too late: one that is left before, on its own clock, is in time.
        too_late = (
            clock.add_business_days(days[-1], 1 - duration) if duration else days[-1] + timedelta(days=1)
        )
        days.append(left.add_business_days(too_late, -1))
    return days[::-1]


# What orders are mostly needed for; anything may be typed.
PURPOSES = ("Viewing appointment", "Retake day", "Event", "Client's wish")
# What becomes of these in a sentence: "needed by Thu 10 Dec for the viewing".
IN_A_SENTENCE = dict(
    zip(
        PURPOSES,
        ("for the viewing", "for the retake day", "for the event", "as the client wishes"),
        strict=True,
    )
)


def needed_for_words(needed_for: str) -> str:
    """Return what for as a sentence has it: "for the viewing", "for “School fair”"; "" where nothing is said."""
    return IN_A_SENTENCE.get(needed_for, f"for “{needed_for}”") if needed_for else ""


def is_broken(needed_by: date | None, *, is_complete: bool, on: date) -> bool:
    """Whether the promise is broken on `on`: the order is open, on hold or not, and was needed before."""
    return needed_by is not None and not is_complete and needed_by < on


def broken_words(needed_by: date) -> str:
    """Say that a promise is broken: "promise broken: needed by Thu 10 Dec"."""
    return f"promise broken: needed by {dates.without_year(needed_by)}"


@dataclass(frozen=True)
class Step:
    """A status still to come, the present one first, and the last day to leave it."""

    status: "Status"
    last_day: date


@dataclass(frozen=True)
class Promise:
    """What becomes of a promise as things stand.

    steps: the plan backwards; none where no final status lies ahead.
    slack: business days between the day planned for leaving the present status and the last one; negative if it is
           later.  None without steps.
    """

    needed_by: date
    needed_for: str
    is_broken: bool
    steps: tuple[Step, ...] = ()
    slack: int | None = None

    @property
    def words(self) -> str:
        """Say what matters about it: "2 business days of slack"; "" where nothing is known."""
        if self.is_broken:
            return "promise broken"
        if self.slack is None:
            return ""
        if self.slack < 0:
            return f"the plan passes it by {in_business_days(-self.slack)}"
        return f"{in_business_days(self.slack)} of slack" if self.slack else "no slack"

    @property
    def tone(self) -> str:
        """Return what the words mean, for colours: "late", "today" (nothing may go wrong any more) or ""."""
        if self.is_broken:
            return "late"
        return "today" if self.slack is not None and self.slack <= 0 else ""


def of(
    order: "Order", *, statuses: Sequence["Status"], calendar: WorkCalendar, today: date
) -> Promise | None:
    """Return the promise of an order, its status joined; None where there is none.  No query.

    statuses: the list in its order.
    calendar: the studio's.

    What is planned is that the order leaves its status on the due date, and today where that has passed or is not set.
    """
    if order.needed_by is None:
        return None
    broken = is_broken(order.needed_by, is_complete=order.is_complete, on=today)
    way = _way(order, statuses)
    if not way:
        return Promise(order.needed_by, order.needed_for, broken)
    clocks = [status.clock_of(order.vendor_id, calendar) for status in way]
    rush = order.rush(calendar)
    durations = [status.duration_of(order.vendor_id, rush) for status in way[1:]]
    days = last_days(order.needed_by, durations, clocks)
    planned = max(order.status_due_date or today, today)
    steps = tuple(Step(status, day) for status, day in zip(way, days, strict=True))
    slack = clocks[0].count_business_days(planned, days[0])
    return Promise(order.needed_by, order.needed_for, broken, steps, slack)


def _way(order: "Order", statuses: Sequence["Status"]) -> list["Status"]:
    """Return the statuses that an open order still has to leave; none where no final one lies ahead."""
    way, status = [], None if order.is_complete else order.status
    while status is not None and not status.is_final:
        way.append(status)
        status = status.next(statuses)
    return way if status is not None else []
