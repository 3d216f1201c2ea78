import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Trial(models.Model):
    """The words of a template, filled in, on their way to who wrote them: to be looked at in a mail program.

    It belongs to no order and no trigger, and stands in nobody's Communication.  The words may be about a client, so
    rows are kept for a day only.
    """

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    to = models.EmailField()
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField(blank=True)
    # Every copy of it carries the same Message-ID.
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    not_before = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    # Why it was not sent, or not yet; a sentence.
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(finished_at=None), name="triggers_trial_waiting"),
        ]

    def __str__(self):
        return f"Test to {self.to}"

    @property
    def outcome(self) -> str:
        if self.finished_at is None:
            return f"waits to be tried again: {self.problem}" if self.problem else "is on its way"
        return f"was not sent: {self.problem}" if self.problem else "was sent"
