import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from studio import dates
from triggers import channels
from triggers.models.reason import Reason
from triggers.models.trigger import Trigger


class DeliveryQuerySet(models.QuerySet):
    def unfinished(self):
        """What still waits: for its moment, for the worker, or for a person.  Not what is being sent."""
        return self.filter(state__in=Delivery.UNFINISHED)

    def for_table(self):
        """Join what the words of a row name."""
        return self.select_related("trigger__department", "trigger__user", "order__session__client")


class Delivery(models.Model):
    """One thing that one trigger wants done because of one status change: a row of the outbox."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        HELD = "held", "Held"  # until a person says Process: review, or a cap
        SENDING = "sending", "Being sent"
        SENT = "sent", "Done"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"
        EXPIRED = "expired", "Expired"
        UNKNOWN = "unknown", "Outcome unknown"

    UNFINISHED = (State.PENDING, State.HELD)

    trigger = models.ForeignKey(Trigger, models.PROTECT, related_name="deliveries")
    status_change = models.ForeignKey("preproduction.StatusChange", models.PROTECT, related_name="deliveries")
    order = models.ForeignKey("preproduction.Order", models.PROTECT, related_name="deliveries")
    kind = models.CharField("Trigger Type", max_length=20, choices=channels.kind_choices)
    # By which of the kind's channels; settled when the row is made, and again when it is sent.
    channel = models.CharField(max_length=10, choices=channels.channel_choices, default="task")
    # The stable id of the message: every copy of it carries the same (Message-ID, webhook-id).
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What was true at the status change, as plain strings, keys and ISO dates; the task or message says that.
    payload = models.JSONField()
    state = models.CharField("State", max_length=10, choices=State, default=State.PENDING)
    reason_code = models.CharField("Why", max_length=20, choices=Reason, default=Reason.NONE, blank=True)
    # What the sentence of the reason names.
    reason_details = models.CharField(max_length=500, blank=True)
    # Whether `not_before` is counted from the status due date, and follows it.
    follows_due_date = models.BooleanField(default=False)
    # A person pressed Retry: its moment is theirs, and no due date moves it any more.
    is_at_once = models.BooleanField(default=False)
    # Null: it has no moment for now, because its order is on hold.
    not_before = models.DateTimeField(null=True, default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Raised by each claim; whoever finishes tests it, so that a worker thought dead cannot finish twice.
    lease_number = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    # Whether a person has looked at it and pressed Process.
    is_reviewed = models.BooleanField(default=False)
    # Who pressed Process, Skip or Retry last.
    steered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # What went out, as it went out: {"subject": ..., "text": ..., "html": ...}.
    sent_to = models.CharField(max_length=500, blank=True)
    content = models.JSONField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["trigger", "status_change"], name="triggers_delivery_once_per_change"
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state="pending"),
                name="triggers_delivery_waiting",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="sending"), name="triggers_delivery_leased"
            ),
            models.Index(fields=["state", "-id"], name="triggers_delivery_by_state"),
            models.Index(fields=["sent_to", "finished_at"], name="triggers_delivery_by_recipient"),
            models.Index(fields=["channel", "finished_at"], name="triggers_delivery_by_channel"),
        ]

    def __str__(self):
        return f"{self.trigger} for {self.order}"

    @property
    def reason(self) -> str:
        """Say why it waits, is held or was not done, in a sentence; "" where there is nothing to say."""
        moment = self.not_before and timezone.localtime(self.not_before)
        words = moment and f"{dates.without_year(moment)}, {moment:%H:%M}"
        return Reason(self.reason_code).label.format(self.reason_details, moment=words)
