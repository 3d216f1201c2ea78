"""What waits for one person: the orders and tasks of Home, late first, then today's, then the next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber

from preproduction.models import Order
from preproduction.models.order_queries import OrderQuerySet
from studio.models import User
from triggers.models import Task

SHOWN = 8  # orders and tasks of each pile; the rest is one click away, in the lists
LATE, DUE_TODAY, NEXT = "late", "due_today", "next"
WORDS = {LATE: "Late", DUE_TODAY: "Today", NEXT: "Next"}


@dataclass
class Pile:
    """The late ones, today's or the next ones: the first SHOWN of each, by due date, and how many there are."""

    key: str
    orders: list[Order] = field(default_factory=list)
    order_count: int = 0
    tasks: list[Task] = field(default_factory=list)
    task_count: int = 0  # without calls
    call_count: int = 0

    @property
    def words(self) -> str:
        return WORDS[self.key]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Return how many orders, tasks and calls there are."""
        return self.order_count, self.task_count, self.call_count

    @property
    def count(self) -> int:
        return sum(self.counts)

    @property
    def has_further_orders(self) -> bool:
        return self.order_count > len(self.orders)

    @property
    def has_further_tasks(self) -> bool:
        return self.task_count + self.call_count > len(self.tasks)


def piles_of(whose: Sequence[OrderQuerySet], today: date) -> list[list[Pile]]:
    """Sort the open orders of each of `whose` into piles.  A query for each, and one for all rows that are shown.

    Orders on hold are in none of them: nothing is to be done until they are resumed.
    """
    first = [list(_first_orders(orders, today)) for orders in whose]
    rows = Order.objects.for_table().in_bulk([key for found in first for _, key, _ in found])
    return [_orders_in_piles(found, rows) for found in first]


def add_tasks(mine: list[Pile], shared: list[Pile], *, user: User, departments: Collection[int], today: date):
    """Put what waits for `user` into `mine`, and what waits for anybody in `departments` into `shared`.  One query."""
    nobodys = Q(assigned_user=None, department__in=departments)
    waiting = (
        Task.objects.listed()
        .waiting()
        .filter(Q(assigned_user=user) | nobodys if departments else Q(assigned_user=user))
    )
    owned = waiting.annotate(is_mine=Case(When(assigned_user=user, then=Value(1)), default=Value(0)))
    by_key = {(is_mine, pile.key): pile for is_mine, piles in ((1, mine), (0, shared)) for pile in piles}
    calls = Window(Count("pk", filter=Q(kind=Task.Kind.CALL)), partition_by=[F("pile"), F("is_mine")])
    for task in _first(owned.for_table(), "due_date", today, "is_mine", calls=calls):
        pile = by_key[task.is_mine, task.pile]
        pile.tasks.append(task)
        pile.task_count, pile.call_count = task.count - task.calls, task.calls


def _first_orders(orders: OrderQuerySet, today: date):
    """Return the key of the pile, of the order, and how many the pile has, for the first SHOWN of each."""
    found = _first(orders.open().filter(held_on=None), "status_due_date", today)
    return found.values_list("pile", "pk", "count")


def _first(rows, due: str, today: date, *partition: str, **further: Window):
    """Annotate the `pile` of each row by the day in column `due`, its `count` and what is `further` asked of it.

    Only the first SHOWN of each.
    """
    pile = Case(
        When(**{f"{due}__lt": today}, then=Value(LATE)),
        When(**{due: today}, then=Value(DUE_TODAY)),
        default=Value(NEXT),
    )
    together = [F("pile"), *map(F, partition)]
    by_day = [F(due).asc(nulls_last=True), F("pk").asc()]
    return (
        rows.annotate(pile=pile)
        .annotate(
            place=Window(RowNumber(), partition_by=together, order_by=by_day),
            count=Window(Count("pk"), partition_by=together),
            **further,
        )
        .filter(place__lte=SHOWN)
        .order_by("place")
    )


def _orders_in_piles(found, rows: dict[int, Order]) -> list[Pile]:
    piles = {key: Pile(key) for key in WORDS}
    for name, key, count in found:
        piles[name].order_count = count
        if key in rows:
            piles[name].orders.append(rows[key])
    return list(piles.values())
