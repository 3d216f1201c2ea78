"""What happens by itself: when an order is at a status, do this for that person."""

import base64
import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from studio import sealing
from studio.fields import ExactField, LineField, NameField, NotesField
from studio.models import Department
from studio.ordered_list import OrderedList
from triggers import channels
from triggers.models.message_template import MessageTemplate


class TriggerQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def for_firing(self):
        """Join what enqueueing and sending look at."""
        return self.select_related("department", "user", "template")

    def for_table(self):
        """Join what its words name."""
        return self.for_firing().select_related(
            "status", "only_vendor", "only_session_type", "only_from_status"
        )


def new_secret() -> str:
    """Return a signing secret as Standard Webhooks writes it: whsec_ and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def new_sealed_secret() -> str:
    return sealing.seal(new_secret())


class Trigger(models.Model):
    class Timing(models.TextChoices):
        REACHED = "reached", "On reaching the status"
        BEFORE_DUE = "before_due", "Before the status due date"
        AFTER_DUE = "after_due", "After the status due date"

    class DayKind(models.TextChoices):
        BUSINESS = "business", "business days"
        CALENDAR = "calendar", "calendar days"

    class Recipient(models.TextChoices):
        CLIENT = "client", "The client"
        VENDOR = "vendor", "The vendor"
        ASSIGNED_USER = "assigned_user", "The assigned user"
        DEPARTMENT_OF_ORDER = "department", "The order's department"
        UPDATED_BY = "updated_by", "Who updated the status"
        PHOTOGRAPHER = "photographer", "The photographer"
        FIXED = "fixed", "The department or user chosen here"
        ADDRESS = "address", "The address typed here"

    class Caller(models.TextChoices):
        """The recipients that are of the studio: who can be given a task, or a call to make."""

        ASSIGNED_USER = "assigned_user", "The assigned user"
        DEPARTMENT_OF_ORDER = "department", "The order's department"
        UPDATED_BY = "updated_by", "Who updated the status"
        PHOTOGRAPHER = "photographer", "The photographer"
        FIXED = "fixed", "The department or user chosen here"

    class SendAt(models.TextChoices):
        ANY_TIME = "any_time", "At any time"
        WAKING_HOURS = "waking_hours", "Not during quiet hours"
        BUSINESS_DAYS = "business_days", "On business days, not during quiet hours"

    STAFF = frozenset(Caller.values)
    ANYBODY = STAFF | {Recipient.CLIENT, Recipient.VENDOR, Recipient.ADDRESS}

    description = NameField("Description", max_length=120)
    position = models.IntegerField(unique=True, null=True, editable=False)  # None: not in the list yet
    is_active = models.BooleanField("Active", default=True)
    # Nothing fires for the past: status changes recorded before this moment are not this trigger's.
    active_since = models.DateTimeField(default=timezone.now, editable=False)

    status = models.ForeignKey(
        "preproduction.Status", models.PROTECT, related_name="triggers", verbose_name="Status"
    )
    timing = models.CharField("When", max_length=12, choices=Timing, default=Timing.REACHED)
    days = models.PositiveSmallIntegerField(
        "Days", null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    day_kind = models.CharField("Counted in", max_length=10, choices=DayKind, default=DayKind.BUSINESS)

    kind = models.CharField("Trigger Type", max_length=20, choices=channels.kind_choices, default="task")
    recipient = models.CharField(
        "To", max_length=20, choices=Recipient, default=Recipient.DEPARTMENT_OF_ORDER
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="triggers", verbose_name="Department"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="triggers",
        verbose_name="User",
    )
    address = ExactField(
        "Address",
        max_length=500,
        blank=True,
        help_text="An email address, a phone number, or the URL of a webhook.",
    )
    # Whose call list a Call stands on; `department` and `user` where it is FIXED.
    caller = models.CharField(
        "Call made by", max_length=20, choices=Caller, default=Caller.DEPARTMENT_OF_ORDER
    )
    task_title = LineField("Task", max_length=200, blank=True)
    task_notes = NotesField("Task Notes", max_length=2000)
    task_due_in = models.PositiveSmallIntegerField(
        "Task Due In",
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text="Business days after the trigger has fired. Blank: no due date.",
    )
    template = models.ForeignKey(
        MessageTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="triggers",
        verbose_name="Template",
    )
    sealed_secret = models.CharField(
        "Signing secret", max_length=255, default=new_sealed_secret, blank=True, editable=False
    )

    only_vendor = models.ForeignKey(
        "studio.Vendor",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="triggers",
        verbose_name="Only vendor",
    )
    only_session_type = models.ForeignKey(
        "studio.SessionType",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="triggers",
        verbose_name="Only session type",
    )
    only_from_status = models.ForeignKey(
        "preproduction.Status",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="triggers_from",
        verbose_name="Only when coming from",
    )
    respects_do_not_contact = models.BooleanField("Respect Do Not Contact", default=True)
    needs_review = models.BooleanField(
        "Review before processing",
        default=False,
        help_text="What it wants done waits in the Trigger Queue until somebody presses Process.",
    )
    send_at = models.CharField("Send", max_length=15, choices=SendAt, default=SendAt.WAKING_HOURS)
    max_late_hours = models.PositiveSmallIntegerField(
        "Maximum lateness",
        null=True,
        blank=True,
        default=24,
        help_text="Hours. What could not be done by then shows as expired. Blank: it is done however late.",
    )

    # How many orders that matched already were included when it was saved, and how many of those asked for were not.
    included = not_included = 0

    objects = TriggerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                # One that is off may wait for it: people are in no file of a set-up.
                condition=~Q(recipient="fixed")
                | Q(department__isnull=False)
                | Q(user__isnull=False)
                | Q(is_active=False),
                name="triggers_trigger_fixed_recipient_is_given",
                violation_error_message="Choose the department or the user that gets it.",
            ),
            models.CheckConstraint(
                condition=Q(timing="reached", days__isnull=True)
                | ~Q(timing="reached") & Q(days__isnull=False),
                name="triggers_trigger_days_with_due_date_only",
                violation_error_message="Give the number of days.",
            ),
        ]

    def __str__(self):
        return self.description

    def get_absolute_url(self):
        return reverse("triggers:trigger_edit", args=[self.pk])

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the keys of the channels that it tries, in this order."""
        return channels.kind(self.kind).channels

    @property
    def is_signed(self) -> bool:
        """Whether its receiver can tell by the secret that a message is ours."""
        return any(channels.get(key).is_signed for key in self.channels)

    @property
    def secret(self) -> str:
        """The signing secret; "" where its key is not here, or where it has none."""
        return sealing.unseal(self.sealed_secret) if sealing.can_unseal(self.sealed_secret) else ""

    @secret.setter
    def secret(self, secret: str):
        self.sealed_secret = sealing.seal(secret)

    @property
    def waits_for_due_date(self) -> bool:
        return self.timing != self.Timing.REACHED

    def when_in_words(self) -> str:
        """Say when it fires: "on reaching Sent to lab", "3 business days after the due date of At lab"."""
        if not self.waits_for_due_date:
            return f"on reaching {self.status}"
        where = "before" if self.timing == self.Timing.BEFORE_DUE else "after"
        kind = self.get_day_kind_display()
        if self.days == 0:
            return f"on the due date of {self.status}"
        return f"{self.days} {kind if self.days > 1 else kind[:-1]} {where} the due date of {self.status}"


class TriggerList(OrderedList):
    rows = Trigger
