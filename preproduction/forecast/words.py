"""What is said of an order's forecast, in words.  Pure.

Of many cases in numbers of days, of some in words, of few nothing at all; never one expected day.
"""

from datetime import date
from typing import NamedTuple

from preproduction.forecast.saying import FEW
from preproduction.models import Forecast, Order
from preproduction.promise import Promise, needed_for_words
from preproduction.stay import in_business_days
from studio import dates
from studio.business_days import WorkCalendar

SOME = 50  # cases a year under which there are words in the place of numbers


class Head(NamedTuple):
    """What the head of an order says.  risk: why it will hardly leave its status in time; "" where that is not so."""

    sentence: str
    is_at_risk: bool
    risk: str


def head(
    order: Order, forecast: Forecast | None, promised: Promise | None, *, calendar: WorkCalendar, today: date
) -> Head | None:
    """Return what to say of an order, its status and vendor joined; None where there is neither promise nor forecast.

    forecast: None where none was made of the order as it is.

    "Needed by Thu 10 Dec for the viewing; complete by Wed 9 in 85 of 100 cases like it, by Fri 11 in 95 (143 cases);
    2 business days of slack."
    """
    if order.is_complete:
        return Head(_sentence(*_kept(order, promised, calendar, today)), False, "") if promised else None
    is_late = order.is_overdue(today) or order.is_promise_broken(today)
    is_at_risk = forecast is not None and forecast.is_at_risk and not is_late
    said = promised.needed_by if promised else None
    known = completion(order, forecast, calendar, today, said) if forecast else ""
    if not (promised or known or is_at_risk):
        return None
    parts = [known]
    if promised:
        slack = "" if promised.is_broken else promised.words
        parts = [_promised(promised, today), known or ("on hold" if order.is_on_hold else ""), slack]
    why = _at_status(order, forecast) if forecast and is_at_risk and _is_by_status(forecast) else ""
    return Head(_sentence(*parts), is_at_risk, why)


def _sentence(*parts: str) -> str:
    """Return the parts that there are as one sentence; "" of none."""
    said = "; ".join(filter(None, parts))
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _promised(promised: Promise, today: date) -> str:
    said = f"needed by {_written(promised.needed_by, today)} {needed_for_words(promised.needed_for)}".rstrip()
    return f"promise broken: {said}" if promised.is_broken else said


def _kept(order: Order, promised: Promise | None, calendar: WorkCalendar, today: date) -> tuple[str, ...]:
    """Say whether the promise of a complete order was kept."""
    if promised is None or order.completed_on is None:
        return ()
    day = dates.after(order.completed_on, promised.needed_by)
    late = max(calendar.count_business_days(promised.needed_by, order.completed_on), 0)
    if order.completed_on <= promised.needed_by:
        how = "in time"
    else:
        how = f"{in_business_days(late)} later" if late else "later"
    return _promised(promised, today), f"complete on {day}, {how}"


def completion(
    order: Order, forecast: Forecast, calendar: WorkCalendar, today: date, said: date | None = None
) -> str:
    """Say by when `order` is complete: "complete by Wed 9 Dec in 85 of 100 cases like it, by Fri 11 in 95 (143 cases)".

    said: the day that the sentence has named before, if one.

    Of some cases how long it has been at its status; "" on hold, of few cases, and where nobody knows.
    """
    if order.is_on_hold or forecast.complete_cases < FEW:
        return ""
    if forecast.complete_cases < SOME:
        return f"{how_long(forecast)} at {order.status} ({_cases(forecast.cases)})"
    if forecast.complete_85 is None:
        return ""
    clock = order.clock(calendar)
    first = _day(forecast, forecast.complete_85, clock)
    by_then = dates.after(first, said) if said else _written(first, today)
    words = f"complete by {by_then} in 85 of 100 cases like it"
    if forecast.complete_95 is not None:
        words += f", by {dates.after(_day(forecast, forecast.complete_95, clock), first)} in 95"
    return f"{words} ({_cases(forecast.complete_cases)})"


def risk(order: Order, forecast: Forecast, calendar: WorkCalendar, today: date) -> str:
    """Say why `order` is at risk, its status and vendor joined: "9 business days at At lab; half leave by 6, 85 of 100 by 8"."""
    if _is_by_status(forecast):
        return _at_status(order, forecast)
    known = completion(order, forecast, calendar, today, order.needed_by) or (
        "on hold" if order.is_on_hold else "the plan passes it"
    )
    return f"needed by {_written(order.needed_by, today)}; {known}" if order.needed_by else known


def how_long(forecast: Forecast) -> str:
    """Compare how long an order has been at its status with the others."""
    if forecast.usual_95 is not None and forecast.age > forecast.usual_95:
        return "longer than nearly all"
    if forecast.usual_85 is not None and forecast.age > forecast.usual_85:
        return "longer than usual"
    return "as long as usual"


def _is_by_status(forecast: Forecast) -> bool:
    """Whether leaving the status in time is less likely than keeping the promise."""
    return forecast.leave_chance is not None and forecast.leave_chance == forecast.chance


def _at_status(order: Order, forecast: Forecast) -> str:
    if forecast.cases < SOME:
        return f"{how_long(forecast)} at {order.status} ({_cases(forecast.cases)})"
    words = f"{in_business_days(forecast.age)} at" if forecast.age else "just come to"
    words = f"{words} {order.status}"
    if forecast.usual_half is None:
        return words
    theirs = f" of those with {order.vendor}" if order.vendor else ""
    words += f"; half{theirs} leave by {forecast.usual_half}"
    return words if forecast.usual_85 is None else f"{words}, 85 of 100 by {forecast.usual_85}"


def _cases(number: int) -> str:
    return f"{number} cases"


def _day(forecast: Forecast, days: int, calendar: WorkCalendar) -> date:
    """Return the day on which the clock of the stay, which runs, will show `days`."""
    return calendar.add_business_days(forecast.on, days - forecast.age)


def _written(day: date, today: date) -> str:
    return dates.without_year(day) if day.year == today.year else dates.written(day)
