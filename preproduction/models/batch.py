from django.conf import settings
from django.db import models
from django.utils import timezone


class Batch(models.Model):
    """What was done to many orders as one, and is undone as one.  Append-only: undoing it is a batch of its own."""

    class Kind(models.TextChoices):
        MANY = "many", "Many at once"
        REASSIGNED = "reassigned", "Reassigned"
        REPLACED = "replaced", "Replaced status"
        CALENDAR = "calendar", "Calendar"
        ZONE = "zone", "Time zone"
        DURATION = "duration", "Default Duration"
        HANDOVER = "handover", "Handed over"
        LEFT = "left", "Somebody left"
        PROMISED = "promised", "Promises moved"
        MERGED = "merged", "Clients merged"
        BEHIND = "behind", "Vendor behind"
        SET_UP = "set_up", "Set-up from a file"
        UNDO = "undo", "Undo"

    kind = models.CharField(max_length=10, choices=Kind)
    # What was done, as its page says it: "Sent to lab was replaced with At lab."
    description = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=310)
    made_at = models.DateTimeField(default=timezone.now)
    # What undoing needs beside the rows: a calendar as it was, a status that was made inactive, a set-up as a file.
    before = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "batches"

    def __str__(self):
        return self.description

    @classmethod
    def begin(cls, kind: Kind, description: str, *, by, before: dict | None = None, undoes=None) -> "Batch":
        return cls.objects.create(
            kind=kind,
            description=description[:300],
            by=by,
            by_name=str(by),
            before=before or {},
            undoes=undoes,
        )

    @property
    def is_undone(self) -> bool:
        """Whether another batch has taken this one back.  One query, unless it is joined."""
        return hasattr(self, "undone_by")
