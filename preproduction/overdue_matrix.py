"""The matrix of the Overdue page: department and user against how late, counted when it is read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, DateField, F, QuerySet, Value

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

    orders: open ones; those that are late are counted.

    One query, which returns a row per due date, department and user, however many orders there are.
    """
    counts = _count(orders, list(bands), filters)
    total = _row("All", counts[None, None], filters, department=None, user=None)
    departments = sorted(
        {key[0] for key in counts if key[0]}, key=lambda key: -sum(counts[key, None].values())
    )
    return [_department(key, counts, filters) for key in departments], total


def _groups(orders: QuerySet, bands: list[LateBand | PromiseAlone], today: date) -> QuerySet:
    """Count late `orders` by due date, by the vendor by whose clock they are late, by department and user.  One query.

    The due date of those that are late by their promise alone is None.  Each kind is counted by itself: together, each
    late order would be looked up in the table, for what stands in an index.
    """
    by_step = orders.filter(overdue_on(today)).annotate(late_since=F("status_due_date"))
    nothing = Value(None, output_field=DateField())
    by_promise = orders.filter(PromiseAlone(today).as_q()).annotate(late_since=nothing)
    first, second = (
        rows.order_by()
        .annotate(own_clock=own_clock(bands))
        .values_list("late_since", "own_clock", "department", "assigned_user")
        .annotate(Count("pk"))
        for rows in (by_step, by_promise)
    )
    return first.union(second, all=True)


def _band_of(
    due_date: date | None, vendor: int | None, bands: Iterable[LateBand | PromiseAlone]
) -> LateBand | PromiseAlone:
    return next(band for band in bands if band.contains(due_date, vendor))


def _count(orders: QuerySet, bands: list[LateBand | PromiseAlone], filters: OverdueFilter):
    """Count by (department, user) and band; None stands for all of them, NOBODY for an empty column."""
    counts = defaultdict(lambda: defaultdict(int))
    here = {person.pk for person in filters.set_up["users"] if person.is_active}
    for due_date, vendor, department, user, count in _groups(orders, bands, filters.today):
        key = _band_of(due_date, vendor, bands).key
        department, user = str(department or NOBODY), str(user) if user in here else NOBODY
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
