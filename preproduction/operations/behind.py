"""A vendor that is behind: the due dates of its open orders at a status move at once, for one reason, as one batch."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import transaction

from preproduction.models import Batch, Cause, Order, OrderEvent, Status
from preproduction.operations.due_date import change_due_date
from preproduction.operations.moves import DueDateMove, moves
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import in_chunks
from preproduction.stay import Stay, in_business_days
from studio import dates
from studio.business_days import WorkCalendar
from studio.models import User, Vendor

CHUNK = 50  # orders to a transaction


@dataclass(frozen=True)
class Behind:
    """Which orders, and by how much: so many business days more by the clock of each, or none before a day."""

    vendor: Vendor
    status: Status
    days: int | None = None
    until: date | None = None

    def __str__(self) -> str:
        how = (
            f"by {in_business_days(self.days)}"
            if self.days
            else f"to {dates.written(self.until or date.max)}"
        )
        return f"{self.vendor} is behind: orders at {self.status} moved {how}."


class Target(NamedTuple):
    """An order as its page showed it, and the due date that it is to have."""

    order: int
    version: int
    due_date: date


def plan_behind(behind: Behind, calendar: WorkCalendar) -> list[DueDateMove]:
    """Return the moves, soonest due first.  Orders without a due date have none; on hold they move as well."""

    def counted(order: Order, clock: Stay) -> Stay:
        if clock.due_date is None:
            return clock
        if behind.until is not None:
            return clock.typed(max(clock.due_date, behind.until))
        return clock.typed(order.clock(calendar).add_business_days(clock.due_date, behind.days or 0))

    return list(moves(Order.objects.filter(vendor=behind.vendor, status=behind.status), counted))


def put_behind(
    targets: Sequence[Target], *, what: str, reason: str, by: User
) -> tuple[Batch | None, list[tuple[Order, Order | OperationRefused]]]:
    """Give each order its due date, CHUNK of them in a transaction, and answer for each: the order, or why not.

    what: what was done, as the batch says it.

    Sent again by the same person, as after a server was killed meanwhile, it goes on where it stood, in the same batch.
    Call outside a transaction.
    """
    if not reason.strip():
        raise OperationRefused("Say why the due dates are moved.", field="reason")
    key = hashlib.sha256(repr((what, reason, [*map(tuple, targets)])).encode()).hexdigest()
    batch = Batch.objects.filter(kind=Batch.Kind.BEHIND, by=by, before={"behind": key}).first()
    answers: list[tuple[Order, Order | OperationRefused]] = []
    for chunk in in_chunks(targets, CHUNK):
        with transaction.atomic():
            batch = batch or Batch.begin(Batch.Kind.BEHIND, what, by=by, before={"behind": key})
            answers += _move(chunk, batch, reason)
    return batch, answers


def _move(chunk: Sequence[Target], batch: Batch, reason: str) -> list[tuple[Order, Order | OperationRefused]]:
    orders = Order.with_withdrawn.in_bulk([target.order for target in chunk])
    done = set(OrderEvent.objects.filter(batch=batch).values_list("order_id", flat=True))
    answers: list[tuple[Order, Order | OperationRefused]] = []
    for target in chunk:
        order = orders[target.order]
        answer: Order | OperationRefused = order
        if target.order not in done:
            try:
                with transaction.atomic():
                    answer = change_due_date(
                        order,
                        due_date=target.due_date,
                        reason=reason,
                        expected=target.version,
                        by=batch.by,
                        cause=Cause.BEHIND,
                        batch=batch,
                    )
            except OperationRefused as refusal:
                answer = refusal
        answers.append((order, answer))
    return answers
