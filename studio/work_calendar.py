"""Reads the stored work week, closed days and worked days into the plain value that business_days calculates with."""

from studio.business_days import WorkCalendar
from studio.models import ClosedDay, CompanyPreferences, WorkedDay


def load() -> WorkCalendar:
    """Return the studio's calendar as it is stored now.  Three queries: load once and pass it on."""
    return WorkCalendar(
        work_week=CompanyPreferences.load().work_week,
        closed=tuple(ClosedDay.objects.values_list("first_day", "last_day", "name")),
        worked=tuple(WorkedDay.objects.values_list("day", "name")),
    )
