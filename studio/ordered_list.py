"""Lists that people put in order themselves: one module moves the rows of all of them.

Positions run from 1 without holes, and the database lets none repeat.  That constraint is immediate (SQLite has no
other), so rows change places in two passes: to the negative of the new position, then to the positive.

Each edit of a list raises its version, which locks the list until the edit commits, and is refused on an older one: of
two people who press Move Down at once, the second is told, and the row moves once.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from django.db import models
from django.db.models import Case, F, Max, Q, Value, When
from django.db.models.expressions import Combinable

from studio.refusal import OperationRefused, OutdatedPage

OUTDATED = "Somebody has changed the list meanwhile. This is the list as it is now; do your change again."


class OrderedList(models.Model):
    """The version of a list as a whole: one row, key 1.  `rows` is the model of what the list holds."""

    version = models.PositiveBigIntegerField(default=0)

    rows: type[models.Model]

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="%(app_label)s_%(class)s_one_row")]

    def __str__(self) -> str:
        return f"version {self.version}"

    @classmethod
    def current_version(cls) -> int:
        # The row is made by the first edit: looking at the list changes nothing.
        return cls._default_manager.filter(pk=1).values_list("version", flat=True).first() or 0


def lock(which: type[OrderedList], expected: int | None) -> None:
    """Raise the version of a list, which nobody else can until the transaction ends.  The verbs below need it.

    expected: the version that the user's page showed; None for what means the same in any list: a new row at its end,
              a row that goes.

    Raises OutdatedPage on an older version.
    """
    which._default_manager.get_or_create(pk=1)
    now = which._default_manager.filter(pk=1)
    if expected is not None:
        now = now.filter(version=expected)
    if not now.update(version=F("version") + 1):
        raise OutdatedPage(OUTDATED)


def keys(which: type[OrderedList]) -> list[int]:
    """Return the keys of all rows in their order."""
    return list(which.rows._default_manager.order_by("position", "pk").values_list("pk", flat=True))


def next_position(which: type[OrderedList]) -> int:
    """Return the place of a new row at the end."""
    return (which.rows._default_manager.aggregate(last=Max("position"))["last"] or 0) + 1


def move(
    which: type[OrderedList], row: models.Model, *, by: int, among: Collection[int] | None = None
) -> None:
    """Move `row` past its neighbour: up with by=-1, down with by=1.

    among: keys of the rows that the user sees, in their order, `row` among them; the others stay in their places.

    Raises OperationRefused at the end of the list; OutdatedPage where `row` was deleted.
    """
    visible = list(keys(which) if among is None else among)
    at = place_of(row, visible)
    to = at + by
    if not 0 <= to < len(visible):
        raise OperationRefused(f"{row} is {'first' if by < 0 else 'last'} already.")
    visible.insert(to, visible.pop(at))
    put_in_order(which, visible)


def place(
    which: type[OrderedList],
    row: models.Model,
    *,
    before: models.Model | None,
    among: Collection[int] | None = None,
) -> None:
    """Put `row` before the row `before`, or last if None.  `among` as in move().

    Raises OutdatedPage where one of them was deleted.
    """
    visible = list(keys(which) if among is None else among)
    at = place_of(row, visible)
    if before is None or before.pk != row.pk:
        del visible[at]
        visible.insert(place_of(before, visible) if before else len(visible), row.pk)
        put_in_order(which, visible)


def close_gaps(which: type[OrderedList]) -> None:
    """Number the rows anew after one has gone."""
    _renumber(which, keys(which))


def place_of(row: models.Model, among: list[int]) -> int:
    """Return the index of `row`, which may have been deleted after it was read and before the list was locked."""
    if row.pk not in among:
        raise OutdatedPage(OUTDATED)
    return among.index(row.pk)


def put_in_order(which: type[OrderedList], visible: Sequence[int]) -> None:
    """Give the visible rows, in this order, the places that visible rows have; the others stay in theirs.

    visible: keys.
    """
    in_turn = iter(visible)
    moving = set(visible)
    _renumber(which, [next(in_turn) if key in moving else key for key in keys(which)])


def _renumber(which: type[OrderedList], in_order: list[int]) -> None:
    """Write the positions of the rows whose place has changed, and of no others."""
    rows = which.rows._default_manager
    now = dict(rows.values_list("pk", "position"))
    moved = {key: position for position, key in enumerate(in_order, start=1) if now[key] != position}
    if not moved:
        return
    affected = rows.filter(pk__in=moved)
    affected.update(position=-_new_position(now, moved))
    affected.update(position=-F("position"))


def _new_position(now: dict[int, int | None], moved: dict[int, int]) -> Combinable:
    """Return the expression of it: most rows are shifted by the same, and only the others are named.

    To name each of 200 took ten times as long as all else of a move.
    """
    # What has no place yet cannot be shifted.
    shifts = {key: place - was for key, place in moved.items() if (was := now[key]) is not None}
    [(shift, _)] = Counter(shifts.values()).most_common(1) or [(0, 0)]
    named = [When(pk=key, then=Value(place)) for key, place in moved.items() if shifts.get(key) != shift]
    return Case(*named, default=F("position") + shift)
