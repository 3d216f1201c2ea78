"""What pages keep of the status list, the custom fields and the late reasons; see studio/set_up."""

from preproduction.models import CustomField, LateReason, Status, VendorDuration
from studio.models import Department, User
from studio.set_up import keep


def statuses() -> list[Status]:
    """Return the whole list in its order, with the defaults joined, and the durations of vendors."""
    rows = Status.objects.select_related("default_department", "default_user")
    return list(rows.prefetch_related("vendor_durations"))


def custom_fields() -> list[CustomField]:
    return list(CustomField.objects.all())


def late_reasons() -> list[LateReason]:
    return list(LateReason.objects.all())


def keep_all() -> None:
    keep("statuses", statuses, Status, VendorDuration, Department, User)
    keep("custom fields", custom_fields, CustomField)
    keep("late reasons", late_reasons, LateReason)
