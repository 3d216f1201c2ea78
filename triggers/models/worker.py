"""What the worker and those who steer it keep: one row each."""

import datetime

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from studio.fields import NotesField


class WorkerHeartbeat(models.Model):
    """When the worker last came round; one row, key 1."""

    beat_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="triggers_workerheartbeat_one_row")]

    def __str__(self):
        return f"worker seen {self.beat_at:%Y-%m-%d %H:%M:%S}"


class Breaker(models.Model):
    """How a channel (or one webhook) has been doing; opened after failures in a row, it is left alone for a while."""

    key = models.CharField(max_length=40, unique=True)  # "email", "sms", "webhook:<key of the trigger>"
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)

    def __str__(self):
        return self.key


class MessagePreferences(models.Model):
    """What holds for every message of every trigger; one row, key 1."""

    is_paused = models.BooleanField(default=False, editable=False)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    paused_at = models.DateTimeField(null=True, editable=False)
    fires_at = models.TimeField(
        "Due-date triggers fire at", default=datetime.time(9), help_text="Studio time."
    )
    quiet_from = models.TimeField("Quiet hours from", default=datetime.time(20))
    quiet_until = models.TimeField("until", default=datetime.time(8))
    most_per_recipient = models.PositiveIntegerField(
        "Messages to one recipient a day", default=10, validators=[MinValueValidator(1)]
    )
    most_per_hour = models.PositiveIntegerField(
        "Messages of the studio an hour", default=500, validators=[MinValueValidator(1)]
    )
    in_house_receivers = NotesField(
        "In-house webhook receivers",
        max_length=2000,
        help_text="One to a line, such as http://192.168.1.20:8080. Webhooks go to public https addresses and to these.",
    )
    # When the administrators were told that a cap holds messages; null while none is held.
    cap_told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="triggers_messagepreferences_one_row")]

    def __str__(self):
        return "Message preferences"

    @classmethod
    def load(cls) -> "MessagePreferences":
        """Return the one row, or what it would be before anybody has saved it.  One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
