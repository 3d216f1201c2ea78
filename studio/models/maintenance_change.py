from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone


class MaintenanceChange(models.Model):
    """What somebody did in Maintenance to one record.  Append-only; written by studio/maintenance_log.py.

    Names are kept as they were, so that a row can be read after its record is renamed or deleted.
    """

    class Verb(models.TextChoices):
        MADE = "made", "Made"
        CHANGED = "changed", "Changed"
        DELETED = "deleted", "Deleted"
        MOVED = "moved", "Moved"

    made_at = models.DateTimeField("When", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField("Who", max_length=310)
    verb = models.CharField("What", max_length=10, choices=Verb)
    model = models.CharField("Kind", max_length=60)  # "studio.vendor"
    key = models.BigIntegerField()
    name = models.CharField("Name", max_length=310)
    # {field: [from, to]} as people read them; [None, None] for what is kept nowhere, such as a new password.
    fields = models.JSONField("Changes", default=dict)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["model", "key", "-id"], name="studio_maintenance_of_record"),
            models.Index(fields=["by", "-id"], name="studio_maintenance_of_person"),
        ]

    def __str__(self):
        return f"{self.get_verb_display()}: {self.name}"

    @property
    def kind(self) -> str:
        return kind_words(self.model)

    @property
    def sentences(self) -> list[str]:
        """Return what changed, a line for each field."""
        return [self._sentence(field, *pair) for field, pair in self.fields.items()]

    def _sentence(self, field, before, after):
        label = _label(self.model, field)
        if before is None and after is None:
            return f"{label}: set anew"
        if not before:
            return f"{label}: {after}"
        return (
            f"{label}: {before} → {after or 'nothing'}"
            if self.verb != self.Verb.DELETED
            else f"{label}: {before}"
        )


def kind_words(model: str) -> str:
    """Return "Session type" for "studio.sessiontype"; the name itself once there is no such model any more."""
    try:
        words = str(apps.get_model(model)._meta.verbose_name)
    except (LookupError, ValueError):
        return model
    return words[:1].upper() + words[1:]


def _label(model, field):
    try:
        words = str(apps.get_model(model)._meta.get_field(field).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist):
        words = field.replace("_", " ")
    return words[:1].upper() + words[1:]
