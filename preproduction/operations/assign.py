from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from preproduction.models import Batch, Cause, LateReason, Order, OrderEvent
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import (
    as_expected,
    keep_order,
    keep_orders,
    plan_event,
    who_was_quicker,
    write_event,
    write_events,
)
from studio.models import Department, User

Kind = OrderEvent.Kind


@transaction.atomic
def assign_order(
    order: Order,
    *,
    expected: int | None,
    by: User,
    department: Department | None,
    assigned_user: User | None,
    cause: Cause = Cause.BY_HAND,
    batch: Batch | None = None,
) -> Order:
    """Give the current status of `order` to another department and user.

    expected: order.version as the user's page showed it.
    Raises OutdatedPage if the order has changed meanwhile; OperationRefused if it is complete.
    """
    order = keep_order(order, expected)
    _refuse_if_complete(order)
    columns = {"department": department, "assigned_user": assigned_user}
    if (order.department, order.assigned_user) != (department, assigned_user):
        write_event(order, Kind.ASSIGNED, columns, by=by, cause=cause, batch=batch)
    return order


@transaction.atomic
def assign_orders(
    rows: Iterable[tuple[Order, int | None, dict[str, Any]]],
    *,
    by: User,
    cause: Cause = Cause.MANY,
    batch: Batch | None = None,
) -> tuple[Batch, list[tuple[Order, Order | OperationRefused]]]:
    """Do as assign_order does with many as one batch; answer for each: the order, or why not.

    rows:  (order, its version as the page showed it, department and assigned_user).
    batch: which they are part of; a new one if None, which says how many orders were reassigned.
    """
    rows = list(rows)
    words = f"{len(rows)} {'order was' if len(rows) == 1 else 'orders were'} reassigned."
    batch = batch or Batch.begin(Batch.Kind.REASSIGNED, words, by=by)
    kept = keep_orders(order.pk for order, _, _ in rows)
    answers: list[tuple[Order, Order | OperationRefused]] = []
    planned = []
    for order, version, owner in rows:
        try:
            now = as_expected(kept.get(order.pk), order, version)
            _refuse_if_complete(now)
        except OperationRefused as refusal:
            answers.append((order, refusal))
            continue
        if any(getattr(now, name) != value for name, value in owner.items()):
            planned.append(plan_event(now, Kind.ASSIGNED, owner, by=by, cause=cause, batch=batch))
        answers.append((order, now))
    write_events(planned)
    return batch, answers


def _refuse_if_complete(order: Order) -> None:
    if order.is_complete:
        raise OperationRefused(f"{order} is complete; nobody needs to have it.")


@transaction.atomic
def take_order(order: Order, *, expected: int | None, by: User) -> Order:
    """Let `by` take an order of a department of theirs that nobody has.

    Raises OutdatedPage if the order has changed meanwhile; OperationRefused if somebody has it, or it is not theirs.
    """
    order = keep_order(order, expected)
    refusal = take_refusal(order, by=by)
    if refusal:
        raise OperationRefused(refusal)
    write_event(order, Kind.ASSIGNED, {"assigned_user": by}, by=by)
    return order


def take_refusal(order: Order, *, by: User, departments: Collection[int] | None = None) -> str:
    """Say why `by` cannot take `order`; "" where nothing stands against it.

    departments: the keys of theirs, where they are known; else one query where nobody has it.
    """
    if order.is_complete:
        return f"{order} is complete; nobody needs to have it."
    if order.assigned_user and order.assigned_user.is_active:
        return f"{order.assigned_user} has {order}. A manager can give it to somebody else."
    if departments is None:
        departments = list(by.departments.values_list("pk", flat=True))
    if order.department_id not in departments:
        return f"{order} is not of a department of yours. A manager can give it to you."
    return ""


@transaction.atomic
def note_delay_reason(
    order: Order, *, by: User, reason: str, stay: int | None, late_reason: LateReason | None = None
) -> Order:
    """Write down why `order` is late.  The next status change takes the reason over into Status Notes.

    reason:      in words; "" takes them away.
    late_reason: of the studio's list; None takes it away.
    stay:        the key of the status change the user's page knew the order to stand by; the reason is about that stay.
    Raises OutdatedPage if the order has moved on meanwhile; OperationRefused if it is complete.
    """
    order = keep_order(order)
    if stay is not None and order.stay_id != stay:
        raise OutdatedPage(who_was_quicker(order))
    if order.is_complete:
        raise OperationRefused(f"{order} is complete; it is not late any more.")
    said = {"late_reason": late_reason, "delay_reason": reason.strip()}
    changed = {name: value for name, value in said.items() if getattr(order, name) != value}
    if changed:
        write_event(order, Kind.REASON, changed, by=by, raises=False)
    return order
