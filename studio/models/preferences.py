"""What differs between studios: one row, and the days it is closed or works."""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from studio import dates
from studio.fields import ExactField, LineField, MailField, NameField, NotesField

ALL_DAYS = range(7)  # as date.weekday() counts them: Monday is 0
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONDAY_TO_FRIDAY_MASK = 0b0011111


@cache  # finding them walks over 600 files: 15 ms, and a form asks three times
def time_zones():
    return [
        (name, name.replace("_", " "))
        for name in sorted(zoneinfo.available_timezones())
        if "/" in name or name == "UTC"
    ]


def days_of(mask: int) -> frozenset[int]:
    """Return the weekday numbers whose bits are set in `mask`, as date.weekday() gives them."""
    return frozenset(day for day in ALL_DAYS if mask >> day & 1)


def in_words(work_week: frozenset[int]) -> str:
    return ", ".join(name for day, name in enumerate(DAY_NAMES) if day in work_week)


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

    name = NameField("Studio Name", max_length=120, default="Our Studio")
    time_zone = models.CharField("Time Zone", max_length=60, choices=time_zones, default="America/New_York")
    phone = ExactField("Phone", max_length=40, blank=True)
    email = MailField("Email", blank=True)
    website = models.URLField("Website", blank=True)
    address = NotesField("Address", max_length=500)
    logo = models.ImageField("Logo", upload_to="logo", blank=True)
    paper = models.CharField("Paper", max_length=10, choices=Paper, default=Paper.LETTER)
    date_style = models.CharField(
        "Dates",
        max_length=5,
        choices=[(key, style.words) for key, style in dates.STYLES.items()],
        default=dates.DAY_FIRST,
        help_text="How days are written on screen, paper and in messages.",
    )
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
    at_risk_below = models.PositiveSmallIntegerField(
        "At risk below",
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text="Per cent. What is on time, and less likely than this to stay so, shows as at risk.",
    )
    morning_mail_hour = models.PositiveSmallIntegerField(
        "Morning mail from",
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        default=7,
        help_text="Business days only. Each person chooses under their name whether they get one, and of which orders.",
    )
    rush_percent = models.PositiveSmallIntegerField(
        "Rush",
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Per cent of each duration that orders of priority Rush have, rounded up to whole days. 100: no change.",
    )
    # Bit n is set when weekday n (Monday 0) is worked; a mask can promise "at least one" in the database.
    work_week_mask = models.PositiveSmallIntegerField("Days of the Work Week", default=MONDAY_TO_FRIDAY_MASK)
    is_demo = models.BooleanField(default=False, editable=False)
    # Nobody needs to be led through setting up any more.
    is_moved_in = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name_plural = "company preferences"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="studio_companypreferences_one_row"),
            models.CheckConstraint(
                condition=Q(work_week_mask__gte=1, work_week_mask__lte=127),
                name="studio_companypreferences_work_week_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(at_risk_below__gte=1, at_risk_below__lte=99),
                name="studio_companypreferences_at_risk_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(morning_mail_hour__lte=23),
                name="studio_companypreferences_morning_has_an_hour",
            ),
            models.CheckConstraint(
                condition=Q(rush_percent__gte=1, rush_percent__lte=100),
                name="studio_companypreferences_rush_is_a_share",
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
        return days_of(self.work_week_mask)

    def get_work_week_mask_display(self) -> str:
        return in_words(self.work_week)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let "today" be the studio's, and days be written as it likes them, until the block ends."""
        with timezone.override(self.zone), dates.override(self.date_style):
            yield


class ClosedDay(models.Model):
    """A day, or a range of days with both ends in it, on which the studio is closed, or a vendor.

    With a rule it stands for the days that this makes from the first day on (studio/recurring.py).
    """

    vendor = models.ForeignKey(
        "studio.Vendor", models.CASCADE, null=True, blank=True, related_name="closed_days"
    )
    first_day = models.DateField("First Day")
    last_day = models.DateField("Last Day")
    name = NameField("Name", max_length=80)
    rule = models.CharField("Comes back", max_length=60, blank=True)

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
