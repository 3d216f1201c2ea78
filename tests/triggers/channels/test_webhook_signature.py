"""What a receiver can verify with the package of Standard Webhooks, which shares no code with ours."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.triggers.channels.outcomes import outcome
from tests.triggers.channels.servers import Scripted
from triggers.channels.webhook import WebhookChannel

pytestmark = pytest.mark.django_db

DATA = {"client.name": "Zoë “Åse” Müller & 李小龙 <b>", "order.number": "1001", "status.name": "Sent to lab"}


def takes(talk):
    talk.request()
    talk.say("HTTP/1.1 204 No Content\r\n\r\n")


@pytest.fixture
def received(make_message, allow):
    """Return a function that sends a message as often as said, and returns it with what the receiver got."""

    def send(times=1, **words):
        with Scripted(takes) as receiver:
            allow(f"http://127.0.0.1:{receiver.port}")
            message = make_message(f"http://127.0.0.1:{receiver.port}/hook", data=DATA)
            message.delivery.created_at = datetime(2026, 6, 10, 9, 30, 15, 250_000, tzinfo=UTC)
            message = replace(message, **words)
            for _ in range(times):
                assert outcome(WebhookChannel(), message) == ("done", None, "")
        return message, [(headers, body) for _, headers, body in receiver.heard]

    return send


def test_the_independent_package_verifies_what_arrives(received):
    message, [(headers, body)] = received()
    event = Webhook(message.delivery.trigger.secret).verify(body, headers)
    assert event == {"type": "order.status_changed", "timestamp": "2026-06-10T09:30:15.250Z", "data": DATA}
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == f"msg_{message.message_id.hex}"


def test_every_copy_has_the_same_id_and_the_same_body(received):
    _, arrived = received(times=3)
    assert len({headers["webhook-id"] for headers, _ in arrived}) == 1
    assert len({body for _, body in arrived}) == 1


TAMPERINGS = {
    "the body": lambda headers, body: (headers, body.replace(b"1001", b"1002")),
    "a space in the body": lambda headers, body: (headers, body + b" "),
    "the id": lambda headers, body: ({**headers, "webhook-id": "msg_" + "0" * 32}, body),
    "the moment": lambda headers, body: (
        {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)},
        body,
    ),
    "the signature": lambda headers, body: (
        {**headers, "webhook-signature": "v1," + "A" * 43 + "="},
        body,
    ),
    "its version": lambda headers, body: (
        {**headers, "webhook-signature": headers["webhook-signature"].replace("v1,", "v2,")},
        body,
    ),
    "no signature": lambda headers, body: (
        {name: value for name, value in headers.items() if name != "webhook-signature"},
        body,
    ),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS)
def test_what_was_tampered_with_is_not_verified(tamper, received):
    message, [(headers, body)] = received()
    headers, body = tamper(headers, body)
    with pytest.raises(WebhookVerificationError):
        Webhook(message.delivery.trigger.secret).verify(body, headers)


def test_another_triggers_secret_does_not_verify(received, make_message):
    _, [(headers, body)] = received()
    with pytest.raises(WebhookVerificationError):
        Webhook(make_message().delivery.trigger.secret).verify(body, headers)


def test_a_copy_kept_and_sent_again_later_is_noticed(received):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        message, [(headers, body)] = received()
    with (
        time_machine.travel("2026-06-10 12:06", tick=False),
        pytest.raises(WebhookVerificationError, match="too old"),
    ):
        Webhook(message.delivery.trigger.secret).verify(body, headers)


@pytest.mark.parametrize("data", [{"client.name": "\ud800"}, {"order.total": float("nan")}, {"a": object()}])
def test_what_cannot_be_written_fails_and_says_so(data, make_message, allow):
    message = make_message("https://hooks.example/", data=data)
    assert outcome(WebhookChannel(), message) == (
        "permanent",
        None,
        "What it should tell cannot be written as JSON.",
    )


def test_a_broken_secret_fails_and_says_so(make_message):
    message = make_message("https://hooks.example/")
    message.delivery.trigger.secret = "whsec_no base64!"
    assert outcome(WebhookChannel(), message)[0] == "permanent"


def test_a_trigger_without_a_url_fails_and_says_so(make_message):
    assert outcome(WebhookChannel(), make_message()) == (
        "permanent",
        None,
        "The trigger has no URL to send to.",
    )
