"""A vendor that is behind: the due dates of its open orders at a status move at once, for one reason, as one batch."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import transaction

from preproduction.models import Batch, Cause, Order, OrderEvent, Status
from preproduction.operations.due_date import change_due_date
from preproduction.operations.messages import send_messages
from preproduction.operations.moves import DueDateMove, moves
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import in_chunks
from preproduction.stay import Stay, in_business_days
from studio import dates
from studio.business_days import WorkCalendar
from studio.models import Client, User, Vendor
from triggers.models import Delivery
from triggers.outbox.by_hand import Wanted

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


class Telling(NamedTuple):
    """What is sent about each order that moves."""

    wanted: Wanted
    waits_for_review: bool = False


class BehindAnswer(NamedTuple):
    """What came of an order: itself, or why it was not moved; and of its message, if one was to be sent."""

    order: Order
    moved: Order | OperationRefused
    message: Delivery | OperationRefused | None = None


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
    targets: Sequence[Target], *, what: str, reason: str, by: User, telling: Telling | None = None
) -> tuple[Batch | None, list[BehindAnswer]]:
    """Give each order its due date, CHUNK of them in a transaction, and answer for each.

    what:    what was done, as the batch says it.
    telling: what is sent about each that has moved; None for nothing.  A message that cannot be sent harms no move.

    Sent again by the same person, as after a server was killed meanwhile, it goes on where it stood, in the same batch.
    Call outside a transaction.
    """
    key = plan_key(targets, what=what, reason=reason, telling=telling)
    batch: Batch | None = None
    answers: list[BehindAnswer] = []
    for chunk in in_chunks(targets, CHUNK):
        with transaction.atomic():
            batch, more = put_chunk_behind(
                chunk, batch, key=key, what=what, reason=reason, by=by, telling=telling
            )
        answers += more
    return batch, answers


def put_chunk_behind(
    chunk: Sequence[Target],
    batch: Batch | None,
    *,
    key: str,
    what: str,
    reason: str,
    by: User,
    telling: Telling | None = None,
) -> tuple[Batch, list[BehindAnswer]]:
    """Do as put_behind does with some of its targets, in the transaction of the caller.

    batch: of the chunk before; None for the first.  key: plan_key of all targets.
    """
    if not reason.strip():
        raise OperationRefused("Say why the due dates are moved.", field="reason")
    batch = (
        batch
        or Batch.objects.filter(kind=Batch.Kind.BEHIND, by=by, before={"behind": key}, undone_by=None).first()
    )
    batch = batch or Batch.begin(Batch.Kind.BEHIND, what, by=by, before={"behind": key})
    return batch, _move(chunk, batch, reason, telling)


def plan_key(targets: Sequence[Target], *, what: str, reason: str, telling: Telling | None) -> str:
    """Return what is the same only where just this is asked for again."""
    return hashlib.sha256(repr((what, reason, [*map(tuple, targets)], _said(telling))).encode()).hexdigest()


def _said(telling: Telling | None) -> tuple[object, ...]:
    if telling is None:
        return ()
    wanted = telling.wanted
    return wanted.template.pk, wanted.channel, wanted.recipient, telling.waits_for_review


def _move(chunk: Sequence[Target], batch: Batch, reason: str, telling: Telling | None) -> list[BehindAnswer]:
    orders = Order.with_withdrawn.select_related("session").in_bulk([target.order for target in chunk])
    if telling:  # before the orders, as whoever erases a client keeps them
        clients = {order.session.client_id for order in orders.values()}
        list(Client.with_withdrawn.select_for_update().filter(pk__in=clients).order_by("pk"))
    done = set(OrderEvent.objects.filter(batch=batch).values_list("order_id", flat=True))
    answers = []
    for target in chunk:
        order = orders[target.order]
        if target.order in done:
            answers.append(BehindAnswer(order, order))
            continue
        try:
            moved = _move_one(order, target, batch, reason)
        except OperationRefused as refusal:
            answers.append(BehindAnswer(order, refusal))
        else:
            answers.append(BehindAnswer(order, moved, _tell(moved, batch, telling) if telling else None))
    return answers


@transaction.atomic
def _move_one(order: Order, target: Target, batch: Batch, reason: str) -> Order:
    return change_due_date(
        order,
        due_date=target.due_date,
        reason=reason,
        expected=target.version,
        by=batch.by,
        cause=Cause.BEHIND,
        batch=batch,
    )


def _tell(order: Order, batch: Batch, telling: Telling) -> Delivery | OperationRefused:
    wanted, waits = telling
    ((_, answer),) = send_messages([order], wanted, by=batch.by, waits_for_review=waits, batch=batch)
    return answer
