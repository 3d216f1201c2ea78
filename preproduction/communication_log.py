"""What has been said about an order: what people wrote down or sent by hand, and what triggers have sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from preproduction.models import Order
from triggers import channels
from triggers.models import Delivery, Task
from triggers.outbox import words as delivery_words

SENT = (Delivery.State.SENT, Delivery.State.UNKNOWN)


@dataclass(frozen=True)
class Entry:
    """One thing of the log.

    badge:   what is unusual about it ("Outcome unknown", "To be made"), and its tone.
    letter:  address of the letter's PDF.
    details: address of the page of what a trigger or somebody sent, in the Trigger Queue.
    reason:  why it has not been sent; a sentence.
    cancel:  address that takes back what waits; for sent_by, the key of who sent it, and those who steer the queue.
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
    reason: str = ""
    cancel: str = ""
    sent_by: int | None = None

    @property
    def is_message(self) -> bool:
        """Whether the worker sent it, or will."""
        return bool(self.details)


def communication_log(order: Order, tasks: Iterable[Task], deliveries: Iterable[Delivery]) -> list[Entry]:
    """Return everything, the newest first.  One query.

    tasks, deliveries: all of the order's, with who made the task, its trigger and the letter joined.
    """
    # Tasks stand on their own tab, and a call that was made is written down by whoever made it.
    talk = {channel.key for channel in channels.every() if channel.is_talk}
    entries = [
        *map(_written, order.communications.select_related("recorded_by")),
        *(
            _sent(each)
            for each in deliveries
            if each.channel in talk and (each.state in SENT or each.is_by_hand)
        ),
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
    is_sent = delivery.state == Delivery.State.SENT
    return Entry(
        at=delivery.finished_at or delivery.created_at,
        kind=delivery.get_channel_display(),
        whom=letter.to_name if letter else delivery.sent_to or delivery_words.whom(delivery),
        by=str(delivery.asked_by) if delivery.is_by_hand else f"trigger {delivery.trigger}",
        subject=letter.subject if letter else content.get("subject", ""),
        text=letter.text if letter else content.get("text", ""),
        html=content.get("html", ""),
        badge=_printed(letter) if is_sent else delivery.get_state_display(),
        tone=delivery_words.TONES.get(delivery.state, "") if not is_sent else "",
        reason="" if is_sent else delivery.reason,
        sent_by=delivery.asked_by_id,
        cancel=reverse("triggers:cancel_message", args=[delivery.pk]) if _may_be_cancelled(delivery) else "",
        letter=reverse("triggers:letter_pdf", args=[letter.pk]) if letter else "",
        details=reverse("triggers:queue_item", args=[delivery.pk]),
    )


def _may_be_cancelled(delivery: Delivery) -> bool:
    return delivery.is_by_hand and delivery.state in Delivery.UNFINISHED


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
