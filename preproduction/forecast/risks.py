"""The orders that will be late, each with the one sentence that says why."""

from datetime import date
from typing import NamedTuple

from django.db.models import F

from preproduction.forecast import words
from preproduction.forecast.outcomes import CameTrue, last_warnings
from preproduction.models import Order
from preproduction.models.order_queries import OrderQuerySet
from studio.business_days import WorkCalendar


class Risk(NamedTuple):
    order: Order
    words: str


class Risks(NamedTuple):
    """The least likely to be in time, of which one can act on so many.

    there_are_more: beyond these.
    came_true:      of the last warnings, how many.
    """

    found: list[Risk]
    there_are_more: bool
    came_true: CameTrue


def risks_of(orders: OrderQuerySet, *, today: date, calendar: WorkCalendar, most: int) -> Risks:
    """Return the first `most` of `orders`, which are at risk.  Four queries, with what a line of them shows."""
    by_chance = orders.for_table().select_related("forecast").order_by(F("forecast__chance"), "pk")
    found = list(by_chance[: most + 1])
    lines = [Risk(order, words.risk(order, order.forecast, calendar, today)) for order in found[:most]]
    told = last_warnings(today, calendar=calendar) if lines else CameTrue(0, 0)
    return Risks(lines, len(found) > most, told)
