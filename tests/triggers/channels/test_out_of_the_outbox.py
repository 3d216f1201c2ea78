"""From a status change to the client's mailbox, phone and receiver, by the outbox and the real transports."""

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from preproduction import operations
from tests.triggers.channels.servers import Scripted
from triggers import channels, outbox
from triggers.models import Delivery, MessageTemplate, Trigger

Recipient, State = Trigger.Recipient, Delivery.State


@pytest.fixture
def make_trigger(statuses):
    words = MessageTemplate.objects.create(
        name="At the lab",
        subject="Order {{ order.number }}",
        text="Dear {{ client.name }}, it is {{ status.name }}.",
    )

    def make(kind, **columns):
        return Trigger.objects.create(
            description=channels.kind(kind).label,
            status=statuses["Sent to lab"],
            kind=kind,
            template=words,
            send_at=Trigger.SendAt.ANY_TIME,
            **columns,
        )

    return make


def advance(order, by):
    order.refresh_from_db()
    plan = operations.plan_advance(order)
    return operations.advance_status(order, plan, expected=order.version, by=by)


def test_an_email_reaches_the_client(order, sam, make_trigger, mailoutbox, preferences):
    make_trigger("email", recipient=Recipient.CLIENT)
    delivery = advance(order, sam).deliveries.get()
    outbox.deliver_due()
    [mail] = mailoutbox
    assert mail.to == ['"Anna <3 & Bob <b>" <anna@example.com>']
    assert mail.subject == f"Order {order.number}"
    assert mail.body == "Dear Anna <3 & Bob <b>, it is Sent to lab."
    assert str(delivery.message_id) in mail.extra_headers["Message-ID"]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.SENT, "")


def test_a_text_message_reaches_the_client(order, sam, make_trigger, capsys):
    client = order.session.client
    client.mobile_phone = "(212) 555-0142"
    client.save()
    make_trigger("sms", recipient=Recipient.CLIENT)
    delivery = advance(order, sam).deliveries.get()
    outbox.deliver_due()
    assert "SMS to +12125550142:\nDear Anna <3 & Bob <b>, it is Sent to lab.\n" in capsys.readouterr().out
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.SENT, "")


def takes(talk):
    talk.request()
    talk.say("HTTP/1.1 204 No Content\r\n\r\n")


def is_gone(talk):
    talk.request()
    talk.say("HTTP/1.1 410 Gone\r\n\r\n")


def comes_back(talk):
    talk.request()
    talk.say("HTTP/1.1 503 Down\r\nRetry-After: 3600\r\n\r\n")


@pytest.mark.parametrize(
    ("script", "state", "reason"),
    [
        (takes, State.SENT, ""),
        (is_gone, State.FAILED, "{at} answered 410: it does not want webhooks any more."),
        (comes_back, State.PENDING, "{at} answered 503."),
    ],
)
def test_a_webhook_reaches_its_receiver(script, state, reason, order, sam, make_trigger, allow):
    with Scripted(script) as receiver:
        at = f"127.0.0.1:{receiver.port}"
        allow(f"http://{at}")
        trigger = make_trigger("webhook", recipient=Recipient.ADDRESS, address=f"http://{at}/hook")
        delivery = advance(order, sam).deliveries.get()
        outbox.deliver_due()
    [(_, headers, body)] = receiver.heard
    event = Webhook(trigger.secret).verify(body, headers)
    assert event["data"]["client.name"] == "Anna <3 & Bob <b>"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (state, reason.format(at=at))
    if state == State.PENDING:
        assert 3500 < (delivery.not_before - timezone.now()).total_seconds() <= 3600


def test_a_webhook_inside_that_nobody_allowed_fails_and_says_why(order, sam, make_trigger):
    with Scripted(takes) as receiver:
        at = f"127.0.0.1:{receiver.port}"
        make_trigger("webhook", recipient=Recipient.ADDRESS, address=f"https://{at}/hook")
        delivery = advance(order, sam).deliveries.get()
        outbox.deliver_due()
    delivery.refresh_from_db()
    assert receiver.connections == 0
    assert delivery.state == State.FAILED
    assert delivery.reason.startswith(f"{at} is not at a public address.")
