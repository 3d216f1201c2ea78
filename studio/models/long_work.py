import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class LongWork(models.Model):
    """What somebody asked for and the worker does, because no page could wait for it (studio/long_work/)."""

    class Kind(models.TextChoices):
        FILE = "file", "File"
        ACTS = "acts", "Many at once"

    class FileKind(models.TextChoices):
        XLSX = "xlsx", "Excel"
        PDF = "pdf", "PDF"

    class State(models.TextChoices):
        WAITS = "waits", "Waits for the worker"
        RUNS = "runs", "Under way"
        DONE = "done", "Done"
        BROKEN = "broken", "Broken off"
        REMOVED = "removed", "Removed"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=100)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # What it takes to do it, and to have what came of it.
    permission = models.CharField(max_length=40)
    # What was asked, which may be a client's name that was searched for; nothing, once that is not needed any more.
    asked = models.JSONField(default=dict)
    state = models.CharField("State", max_length=10, choices=State, default=State.WAITS)
    made_at = models.DateTimeField("When", default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    # How many rows are done, and of how many.
    position = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    # How often a worker has begun; of acts, how often what comes next has broken off.
    tries = models.PositiveSmallIntegerField(default=0)
    file_kind = models.CharField(max_length=10, choices=FileKind, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # of the file, in bytes

    # What came of acts: done, refused (numbers), why (sentences), batch (its key), shows_batch (whether they may see it).
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.title}, {timezone.localtime(self.made_at):%Y-%m-%d %H:%M}"
