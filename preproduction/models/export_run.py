import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class ExportRun(models.Model):
    """One export of everything.  Its file is not kept here, and not kept for longer than a day."""

    class State(models.TextChoices):
        RUNS = "runs", "Being written"
        READY = "ready", "Ready to download"
        BROKEN = "broken", "Broken off"
        REMOVED = "removed", "Removed"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField("By", max_length=310)
    made_at = models.DateTimeField("When", default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    state = models.CharField("State", max_length=10, choices=State, default=State.RUNS)
    # {sheet: the last key that was there when it began}; what is made meanwhile is for the next one.
    until = models.JSONField(default=dict)
    # Which sheet is being written, from 0, after which key, and how many files of it there are.
    sheet = models.PositiveSmallIntegerField(default=0)
    after = models.BigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    # How many records are written, and of how many.
    position = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)  # of the file, in bytes
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"Export of {timezone.localtime(self.made_at):%Y-%m-%d %H:%M}"
