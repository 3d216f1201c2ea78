"""Which status changes a trigger is for."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from triggers.models import Trigger


def why_not(trigger: Trigger, facts: Mapping, recorded_at: datetime | None = None) -> str:
    """Say why `trigger` does not fire for a status change; "" if it fires.

    facts:       `facts` of the change's payload.
    recorded_at: when the change was made; None where it is only being thought about.
    """
    if not trigger.is_active:
        return "The trigger is not active."
    if trigger.only_vendor_id and facts["vendor_id"] != trigger.only_vendor_id:
        return f"Only for the vendor {trigger.only_vendor}."
    if trigger.only_session_type_id and facts["session_type_id"] != trigger.only_session_type_id:
        return f"Only for sessions of the type {trigger.only_session_type}."
    if trigger.only_from_status_id and facts["from_status_id"] != trigger.only_from_status_id:
        return f"Only for orders coming from {trigger.only_from_status}."
    if recorded_at is not None and recorded_at < trigger.active_since:
        since = date_format(timezone.localtime(trigger.active_since), "F j, Y, H:i")
        return f"The trigger is active since {since}, and does nothing for what was before."
    return ""
