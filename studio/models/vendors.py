from django.db import models

from studio import addresses
from studio.fields import ExactField, LineField, MailField, NameField, NotesField
from studio.models.withdrawn import ActiveManager, Withdrawable
from studio.stored_texts import FoundBy, KeepsTexts, SortKey, UniqueKey, UniqueText


class Vendor(Withdrawable, KeepsTexts):
    """A lab or other supplier."""

    name = NameField("Name", max_length=120)
    name_key = UniqueKey("name")
    name_sorted = SortKey("name")
    contact_sorted = SortKey("contact_name")
    found_by = FoundBy("name", "contact_name", "email", "account_number", phones=("phone",))
    is_in_house = models.BooleanField("In-house", default=False)
    account_number = ExactField("Account No.", max_length=40, blank=True)
    contact_name = LineField("Lab Contact", max_length=120, blank=True)
    email = MailField("Email", blank=True)
    phone = ExactField("Phone", max_length=40, blank=True)
    website = models.URLField("Website", blank=True)
    address = NotesField("Address", max_length=500)
    notes = NotesField("Notes")
    is_inactive = models.BooleanField("Inactive", default=False)

    objects = ActiveManager()
    unique_text = "name"

    class Meta:
        ordering = ["name_sorted", "pk"]
        constraints = [
            UniqueText(
                fields=["name_key"],
                name="studio_vendor_name_unique",
                violation_error_message="Another vendor has this name.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return addresses.of_record("studio:vendor_edit", self.pk)
