"""Rows of the outbox, as triggers would have left them."""

import itertools

import pytest

from tests.triggers.fakes import fakes  # noqa: F401  a fixture
from triggers.models import Delivery, MessageTemplate, Reason, Trigger, because


@pytest.fixture
def letter_to_client(db):
    return MessageTemplate.objects.create(
        name="Proofs are here",
        subject="Order {{ order.number }}",
        text="Dear {{ client.name }}, your proofs are here.",
        html="<p>Dear {{ client.name }}</p>",
    )


@pytest.fixture
def make_delivery(order, statuses, letter_to_client):
    """Return a function that makes one row, with a trigger of its own, in any state.

    Keywords of the trigger begin with `trigger_`; `change` is the status change, the order's first if not given;
    `reason` a Reason, or a sentence.
    """
    numbers = itertools.count(1)

    def make(state=Delivery.State.PENDING, *, change=None, reason="", **values):
        if reason:
            values |= because(reason) if reason in Reason.values else because(Reason.SAID, reason)
        number = next(numbers)
        change = change or order.status_changes.get(sequence=1)
        its = {
            name.removeprefix("trigger_"): values.pop(name)
            for name in [*values]
            if name.startswith("trigger_")
        }
        its = {
            "description": f"Proofs {number}",
            "status": statuses["Images selected"],
            "kind": "email",
            "recipient": Trigger.Recipient.CLIENT,
            "template": letter_to_client,
            "position": number,
            **its,
        }
        trigger = Trigger.objects.create(**its)
        row = {
            "kind": trigger.kind,
            "channel": trigger.channels[0] if trigger.channels else "email",
            "payload": change.payload(),
            "state": state,
            **values,
        }
        return Delivery.objects.create(trigger=trigger, status_change=change, order_id=change.order_id, **row)

    return make
