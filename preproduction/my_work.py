"""What waits for one person: the orders and tasks of Home, late first, then today's, then the next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber

from preproduction.models import Order
from preproduction.models.order_queries import OrderQuerySet
from studio.count_together import first_together
from studio.models import User
from triggers.models import Task

SHOWN = 8  # orders and tasks of each pile; the rest is one click away, in the lists
LATE, DUE_TODAY, NEXT = "late", "due_today", "next"
UNDATED = "undated"
WORDS = {LATE: "Late", DUE_TODAY: "Today", NEXT: "Next"}
# What lies in each pile of orders, by their due date.
DAYS = {LATE: (LATE,), DUE_TODAY: (DUE_TODAY,), NEXT: (NEXT, UNDATED)}


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


def piles_of(whose: Sequence[OrderQuerySet], today: date, *, most: int) -> list[list[Pile]]:
    """Sort the open orders of each of `whose` into piles.  Two queries: which they are, and the rows that are shown.

    Orders on hold are in none of them: nothing is to be done until they are resumed.

    most: of more orders in a pile, `most` + 1 are counted, so that nobody waits for the count of a large one.
    """
    asked = {
        (number, day): rows
        for number, orders in enumerate(whose)
        for day, rows in _by_day(orders.open().filter(held_on=None), today).items()
    }
    found = first_together(asked, first=SHOWN, most=most)
    rows = Order.objects.for_table().in_bulk([key for keys, _ in found.values() for key in keys])
    return [
        [_pile(key, [found[number, day] for day in DAYS[key]], rows) for key in WORDS]
        for number, _ in enumerate(whose)
    ]


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


def _by_day(orders: OrderQuerySet, today: date) -> dict[str, OrderQuerySet]:
    """Return those of each day of DAYS, by due date.  Each is read from an index as far as it is shown.

    All are sorted by due date, and a day is a range: sorted by key alone, PostgreSQL looks through all orders by their
    keys until it has found as many as are shown.
    """
    days = {
        LATE: Q(status_due_date__lt=today),
        DUE_TODAY: Q(status_due_date__range=(today, today)),
        NEXT: Q(status_due_date__gt=today),
        UNDATED: Q(status_due_date=None),
    }
    by_due_date = orders.order_by("status_due_date", "pk")
    return {name: by_due_date.filter(day) for name, day in days.items()}


def _pile(key: str, found: Sequence[tuple[list[int], int]], rows: dict[int, Order]) -> Pile:
    """Return the pile `key`, of the keys of orders and the count that were found for each of its days."""
    orders = [rows[each] for keys, _ in found for each in keys if each in rows]
    orders.sort(key=lambda order: (order.status_due_date or date.max, order.pk))
    return Pile(key, orders[:SHOWN], sum(count for _, count in found))


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
