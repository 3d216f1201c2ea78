"""What each kind of trigger needs to be told, and what it starts with.  The form and its script both read it here."""

from triggers.models import Channel, Trigger

Kind = Trigger.Kind
SendAt = Trigger.SendAt
Recipient = Trigger.Recipient

# What each channel needs beside a recipient.
OF_CHANNEL = {
    Channel.TASK: ("task_title", "task_notes", "task_due_in"),
    Channel.CALL: ("task_title", "task_notes", "task_due_in", "caller"),
    Channel.EMAIL: ("template", "send_at"),
    Channel.LETTER: ("template",),
    Channel.SMS: ("template", "send_at"),
    Channel.WEBHOOK: ("send_at",),
}
# What a typed address is, for each channel that takes one.
ADDRESS_OF = {
    Channel.EMAIL: "email address",
    Channel.CALL: "phone number",
    Channel.SMS: "phone number",
    Channel.WEBHOOK: "URL",
}
# Said of a recipient that a channel cannot reach.
CANNOT_REACH = {
    Channel.TASK: "A task is for somebody of the studio",
    Channel.LETTER: "A letter goes to the client or the vendor",
    Channel.WEBHOOK: "A webhook goes to the address typed here",
}


def channels(kind: str) -> tuple[Channel, ...]:
    return Trigger(kind=kind).channels


def needs(kind: str) -> set[str]:
    """Return the names of the fields that `kind` needs or may have, beside those that every trigger has."""
    return {name for channel in channels(kind) for name in OF_CHANNEL[channel]}


def usual_sending(kind: str) -> dict:
    """Return what a new trigger of `kind` starts with: when it sends, and how late it may be.

    Clients are not woken, and told nothing that is a day old.  A task, a call list and a program can wait.
    """
    found = set(channels(kind))
    wakes, may_be_stale = (
        found & {Channel.EMAIL, Channel.SMS},
        found & {Channel.EMAIL, Channel.SMS, Channel.LETTER},
    )
    return {
        "send_at": (SendAt.WAKING_HOURS if wakes else SendAt.ANY_TIME).value,
        "max_late_hours": 24 if may_be_stale else None,
    }


def usual_recipient(kind: str) -> str:
    """Return whom most triggers of `kind` are for: tasks for the department, a webhook for an address."""
    first = channels(kind)[0]
    if first == Channel.TASK:
        return Recipient.DEPARTMENT_OF_ORDER.value
    return (Recipient.ADDRESS if first == Channel.WEBHOOK else Recipient.CLIENT).value


def address_noun(kind: str) -> str:
    """Return what `kind` takes for a typed address: "phone number"; "" where one address cannot serve its channels."""
    nouns = {ADDRESS_OF.get(channel, "") for channel in channels(kind)}
    return nouns.pop() if len(nouns) == 1 else ""


def recipients(kind: str) -> list[str]:
    """Return the recipients that every channel of `kind` can reach."""
    reached = [
        value for value in Recipient.values if all(value in Trigger.REACHES[each] for each in channels(kind))
    ]
    return [value for value in reached if value != Recipient.ADDRESS or address_noun(kind)]


def why_unreachable(kind: str, recipient: str) -> str:
    """Say why `kind` cannot be for `recipient`; "" if it can."""
    if recipient in recipients(kind):
        return ""
    for channel in channels(kind):
        if recipient not in Trigger.REACHES[channel]:
            return f"{CANNOT_REACH[channel]}, and not to “{Recipient(recipient).label}”."
    return f"One address cannot serve both halves of {Kind(kind).label}. Choose somebody else, or a simpler type."


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
        for kind in Kind.values
    }
