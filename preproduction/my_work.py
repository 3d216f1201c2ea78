"""What waits for one person: the orders and tasks of Home, late first, then today's, then the next."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q

from preproduction.models import Order
from preproduction.models.order import OrderQuerySet
from triggers.models import Task, TaskQuerySet

SHOWN = 8  # orders and tasks of each pile; the rest is one click away, in the lists


@dataclass(frozen=True)
class Pile:
    """The late ones, today's or the next ones: the first SHOWN of each, by due date, and how many there are."""

    key: str
    words: str
    orders: list[Order]
    order_count: int
    tasks: list[Task]
    task_count: int

    @property
    def count(self) -> int:
        return self.order_count + self.task_count

    @property
    def has_further_orders(self) -> bool:
        return self.order_count > len(self.orders)

    @property
    def has_further_tasks(self) -> bool:
        return self.task_count > len(self.tasks)


def piles_of(orders: OrderQuerySet, tasks: TaskQuerySet, today: date) -> list[Pile]:
    """Sort open orders and waiting tasks into piles.  At most eight queries.

    Orders on hold are in none of them: nothing is to be done until they are resumed.
    """
    order_counts = orders.open_counts(today)
    order_counts["next"] = (
        order_counts["open"] - order_counts["late"] - order_counts["due_today"] - order_counts["on_hold"]
    )
    task_counts = _task_counts(tasks, today)
    next_orders = orders.open().filter(held_on=None).exclude(status_due_date__lte=today)
    next_tasks = tasks.waiting().exclude(due_date__lte=today)
    rows = (
        ("late", "Late", orders.overdue(today), tasks.overdue(today)),
        ("due_today", "Today", orders.due_on(today), tasks.waiting().filter(due_date=today)),
        ("next", "Next", next_orders, next_tasks),
    )
    return [
        Pile(
            key,
            words,
            list(some.for_table().order_by(F("status_due_date").asc(nulls_last=True), "pk")[:SHOWN]),
            order_counts[key],
            list(some_tasks.for_table().order_by(F("due_date").asc(nulls_last=True), "pk")[:SHOWN]),
            task_counts[key],
        )
        for key, words, some, some_tasks in rows
    ]


def _task_counts(tasks: TaskQuerySet, today: date) -> dict[str, int]:
    counts = tasks.waiting().aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(due_date__lt=today)),
        due_today=Count("pk", filter=Q(due_date=today)),
    )
    return {**counts, "next": counts["all"] - counts["late"] - counts["due_today"]}
