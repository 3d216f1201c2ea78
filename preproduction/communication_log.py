"""What has been said about an order: what people wrote down, and what triggers have sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from preproduction.models import Order
from triggers import channels
from triggers.models import Delivery, Task

SENT = (Delivery.State.SENT, Delivery.State.UNKNOWN)


@dataclass(frozen=True)
class Entry:
    """One thing of the log.

    badge:   what is unusual about it ("Outcome unknown", "To be made"), and its tone.
    letter:  address of the letter's PDF.
    details: address of the page of what a trigger sent, in the Trigger Queue.
    """

    at: datetime
    kind: str
    whom: str
    by: str
    text: str
    subject: str = ""
    html: str = ""
    badge: str = ""
    tone: str = ""
    letter: str = ""
    details: str = ""

    @property
    def is_sent_by_trigger(self) -> bool:
        return bool(self.details)


def communication_log(order: Order, tasks: Iterable[Task], deliveries: Iterable[Delivery]) -> list[Entry]:
    """Return everything, the newest first.  One query.

    tasks, deliveries: all of the order's, with who made the task, its trigger and the letter joined.
    """
    # Tasks stand on their own tab, and a call that was made is written down by whoever made it.
    talk = {channel.key for channel in channels.every() if channel.is_talk}
    entries = [
        *map(_written, order.communications.select_related("recorded_by")),
        *(_sent(each) for each in deliveries if each.state in SENT and each.channel in talk),
        *(_call(task) for task in tasks if task.is_call and task.done_at is None),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _written(communication) -> Entry:
    return Entry(
        at=communication.recorded_at,
        kind=communication.get_kind_display(),
        whom=communication.with_whom,
        by=str(communication.recorded_by),
        text=communication.summary,
    )


def _sent(delivery: Delivery) -> Entry:
    content = delivery.content or {}
    letter = getattr(delivery, "letter", None)
    unknown = delivery.state == Delivery.State.UNKNOWN
    return Entry(
        at=delivery.finished_at or delivery.created_at,
        kind=delivery.get_channel_display(),
        whom=letter.to_name if letter else delivery.sent_to,
        by=f"trigger {delivery.trigger}",
        subject=letter.subject if letter else content.get("subject", ""),
        text=letter.text if letter else content.get("text", ""),
        html=content.get("html", ""),
        badge=delivery.get_state_display() if unknown else _printed(letter),
        tone="danger" if unknown else "",
        letter=reverse("triggers:letter_pdf", args=[letter.pk]) if letter else "",
        details=reverse("triggers:queue_item", args=[delivery.pk]),
    )


def _printed(letter) -> str:
    return "Not printed yet" if letter and not letter.printed_at else ""


def _call(call: Task) -> Entry:
    return Entry(
        at=call.created_at,
        kind="Call",
        whom=" ".join(filter(None, (call.call_name, call.call_number))),
        by=str(call.created_by or (f"trigger {call.delivery.trigger}" if call.delivery else "")),
        subject=call.title,
        text=call.notes,
        badge="To be made",
        tone="info",
    )
