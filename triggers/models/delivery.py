import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from studio import dates
from triggers import channels
from triggers.models.message_template import MessageTemplate
from triggers.models.reason import Reason
from triggers.models.trigger import Trigger


class DeliveryQuerySet(models.QuerySet):
    def unfinished(self):
        """What still waits: for its moment, for the worker, or for a person.  Not what is being sent."""
        return self.filter(state__in=Delivery.UNFINISHED)

    def for_table(self):
        """Join what the words of a row name."""
        return self.select_related(
            "trigger__department", "trigger__user", "order__session__client", "asked_by", "person"
        )


# Of a message that somebody sends by hand; that it may be late is the person's to judge after a day.
MOST_LATE_BY_HAND = timedelta(hours=24)

OF_TRIGGER = Q(trigger__isnull=False, status_change__isnull=False, order__isnull=False)
BY_HAND = Q(order__isnull=False, template__isnull=False, asked_by__isnull=False)
TO_PERSON = Q(order__isnull=True, person__isnull=False, on__isnull=False)


class Delivery(models.Model):
    """One thing to be done: a row of the outbox.

    Mostly it is what one trigger wants because of one status change.  Two kinds have neither: a message that somebody
    sends by hand about an order, which no status change takes back, and a mail to a person of the studio, of which
    there is one a day.  What a trigger would say of those stands in their `rule`.
    """

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

    trigger = models.ForeignKey(Trigger, models.PROTECT, null=True, related_name="deliveries")
    status_change = models.ForeignKey(
        "preproduction.StatusChange", models.PROTECT, null=True, related_name="deliveries"
    )
    order = models.ForeignKey("preproduction.Order", models.PROTECT, null=True, related_name="deliveries")
    # Of a message by hand: its words, whom of the order's it is for, and who sent it.
    template = models.ForeignKey(
        MessageTemplate, models.PROTECT, null=True, db_index=False, related_name="deliveries"
    )
    recipient = models.CharField(max_length=20, choices=Trigger.Recipient, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    # Of messages sent by hand with something done to many orders: its batch.  Undoing that takes back those that wait.
    batch = models.ForeignKey(
        "preproduction.Batch", models.PROTECT, null=True, db_index=False, related_name="deliveries"
    )
    # Of a mail to a person of the studio: for which day it is.  Its words are in its payload, as "message".
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    on = models.DateField(null=True)
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
            models.UniqueConstraint(fields=["person", "on"], name="triggers_delivery_once_a_day"),
            models.CheckConstraint(
                condition=OF_TRIGGER & Q(asked_by__isnull=True, person__isnull=True)
                | Q(trigger__isnull=True, status_change__isnull=True)
                & (BY_HAND & Q(person__isnull=True) | TO_PERSON & Q(template__isnull=True)),
                name="triggers_delivery_has_one_origin",
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
            models.Index(
                fields=["batch"], condition=Q(batch__isnull=False), name="triggers_delivery_of_batch"
            ),
            models.Index(fields=["sent_to", "finished_at"], name="triggers_delivery_by_recipient"),
            models.Index(fields=["channel", "finished_at"], name="triggers_delivery_by_channel"),
        ]

    def __str__(self):
        return f"{self.origin} for {self.order or self.person}"

    @property
    def is_by_hand(self) -> bool:
        return self.asked_by_id is not None

    @property
    def origin(self) -> str:
        """Say what it comes of: its trigger, "Sent by Mia Lindqvist", or "Morning mail"."""
        if self.is_by_hand:
            return f"Sent by {self.asked_by}"
        return str(self.trigger or "Morning mail")

    @property
    def rule(self) -> Trigger:
        """Return what its trigger says; of one without, a trigger that is nowhere stored and says what one would."""
        if self.trigger is not None:
            return self.trigger
        is_mail = self.person_id is not None
        return Trigger(
            description=self.origin,
            kind=self.kind,
            recipient=self.recipient or Trigger.Recipient.FIXED,
            user=self.person,
            template=self.template,
            # Whoever wants a mail in the morning wants it at the hour they chose.
            send_at=Trigger.SendAt.ANY_TIME if is_mail else Trigger.SendAt.WAKING_HOURS,
            # Put back with its order, it waits until somebody has looked at it.
            needs_review=not is_mail,
            sealed_secret="",
        )

    @property
    def reason(self) -> str:
        """Say why it waits, is held or was not done, in a sentence; "" where there is nothing to say."""
        moment = self.not_before and timezone.localtime(self.not_before)
        words = moment and f"{dates.without_year(moment)}, {moment:%H:%M}"
        return Reason(self.reason_code).label.format(self.reason_details, moment=words)
