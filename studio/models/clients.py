"""Whose pictures are taken, when, and of what kind."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from studio import addresses
from studio.fields import ExactField, LineField, MailField, NameField, NotesField
from studio.models.withdrawn import ActiveManager, TextManager, Withdrawable
from studio.stored_texts import FoundBy, KeepsTexts, SortKey, UniqueKey, UniqueText


class Client(Withdrawable, KeepsTexts):
    name = NameField("Name", max_length=200)
    name_sorted = SortKey("name")
    contact_sorted = SortKey("contact_name")
    found_by = FoundBy("name", "contact_name", "email", phones=("phone", "mobile_phone"))
    contact_name = LineField("Contact", max_length=120, blank=True)
    email = MailField("Email", blank=True)
    phone = ExactField("Phone", max_length=40, blank=True)
    mobile_phone = ExactField("Mobile phone", max_length=40, blank=True)
    address = NotesField("Address", max_length=500)
    do_not_contact = models.BooleanField(
        "Do Not Contact", default=False, help_text="Triggers send this client nothing."
    )
    notes = NotesField("Notes")
    is_inactive = models.BooleanField("Inactive", default=False)
    # Who this one is now: the same person's other record.  One of whom this is said is withdrawn.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    objects = ActiveManager()

    class Meta:
        ordering = ["name_sorted", "pk"]
        indexes = [models.Index(fields=["name_sorted", "id"], name="studio_client_by_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return addresses.of_record(settings.PAGES_OF_RECORDS["client"], self.pk)


def who_is(key: int) -> Client | None:
    """Return the client of a key that was kept somewhere: the one who stays, where two were merged.  One query."""
    client = Client.with_withdrawn.select_related("merged_into").find(key)
    if client is None or client.merged_into:
        return client and client.merged_into
    return client if client.withdrawn_on is None else None


class SessionType(Withdrawable, KeepsTexts):
    name = NameField("Name", max_length=60)
    name_key = UniqueKey("name")
    name_sorted = SortKey("name")
    found_by = FoundBy("name")
    is_inactive = models.BooleanField("Inactive", default=False)

    objects = ActiveManager()
    unique_text = "name"

    class Meta:
        ordering = ["name_sorted", "pk"]
        constraints = [
            UniqueText(
                fields=["name_key"],
                name="studio_sessiontype_name_unique",
                violation_error_message="Another session type has this name.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return addresses.of_record("studio:session_type_edit", self.pk)


class PhotoSession(Withdrawable, KeepsTexts):
    """A sitting of a client; "Session" on screen (Django owns the name)."""

    number = ExactField("Session No.", max_length=30, unique=True)
    number_key = UniqueKey("number")
    number_sorted = SortKey("number")
    location_sorted = SortKey("location")
    found_by = FoundBy("number", "location")
    client = models.ForeignKey(Client, models.PROTECT, related_name="sessions", verbose_name="Client")
    date = models.DateField("Session Date")
    session_type = models.ForeignKey(
        SessionType, models.PROTECT, related_name="sessions", verbose_name="Session Type"
    )
    photographer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions_photographed",
        verbose_name="Photographer",
    )
    location = LineField("Location", max_length=120, blank=True)
    # The day by which what is made of it has to be ready, and what for.
    needed_by = models.DateField("Needed By", null=True, blank=True)
    needed_for = LineField("Needed For", max_length=100, blank=True)
    notes = NotesField("Notes")

    objects = TextManager()
    unique_text = "number"

    class Meta:
        verbose_name = "session"
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["-date", "-id"], name="studio_session_newest_first")]
        constraints = [
            UniqueText(
                fields=["number_key"],
                name="studio_session_number_unique",
                violation_error_message="Another session has this number.",
            ),
            models.CheckConstraint(
                condition=models.Q(needed_by__isnull=False) | models.Q(needed_for=""),
                name="studio_session_needed_for_has_a_day",
            ),
        ]

    def __str__(self):
        return f"Session {self.number}"

    def get_absolute_url(self):
        return addresses.of_record(settings.PAGES_OF_RECORDS["session"], self.pk)


class Erasure(models.Model):
    """A client whose personal words were taken out of history: by whom, when, and out of how many rows.

    While one is open, in its own transaction, guarded tables take updates (append_only.py); so nothing is ever
    overwritten without leaving this row.
    """

    client = models.ForeignKey("Client", models.PROTECT, related_name="erasures")
    by = models.ForeignKey("User", models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=310)
    began_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    # When what was overwritten had left the bytes of the database file, too (studio/overwritten.py).
    cleaned_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"Erasure of client {self.client_id}"
