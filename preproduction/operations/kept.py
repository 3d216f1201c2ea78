"""What many orders that are advanced in one transaction keep, and read, at once."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from preproduction.models import Order, Status, StatusChange
from preproduction.operations.plan import AdvancePlan
from preproduction.operations.refusal import OutdatedPage
from preproduction.operations.rows import keep_order, keep_orders, keep_status
from triggers import outbox
from triggers.models import Trigger

# An order, its plan, and the further keywords of advance_status.
Row = tuple[Order, AdvancePlan, dict[str, Any]]


@dataclass(frozen=True)
class Kept:
    """What is kept and read already; nothing where one order is advanced by itself.

    orders:   by their keys, each for the first that asks.
    requests: the changes that were made by request keys, which is all there is of those asked about in `keys`.
    triggers: the active ones, by the keys of statuses.
    """

    statuses: dict[int, Status] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    keys: frozenset[UUID] = frozenset()
    requests: dict[UUID, StatusChange] = field(default_factory=dict)
    triggers: dict[int, list[Trigger]] | None = None

    @classmethod
    def of(cls, chunk: Sequence[Row]) -> "Kept":
        """Keep first the statuses and then the orders, by their keys, so that nobody waits for another in a circle."""
        statuses = {}
        for status in sorted({plan.to for _, plan, _ in chunk}, key=lambda status: status.pk):
            with suppress(OutdatedPage):  # each order that was to go there says so
                statuses[status.pk] = keep_status(status)
        orders = keep_orders(order.pk for order, _, _ in chunk)
        keys = frozenset(key for _, _, given in chunk if (key := given.get("request_key")))
        # Not before the orders are kept: the twin of a form sent twice may commit while this one waits.
        requests = StatusChange.objects.filter(request_key__in=keys) if keys else ()
        return cls(
            statuses,
            orders,
            keys,
            {change.request_key: change for change in requests if change.request_key},
            outbox.matching_by_status(statuses),
        )

    def status(self, status: Status) -> Status:
        now = self.statuses.get(status.pk)
        return now if now is not None and now.is_final == status.is_final else keep_status(status)

    def order(self, order: Order) -> Order:
        return self.orders.pop(order.pk, None) or keep_order(order)

    def change_of(self, request_key: UUID) -> StatusChange | None:
        if request_key in self.keys:
            return self.requests.get(request_key)
        return StatusChange.objects.filter(request_key=request_key).first()

    def triggers_of(self, status: Status) -> Sequence[Trigger] | None:
        """Return the active triggers of `status`; None where they were not read."""
        return None if self.triggers is None else self.triggers.get(status.pk, ())
