"""Due dates of many open orders that move at once, because a setting of the studio changed: rehearsed, then written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from preproduction import stay
from preproduction.models import Batch, Cause, Order, OrderEvent
from preproduction.models.order_queries import OrderQuerySet
from preproduction.operations.rows import in_chunks, new_event
from preproduction.stay import Stay
from studio.models import User


@dataclass(frozen=True)
class DueDateMove:
    """An open order whose status due date moves.  `order` is as it is; `after` is its stay as it would be."""

    order: Order
    now: Stay
    after: Stay
    today: date

    @property
    def becomes_overdue(self) -> bool:
        return self.after.is_overdue(self.today) and not self.now.is_overdue(self.today)

    @property
    def stops_being_overdue(self) -> bool:
        return self.now.is_overdue(self.today) and not self.after.is_overdue(self.today)

    def foretold(self, order: Order) -> Order:
        """Return `order`, the same with other joins, as it would be; it is not stored."""
        order.status_due_date = self.after.due_date
        return order


def moves(
    orders: OrderQuerySet, counted: Callable[[Order, Stay], Stay], *, lock: bool = False
) -> Iterator[DueDateMove]:
    """Yield the open ones of `orders` whose due date is another as `counted`, soonest due first.

    lock: keep the orders as they are until the transaction ends.
    """
    today = timezone.localdate()
    orders = orders.open().for_table().order_by("status_due_date", "pk")
    if lock:
        orders = orders.select_for_update(of=("self",))
    for order in orders.iterator(chunk_size=2000):
        now = stay.of(order)
        after = counted(order, now)
        if after.due_date != now.due_date:
            yield DueDateMove(order, now, after, today)


def move_due_dates(
    moved: Iterable[DueDateMove], *, by: User, cause: Cause, batch: Batch, leave: bool = False
) -> int:
    """Write the moves of orders just kept, each with its row of History; return how many.

    leave: the due dates stay, and count as typed from now on, so that nothing moves them later either.
    """
    rows = []
    for move in moved:
        after = move.now.typed(move.now.due_date) if leave else move.after
        columns = {"status_due_date": after.due_date, "status_duration": after.duration}
        event = new_event(move.order, OrderEvent.Kind.DUE_DATE, columns, by=by, cause=cause, batch=batch)
        for name, value in columns.items():
            setattr(move.order, name, value)
        move.order.version = event.version
        rows.append(event)
    for chunk in in_chunks(rows):
        Order.objects.bulk_update(
            [event.order for event in chunk], ["status_due_date", "status_duration", "version"]
        )
        OrderEvent.objects.bulk_create(chunk)
    return len(rows)
