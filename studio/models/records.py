"""The studio itself: its people, departments, clients, sessions, vendors, preferences and calendar."""

import unicodedata
import zoneinfo
from datetime import date
from functools import cache

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from studio.access import Role
from studio.fields import LineField, NotesField

ALL_DAYS = range(7)  # as date.weekday() counts them: Monday is 0
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONDAY_TO_FRIDAY_MASK = 0b0011111


class ActiveQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_inactive=False)

    def offered(self, *, current=None):
        """What a form offers: the active ones, and `current` (a key) though it be inactive."""
        return self.filter(Q(is_inactive=False) | Q(pk=current))


class Department(models.Model):
    name = LineField("Name", max_length=60)
    is_inactive = models.BooleanField("Inactive", default=False)

    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="studio_department_name_unique",
                violation_error_message="Another department has this name.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("studio:department_edit", args=[self.pk])


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def offered(self, *, current=None):
        """What a form offers: people who work here, and `current` (a key) though they left."""
        return self.filter(Q(is_active=True) | Q(pk=current))

    def administrators(self):
        """People who can sign in and administer; those of the demo only while it is loaded."""
        people = self.active().filter(role=Role.ADMINISTRATOR)
        return people if CompanyPreferences.load().is_demo else people.filter(is_demo=False)

    def by_name(self, username):
        """Return the person called so, however it is written, or None."""
        return self.filter(username__iexact=unicodedata.normalize("NFKC", username.strip())).first()


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        # A tablet writes the first letter large, and a Mac an accent on its own.
        return self.get(username__iexact=unicodedata.normalize("NFKC", username))

    def create_superuser(self, username, email=None, password=None, **fields):
        """Make the first administrator of a new studio: `manage.py createsuperuser`."""
        return super().create_superuser(username, email, password, **{"role": Role.ADMINISTRATOR, **fields})


class User(AbstractUser):
    role = models.CharField("Role", max_length=20, choices=Role, default=Role.STAFF)
    departments = models.ManyToManyField(
        Department, blank=True, related_name="users", verbose_name="Departments"
    )
    phone = LineField("Phone", max_length=40, blank=True)
    # Up to when they have read what is new for them.
    seen_news_at = models.DateTimeField(default=timezone.now, editable=False)
    # The password of a demo user is printed in the README; see access.RoleBackend.
    is_demo = models.BooleanField(default=False, editable=False)
    # Goes up to end all sessions and one-time links for good; see people.end_sessions.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)
    away_from = models.DateField("Away From", null=True, blank=True)
    away_until = models.DateField("Away Until", null=True, blank=True)
    stands_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Stands In"
    )

    objects = UserManager()

    class Meta:
        ordering = ["first_name", "last_name", "username"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="studio_user_role_is_known"),
            models.UniqueConstraint(
                Lower("username"),
                name="studio_user_username_unique",
                violation_error_message="Another user has this username.",
            ),
            models.CheckConstraint(
                condition=Q(away_from__isnull=True, away_until__isnull=True)
                | Q(away_from__isnull=False, away_until__isnull=False, away_until__gte=F("away_from")),
                name="studio_user_away_until_is_after_from",
            ),
        ]

    def __str__(self):
        return self.get_full_name() or self.username

    def get_absolute_url(self):
        return reverse("studio:user_edit", args=[self.pk])

    def clean(self):
        super().clean()
        # Django has put both into their usual form, in which they may be longer than what was checked: one ligature
        # can stand for four words.
        usual = {"username", "email"}
        self.clean_fields(exclude={field.name for field in self._meta.fields} - usual)

    def _get_session_auth_hash(self, secret=None):
        # Django's own is of the password alone, and so a session would live again when its user is made active again.
        of = f"{self.password}:{self.sessions_ended}"
        return salted_hmac("studio.User.session", of, secret=secret, algorithm="sha256").hexdigest()

    def is_away(self, on: date) -> bool:
        """Both days count."""
        return self.away_from is not None and self.away_from <= on <= self.away_until

    def who_works(self, on: date | None = None) -> "User":
        """Return who gets new work that is meant for this person: who stands in while they are away, else themselves.

        A query for each who is away.  Who stands in may be away, too; where they all are, it stays where it was.
        """
        on = on or timezone.localdate()
        who, asked = self, set()
        while who.is_away(on) and who.stands_in and who.stands_in.is_active:
            if who.pk in asked:
                return self
            asked.add(who.pk)
            who = who.stands_in
        return who

    def demo_is_loaded(self):
        return CompanyPreferences.objects.filter(is_demo=True).exists()


class Client(models.Model):
    name = LineField("Name", max_length=200)
    contact_name = LineField("Contact", max_length=120, blank=True)
    email = models.EmailField("Email", blank=True)
    phone = LineField("Phone", max_length=40, blank=True)
    mobile_phone = LineField("Mobile phone", max_length=40, blank=True)
    address = NotesField("Address", max_length=500)
    do_not_contact = models.BooleanField(
        "Do Not Contact", default=False, help_text="Triggers send this client nothing."
    )
    notes = NotesField("Notes")
    is_inactive = models.BooleanField("Inactive", default=False)

    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"], name="studio_client_by_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse(settings.PAGES_OF_RECORDS["client"], args=[self.pk])


class SessionType(models.Model):
    name = LineField("Name", max_length=60)
    is_inactive = models.BooleanField("Inactive", default=False)

    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="studio_sessiontype_name_unique",
                violation_error_message="Another session type has this name.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("studio:session_type_edit", args=[self.pk])


class PhotoSession(models.Model):
    """A sitting of a client; "Session" on screen (Django owns the name)."""

    number = LineField("Session No.", max_length=30, unique=True)
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
    notes = NotesField("Notes")

    class Meta:
        verbose_name = "session"
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["-date", "-id"], name="studio_session_newest_first")]

    def __str__(self):
        return f"Session {self.number}"

    def get_absolute_url(self):
        return reverse(settings.PAGES_OF_RECORDS["session"], args=[self.pk])


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


@cache  # finding them walks over 600 files: 15 ms, and a form asks three times
def time_zones():
    return [
        (name, name.replace("_", " "))
        for name in sorted(zoneinfo.available_timezones())
        if "/" in name or name == "UTC"
    ]


class Paper(models.TextChoices):
    LETTER = "letter", "US Letter"
    A4 = "a4", "A4"


class Idle(models.IntegerChoices):
    """How long somebody stays signed in who does nothing, in minutes."""

    NEVER = 0, "Never"
    QUARTER = 15, "15 minutes"
    HALF = 30, "30 minutes"
    HOUR = 60, "1 hour"
    HALF_DAY = 240, "4 hours"
    DAY = 480, "8 hours"


class CompanyPreferences(models.Model):
    """What differs between studios.  One row, key 1; `load()` reads it, or its defaults while there is none."""

    name = LineField("Studio Name", max_length=120, default="Our Studio")
    time_zone = models.CharField("Time Zone", max_length=60, choices=time_zones, default="America/New_York")
    phone = LineField("Phone", max_length=40, blank=True)
    email = models.EmailField("Email", blank=True)
    website = models.URLField("Website", blank=True)
    address = NotesField("Address", max_length=500)
    logo = models.ImageField("Logo", upload_to="logo", blank=True)
    paper = models.CharField("Paper", max_length=10, choices=Paper, default=Paper.LETTER)
    require_second_factor = models.BooleanField(
        "Administrators need a second factor",
        default=False,
        help_text="Administrators without one are sent to set it up before they can go on.",
    )
    sign_out_after = models.PositiveSmallIntegerField(
        "Sign out after",
        choices=Idle,
        default=Idle.NEVER,
        help_text="Of doing nothing: for screens that others walk by. What a page fetches by itself is no activity.",
    )
    # Bit n is set when weekday n (Monday 0) is worked; a mask can promise "at least one" in the database.
    work_week_mask = models.PositiveSmallIntegerField("Days of the Work Week", default=MONDAY_TO_FRIDAY_MASK)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name_plural = "company preferences"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="studio_companypreferences_one_row"),
            models.CheckConstraint(
                condition=Q(work_week_mask__gte=1, work_week_mask__lte=127),
                name="studio_companypreferences_work_week_not_empty",
            ),
        ]

    def __str__(self):
        return self.name

    @classmethod
    def load(cls):
        """Return the stored preferences, or unsaved defaults.  One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def work_week(self) -> frozenset[int]:
        """Weekday numbers that are worked, as date.weekday() gives them."""
        return frozenset(day for day in ALL_DAYS if self.work_week_mask >> day & 1)

    def get_work_week_mask_display(self) -> str:
        return ", ".join(name for day, name in enumerate(DAY_NAMES) if day in self.work_week)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class ClosedDay(models.Model):
    """A day, or a range of days with both ends in it, on which the studio is closed."""

    first_day = models.DateField("First Day")
    last_day = models.DateField("Last Day")
    name = LineField("Name", max_length=80)

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="studio_closedday_ends_after_it_begins",
                violation_error_message="The last day is before the first.",
            ),
        ]

    def __str__(self):
        return self.name


class WorkedDay(models.Model):
    """A day that is worked though it lies outside the work week or in a closed range."""

    day = models.DateField("Day", unique=True)
    name = LineField("Name", max_length=80, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self):
        return self.name or "Worked day"


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

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"Erasure of client {self.client_id}"


class NumberSeries(models.Model):
    """Hands out the automatic numbers of orders and sessions, each once."""

    name = models.CharField(max_length=30, unique=True)
    last_number = models.PositiveBigIntegerField(default=1000)

    def __str__(self):
        return self.name

    @classmethod
    def next_number(cls, name: str, *, taken) -> str:
        """Return the next number of series `name` that `taken(number)` denies.  Call inside a transaction.

        The update locks the row, so two callers never get the same number.
        """
        cls.objects.get_or_create(name=name)
        while True:
            cls.objects.filter(name=name).update(last_number=F("last_number") + 1)
            number = str(cls.objects.values_list("last_number", flat=True).get(name=name))
            # People may type numbers of their own, and may have typed this one.
            if not taken(number):
                return number
