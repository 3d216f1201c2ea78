"""What is to be looked at this morning: which orders, and why each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models

from preproduction import stay
from preproduction.forecast import words
from preproduction.models import MorningMail, Order
from preproduction.models.order_queries import OrderQuerySet
from preproduction.promise import broken_words
from studio import access
from studio.business_days import StudioCalendar
from studio.models import User

LONG_ON_HOLD = 5  # business days, after which a hold is worth a look
Scope = MorningMail.Scope


class Fact(models.TextChoices):
    """Why one looks at an order, the gravest first."""

    BROKEN = "broken", "promise broken"
    LATE = "late", "late"
    AT_RISK = "at_risk", "at risk"
    UNASSIGNED = "unassigned", "unassigned"
    ON_HOLD = "on_hold", "long on hold"


# Keys of orders by Fact, as JSON keeps them.
Told = Mapping[str, list[int]]


@dataclass(frozen=True)
class Day:
    """today: studio-local."""

    today: date
    calendar: StudioCalendar


def scope_for(person: User, chosen: str) -> str:
    """Return what `person` may be told of what they chose: the whole studio is for those who see Overdue."""
    if chosen == Scope.STUDIO and not access.may(person, "see_overdue"):
        return Scope.DEPARTMENTS
    return chosen


def orders_of(person: User, scope: str) -> OrderQuerySet:
    """Return the open orders that are meant."""
    if scope == Scope.STUDIO:
        return Order.objects.open()
    if scope == Scope.DEPARTMENTS:
        theirs = models.Q(department__in=person.departments.all()) | models.Q(assigned_user=person)
        return Order.objects.open().filter(theirs)
    return Order.objects.assigned_to(person)


def told(orders: OrderQuerySet, day: Day) -> Told:
    """Return which of `orders` are to be looked at, and why.  Five queries."""
    held = orders.on_hold().values_list("pk", "held_on")
    long_held = [key for key, since in held if _days(since, day) > LONG_ON_HOLD]
    found = {
        Fact.BROKEN: orders.promise_broken(day.today),
        Fact.LATE: orders.overdue(day.today),
        Fact.AT_RISK: orders.at_risk(day.today),
        Fact.UNASSIGNED: orders.unassigned(),
    }
    keys = {fact.value: sorted(rows.values_list("pk", flat=True)) for fact, rows in found.items()}
    return keys | {Fact.ON_HOLD.value: sorted(long_held)}


def why(order: Order, fact: Fact, day: Day) -> str:
    """Say why one looks at `order`, its forecast joined, and what for_table() joins."""
    match fact:
        case Fact.BROKEN:
            return broken_words(order.needed_by) if order.needed_by else fact.label
        case Fact.LATE:
            return f"{stay.of(order).lateness(day.today, order.clock(day.calendar))} at {order.status}"
        case Fact.AT_RISK:
            return f"at risk: {words.risk(order, order.forecast, day.calendar, day.today)}"
        case Fact.ON_HOLD:
            days = _days(order.held_on, day)
            return f"on hold for {stay.in_business_days(days)}"
        case _:
            return order.user_in_words.lower() if order.assigned_user is None else order.user_in_words


def _days(since: date | None, day: Day) -> int:
    return day.calendar.count_business_days(since, day.today) if since else 0
