from django.db import models
from django.db.models import Q

from studio import addresses
from studio.fields import ExactField, LineField, MailField, NameField, NotesField
from studio.models.preferences import days_of, in_words, time_zones
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
    # Its calendar, where it has one of its own; empty means as the studio.
    work_week_mask = models.PositiveSmallIntegerField("Days of the Work Week", null=True, blank=True)
    cut_off = models.TimeField("Cut-off", null=True, blank=True)
    time_zone = models.CharField("Time Zone", max_length=60, choices=time_zones, blank=True)

    objects = ActiveManager()
    unique_text = "name"

    class Meta:
        ordering = ["name_sorted", "pk"]
        constraints = [
            UniqueText(
                fields=["name_key"],
                name="studio_vendor_name_unique",
                violation_error_message="Another vendor has this name.",
            ),
            models.CheckConstraint(
                condition=Q(work_week_mask__isnull=True) | Q(work_week_mask__gte=1, work_week_mask__lte=127),
                name="studio_vendor_work_week_not_empty",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def work_week(self) -> frozenset[int] | None:
        """Weekday numbers that are worked; None where they are the studio's."""
        return None if self.work_week_mask is None else days_of(self.work_week_mask)

    def get_work_week_mask_display(self) -> str:
        return "" if self.work_week is None else in_words(self.work_week)

    def get_absolute_url(self):
        return addresses.of_record("studio:vendor_edit", self.pk)
