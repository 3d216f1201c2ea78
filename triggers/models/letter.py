from django.conf import settings
from django.db import models
from django.utils import timezone

from studio.fields import LineField, NotesField
from studio.stored_texts import FoundBy, KeepsTexts, SortKey, TextQuerySet
from triggers.models.delivery import Delivery
from triggers.models.message_template import MessageTemplate


class LetterQuerySet(TextQuerySet):
    def to_print(self):
        return self.filter(printed_at__isnull=True)


class Letter(KeepsTexts):
    """A letter as a trigger wrote it, ready to be printed; its words are those of that day, for ever."""

    delivery = models.OneToOneField(Delivery, models.PROTECT, editable=False, related_name="letter")
    order = models.ForeignKey("preproduction.Order", models.PROTECT, editable=False, related_name="letters")
    to_name = LineField("To", max_length=200)
    address = NotesField("Address", max_length=500)
    subject = LineField("Subject", max_length=400, blank=True)
    text = models.TextField("Text")
    to_name_sorted = SortKey("to_name")
    found_by = FoundBy("to_name", "subject")
    layout = models.CharField(max_length=10, choices=MessageTemplate.LetterLayout)
    created_at = models.DateTimeField("Written", default=timezone.now, editable=False)
    printed_at = models.DateTimeField("Printed", null=True, editable=False)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(printed_at__isnull=True), name="triggers_letter_to_print"
            ),
        ]

    def __str__(self):
        return f"{self.subject or 'Letter'} to {self.to_name}"
