"""The matrix of the Overdue page: department and user against how late, counted when it is read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, F, QuerySet, When

from preproduction.filters import NOBODY, OverdueFilter
from preproduction.late_bands import LateBand, PromiseAlone, own_clock
from preproduction.models.order_queries import overdue_on


@dataclass(frozen=True)
class Cell:
    """A number, and the filters that show just these orders.  `key`: of its band; "" for a total."""

    count: int
    key: str
    query: str
    is_current: bool


@dataclass
class Row:
    """One department with its users, one of these users, or everything."""

    words: str
    cells: list[Cell]
    users: list["Row"] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.cells[-1].count


def overdue_matrix(
    orders: QuerySet, filters: OverdueFilter, bands: Iterable[LateBand | PromiseAlone]
) -> tuple[list[Row], Row]:
    """Return the rows, the department with most overdue orders first, and the row of totals.

    One query, which returns a row per due date, department and user, however many orders there are.
    """
    counts = _count(orders, list(bands), filters.today)
    total = _row("All", counts[None, None], filters, department=None, user=None)
    departments = sorted(
        {key[0] for key in counts if key[0]}, key=lambda key: -sum(counts[key, None].values())
    )
    return [_department(key, counts, filters) for key in departments], total


def late_counts(
    orders: QuerySet, bands: list[LateBand | PromiseAlone]
) -> list[tuple[LateBand | PromiseAlone, int]]:
    """Return the `bands` with the number of late `orders` in each.  One query."""
    counts = orders.aggregate(
        **{f"band_{at}": Count("pk", filter=band.as_q()) for at, band in enumerate(bands)}
    )
    return [(band, counts[f"band_{at}"]) for at, band in enumerate(bands)]


def _count(orders: QuerySet, bands: list[LateBand | PromiseAlone], today: date):
    """Count by (department, user) and band; None stands for all of them, NOBODY for an empty column."""
    counts = defaultdict(lambda: defaultdict(int))
    owner = ("department", "assigned_user", "assigned_user__is_active")
    late_since = Case(When(overdue_on(today), then=F("status_due_date")))
    groups = orders.order_by().annotate(late_since=late_since, own_clock=own_clock(bands))
    groups = groups.values_list("late_since", "own_clock", *owner)
    for due_date, vendor, department, user, works_here, count in groups.annotate(Count("pk")):
        key = next(band.key for band in bands if band.contains(due_date, vendor))
        department, user = str(department or NOBODY), str(user) if works_here else NOBODY
        for owner in ((None, None), (department, None), (department, user)):
            counts[owner][key] += count
    return counts


def _department(key, counts, filters):
    row = _row(filters.named("department", key), counts[key, None], filters, department=key, user=None)
    users = [(user, counts[department, user]) for department, user in counts if department == key and user]
    users.sort(key=lambda pair: (-sum(pair[1].values()), filters.named("user", pair[0])))
    row.users = [
        _row(filters.named("user", user), found, filters, department=key, user=user) for user, found in users
    ]
    return row


def _row(words, found, filters, *, department, user):
    owner = {"department": [department] if department else None, "user": [user] if user else None}
    in_force = {name: filters.values.get(name) for name in filters.CELL}

    def cell(key, count):
        chosen = {**owner, "late": key or None}
        return Cell(
            count, key, filters.query(**chosen), is_current=chosen == in_force and any(chosen.values())
        )

    cells = [cell(key, found.get(key, 0)) for key in filters.bands]
    return Row(words, [*cells, cell("", sum(found.values()))])
