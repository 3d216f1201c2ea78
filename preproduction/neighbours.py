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
    count: int  # MOST + 1 where there may be more
    is_listed: bool
    previous: int | None
    next: int | None

    @property
    def place(self) -> int:
        return self.at + 1

    @property
    def count_words(self) -> str:
        return f"{MOST:,}+" if self.count > MOST else str(self.count)

    @property
    def before(self) -> int:
        return self.at - 1

    @property
    def after(self) -> int:
        """The place of the next one, which has moved up where the order has left the list."""
        return self.at + 1 if self.is_listed else self.at


def neighbours_of(key: int, rows: QuerySet, at: int) -> Neighbours | None:
    """Return who stands around the order `key` in `rows`; None where the list is empty.  One query.

    Of one that stood further down than MOST nobody is known.

    at: its place when the list was read, for an order that has left the list since, as by being advanced; the last
        of a list is -1, too.
    """
    keys = list(rows.values_list("pk", flat=True)[: MOST + 1])
    is_listed = key in keys[:MOST]
    is_within = len(keys) <= MOST or 0 <= at < MOST
    if not keys:
        return None
    if not (is_listed or is_within):
        return Neighbours(at, len(keys), is_listed=False, previous=None, next=None)
    if at < 0:
        at = max(len(keys) + 1 + at, 0)
    at = keys.index(key) if is_listed else min(at, len(keys))
    following = keys[at + 1 :] if is_listed else keys[at:]
    return Neighbours(
        at=at,
        count=len(keys),
        is_listed=is_listed,
        previous=keys[at - 1] if at else None,
        next=following[0] if following else None,
    )
