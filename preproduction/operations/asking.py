"""Asking for a hold: staff say why, a manager puts the order on hold or says why not.

The row of History says who asked; the request, a task that is given to nobody in particular, says that nobody has
answered yet.
"""

from django.db import transaction
from django.utils import timezone

from preproduction.models import Order, OrderEvent, StatusChange
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import keep_order, tell
from studio.models import User
from triggers.models import Task


def hold_request(order: Order) -> Task | None:
    """Return the request for a hold that waits for a manager.  One query."""
    return order.tasks.requests().waiting().select_related("created_by").first()


@transaction.atomic
def ask_for_hold(order: Order, *, expected: int | None, by: User, reason: str) -> Task:
    """Ask the managers to put `order` on hold.

    expected: order.version as the user's page showed it.
    Raises OutdatedPage if the order has changed meanwhile; OperationRefused without a reason, for an order that is
    complete or on hold already, and while somebody has asked already.
    """
    if not reason.strip():
        raise OperationRefused("Say why the order should be put on hold.", field="reason")
    order = keep_order(order, expected)
    if order.is_complete:
        raise OperationRefused(f"{order} is complete; it has no clock to stop.")
    if order.held_on:
        raise OutdatedPage(f"{order} is on hold already.")
    asked = hold_request(order)
    if asked:
        raise OperationRefused(f"{asked.created_by} has asked already: “{asked.notes}”.")
    tell(order, OrderEvent.Kind.ASKED, by=by, note=reason.strip())
    return Task.objects.create(
        kind=Task.Kind.REQUEST, order=order, title="Put on Hold", notes=reason.strip(), created_by=by
    )


@transaction.atomic
def decline_hold(order: Order, *, request: int, by: User, answer: str) -> None:
    """Say no to the request with the key `request`, and why.

    Raises OutdatedPage if somebody has answered it meanwhile; OperationRefused without a word.
    """
    if not answer.strip():
        raise OperationRefused("Say why not.", field="answer")
    order = keep_order(order)
    if not answer_request(order, by=by, answer=answer.strip(), request=request):
        raise OutdatedPage(
            "Somebody has answered the request meanwhile. Nothing was changed; look at it again."
        )
    tell(order, OrderEvent.Kind.DECLINED, by=by, note=answer.strip())


def answer_request(order: Order, *, by: User, answer: str, request: int | None = None) -> bool:
    """Close the open request of `order`, only that with the key `request` if given.  Return whether there was one."""
    waiting = order.tasks.requests().waiting()
    if request is not None:
        waiting = waiting.filter(pk=request)
    return bool(waiting.update(done_at=timezone.now(), done_by=by, outcome=answer))


def close_with(change: StatusChange) -> None:
    """Close the request of an order that `change` has completed: there is no clock to stop any more."""
    change.order.tasks.requests().waiting().update(
        done_at=change.recorded_at, done_by=change.recorded_by, outcome="The order was completed."
    )


def open_again(change: StatusChange) -> None:
    """Let the request that `close_with` closed wait again, because `change` was undone."""
    # By its moment: an answer of a manager is another transaction, and another moment.
    closed = change.order.tasks.requests().filter(done_at=change.recorded_at)
    closed.update(done_at=None, done_by=None, outcome="")
