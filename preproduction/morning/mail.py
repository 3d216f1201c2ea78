"""The mail of one person: what has changed since their last one, and then all that is so today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from preproduction.models import Order
from preproduction.morning.facts import Day, Fact, Told, orders_of, scope_for, told, why
from studio import dates
from studio.models import CompanyPreferences, User
from triggers.models import Delivery

# Lines of each part, so that it is one screen; the rest is one click away.
MOST = {"new": 15, "gone": 8, "same": 12}


class Line(NamedTuple):
    order: Order
    words: str


class Part(NamedTuple):
    """more: how many lines it would have besides."""

    lines: list[Line]
    more: int


@dataclass(frozen=True)
class Morning:
    """What there is to say to one person.

    since: the day of their last mail; None where there is none, or it was of other orders.
    new:   orders of which something is so that was not then.
    gone:  orders of which something is not so any more, or that are not of theirs any more.
    same:  all others that are to be looked at.
    """

    scope: str
    since: date | None
    told: Told
    new: Part
    gone: Part
    same: Part

    @property
    def since_words(self) -> str:
        return f" since {dates.written(self.since)}" if self.since else ""

    @property
    def is_worth_a_mail(self) -> bool:
        return bool(self.new.lines or self.gone.lines)

    @property
    def count(self) -> int:
        """How many orders are to be looked at."""
        return len({key for keys in self.told.values() for key in keys})


def morning_of(person: User, chosen: str, day: Day) -> Morning:
    """Return what there is to say to `person` about the orders they chose."""
    scope = scope_for(person, chosen)
    since, before = _last(person, scope)
    now = told(orders_of(person, scope), day)
    facts, was = _by_order(now), _by_order(before)
    rows = Order.with_withdrawn.for_table().select_related("forecast").in_bulk([*facts, *was])
    lines = {key: Line(rows[key], _why(rows[key], facts[key], day)) for key in _gravest_first(facts, rows)}
    is_new = {key for key, found in facts.items() if set(found) - set(was.get(key, ()))}
    gone = {key: [fact for fact in found if fact not in facts.get(key, ())] for key, found in was.items()}
    return Morning(
        scope,
        since,
        now,
        new=_part("new", (line for key, line in lines.items() if key in is_new)),
        gone=_part(
            "gone",
            (
                Line(rows[key], ", ".join(fact.label for fact in gone[key]))
                for key in sorted(gone)
                if gone[key] and key in rows
            ),
        ),
        same=_part("same", (line for key, line in lines.items() if key not in is_new)),
    )


def message(morning: Morning, day: Day, *, site: str, studio: CompanyPreferences) -> dict[str, str]:
    """Return subject, text and HTML part.  site: what links begin with."""
    changes = sum(len(part.lines) + part.more for part in (morning.new, morning.gone))
    context = {"morning": morning, "day": day.today, "site": site, "studio": studio}
    return {
        "subject": f"{studio.name}: {_orders(morning.count)} to look at, {changes} changed",
        "text": render_to_string("preproduction/morning/mail.txt", context),
        "html": render_to_string("preproduction/morning/mail.html", context),
    }


def _orders(number: int) -> str:
    return f"{number} {'order' if number == 1 else 'orders'}"


def _last(person: User, scope: str) -> tuple[date | None, Told]:
    """Return the day and the content of the last mail that went out, or may have; nothing if it was of other orders."""
    gone = (Delivery.State.SENT, Delivery.State.UNKNOWN)
    last = Delivery.objects.filter(person=person, state__in=gone).order_by("-on").first()
    if last is None or last.payload["scope"] != scope:
        return None, {}
    return last.on, last.payload["told"]


def _by_order(told: Told) -> dict[int, list[Fact]]:
    """Return the facts of each order, the gravest first."""
    found: dict[int, list[Fact]] = defaultdict(list)
    for fact in Fact:
        for key in told.get(fact.value, ()):
            found[key].append(fact)
    return dict(found)


def _gravest_first(facts: Mapping[int, list[Fact]], rows: Mapping[int, Any]) -> list[int]:
    gravest = list(Fact)
    return sorted(
        facts,
        key=lambda key: (gravest.index(facts[key][0]), rows[key].status_due_date or date.max, key),
    )


def _why(order: Order, facts: Iterable[Fact], day: Day) -> str:
    return "; ".join(why(order, fact, day) for fact in facts)


def _part(name: str, lines: Iterable[Line]) -> Part:
    found = list(lines)
    return Part(found[: MOST[name]], max(len(found) - MOST[name], 0))
