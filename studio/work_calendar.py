"""Reads the stored work week, closed days and worked days into the plain value that business_days calculates with."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from studio import recurring
from studio.business_days import CutOff, StudioCalendar, WorkCalendar
from studio.models import ClosedDay, CompanyPreferences, Vendor, WorkedDay

Closed = tuple[date, date, str]


def load(preferences: CompanyPreferences | None = None) -> StudioCalendar:
    """Return the studio's calendar as it is stored now, and those of its vendors.  Four queries: load once and pass it on.

    preferences: where somebody has read them already; that saves one.
    """
    preferences = preferences or CompanyPreferences.load()
    closed: dict[int | None, list[Closed]] = defaultdict(list)
    for vendor, first, last, name, rule in ClosedDay.objects.values_list(
        "vendor_id", "first_day", "last_day", "name", "rule"
    ):
        days = [(day, day, name) for day in recurring.days_of(rule, first)] if rule else [(first, last, name)]
        closed[vendor] += days
    studio = WorkCalendar(
        work_week=preferences.work_week,
        closed=tuple(closed[None]),
        worked=tuple(WorkedDay.objects.values_list("day", "name")),
    )
    return StudioCalendar(
        studio.work_week,
        studio.closed,
        studio.worked,
        vendors=tuple(_of_vendors(studio, closed, preferences)),
        rush=preferences.rush_percent,
    )


def _of_vendors(
    studio: WorkCalendar, closed: Mapping[int | None, Sequence[Closed]], preferences: CompanyPreferences
) -> Any:
    """Yield (key, calendar) of each vendor that has anything of its own.

    What is empty is the studio's.  Days that the studio works besides are worked by those who keep its week and its
    closed days.
    """
    for vendor in Vendor.objects.only("name", "work_week_mask", "cut_off", "time_zone").order_by("pk"):
        own, week = closed.get(vendor.pk), vendor.work_week
        if not own and week is None and vendor.cut_off is None:
            continue
        zone = ZoneInfo(vendor.time_zone) if vendor.time_zone else preferences.zone
        yield (
            vendor.pk,
            WorkCalendar(
                work_week=week or studio.work_week,
                closed=tuple(own or studio.closed),
                worked=() if own or week else studio.worked,
                cut_off=CutOff(vendor.cut_off, zone) if vendor.cut_off is not None else None,
                whose=vendor.name,
            ),
        )


def of_request(request: Any) -> StudioCalendar:
    """Return the studio's calendar as it stood when this request began.  No query."""
    calendar: StudioCalendar = request.set_up["calendar"]
    return calendar
