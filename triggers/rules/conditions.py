"""Which status changes a trigger is for."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from studio import dates
from triggers.models import Trigger


def fires(trigger: Trigger, facts: Mapping, recorded_at: datetime | None = None) -> bool:
    """Whether `trigger` fires for a status change.  No query, whatever of the trigger has been joined.

    facts:       `facts` of the change's payload.
    recorded_at: when the change was made; None where it is only being thought about.
    """
    return _failing(trigger, facts, recorded_at) is None


def why_not(trigger: Trigger, facts: Mapping, recorded_at: datetime | None = None) -> str:
    """Say in a sentence why `trigger` does not fire for a status change; "" if it fires."""
    match _failing(trigger, facts, recorded_at):
        case None:
            return ""
        case "is_active":
            return "The trigger is not active."
        case "only_vendor":
            return f"Only for the vendor {trigger.only_vendor}."
        case "only_session_type":
            return f"Only for sessions of the type {trigger.only_session_type}."
        case "only_from_status":
            return f"Only for orders coming from {trigger.only_from_status}."
        case _:
            since = dates.moment(timezone.localtime(trigger.active_since))
            return f"The trigger is active since {since}, and does nothing for what was before."


def _failing(trigger: Trigger, facts: Mapping, recorded_at: datetime | None) -> str | None:
    """Return the column of the condition that does not hold, None where all do."""
    if not trigger.is_active:
        return "is_active"
    for name, fact in _CONDITIONS:
        wanted = getattr(trigger, f"{name}_id")
        if wanted and facts[fact] != wanted:
            return name
    return "active_since" if recorded_at is not None and recorded_at < trigger.active_since else None


_CONDITIONS = (
    ("only_vendor", "vendor_id"),
    ("only_session_type", "session_type_id"),
    ("only_from_status", "from_status_id"),
)
