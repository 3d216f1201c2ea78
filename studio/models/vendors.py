from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from studio.fields import LineField, NotesField
from studio.models.active import ActiveQuerySet


class Vendor(models.Model):
    """A lab or other supplier."""

    name = LineField("Name", max_length=120)
    is_in_house = models.BooleanField("In-house", default=False)
    account_number = LineField("Account No.", max_length=40, blank=True)
    contact_name = LineField("Lab Contact", max_length=120, blank=True)
    email = models.EmailField("Email", blank=True)
    phone = LineField("Phone", max_length=40, blank=True)
    website = models.URLField("Website", blank=True)
    address = NotesField("Address", max_length=500)
    notes = NotesField("Notes")
    is_inactive = models.BooleanField("Inactive", default=False)

    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="studio_vendor_name_unique",
                violation_error_message="Another vendor has this name.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("studio:vendor_edit", args=[self.pk])
