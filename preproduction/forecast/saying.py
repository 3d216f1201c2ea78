"""What a studio's experience says of one order today, and whether the order is at risk.  No query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from preproduction import promise, stay
from preproduction.forecast.experience import Experience
from preproduction.models import Forecast, Order, Status
from studio.business_days import WorkCalendar

FEW = 8  # cases under which nothing is said
USUAL = {"usual_half": 0.5, "usual_85": 0.85, "usual_95": 0.95}
LEAVE = {"leave_85": 0.85, "leave_95": 0.95}
COMPLETE = {"complete_85": 0.85, "complete_95": 0.95}


@dataclass(frozen=True)
class Today:
    """What all orders of a studio share.

    experience:    of the morning.
    statuses:      the list in its order.
    at_risk_below: per cent, the chance under which an order is at risk.
    """

    day: date
    calendar: WorkCalendar
    experience: Experience
    statuses: Sequence[Status]
    at_risk_below: int


def say(order: Order, today: Today) -> Forecast:
    """Return what is to be said of an open `order` at a status, its status joined; not stored."""
    assert order.status_id is not None
    assert order.stay_id is not None
    age = age_of(order, today)
    leaving = today.experience.leaving(order.status_id, order.vendor_id)
    completing = today.experience.completing(order.status_id, order.vendor_id, age)
    days: dict[str, int | None] = {}
    for curve, shares, since in ((leaving, USUAL, 0), (leaving, LEAVE, age), (completing, COMPLETE, age)):
        if curve.cases >= FEW:
            days |= {name: curve.day(share, since) for name, share in shares.items()}
    chances = {
        "leave_chance": _of_leaving(order, today, age),
        "complete_chance": _of_completing(order, today, age),
    }
    least = min((chance for chance in chances.values() if chance is not None), default=None)
    is_late = order.is_overdue(today.day) or order.is_promise_broken(today.day)
    return Forecast(
        order=order,
        stay_id=order.stay_id,
        version=order.version,
        on=today.day,
        at_risk_below=today.at_risk_below,
        age=age,
        vendor_id=order.vendor_id,
        cases=leaving.cases,
        complete_cases=completing.cases,
        is_at_risk=least is not None and least * 100 < today.at_risk_below and not is_late,
        chance=_in_per_cent(least),
        **days,
        **{name: _in_per_cent(chance) for name, chance in chances.items()},
    )


def age_of(order: Order, today: Today) -> int:
    """Return which business day on its clock an order at a status has today, the holds of its stay taken out."""
    assert order.entered_status_on is not None
    clock = order.clock(today.calendar)
    days = clock.count_business_days(order.entered_status_on, today.day) - order.held_days
    return max(days - stay.of(order).days_stood_still(today.day, clock), 0)


def _of_leaving(order: Order, today: Today, age: int) -> float | None:
    """Return the chance that the status is left by its due date; None on hold, without one, and of few cases."""
    assert order.status_id is not None
    curve = today.experience.leaving(order.status_id, order.vendor_id)
    if curve.cases < FEW or order.is_on_hold or order.status_due_date is None:
        return None
    days = order.clock(today.calendar).count_business_days(today.day, order.status_due_date)
    return curve.chance(age + days, age)


def _of_completing(order: Order, today: Today, age: int) -> float | None:
    """Return the chance that the order is complete by Needed By, on hold or not; None without a promise.

    Of few cases it is none where the plan passes the promise, and not known else.
    """
    assert order.status_id is not None
    if order.needed_by is None:
        return None
    curve = today.experience.completing(order.status_id, order.vendor_id, age)
    if curve.cases >= FEW:
        days = order.clock(today.calendar).count_business_days(today.day, order.needed_by)
        return curve.chance(age + days, age)
    planned = promise.of(order, statuses=today.statuses, calendar=today.calendar, today=today.day)
    passes = planned is not None and planned.slack is not None and planned.slack < 0
    return 0.0 if passes else None


def _in_per_cent(chance: float | None) -> int | None:
    """Return `chance` in whole per cent; what is under a half stays under 50."""
    return None if chance is None else int(chance * 100)
