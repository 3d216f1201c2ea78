"""What exactly will be sent for a delivery, or what was sent."""

import json
from dataclasses import dataclass

from triggers import channels
from triggers.channels.base import Channel, PermanentError, TryLater
from triggers.messages import composing
from triggers.models import Delivery
from triggers.rules import recipients

State = Delivery.State
# Something has gone out, or may have.
GONE = (State.SENT, State.UNKNOWN)


@dataclass(frozen=True)
class ShownMessage:
    """is_gone:  it has gone out as it stands here, or may have; else it is what would go out now.
    way:      its channel.
    problem:  why it cannot go out as things are; "" where nothing stands against it.
    data:     of a webhook, as JSON.
    """

    is_gone: bool
    way: Channel
    to: str = ""
    postal_address: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    data: str = ""
    problem: str = ""

    @property
    def heading(self) -> str:
        verb = "sent" if self.way.is_outward else "made"
        return f"What was {verb}" if self.is_gone else f"What will be {verb}"


def message_of(delivery: Delivery) -> ShownMessage:
    """At most six queries."""
    if delivery.state in GONE:
        return _as_it_went(delivery)
    reach = recipients.reach_of(delivery)
    address, way = ", ".join(reach.addresses), channels.get(reach.channel)
    shown = {
        "is_gone": False,
        "way": way,
        "to": f"{reach.name}, {address}" if address and address != reach.name else reach.name or address,
        "postal_address": reach.postal_address,
        "problem": reach.problem or _left_alone(delivery, reach),
    }
    try:
        message = composing.compose(delivery, reach)
    except (PermanentError, TryLater) as error:
        return ShownMessage(**shown | {"problem": " ".join(filter(None, (shown["problem"], str(error))))})
    return ShownMessage(
        **shown,
        subject=message.subject if way.has_subject else "",
        text=message.text,
        html=message.html,
        data=_as_text(message.data),
    )


def _left_alone(delivery: Delivery, reach) -> str:
    if reach.do_not_contact and delivery.rule.respects_do_not_contact:
        return f"{reach.name} is marked Do Not Contact."
    return ""


def _as_it_went(delivery: Delivery) -> ShownMessage:
    content = delivery.content or {}
    letter, way = getattr(delivery, "letter", None), channels.get(delivery.channel)
    return ShownMessage(
        is_gone=True,
        way=way,
        to=letter.to_name if letter else delivery.sent_to,
        postal_address=letter.address if letter else "",
        subject=content.get("subject", "") if way.has_subject else "",
        text=content.get("text", ""),
        html=content.get("html", ""),
        data=_as_text(content.get("data")),
    )


def _as_text(data: dict | None) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) if data else ""
