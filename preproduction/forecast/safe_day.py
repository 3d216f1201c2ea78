"""The first day by which nearly all orders like one are complete: asked where somebody says by when it is needed.

Safe is the day by which 95 of 100 are.  It is the studio's own history that says so, not the plan, which the page shows
anyway; of few cases, on hold, and where nothing is stored, nothing is said.
"""

from dataclasses import dataclass
from datetime import date

from preproduction.forecast.saying import FEW
from preproduction.forecast.words import SOME
from preproduction.models import Order, Pace, Status
from studio import dates
from studio.business_days import WorkCalendar


@dataclass(frozen=True)
class SafeDay:
    """The first safe day, and from how many cases it is known."""

    day: date
    cases: int

    def why_not(self, asked: date) -> str:
        """Say why `asked` cannot be promised: "By Thu 10 Dec 2026 fewer than 95 of 100 orders like it are complete (143 cases).";
        "" where it can."""
        if asked >= self.day:
            return ""
        how_many = "not nearly all" if self.cases < SOME else "fewer than 95 of 100"
        return f"By {dates.written(asked)} {how_many} orders like it are complete ({self.cases} cases)."


def of_order(order: Order, calendar: WorkCalendar) -> SafeDay | None:
    """Return it for an open order, from what was forecast of its stay last; None where nothing was.  No query."""
    forecast = getattr(order, "forecast", None)
    if forecast is None or (forecast.stay_id, forecast.vendor_id) != (order.stay_id, order.vendor_id):
        return None
    if order.is_on_hold or forecast.complete_95 is None or forecast.complete_cases < FEW:
        return None
    left = forecast.complete_95 - forecast.age
    return SafeDay(order.clock(calendar).add_business_days(forecast.on, left), forecast.complete_cases)


def of_new(status: Status | None, vendor: int | None, start: date, calendar: WorkCalendar) -> SafeDay | None:
    """Return it for an order that starts at `status` on `start`; None where nothing is known.  One query at most.

    vendor: key; of one that has too few cases, that of all vendors.
    """
    if status is None:
        return None
    paces = {pace.vendor_id: pace for pace in Pace.objects.filter(status=status)}
    pace = paces.get(vendor) or paces.get(None)
    if pace is None or pace.complete_95 is None:
        return None
    clock = status.clock_of(vendor, calendar)
    return SafeDay(clock.add_business_days(start, pace.complete_95), pace.complete_cases)
