"""What a delivery is, whom it is for and how it came about, in the words of the Trigger Queue.

Everything is read from the delivery, its trigger and its payload, so that a list of any length asks nothing more.
"""

from datetime import datetime

from django.utils import timezone

from triggers import channels
from triggers.models import Delivery, Reason, Trigger

State = Delivery.State
Recipient = Trigger.Recipient

TONES = {
    State.HELD: "warning",
    State.SENDING: "info",
    State.SENT: "success",
    State.FAILED: "danger",
    State.EXPIRED: "warning",
    State.UNKNOWN: "danger",
}

# The merge fields that name who is meant, the first of them that is filled in.
_NAMES: dict[str, tuple[str, ...]] = {
    Recipient.CLIENT: ("client.name",),
    Recipient.VENDOR: ("vendor.name",),
    Recipient.ASSIGNED_USER: ("status.user", "status.department"),
    Recipient.DEPARTMENT_OF_ORDER: ("status.department",),
    Recipient.UPDATED_BY: ("status.updated_by",),
    Recipient.PHOTOGRAPHER: ("session.photographer",),
}


def whom(delivery: Delivery) -> str:
    """Say whom it is for, as known at the status change; "" where that was nobody."""
    if delivery.person is not None:
        return str(delivery.person)
    trigger = delivery.rule
    if trigger.recipient == Recipient.ADDRESS:
        return trigger.address
    if trigger.recipient == Recipient.FIXED:
        return ", ".join(str(who) for who in (trigger.user, trigger.department) if who)
    fields = delivery.payload.get("fields", {})
    return next((fields[name] for name in _NAMES[trigger.recipient] if fields.get(name)), "")


def what(delivery: Delivery) -> str:
    """Say what it is: "Email to Anna", "Call Anna", "Task for Retouching", "Email/Call to Anna" while it is open."""
    name = whom(delivery)
    done = delivery.state in (State.SENT, State.UNKNOWN, State.SENDING)
    ways = (delivery.channel,) if done else channels.kind(delivery.kind).channels
    if len(ways) > 1:
        return f"{delivery.get_kind_display()} to {name or 'nobody'}"
    return channels.get(ways[0]).phrase(name or "nobody")


def moment(delivery: Delivery) -> datetime | None:
    """Return when it was finished, or when its moment is; None where it has none for now."""
    return delivery.finished_at or delivery.not_before


def story(delivery: Delivery) -> list[tuple[datetime | None, str]]:
    """Tell how it came about as pairs of a moment, or None, and a sentence; the oldest first."""
    told: list[tuple[datetime | None, str]] = [(delivery.created_at, _made(delivery))]
    if delivery.is_reviewed:
        told.append((None, "A person has looked at it and pressed Process."))
    if delivery.tries:
        told.append((None, f"Tried {'once' if delivery.tries == 1 else f'{delivery.tries} times'}."))
    if delivery.steered_by:
        told.append((None, f"The last to press Process, Skip or Retry was {delivery.steered_by}."))
    told.append((delivery.finished_at, _now(delivery)))
    return told


def _made(delivery: Delivery) -> str:
    if delivery.is_by_hand:
        told = f" It tells of this: {delivery.batch}" if delivery.batch else ""
        return f"{delivery.asked_by} sent it by hand, with the template “{delivery.template}”.{told}"
    if delivery.status_change is None:
        return "Made in the morning, because something has changed since the last one."
    return f"Made, because {delivery.order} reached {delivery.status_change.to_status_name or 'no status'}."


def _now(delivery: Delivery) -> str:
    words = delivery.get_state_display()
    if delivery.reason_code == Reason.SKIPPED_BY:
        return delivery.reason
    return f"{words}: {delivery.reason}" if delivery.reason else f"{words}."


def is_due(delivery: Delivery) -> bool:
    return delivery.not_before is not None and delivery.not_before <= timezone.now()
