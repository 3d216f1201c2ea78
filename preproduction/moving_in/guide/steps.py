"""The steps of the guide, and which of them are done: read from what is set up, not from what was visited."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from preproduction.models import Order
from studio.models import MONDAY_TO_FRIDAY_MASK, CompanyPreferences
from triggers.models import Trigger

SetUp = Mapping[str, Any]  # request.set_up
UNNAMED = CompanyPreferences._meta.get_field("name").default


@dataclass(frozen=True)
class Step:
    """One step.

    pages:   URL names of all pages that it is walked on; the first is where it begins.
    is_done: from the set-up of the studio to whether there is something of it.
    also:    words and URL name of another way to the same.
    """

    words: str
    purpose: str
    pages: tuple[str, ...]
    is_done: Callable[[SetUp], bool]
    also: tuple[str, str] = ("", "")

    @property
    def also_href(self) -> str:
        return reverse(self.also[1]) if self.also[1] else ""

    @property
    def href(self) -> str:
        return reverse(self.pages[0])


def _of_list(record: str) -> tuple[str, ...]:
    return tuple(f"studio:{record}_{page}" for page in ("list", "create", "edit", "delete"))


def _is_named(set_up: SetUp) -> bool:
    return set_up["preferences"].name != UNNAMED


def _has_calendar(set_up: SetUp) -> bool:
    calendar = set_up["calendar"]
    is_usual = set_up["preferences"].work_week_mask == MONDAY_TO_FRIDAY_MASK
    return bool(calendar.closed or calendar.worked or not is_usual)


def _has_departments(set_up: SetUp) -> bool:
    return any(not department.is_inactive for department in set_up["departments"])


def _has_people(set_up: SetUp) -> bool:
    return sum(person.is_active for person in set_up["users"]) > 1


def _has_one_offered(rows: Iterable[tuple[int, str, bool]]) -> bool:
    return any(not is_inactive for _, _, is_inactive in rows)


def _has_whole_list(set_up: SetUp) -> bool:
    active = [status for status in set_up["statuses"] if not status.is_inactive]
    return any(status.is_initial for status in active) and any(status.is_final for status in active)


STEPS = (
    Step(
        "The studio",
        "Its name as clients know it, its time zone, its paper, and how it writes dates.",
        ("moving_in:guide_studio",),
        _is_named,
    ),
    Step(
        "Calendar",
        "The days of the work week, and the public holidays of your country. Due dates skip the others.",
        ("preproduction:calendar", "preproduction:calendar_holidays"),
        _has_calendar,
    ),
    Step(
        "Statuses",
        "The way that every order takes, from one initial status to a final one. A ready-made list brings departments "
        "and session types along.",
        ("preproduction:status_list", "moving_in:setup_file", "moving_in:setup_file_apply"),
        _has_whole_list,
        also=("Ready-made lists", "moving_in:setup_file"),
    ),
    Step(
        "Departments",
        "The groups that work is given to, such as Retouching or Front Desk.",
        _of_list("department"),
        _has_departments,
    ),
    Step(
        "People",
        "Who works here. Each gets a link, good once, to choose a password.",
        ("moving_in:guide_people", "moving_in:guide_links"),
        _has_people,
    ),
    Step(
        "Vendors",
        "The labs and others that images go to; your own lab, too.",
        _of_list("vendor"),
        lambda set_up: _has_one_offered(set_up["vendors"]),
    ),
    Step(
        "Session types",
        "Kinds of sittings, such as Portrait, School or Wedding. Each session is of one.",
        _of_list("session_type"),
        lambda set_up: _has_one_offered(set_up["session types"]),
    ),
    Step(
        "First order",
        "A client, a session of theirs, and from it the first preproduction order. Clients, vendors and sessions can "
        "come from Excel files.",
        (
            "studio:client_list",
            "studio:client_create",
            "studio:session_list",
            "studio:session_create",
            "preproduction:client_detail",
            "preproduction:session_detail",
            "preproduction:order_create",
            "moving_in:import_list",
            "moving_in:import_run",
        ),
        lambda set_up: Order.objects.exists(),
        also=("Import", "moving_in:import_list"),
    ),
    Step(
        "Messages",
        "What happens by itself when an order reaches a status: a task, an email, a text message.",
        (
            "triggers:trigger_list",
            "triggers:trigger_create",
            "triggers:template_list",
            "triggers:template_create",
        ),
        lambda set_up: Trigger.objects.exists(),
    ),
)
