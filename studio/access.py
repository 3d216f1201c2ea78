"""Roles, what each may do, and the decorator that asks.

A role is a column of User; what a role may do is code, because pages are.  Each app names the permissions of its pages
in a module of its own, and settings.PERMISSIONS joins them.  Every view names one permission with `@requires`;
tests/security/test_access.py holds every route against a written table.
"""

from collections.abc import Callable
from functools import cache, wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.module_loading import import_string


class Role(models.TextChoices):
    """From the least to the most: each may do what the one before may."""

    STAFF = "staff", "Staff"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator"


@cache
def permissions() -> dict[Role, frozenset[str]]:
    """Return all that each role may do."""
    by_app = [import_string(name) for name in settings.PERMISSIONS]
    granted, of_role = frozenset(), {}
    for role in Role:
        granted = granted.union(*(added.get(role, ()) for added in by_app))
        of_role[role] = granted
    return of_role


def may(user, permission: str) -> bool:
    """Whether `user` may do `permission`.  Inactive and anonymous users may nothing.

    Raises ValueError for a name nobody has, so that a typing error cannot lock a page for everybody in silence.
    """
    _must_exist(permission)
    return bool(user.is_active and user.is_authenticated and permission in permissions()[user.role])


def requires(permission: str) -> Callable:
    """Decorate a view: 403 unless the logged-in user may do `permission`."""
    _must_exist(permission)

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not may(request.user, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.permission = permission
        return checked

    return decorate


def _must_exist(permission: str) -> None:
    if permission not in permissions()[Role.ADMINISTRATOR]:
        raise ValueError(f"No role has a permission called {permission!r}.")
