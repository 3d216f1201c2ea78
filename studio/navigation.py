"""Menus: which links a page offers, declared by the app that owns the page and joined in settings.MENUS.

A menu is a list of dotted names there, each of a tuple of MenuItem in some app's own `navigation` module; so a link
comes and goes with its app, and nothing here knows where it leads.
"""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from studio import access


class MenuItem(NamedTuple):
    """One link.

    page:       URL name, which may take the key of a record.
    permission: shows the link; see access.
    icon:       a heroicon.
    key:        "g" and this key go there.
    """

    words: str
    page: str
    permission: str
    icon: str = ""
    key: str = ""


@cache
def menu(title: str) -> tuple[MenuItem, ...]:
    """Return all items of a menu.  Raises KeyError for one that settings.MENUS does not name."""
    return tuple(item for group in settings.MENUS[title] for item in import_string(group))


def links(title: str, user, *args) -> list[dict]:
    """Return what `user` may follow of a menu: words, href, icon and key.

    args: what the addresses are made with, such as the key of the record that the menu is about.
    """
    return [
        {"words": item.words, "href": reverse(item.page, args=args), "icon": item.icon, "key": item.key}
        for item in menu(title)
        if access.may(user, item.permission)
    ]


WORK = (
    MenuItem("Sessions", "studio:session_list", "see_work", "camera", "s"),
    MenuItem("Clients", "studio:client_list", "see_work", "users", "c"),
)
MAINTENANCE = (
    MenuItem("Departments", "studio:department_list", "maintain", "building-office"),
    MenuItem("Users", "studio:user_list", "manage_people", "user-group"),
    MenuItem("Vendors", "studio:vendor_list", "maintain", "truck"),
    MenuItem("Session Types", "studio:session_type_list", "maintain", "tag"),
)
PREFERENCES = (
    MenuItem("Company Preferences", "studio:preferences", "set_preferences", "cog-6-tooth"),
    MenuItem("Changes", "studio:change_list", "maintain", "clipboard-document-list"),
)
PREFERENCES_TABS = (MenuItem("Company", "studio:preferences", "set_preferences"),)
