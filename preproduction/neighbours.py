"""The order before and after the one that somebody has opened from a list, in the order of that list."""

from dataclasses import dataclass

from django.db.models import QuerySet

MOST = 5000  # keys read; nobody pages through more


@dataclass(frozen=True)
class Neighbours:
    """Places count from 0.  A key is None where the list ends.

    at: the place of the order itself; of one that the list does not hold any more, where it stood.
    """

    at: int
    count: int
    is_listed: bool
    previous: int | None
    next: int | None

    @property
    def place(self) -> int:
        return self.at + 1

    @property
    def before(self) -> int:
        return self.at - 1

    @property
    def after(self) -> int:
        """The place of the next one, which has moved up where the order has left the list."""
        return self.at + 1 if self.is_listed else self.at


def neighbours_of(key: int, rows: QuerySet, at: int) -> Neighbours | None:
    """Return who stands around the order `key` in `rows`; None where the list is empty.  One query.

    at: its place when the list was read, for an order that has left the list since, as by being advanced.
    """
    keys = list(rows.values_list("pk", flat=True)[:MOST])
    if not keys:
        return None
    is_listed = key in keys
    at = keys.index(key) if is_listed else min(at, len(keys))
    following = keys[at + 1 :] if is_listed else keys[at:]
    return Neighbours(
        at=at,
        count=len(keys),
        is_listed=is_listed,
        previous=keys[at - 1] if at else None,
        next=following[0] if following else None,
    )
