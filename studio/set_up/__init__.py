"""What the studio has set up, kept in the process: preferences, calendar, departments, people, statuses and their like.

It changes a few times a month and every page needs it.  Each request reads the tokens of all watched tables in one
query (tokens.py) and of the parts only those whose tables were written since; so what one web worker saves the next
request of every other one shows.

A request has it as it stood when it began (`request.set_up`).  Whatever changes a part, or decides under a lock, reads
the database itself.

Kept as it is, and not in Django's cache: that would take all of it apart and put it together again for each request,
which costs more than reading the tables (November 2026).  So nobody changes what they are given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from studio.set_up import tokens


@dataclass(frozen=True)
class Part:
    """What `read` makes of the rows of `models`.  It reads committed rows, outside of any transaction."""

    read: Callable[[], Any]
    models: tuple[type[Model], ...]


_parts: dict[str, Part] = {}
# By part: the tokens of its tables, and what was read when they were so.
_kept: dict[str, tuple[tuple[str, ...], Any]] = {}


def keep(name: str, read: Callable[[], Any], *models: type[Model]) -> None:
    """Name a part.  Call from AppConfig.ready().

    models: all that `read` reads, each watched (tokens.watch).
    """
    _parts[name] = Part(read, models)
    for model in models:
        tokens.watch(model)


def now() -> Mapping[str, Any]:
    """Return all parts by name, as they are now.  One query, and those of each part that has changed."""
    found, at = {}, tokens.read()
    for name, part in _parts.items():
        state = tuple(at.get(model._meta.db_table, "") for model in part.models)
        kept = _kept.get(name)
        # A table without a token has not been migrated since it is watched (check studio.E022): it is read each time.
        if kept is None or kept[0] != state or "" in state:
            # Read after its tokens: if somebody writes in between, what is kept is newer than they say, and read again.
            kept = _kept[name] = state, part.read()
        found[name] = kept[1]
    return found
