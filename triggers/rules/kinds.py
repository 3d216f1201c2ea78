"""What each kind of trigger needs to be told, and what it starts with, asked of its channels.

The form and its script both read it here.
"""

from triggers import channels
from triggers.channels.base import Channel
from triggers.models import Trigger

SendAt = Trigger.SendAt
Recipient = Trigger.Recipient


def of(kind: str) -> list[Channel]:
    """Return the channels that `kind` tries, in this order."""
    return [channels.get(key) for key in channels.kind(kind).channels]


def needs(kind: str) -> set[str]:
    """Return the names of the fields that `kind` needs or may have, beside those that every trigger has."""
    return {name for channel in of(kind) for name in channel.needs}


def required(kind: str) -> dict[str, str]:
    """Return the fields that `kind` cannot be without, each with what is said where it is missing."""
    return {name: sentence for channel in of(kind) for name, sentence in channel.required.items()}


def usual_sending(kind: str) -> dict:
    """Return what a new trigger of `kind` starts with: when it sends, and how late it may be.

    Clients are not woken, and told nothing that is a day old.  A task, a call list and a program can wait.
    """
    found = of(kind)
    return {
        "send_at": (
            SendAt.WAKING_HOURS if any(channel.wakes for channel in found) else SendAt.ANY_TIME
        ).value,
        "max_late_hours": 24 if any(channel.grows_stale for channel in found) else None,
    }


def usual_recipient(kind: str) -> str:
    """Return whom most triggers of `kind` are for."""
    return of(kind)[0].usual_recipient


def address_noun(kind: str) -> str:
    """Return what `kind` takes for a typed address: "phone number"; "" where one address cannot serve its channels."""
    nouns = {channel.address_noun for channel in of(kind)}
    return nouns.pop() if len(nouns) == 1 else ""


def recipients(kind: str) -> list[str]:
    """Return the recipients that every channel of `kind` can reach."""
    reached = [value for value in Recipient.values if all(value in channel.reaches for channel in of(kind))]
    return [value for value in reached if value != Recipient.ADDRESS or address_noun(kind)]


def why_unreachable(kind: str, recipient: str) -> str:
    """Say why `kind` cannot be for `recipient`; "" if it can."""
    if recipient in recipients(kind):
        return ""
    for channel in of(kind):
        if recipient not in channel.reaches:
            return f"{channel.cannot_reach}, and not to “{Recipient(recipient).label}”."
    label = channels.kind(kind).label
    return f"One address cannot serve both halves of {label}. Choose somebody else, or a simpler type."


def lacking(trigger: Trigger) -> str:
    """Say what has to be filled in before `trigger` can be switched on: "the URL"; "" where nothing is missing."""
    if trigger.recipient == Recipient.ADDRESS and not trigger.address:
        return f"the {address_noun(trigger.kind) or 'address'}"
    chosen = [trigger.recipient, trigger.caller if "caller" in needs(trigger.kind) else ""]
    if Recipient.FIXED in chosen and not (trigger.department_id or trigger.user_id):
        return "the department or user that gets it"
    return ""


def why_not(kind: str, template) -> str:
    """Say what `template` lacks for `kind`; "" where it will do."""
    return next(filter(None, (channel.why_not(template) for channel in of(kind))), "")


def for_script() -> dict:
    """Return all of it, keyed by kind, as plain values for trigger_form.js."""
    return {
        kind: {
            "needs": sorted(needs(kind)),
            "recipients": recipients(kind),
            "usual_recipient": usual_recipient(kind),
            "address": address_noun(kind),
            "usual": {
                name: "" if value is None else str(value) for name, value in usual_sending(kind).items()
            },
        }
        for kind, _ in channels.kind_choices()
    }
