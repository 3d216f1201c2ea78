"""Webhooks, signed as Standard Webhooks 1.0.0 says."""

import base64
import hashlib
import hmac
import json
from datetime import UTC

from django.utils import timezone

from triggers.channels.base import Message, PermanentError, Promise, TryLater
from triggers.channels.wire import http
from triggers.models import MessagePreferences

EVENT = "order.status_changed"
PASSING = frozenset({408, 425, 429})  # the 4xx that say "not now"


class WebhookTransport:
    """Tells a URL what has happened.  At least once: every copy carries the same webhook-id."""

    promise = Promise.AT_LEAST_ONCE

    def __init__(self, *, seconds: float = http.SECONDS):
        self.seconds = seconds

    def send(self, message: Message) -> None:
        if not message.addresses:
            raise PermanentError("The trigger has no URL to send to.")
        url, preferences = message.addresses[0], MessagePreferences.load()
        in_house = http.read_origins(preferences.in_house_receivers)
        body = _body(message)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "preproduction-webhook/1",
            **signed(body, message.message_id, message.delivery.trigger.secret),
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


def signed(body: bytes, message_id, secret: str) -> dict[str, str]:
    """Return the headers by which a receiver knows who sent `body`, when, and whether it has had it before.

    secret: whsec_ and the key in base64.
    """
    webhook_id, moment = f"msg_{message_id.hex}", str(int(timezone.now().timestamp()))
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
