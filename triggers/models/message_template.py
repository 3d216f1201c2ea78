from django.db import models
from django.urls import reverse

from studio.fields import LineField, NameField, NotesField
from studio.models import ActiveQuerySet
from studio.stored_texts import FoundBy, KeepsTexts, SortKey, UniqueKey, UniqueText


class MessageTemplate(KeepsTexts):
    """The words of an email, a letter or an SMS, in Liquid with merge fields (triggers/messages/text.py)."""

    class LetterLayout(models.TextChoices):
        WINDOW = "window", "Address for a window envelope"
        PLAIN = "plain", "No address block"

    class UsedFor(models.TextChoices):
        """Whom one asks or tells where an order is late, or will be."""

        ASK_THE_LAB = "ask_lab", "Ask the lab"
        TELL_THE_CLIENT = "tell_client", "Tell the client"

    name = NameField("Name", max_length=80)
    name_key = UniqueKey("name")
    name_sorted = SortKey("name")
    subject = LineField(
        "Subject", max_length=200, blank=True, help_text="Of an email; the heading of a letter."
    )
    text = NotesField(
        "Text",
        max_length=10_000,
        blank=False,
        help_text="Email, letter and SMS. Fields stand in double braces.",
    )
    html = NotesField("HTML part", max_length=20_000, help_text="Email only. Blank: the email is plain text.")
    letter_layout = models.CharField(
        "Letter layout", max_length=10, choices=LetterLayout, default=LetterLayout.WINDOW
    )
    used_for = models.CharField(
        "Used for",
        max_length=12,
        choices=UsedFor,
        blank=True,
        help_text="Where it is offered first, in the rows of Overdue and Will be late.",
    )
    is_inactive = models.BooleanField("Inactive", default=False)
    found_by = FoundBy("name", "subject", "text")

    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["name_sorted", "pk"]
        constraints = [
            UniqueText(
                fields=["name_key"],
                name="triggers_messagetemplate_name_unique",
                violation_error_message="Another template has this name.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("triggers:template_edit", args=[self.pk])
