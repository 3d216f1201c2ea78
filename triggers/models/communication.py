from django.conf import settings
from django.db import models
from django.utils import timezone

from studio.fields import LineField, NotesField


class Communication(models.Model):
    """A call, letter or message about an order, written down by the person who made it."""

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        EMAIL = "email", "Email"
        LETTER = "letter", "Letter"
        SMS = "sms", "SMS"
        VISIT = "visit", "Visit"

    order = models.ForeignKey("preproduction.Order", models.PROTECT, related_name="communications")
    kind = models.CharField("Kind", max_length=10, choices=Kind, default=Kind.CALL)
    with_whom = LineField("With", max_length=120, blank=True)
    summary = NotesField("What was said", max_length=2000, blank=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="communications"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name_plural = "communication"

    def __str__(self):
        return f"{self.get_kind_display()} about {self.order}"
