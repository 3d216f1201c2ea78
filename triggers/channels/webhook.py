"""Webhooks, signed as Standard Webhooks 1.0.0 says."""

import base64
import hashlib
import hmac
import json
from datetime import UTC
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from triggers.channels.base import Channel, Contact, Message, PermanentError, Promise, TryLater
from triggers.channels.wire import http
from triggers.models import MessagePreferences, Trigger

EVENT = "order.status_changed"
PASSING = frozenset({408, 425, 429})  # the 4xx that say "not now"


class WebhookChannel(Channel):
    """Tells a URL what has happened.  At least once: every copy carries the same webhook-id."""

    key, label = "webhook", "Webhook"
    promise = Promise.AT_LEAST_ONCE
    needs = ("send_at",)
    reaches = frozenset({Trigger.Recipient.ADDRESS})
    cannot_reach = "A webhook goes to the address typed here"
    usual_recipient = Trigger.Recipient.ADDRESS.value
    address_noun = "URL"
    is_outward = has_data = is_signed = True

    def __init__(self, *, seconds: float = http.SECONDS):
        self.seconds = seconds

    def ways(self, contact: Contact) -> tuple[tuple[str, ...], str]:
        return (contact.typed,), "" if contact.typed else "The trigger has no address of a webhook."

    def check_address(self, address: str) -> None:
        try:
            http.check(address, in_house=http.read_origins(MessagePreferences.load().in_house_receivers))
        except PermanentError as error:
            raise ValidationError(str(error)) from None

    def breaker_key(self, trigger_id: int | None) -> str:
        return f"webhook:{trigger_id}"

    def send(self, message: Message) -> None:
        if not message.addresses:
            raise PermanentError("The trigger has no URL to send to.")
        url, preferences = message.addresses[0], MessagePreferences.load()
        in_house = http.read_origins(preferences.in_house_receivers)
        body = _body(message)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "preproduction-webhook/1",
            **signed(body, message.message_id, message.delivery.rule.secret),
        }
        origin, _ = http.check(url, in_house=in_house)
        _judge(http.post(url, body, headers, in_house=in_house, seconds=self.seconds), origin)


def _body(message: Message) -> bytes:
    """Return the same bytes for every copy of `message`."""
    happened_at = message.delivery.created_at.astimezone(UTC)
    event = {
        "type": EVENT,
        "timestamp": happened_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": message.data,
    }
    try:
        return json.dumps(event, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise PermanentError("What it should tell cannot be written as JSON.") from error


def signed(body: bytes, message_id: UUID, secret: str) -> dict[str, str]:
    """Return the headers by which a receiver knows who sent `body`, when, and whether it has had it before.

    secret: whsec_ and the key in base64.
    """
    webhook_id, moment = f"msg_{message_id.hex}", str(int(timezone.now().timestamp()))
    if not secret:
        raise PermanentError(
            "The trigger has no signing secret that can be read. Make a new one on its page."
        )
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise PermanentError("The trigger's signing secret cannot be read.") from error
    digest = hmac.digest(key, b".".join((webhook_id.encode(), moment.encode(), body)), hashlib.sha256)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _judge(answer: http.Answer, origin: http.Origin) -> None:
    """Return where the receiver has taken it; else raise what its answer means.  What it wrote is not repeated."""
    status, said = answer.status, f"{origin} answered {answer.status}"
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise PermanentError(f"{said}: it has moved, and redirects are not followed. Enter its new URL.")
    if status == 410:
        raise PermanentError(f"{said}: it does not want webhooks any more.")
    if 400 <= status < 500 and status not in PASSING:
        raise PermanentError(f"{said}: it refuses this webhook.")
    raise TryLater(f"{said}.", after=answer.asked_wait if status in (429, 503) else None)
