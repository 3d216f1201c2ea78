"""What a change of a calendar would do to open orders, shown before it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.shortcuts import render
from django.urls import reverse

from preproduction import operations
from preproduction.forms.calendar import DAYS, packed
from preproduction.models import Status
from preproduction.operations import CalendarChange, DueDateMove, moves_to_show
from studio import recurring
from studio.models import ClosedDay, Vendor, WorkedDay

MOVES_SHOWN = 100
NEXT_DAYS = 3


@dataclass(frozen=True)
class Preview:
    """What a change of the calendar would do to open orders: all counted, the first MOVES_SHOWN listed.

    Those that become overdue come first, then those that stop being so, then the others by their due date.
    """

    total: int
    becoming_overdue: int
    no_longer_overdue: int
    moves: Sequence[DueDateMove]

    @classmethod
    def of(cls, moves: list[DueDateMove]) -> "Preview":
        first = sorted(moves, key=lambda move: (not move.becomes_overdue, not move.stops_being_overdue))
        return cls(
            total=len(moves),
            becoming_overdue=sum(move.becomes_overdue for move in moves),
            no_longer_overdue=sum(move.stops_being_overdue for move in moves),
            moves=moves_to_show(first[:MOVES_SHOWN]),
        )


def preview_change(request, change: CalendarChange, *, outdated="", status=200):
    """Show what `change` would move, and ask what to do about it.  Nothing is stored yet."""
    # Read before the orders are: a change in between makes the answer outdated, and never silently wrong.
    seen = operations.calendar_fingerprint()
    context = {
        "preview": Preview.of(operations.plan_calendar(change, by=request.user)),
        "sentences": list(_in_words(change)),
        "change": packed(change),
        "seen": seen,
        "outdated": outdated,
        "page": page_of(change.vendor),
    }
    return render(request, "preproduction/calendar_preview.html", context, status=status)


def page_of(vendor: int | None) -> dict[str, str]:
    """Return the address and the title of the page that shows the studio's calendar, or a vendor's."""
    if vendor is None:
        return {"href": reverse("preproduction:calendar"), "words": "Calendar"}
    name = Vendor.objects.values_list("name", flat=True).get(pk=vendor)
    return {
        "href": reverse("preproduction:vendor_calendar", args=[vendor]),
        "words": f"Calendar of {name}",
    }


def recurring_days(vendor: int | None, today: date) -> list[tuple[ClosedDay, str, list[date]]]:
    """Return the closed days that come back of the studio, or a vendor: each in words, with the next NEXT_DAYS."""
    rows = ClosedDay.objects.filter(vendor=vendor).exclude(rule="")
    found = []
    for row in rows:
        ahead = [day for day in recurring.days_of(row.rule, row.first_day) if day >= today]
        found.append((row, str(recurring.read(row.rule)), ahead[:NEXT_DAYS]))
    return found


def _in_words(change):
    """Yield what the change does, as (verb, first day or None, last day or None, words)."""
    if change.work_week_mask is not None:
        names = [name for day, name in DAYS if change.work_week_mask >> day & 1]
        yield "Work on", None, None, ", ".join(names) or "the studio's days"
    if change.hours is not None:
        cut_off, zone = change.hours
        yield "Cut-off:", None, None, cut_off or "none"
        yield "Time Zone:", None, None, zone.replace("_", " ") or "the studio's"
    if change.durations or change.clocks is not None:
        yield from _of_statuses(change)
    for day in ClosedDay.objects.filter(pk__in=change.closed_to_remove):
        if day.rule:
            yield "No longer close", None, None, f"{recurring.read(day.rule)}: {day.name}"
        else:
            yield "No longer close", day.first_day, day.last_day, day.name
    for first, name, rule in change.rules_to_add:
        yield "Close from", first, first, f"{recurring.read(rule)}: {name}"
    for first, last, name in change.closed_to_add:
        yield "Close", first, last, name
    for day in WorkedDay.objects.filter(pk__in=change.worked_to_remove):
        yield "No longer work on", day.day, day.day, day.name
    for day, name in change.worked_to_add:
        yield "Work on", day, day, name


def _of_statuses(change):
    statuses = {status.pk: status for status in Status.objects.all()}
    for key, days in change.durations:
        yield f"Duration at {statuses[key]}:", None, None, "the studio's" if days is None else str(days)
    if change.clocks is not None:
        names = [str(status) for key, status in statuses.items() if key in change.clocks]
        yield "On the clock of the order's vendor:", None, None, ", ".join(names) or "no status"
