"""Reads the stored work week, closed days and worked days into the plain value that business_days calculates with."""

from typing import Any

from studio.business_days import WorkCalendar
from studio.models import ClosedDay, CompanyPreferences, WorkedDay


def load(preferences: CompanyPreferences | None = None) -> WorkCalendar:
    """Return the studio's calendar as it is stored now.  Three queries: load once and pass it on.

    preferences: where somebody has read them already; that saves one.
    """
    return WorkCalendar(
        work_week=(preferences or CompanyPreferences.load()).work_week,
        closed=tuple(ClosedDay.objects.values_list("first_day", "last_day", "name")),
        worked=tuple(WorkedDay.objects.values_list("day", "name")),
    )


def of_request(request: Any) -> WorkCalendar:
    """Return the studio's calendar as it stood when this request began.  No query."""
    calendar: WorkCalendar = request.set_up["calendar"]
    return calendar
