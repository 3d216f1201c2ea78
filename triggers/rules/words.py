"""What a trigger does, in words for people: to whom, and on which conditions."""

from triggers.models import Trigger

Recipient = Trigger.Recipient
NOT_FILLED_IN = "Not filled in yet"


def recipient(trigger: Trigger) -> str:
    """Say to whom: "Retouching", "The client", "+1 202 555 0143"."""
    if trigger.recipient == Recipient.ADDRESS:
        return trigger.address or NOT_FILLED_IN
    if trigger.recipient == Recipient.FIXED:
        return chosen(trigger)
    return trigger.get_recipient_display()


def caller(trigger: Trigger) -> str:
    """Say whose call list a call stands on."""
    return chosen(trigger) if trigger.caller == Trigger.Caller.FIXED else trigger.get_caller_display()


def chosen(trigger: Trigger) -> str:
    return ", ".join(str(who) for who in (trigger.user, trigger.department) if who) or NOT_FILLED_IN


def when(trigger: Trigger) -> str:
    """Say when, beside a column that names the status."""
    if not trigger.waits_for_due_date:
        return "On reaching it"
    if trigger.days == 0:
        return "On its due date"
    where = "before" if trigger.timing == Trigger.Timing.BEFORE_DUE else "after"
    days = trigger.get_day_kind_display() if trigger.days != 1 else trigger.get_day_kind_display()[:-1]
    return f"{trigger.days} {days} {where} its due date"


def conditions(trigger: Trigger) -> list[str]:
    """Say on which conditions, as short phrases: "only Northlight", "only coming from At lab"."""
    words = []
    if trigger.only_vendor:
        words.append(f"only {trigger.only_vendor}")
    if trigger.only_session_type:
        words.append(f"only {trigger.only_session_type} sessions")
    if trigger.only_from_status:
        words.append(f"only coming from {trigger.only_from_status}")
    if trigger.recipient == Recipient.CLIENT and not trigger.respects_do_not_contact:
        words.append("even to those marked Do Not Contact")
    return words
