"""The parts that studio itself keeps."""

from collections import defaultdict

from studio import work_calendar
from studio.models import (
    ClosedDay,
    CompanyPreferences,
    Department,
    SessionType,
    User,
    Vendor,
    WorkedDay,
)
from studio.set_up import keep, tokens

# Written whenever somebody signs in or reads their news.
OF_ONE_PERSON = ("password", "last_login", "seen_news_at", "pinned_pages", "sessions_ended")


def users() -> list[User]:
    """Return everybody, those who have left last."""
    return list(User.objects.defer(*OF_ONE_PERSON).order_by("-is_active", "name_sorted", "pk"))


def departments() -> list[Department]:
    """Return all, those given up last."""
    return list(Department.objects.order_by("is_inactive", "name_sorted", "pk"))


def departments_of() -> dict[int, list[int]]:
    """Return the keys of the departments of each person, by theirs."""
    found = defaultdict(list)
    for person, department in User.departments.through.objects.order_by(
        "department__name_sorted", "department_id"
    ).values_list("user_id", "department_id"):
        found[person].append(department)
    return dict(found)


def names_of(model) -> list[tuple[int, str, bool]]:
    """Return key, name, and whether it is inactive; those last."""
    rows = model.objects.order_by("is_inactive", "name_sorted", "pk")
    return list(rows.values_list("pk", "name", "is_inactive"))


def keep_all() -> None:
    tokens.watch(User, left_out=OF_ONE_PERSON)
    keep("preferences", CompanyPreferences.load, CompanyPreferences)
    keep("calendar", work_calendar.load, CompanyPreferences, ClosedDay, WorkedDay, Vendor)
    keep("departments", departments, Department)
    keep("users", users, User)
    keep("departments of", departments_of, User.departments.through, Department)
    keep("vendors", lambda: names_of(Vendor), Vendor)
    keep("session types", lambda: names_of(SessionType), SessionType)
