"""What the palette finds: a few of each kind of thing for the words typed, declared by the app that owns the kind.

settings.FINDERS names the kinds in the order in which they are shown.  A finder takes the user and what was typed, and
returns what the user may see of its kind, of rows at most MOST, the best first; of nothing typed, what is worth offering
then.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

MOST = 6  # rows of a kind; the lists have searches of their own


class Found(NamedTuple):
    """is_exact: it is called just what was typed, and by nothing else: Enter opens it at once."""

    words: str
    href: str
    icon: str
    detail: str = ""
    is_exact: bool = False


class Group(NamedTuple):
    title: str
    found: list[Found]


def groups(user, typed: str) -> Iterator[Group]:
    """Yield each kind of which something is found.  One finder at a time, so that whoever has enough asks no further."""
    for title, finder in settings.FINDERS:
        if found := import_string(finder)(user, typed):
            yield Group(title, found)


def exact(user, typed: str) -> Found | None:
    """Return the one thing that is called just what was typed, if there is one."""
    return next((each for group in groups(user, typed) for each in group.found if each.is_exact), None)
