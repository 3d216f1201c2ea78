"""Due dates of many open orders that move at once, because a setting of the studio changed: rehearsed, then written.

All of it in one transaction, so that nobody sees one half counted by the old setting and one by the new.  The others
wait for it meanwhile, so what is read and written here is no more than it takes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects
from django.utils import timezone

from preproduction import stay
from preproduction.models import Batch, Cause, Order, OrderEvent
from preproduction.models.order_queries import OrderQuerySet
from preproduction.operations.rows import plan_event, write_events
from preproduction.stay import Stay
from studio.models import User


@dataclass(frozen=True)
class DueDateMove:
    """An open order whose status due date moves.  `after` is its stay as it would be.

    order: as it is, its status joined and no more.
    """

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
    orders = orders.open().select_related("status").order_by("status_due_date", "pk")
    if lock:
        orders = orders.select_for_update(of=("self",))
    for order in orders.iterator(chunk_size=2000):
        now = stay.of(order)
        after = counted(order, now)
        if after.due_date != now.due_date:
            yield DueDateMove(order, now, after, today)


def moves_to_show(moves: Sequence[DueDateMove]) -> Sequence[DueDateMove]:
    """Join what a list of moves shows, which is the first of many.  Two queries."""
    prefetch_related_objects([move.order for move in moves], "session__client")
    return moves


def move_due_dates(
    moved: Iterable[DueDateMove], *, by: User, cause: Cause, batch: Batch, leave: bool = False
) -> int:
    """Write the moves of orders just kept, each with its row of History; return how many.

    leave: the due dates stay, and count as typed from now on, so that nothing moves them later either.
    """
    planned = []
    for move in moved:
        after = move.now.typed(move.now.due_date) if leave else move.after
        columns = {"status_due_date": after.due_date, "status_duration": after.duration}
        planned.append(
            plan_event(move.order, OrderEvent.Kind.DUE_DATE, columns, by=by, cause=cause, batch=batch)
        )
    write_events(planned)
    return len(planned)
