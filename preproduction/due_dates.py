"""Why a status due date is the day it is, in words.  What is counted is in preproduction/stay.py."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.utils import timezone

from preproduction import stay
from preproduction.models import Order
from preproduction.stay import in_business_days
from studio import dates
from studio.business_days import DueDateExplanation, WorkCalendar

# Calendar days that are listed one by one; a year of business days is about 510.  Longer ways are only told.
LONGEST_LIST = 900
# And those that fit in a line.
LONGEST_LINE = 21


class PassedDays(NamedTuple):
    """One day that counted, or neighbouring days that did not for the same reason.

    number: which business day it is on the way, from 1; None for days that did not count.
    """

    first: date
    last: date
    number: int | None
    reason: str


@dataclass(frozen=True)
class Part:
    """One stretch of the way to a due date: a sentence, and the days passed (none if there are too many to list)."""

    sentence: str
    days: list[PassedDays] = field(default_factory=list)


@dataclass(frozen=True)
class DueDateStory:
    """How the due date of one order came about.

    words: how late the order is, or that it is due today; "" where there is nothing to say.
    parts: in the order in which they happened.
    notes: what else one should know, as sentences.
    """

    words: str
    parts: list[Part]
    notes: list[str]


def passed_days(explanation: DueDateExplanation) -> list[PassedDays]:
    """Return the days of `explanation`, with neighbours that did not count for one reason put together.

    Empty where the way is too long to be read.
    """
    if abs((explanation.due_date - explanation.start).days) > LONGEST_LIST:
        return []
    return list(_passed_days(explanation))


def _passed_days(explanation: DueDateExplanation) -> Iterator[PassedDays]:
    number = (
        0 if explanation.days else -1
    )  # with 0 days no day is numbered: the due date is just the first that counts
    for (counted, reason), days in groupby(explanation.passed, key=lambda day: (day.counted, day.reason)):
        days = list(days)
        if not counted:
            yield PassedDays(days[0].day, days[-1].day, None, reason)
            continue
        for passed in days:
            number += 1
            yield PassedDays(passed.day, passed.day, number, reason)


def in_a_line(explanation: DueDateExplanation) -> str:
    """Say how a due date came about: "Fri 5 + 2: Sat and Sun not worked, Mon 1, Tue 2", or shorter where that is long."""
    if (explanation.due_date - explanation.start).days <= LONGEST_LINE:
        return str(explanation)
    counted = f"{in_business_days(explanation.days)} after {dates.written(explanation.start)}"
    return "; ".join(filter(None, [explanation.by_cut_off, counted]))


def moved_to(order: Order, calendar: WorkCalendar) -> str:
    """Say where a counted due date of `order` has moved, and how it is counted; `calendar` is the studio's."""
    if order.status_due_date is None:
        return "It has no due date any more."
    words = f"The due date is {dates.written(order.status_due_date)} now"
    counted = stay.of(order).explain(order.clock(calendar))[0] if order.status_duration is not None else None
    return f"{words}: {in_a_line(counted)}." if counted else f"{words}."


def by_its_priority(order: Order, calendar: WorkCalendar) -> date | None:
    """Return the day on which the present status would be due if it were counted with the priority the order has now;
    None where that is its due date, or none is counted.  At most one query."""
    now, status = stay.of(order), order.status
    if status is None or order.is_complete or now.duration is None:
        return None
    days = status.duration_of(order.vendor_id, order.rush(calendar))
    due = now.with_duration(days, order.clock(calendar)).due_date
    return due if due != now.due_date else None


def tell_due_date(order: Order, calendar: WorkCalendar) -> DueDateStory:
    """Return the story of the status due date of `order`, whose status is joined.  At most one query.

    calendar: the studio's.
    """
    calendar = order.clock(calendar)
    due = order.status_due_date
    if due is None:
        return DueDateStory("", [Part(_why_none(order))], [])
    if order.status_duration is None:
        parts, notes = _typed(order)
    else:
        parts, notes = _computed(order, calendar)
    if order.is_on_hold:
        days = stay.of(order).days_stood_still(timezone.localdate(), calendar)
        notes.append(
            f"On hold since {dates.written(order.held_on)}: the clock stands still. Resumed today, the due date "
            + (f"would move by {in_business_days(days)}." if days else "would stay.")
        )
    return DueDateStory(stay.of(order).words(timezone.localdate(), calendar), parts, notes)


def _why_none(order: Order) -> str:
    if order.status is None:
        return f"{order} has no status, and so no due date."
    if order.is_complete:
        return f"{order} is complete. A final status has no due date."
    if order.status.duration_of(order.vendor_id) is None:
        return f"{order.status} has no Default Duration, so orders there have no due date."
    return f"The due date of {order} was left empty when it was advanced to {order.status}."


def _typed(order: Order) -> tuple[list[Part], list[str]]:
    notes = ["A due date that was kept while the calendar changed counts as typed, too."]
    if order.held_days:
        notes.insert(0, f"It was moved by {in_business_days(order.held_days)} on hold.")
    return [Part("This due date was typed by hand, so no days were counted.")], notes


def _computed(order: Order, calendar: WorkCalendar) -> tuple[list[Part], list[str]]:
    start, duration, held = order.entered_status_on, order.status_duration, order.held_days
    counted, *moved = stay.of(order).explain(calendar)
    if duration:
        sentence = f"{in_business_days(duration)} after {dates.written(start)}, when the order entered {order.status}."
    else:
        sentence = f"The order entered {order.status} on {dates.written(start)}, to be done within a business day: that day, or the next one."
    decided = ". ".join(filter(None, [counted.by_cut_off, counted.by_closed_days]))
    if decided:
        sentence += f" {decided[:1].upper()}{decided[1:]}."
    parts, notes = [Part(sentence, passed_days(counted))], []
    reached = counted.due_date
    for by_hold in moved:
        sentence = (
            f"On hold for {in_business_days(held)}: the due date moved on from {dates.written(reached)}."
        )
        parts.append(Part(sentence, passed_days(by_hold)))
        reached = by_hold.due_date
    if reached != order.status_due_date:
        notes.append(
            f"The calendar has changed since this due date was set. Counted today it would be {dates.written(reached)}."
        )
    return parts, notes
