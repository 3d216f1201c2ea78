import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class ImportRun(models.Model):
    """One import, from the files that were sent to its end.  What is in the files is not kept here."""

    class State(models.TextChoices):
        WAITS = "waits", "Being read"  # or looked at again, with other columns or choices
        UNREADABLE = "unreadable", "Cannot be read"
        ASKS = "asks", "Waits for an answer"
        READY = "ready", "Ready to import"
        RUNS = "runs", "Being imported"
        DONE = "done", "Imported"
        GOES_BACK = "goes_back", "Being undone"
        UNDONE = "undone", "Undone"
        LEFT = "left", "Not imported"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField("By", max_length=310)
    made_at = models.DateTimeField("When", default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    names = models.JSONField("Files", default=list)
    state = models.CharField("State", max_length=10, choices=State, default=State.WAITS)
    # Why it cannot be read, or was broken off; a sentence.
    refusal = models.CharField(max_length=500, blank=True)
    # Of each sheet: title, kind, header (its row), digest (of the names of its columns), columns {field: place},
    # day_order; see moving_in/importing/sheets.py.
    sheets = models.JSONField(default=list)
    # {"doubtful": {"sheet:row": key of a client, or "new"}, "overwrite": bool, "types", "vendors", "statuses", "former": [names left out]}
    choices = models.JSONField(default=dict)
    # {kind: {fate: rows}} as rehearsed, and as done.
    rehearsed = models.JSONField(default=dict)
    done = models.JSONField(default=dict)
    # How many rows of the files have been looked at in the present state, and of how many.
    position = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    # Of the files nothing is left.
    files_removed = models.BooleanField(default=False)
    undone_by_name = models.CharField(max_length=310, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return ", ".join(self.names)


class ImportedRow(models.Model):
    """A record that an import made, changed or met, with the number that it had in the program it came from.

    Rows of an import that was undone are removed: what they made is not there any more.
    """

    class Fate(models.TextChoices):
        MADE = "made", "Made"
        CHANGED = "changed", "Changed"
        MET = "met", "Met"

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="imported")
    kind = models.CharField(max_length=20)
    # No foreign key: what was imported may be deleted, like anything else.
    record = models.BigIntegerField()
    number_key = models.CharField(max_length=250, blank=True)
    fate = models.CharField(max_length=10, choices=Fate)
    # A digest of what was made, by which one sees whether somebody has changed it since.
    seal = models.CharField(max_length=32, blank=True)
    # {column: [before, after]} of what was changed.
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["kind", "number_key"], name="preproduction_imported_number"),
            models.Index(fields=["kind", "record"], name="preproduction_imported_record"),
        ]

    def __str__(self):
        return f"{self.get_fate_display()}: {self.kind} {self.record}"
