"""Roles, what each may do, and the decorator that asks.

A role is a column of User; what a role may do is code, because pages are.  Every view names one permission with
`@requires`; tests/security/test_access.py holds every route against a written table.
"""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import models


class Role(models.TextChoices):
    STAFF = "staff", "Staff"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator"


STAFF = frozenset(
    {
        "see_work",  # home, orders, sessions, clients, tasks
        "change_clients",  # clients and sessions
        "create_order",
        "change_order",
        "advance_order",
        "undo_own_change",
        "do_tasks",
    }
)
MANAGER = STAFF | {
    "reassign_order",
    "hold_order",
    "undo_any_change",
    "see_overdue",
    "share_views",
    "steer_triggers",  # the Trigger Queue: process, skip, retry, pause all messages
}
ADMINISTRATOR = MANAGER | {"maintain", "manage_people", "set_preferences"}

PERMISSIONS = {Role.STAFF: STAFF, Role.MANAGER: MANAGER, Role.ADMINISTRATOR: ADMINISTRATOR}


def may(user, permission: str) -> bool:
    """Whether `user` may do `permission`, a name of ADMINISTRATOR.  Inactive and anonymous users may nothing.

    Raises ValueError for a name nobody has, so that a typing error cannot lock a page for everybody in silence.
    """
    if permission not in ADMINISTRATOR:
        raise ValueError(f"No role has a permission called {permission!r}.")
    return bool(user.is_active and user.is_authenticated and permission in PERMISSIONS[user.role])


def requires(permission: str) -> Callable:
    """Decorate a view: 403 unless the logged-in user may do `permission`."""
    if permission not in ADMINISTRATOR:
        raise ValueError(f"No role has a permission called {permission!r}.")

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not may(request.user, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.permission = permission
        return checked

    return decorate
