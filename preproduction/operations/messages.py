"""Sending a message about an order by hand.  It is stored for the worker, and its own act: no undo takes it back.

But for one that tells of a batch: undoing that takes back what has not gone out.
"""

from collections.abc import Iterable

from django.db import transaction

from preproduction.drafts import about
from preproduction.models import Batch, Order, StatusChange
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import keep_order
from studio.models import Client, User
from triggers.models import Delivery
from triggers.outbox import by_hand
from triggers.outbox.by_hand import Wanted
from triggers.rules.refusals import Refusals


@transaction.atomic
def send_message(
    order: Order, wanted: Wanted, *, by: User, waits_for_review: bool = False, batch: Batch | None = None
) -> Delivery:
    """Store a message about `order`, as it is now, for the worker to send.

    waits_for_review: it is held in the Trigger Queue until somebody presses Process.
    batch:            what was done to many orders, if the message tells of that.

    Raises OutdatedPage if the order was withdrawn; OperationRefused if it can be sent to nobody.
    """
    order = keep_order(order)
    # Whoever is erased just now is waited for, and then has no address.
    order.session.client = Client.with_withdrawn.select_for_update().get(pk=order.session.client_id)
    refusals = Refusals([order.session.client_id])
    if refusal := by_hand.why_not(wanted, about(order, refusals=refusals)):
        raise OperationRefused(f"{order}: {refusal}")
    payload = StatusChange.standing(order, by=by).payload()
    return by_hand.send(order, wanted, payload=payload, by=by, waits_for_review=waits_for_review, batch=batch)


def send_messages(
    orders: Iterable[Order],
    wanted: Wanted,
    *,
    by: User,
    waits_for_review: bool = False,
    batch: Batch | None = None,
) -> list[tuple[Order, Delivery | OperationRefused]]:
    """Send one about each; answer for each: its row, or why not.  One refused harms no other."""
    answers: list[tuple[Order, Delivery | OperationRefused]] = []
    for order in orders:
        try:
            answer: Delivery | OperationRefused = send_message(
                order, wanted, by=by, waits_for_review=waits_for_review, batch=batch
            )
        except (OperationRefused, OutdatedPage) as refusal:
            answer = refusal
        answers.append((order, answer))
    return answers
