"""Reads Status Notes and History into a studio's experience, as known on the morning of a day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from preproduction import written
from preproduction.forecast.experience import Experience
from preproduction.forecast.history import KEY, Known, Row
from preproduction.models import Cause, OrderEvent, Status, StatusChange
from preproduction.models.status import Clock
from studio.business_days import WorkCalendar

# What has happened in the last year is learned from; those to whom it happened began before.
BACK = timedelta(days=550)
AT_ONCE = 5_000  # rows
Kind = OrderEvent.Kind
Marks = tuple[tuple[int, bool, str], ...]
# Rows of History that say what Status Notes do not: when a clock stood still, and whose rows are left out.
TELLING = Q(kind__in=[Kind.HELD, Kind.RESUMED, Kind.WITHDRAWN]) | Q(kind=Kind.CREATED, cause=Cause.IMPORT)


def experience(on: date, calendar: WorkCalendar) -> Experience:
    """Return the studio's experience of the morning of `on`, by its calendar: from what was recorded before that day.

    Four queries the first time, and one more for each AT_ONCE rows, two after that: what was recorded before a day stays as
    it is, and only the marks of the status list may change.
    """
    # Of History, too, only what was recorded before that moment counts: by another zone the morning is another one.
    return _experience(on, calendar, _beginning(on), _newest(_beginning(on)), _marks())


@lru_cache(maxsize=1)
def _experience(
    on: date, calendar: WorkCalendar, begins: datetime, newest: tuple[int, datetime] | None, marks: Marks
) -> Experience:
    return Experience.of(_notes(on) if newest else (), _known(on, marks), on=on, calendar=calendar)


def _marks() -> Marks:
    """Return key, Final Status and Clock of each status that there ever was."""
    return tuple(Status.with_withdrawn.order_by("pk").values_list("pk", "is_final", "clock"))


def _newest(before: datetime) -> tuple[int, datetime] | None:
    """Return the key and the moment of the last row of Status Notes that was recorded `before` a moment.

    Looked for from the end, where there are but today's to pass: asked for it in one query, SQLite with statistics would
    sort all rows by their moment.
    """
    rows, size = StatusChange.objects.order_by("-pk").values_list("pk", "recorded_at"), 100
    while found := list(rows[:size]):
        for key, recorded_at in found:
            if recorded_at < before:
                return key, recorded_at
        rows, size = rows.filter(pk__lt=found[-1][0]), min(size * 4, AT_ONCE)
    return None


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def _notes(on: date) -> Iterator[Row]:
    rows = StatusChange.objects.filter(
        recorded_at__lt=_beginning(on), recorded_at__gte=_beginning(on - BACK)
    ).order_by("pk")
    columns = ("order_id", "pk", "undoes_id", "cause", "completed_on", "days_at_status", "vendor_id")
    return _in_short_reads(rows.values_list(*columns, "to_status_id"), key=KEY)


def _known(on: date, marks: Marks) -> Known:
    """Return what else was known: the latest row of each order that was withdrawn, and of each stay that was held."""
    imported: set[int] = set()
    withdrawn: set[int] = set()
    holds: dict[int, tuple[int, date | None]] = {}
    on_hold: dict[int, date | None] = {}
    rows = OrderEvent.objects.filter(TELLING, recorded_at__lt=_beginning(on)).order_by("pk")
    for _, order, stay, kind, after in _in_short_reads(
        rows.values_list("pk", "order_id", "stay_id", "kind", "after"), key=0
    ):
        if kind == Kind.CREATED:
            imported.add(order)
        elif kind == Kind.WITHDRAWN:
            (withdrawn.add if after["withdrawn_on"] else withdrawn.discard)(order)
        else:
            columns = written.read(after)
            before, _ = holds.get(stay, (0, None))
            holds[stay] = columns.get("held_days", before), columns["held_on"]
            on_hold[order] = columns["held_on"]
    finals = {key for key, is_final, _ in marks if is_final}
    by_vendor = {key for key, _, clock in marks if clock == Clock.VENDOR}
    return Known(finals, imported, withdrawn, holds, by_vendor, on_hold)


def _in_short_reads(rows: QuerySet[Any, Any], *, key: int) -> Iterator[Any]:
    """Yield tuples in the order of their keys, which stand in the place `key`.

    One long read would keep everybody from writing for as long, on SQLite without its write-ahead log.
    """
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield from chunk
        if len(chunk) < AT_ONCE:
            return
        last = chunk[-1][key]
