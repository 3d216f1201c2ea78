from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from preproduction.models.batch import Batch
from preproduction.models.cause import Cause
from preproduction.models.late_reason import LateReason
from preproduction.models.order import Order
from preproduction.models.status import Status
from studio import dates
from studio.models import Department, SessionType, User, Vendor


class StatusChange(models.Model):
    """One row of Status Notes.  Append-only, for ever: the database itself refuses anything else (studio/append_only.py).

    Names stand beside the keys they were read from, so that a renamed status or a married name changes no past.
    The plain columns tell of the status that was left; those named `to_` tell of the one that was entered.

    Each index costs every advance, for ever, so there is one only where a query asks for it; what a department, a
    vendor or a session type is used for is counted when one of them is deleted, once in years, by reading all rows.
    """

    order = models.ForeignKey(Order, models.PROTECT, db_index=False, related_name="status_changes")
    sequence = models.PositiveIntegerField()
    cause = models.CharField(max_length=10, choices=Cause)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    # From the form; unique, so that a form sent twice advances once.
    request_key = models.UUIDField(null=True, unique=True)

    batch = models.ForeignKey(Batch, models.PROTECT, null=True, db_index=False, related_name="changes")
    # The order's version after this.
    version = models.PositiveIntegerField()
    # The stay that this change ended: the change by which the order had come to `from_status`.
    ends = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="ended_by")
    # The order's columns that this changed, for undoing and rebuilding, as preproduction/written.py writes them.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    from_status = models.ForeignKey(Status, models.PROTECT, null=True, related_name="changes_from")
    from_status_name = models.CharField(max_length=60, blank=True)
    entered_on = models.DateField(null=True)
    completed_on = models.DateField("Date Completed")
    due_date = models.DateField("Due Date", null=True)
    duration = models.PositiveSmallIntegerField(null=True)
    held_days = models.PositiveIntegerField(default=0)
    # Business days after the due date; 0 or less is on time; None where nothing was due, or nothing was completed.
    days_late = models.IntegerField("Late", null=True)
    # Business days from entering to completing, the days on hold taken out.
    days_at_status = models.IntegerField("Days", null=True)
    late_reason = models.ForeignKey(
        LateReason, models.PROTECT, null=True, db_index=False, related_name="stays"
    )
    late_reason_name = models.CharField("Late Reason", max_length=60, blank=True)
    delay_reason = models.CharField("Reason", max_length=200, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, db_index=False, related_name="+")
    department_name = models.CharField(max_length=60, blank=True)
    assigned_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    assigned_user_name = models.CharField(max_length=310, blank=True)

    # As they were then: what the statistics are asked by.
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, db_index=False, related_name="+")
    vendor_name = models.CharField(max_length=120, blank=True)
    session_type = models.ForeignKey(SessionType, models.PROTECT, null=True, db_index=False, related_name="+")
    session_type_name = models.CharField(max_length=120, blank=True)

    to_status = models.ForeignKey(
        Status, models.PROTECT, null=True, db_index=False, related_name="changes_to"
    )
    to_status_name = models.CharField(max_length=60, blank=True)
    to_due_date = models.DateField(null=True)
    to_department = models.ForeignKey(Department, models.PROTECT, null=True, db_index=False, related_name="+")
    to_department_name = models.CharField(max_length=60, blank=True)
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    to_user_name = models.CharField(max_length=310, blank=True)

    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")
    updated_by_name = models.CharField("Updated By", max_length=310)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+"
    )
    recorded_by_name = models.CharField("Recorded By", max_length=310)
    recorded_at = models.DateTimeField("Recorded", default=timezone.now)
    note = models.TextField("Note", blank=True)

    class Meta:
        ordering = ["order", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "sequence"], name="preproduction_statuschange_sequence_unique"
            ),
            models.UniqueConstraint(
                fields=["order", "version"], name="preproduction_statuschange_version_unique"
            ),
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="preproduction_statuschange_sequence_starts_at_1"
            ),
            models.CheckConstraint(
                condition=Q(cause=Cause.UNDO) | Q(undoes__isnull=True),
                name="preproduction_statuschange_only_undo_undoes",
            ),
        ]
        indexes = [
            models.Index(
                fields=["batch"], condition=Q(batch__isnull=False), name="preproduction_change_of_batch"
            ),
            # For counting why orders were late; of most rows there is nothing in it.
            models.Index(
                fields=["late_reason", "completed_on"],
                condition=Q(late_reason__isnull=False),
                name="preproduction_change_late",
            ),
            # For replaying a trigger, and for what is new for somebody.
            models.Index(fields=["to_status", "recorded_at"], name="preproduction_change_to_status"),
            models.Index(fields=["to_user", "recorded_at"], name="preproduction_change_to_user"),
        ]

    def __str__(self):
        return f"{self.from_status_name or 'New'} to {self.to_status_name or 'no status'}"

    @property
    def why_late(self) -> str:
        """Return the reasons, of the list and in words: "Lab is behind: no paper"; "" where none was given."""
        return ": ".join(filter(None, (self.late_reason_name, self.delay_reason)))

    @classmethod
    def standing(cls, order: Order, *, by: User) -> "StatusChange":
        """Return, not stored, the change that would bring `order` to where it stands now, to who has it now.

        by: who says so of an order that has no Status Notes.  The order's stay is joined, with what for_table() does.
        """
        stay = order.stay
        return cls(
            order=order,
            from_status_id=stay.from_status_id if stay else None,
            from_status_name=stay.from_status_name if stay else "",
            completed_on=stay.completed_on if stay else order.order_date,
            to_status=order.status,
            to_status_name=str(order.status or ""),
            to_due_date=order.status_due_date,
            to_department=order.department,
            to_department_name=str(order.department or ""),
            to_user=order.assigned_user,
            to_user_name=str(order.assigned_user or ""),
            updated_by_id=stay.updated_by_id if stay else by.pk,
            updated_by_name=stay.updated_by_name if stay else str(by),
        )

    def payload(self) -> dict:
        """Return what a trigger may tell of this change, as true now as ever after.  One query at most.

        facts:  keys and ISO dates, to decide by.
        fields: the merge fields of messages (triggers/messages/merge_fields.py), all of them text.
        """
        order = self.order
        if not (Order.session.is_cached(order) and Order.vendor.is_cached(order)):
            order = Order.objects.for_payload().get(pk=self.order_id)
        session = order.session
        client, vendor = session.client, order.vendor
        return {
            "facts": {
                "client_id": client.pk,
                "vendor_id": order.vendor_id,
                "session_type_id": session.session_type_id,
                "photographer_id": session.photographer_id,
                "from_status_id": self.from_status_id,
                "department_id": self.to_department_id,
                "assigned_user_id": self.to_user_id,
                "updated_by_id": self.updated_by_id,
                "completed_on": self.completed_on.isoformat(),
                "status_due_date": self.to_due_date.isoformat() if self.to_due_date else "",
            },
            "fields": {
                "client.name": client.name,
                "client.contact": client.contact_name,
                "client.email": client.email,
                "client.phone": client.phone,
                "client.mobile": client.mobile_phone,
                "client.address": client.address,
                "session.number": session.number,
                "session.date": _written(session.date),
                "session.type": str(session.session_type),
                "session.location": session.location,
                "session.photographer": str(session.photographer or ""),
                "order.number": order.number,
                "order.date": _written(order.order_date),
                "order.needed_by": _written(order.needed_by),
                "order.vendor_order_number": order.vendor_order_number,
                "vendor.name": vendor.name if vendor else "",
                "vendor.contact": vendor.contact_name if vendor else "",
                "vendor.email": vendor.email if vendor else "",
                "vendor.phone": vendor.phone if vendor else "",
                "vendor.account": vendor.account_number if vendor else "",
                "status.name": self.to_status_name,
                "status.previous": self.from_status_name,
                "status.completed_on": _written(self.completed_on),
                "status.due_date": _written(self.to_due_date),
                "status.department": self.to_department_name,
                "status.user": self.to_user_name,
                "status.updated_by": self.updated_by_name,
            },
        }

    @property
    def stay_after(self) -> "StatusChange | None":
        """Return the stay that began with this change; for an undo, the one that it went back to."""
        return self.undoes.ends if self.undoes_id else self

    @property
    def was_late(self) -> bool:
        return self.days_late is not None and self.days_late > 0


def _written(day: date | None) -> str:
    return dates.in_text(day) if day else ""
