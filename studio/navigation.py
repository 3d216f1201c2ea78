"""Menus: which links a page offers, declared by the app that owns the page and joined in settings.MENUS.

A menu is a list of dotted names there, each of a tuple of MenuItem in some app's own `navigation` module; so a link
comes and goes with its app, and nothing here knows where it leads.

The sidebar holds at most a dozen entries, however many pages there are: what a role opens all day, what somebody has
pinned, and Maintenance and More, which lead to the rest.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from studio import access
from studio.access import Role
from studio.count_together import count_together

MOST_IN_SIGHT = 12
MOST_COUNTED = 99
# The menus whose pages can be pinned: of daily work, and the groups of Maintenance.
WORK, MAINTENANCE = "Work", ("Production", "General")


class MenuItem(NamedTuple):
    """One link.

    page:       URL name, which may take the key of a record.
    permission: shows the link; see access.
    icon:       a heroicon.
    key:        "g" and this key go there.
    purpose:    what the page is for, in a line; where links are listed with one.
    all_day:    the roles that open it all day, and have it in sight; the others find it under More.
    short:      its name in the bar of a phone; "" where it is not in there.
    query:      what its address says besides.
    """

    words: str
    page: str
    permission: str
    icon: str = ""
    key: str = ""
    purpose: str = ""
    all_day: Iterable[str] = tuple(Role)
    short: str = ""
    query: str = ""


@cache
def menu(title: str) -> tuple[MenuItem, ...]:
    """Return all items of a menu.  Raises KeyError for one that settings.MENUS does not name."""
    return tuple(item for group in settings.MENUS[title] for item in import_string(group))


def allowed(title: str, user) -> list[MenuItem]:
    return [item for item in menu(title) if access.may(user, item.permission)]


def links(title: str, user, *args) -> list[dict]:
    """Return what `user` may follow of a menu; see link().

    args: what the addresses are made with, such as the key of the record that the menu is about.
    """
    return [link(item, *args) for item in allowed(title, user)]


def link(item: MenuItem, *args) -> dict:
    """Return words, short words, page, href, icon, key and purpose of an item."""
    address = reverse(item.page, args=args)
    return {
        "words": item.words,
        "short": item.short,
        "page": item.page,
        "href": f"{address}?{item.query}" if item.query else address,
        "icon": item.icon,
        "key": item.key,
        "purpose": item.purpose,
    }


class Sidebar(NamedTuple):
    """What one person has in sight, and the rest of their pages of work, which More leads to."""

    all_day: list[MenuItem]
    pinned: list[MenuItem]
    doors: list[MenuItem]
    rest: list[MenuItem]

    @property
    def room(self) -> int:
        """How many more may be pinned."""
        return MOST_IN_SIGHT - len(self.all_day) - len(self.pinned) - len(self.doors)


def sidebar(user) -> Sidebar:
    """Return the sidebar of `user`, who may be a stranger.  No query."""
    work = allowed(WORK, user)
    all_day = [item for item in work if user.role in item.all_day]
    rest = [item for item in work if item not in all_day]
    maintenance = [item for title in MAINTENANCE for item in allowed(title, user)]
    doors = [item for item, leads_on in ((MORE, rest), (MAINTENANCE_PAGE, maintenance)) if leads_on]
    room = MOST_IN_SIGHT - len(all_day) - len(doors)
    by_page = {item.page: item for item in [*rest, *maintenance]}
    pinned = [by_page[page] for page in getattr(user, "pinned_pages", ()) if page in by_page][:room]
    return Sidebar(all_day, pinned, doors, rest)


def waiting_of(request) -> dict[str, int]:
    """Return how much waits for the user of `request`, who is signed in: behind pages, by name, and what notices ask.

    One query for all that settings.WAITING names, on first use.
    """
    if not hasattr(request, "waiting"):
        questions = {}
        for name in settings.WAITING:
            questions.update(import_string(name)(request.user))
        request.waiting = count_together(questions)
    return request.waiting


MAINTENANCE_PAGE = MenuItem("Maintenance", "studio:maintenance", "maintain", "wrench-screwdriver", "m")
MORE = MenuItem("More", "studio:more", "see_work", "ellipsis-horizontal-circle")

DAILY = (
    MenuItem("Sessions", "studio:session_list", "see_work", "camera", "s"),
    MenuItem("Clients", "studio:client_list", "see_work", "users", "c"),
)
PRODUCTION = (
    MenuItem(
        "Vendors",
        "studio:vendor_list",
        "maintain",
        "truck",
        purpose="The labs and others that orders go to, with whom to call there.",
    ),
    MenuItem(
        "Session Types",
        "studio:session_type_list",
        "maintain",
        "tag",
        purpose="Kinds of sittings, such as Wedding or School, by which orders are filtered and triggers chosen.",
    ),
)
PEOPLE = (
    MenuItem(
        "Users",
        "studio:user_list",
        "manage_people",
        "user-group",
        purpose="Who works here, what each may do, who is away and who stands in.",
    ),
    MenuItem(
        "Departments",
        "studio:department_list",
        "maintain",
        "building-office",
        purpose="The groups that work is given to, such as Retouching or Front Desk.",
    ),
)
PREFERENCES = (
    MenuItem(
        "Company Preferences",
        "studio:preferences",
        "set_preferences",
        "cog-6-tooth",
        purpose="The studio's name, logo and paper, its work week and closed days, and its time zone.",
    ),
    MenuItem(
        "Changes",
        "studio:change_list",
        "maintain",
        "clipboard-document-list",
        purpose="Who changed what in Maintenance, from what to what.",
    ),
    MenuItem(
        "Health",
        "studio:health",
        "maintain",
        "heart",
        purpose="Whether worker, disk, back-ups, database and mail are in order, and what to do where they are not.",
    ),
)
NEW = (
    MenuItem("New Client", "studio:client_create", "change_clients", "plus"),
    MenuItem("New Session", "studio:session_create", "change_clients", "plus"),
)
NEW_IN_MAINTENANCE = (
    MenuItem("New Vendor", "studio:vendor_create", "maintain", "plus"),
    MenuItem("New Session Type", "studio:session_type_create", "maintain", "plus"),
    MenuItem("New User", "studio:user_create", "manage_people", "plus"),
    MenuItem("New Department", "studio:department_create", "maintain", "plus"),
)
PREFERENCES_TABS = (MenuItem("Company", "studio:preferences", "set_preferences"),)
YOU = (MenuItem("Long Work", "studio:long_work_list", "see_work", "arrow-path"),)
