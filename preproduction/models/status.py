from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, Q

from studio import business_days
from studio.business_days import WorkCalendar
from studio.fields import NameField
from studio.models import Department
from studio.models.withdrawn import InSight, Withdrawable
from studio.ordered_list import OrderedList
from studio.stored_texts import KeepsTexts, TextQuerySet, UniqueKey, UniqueText

LONGEST_DURATION = 365  # business days; PRODUCT, section 3
_OUT_OF_THE_LIST = -1_000_000


class Clock(models.TextChoices):
    """Whose business days count while an order stands at a status."""

    STUDIO = "studio", "The studio's"
    VENDOR = "vendor", "The order's vendor's"


class StatusQuerySet(TextQuerySet):
    def active(self):
        return self.filter(is_inactive=False)

    def offered(self, *, current=None):
        """What a form offers: the active ones, and `current` (a key) though it be inactive."""
        return self.filter(Q(is_inactive=False) | Q(pk=current))

    def initial(self):
        """Return the status where new orders start, or None while no status is marked."""
        return self.filter(is_initial=True).select_related("default_department", "default_user").first()

    def with_open_orders(self):
        """Annotate `open_orders`: how many orders that are not complete stand at each status."""
        counted = self.annotate(
            open_orders=Count("orders", filter=Q(orders__is_complete=False, orders__withdrawn_on=None))
        )
        # Grouping drops the order that Meta gives.
        return counted.order_by("position")


class StatusManager(InSight, models.Manager.from_queryset(StatusQuerySet)):
    """All but the withdrawn ones."""


class Status(Withdrawable, KeepsTexts):
    """One step of the studio's list.  The studio edits it, so no code may know one by its description."""

    description = NameField("Description", max_length=60)
    description_key = UniqueKey("description")
    position = models.IntegerField(unique=True, editable=False)
    default_department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statuses",
        verbose_name="Default Department",
    )
    default_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statuses",
        verbose_name="Default User",
    )
    default_duration = models.PositiveSmallIntegerField(
        "Default Duration",
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_DURATION)],
        help_text="Business days. Blank: orders at this status have no due date.",
    )
    clock = models.CharField("Clock", max_length=6, choices=Clock, default=Clock.STUDIO)
    is_initial = models.BooleanField("Initial Status", default=False)
    is_final = models.BooleanField("Final Status", default=False)
    is_inactive = models.BooleanField("Inactive", default=False)

    unique_text = "description"

    objects = StatusManager()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "statuses"
        constraints = [
            UniqueText(
                fields=["description_key"],
                condition=Q(is_inactive=False),
                name="preproduction_status_description_unique_among_active",
                violation_error_message="Another active status has this description.",
            ),
            models.UniqueConstraint(
                fields=["is_initial"],
                condition=Q(is_initial=True),
                name="preproduction_status_one_initial",
            ),
            models.CheckConstraint(
                condition=~Q(is_initial=True, is_final=True),
                name="preproduction_status_initial_is_not_final",
                violation_error_message="The initial status cannot be final.",
            ),
            models.CheckConstraint(
                condition=~Q(is_initial=True, is_inactive=True),
                name="preproduction_status_initial_is_active",
                violation_error_message="The initial status cannot be inactive.",
            ),
            models.CheckConstraint(
                condition=Q(default_duration__isnull=True) | Q(default_duration__lte=LONGEST_DURATION),
                name="preproduction_status_duration_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(description=""), name="preproduction_status_description_not_empty"
            ),
        ]

    def __str__(self):
        return self.description

    def next(self, statuses: Sequence["Status"] | None = None):
        """Return the next active status in the list; None at a final status and at the end of the list.

        statuses: the list in its order, where the caller has read it already; else one query.
        """
        if self.is_final:
            return None
        if statuses is not None:
            later = (row for row in statuses if row.position > self.position and not row.is_inactive)
            return next(later, None)
        return (
            Status.objects.active()
            .filter(position__gt=self.position)
            .select_related("default_department", "default_user")
            .first()
        )

    def withdraw(self) -> None:
        # Out of the list, whose places run from 1 without holes; the negative ones near 0 are for moving rows.
        self.position, self.is_inactive, self.is_initial = _OUT_OF_THE_LIST - self.pk, True, False
        super().withdraw()

    def standing_changes(self):
        """Return the status changes by which the open orders that stand here came, one of each, for triggers.

        One query, with what payload() reads.
        """
        return (
            self.changes_to.filter(standing_orders__is_complete=False, standing_orders__withdrawn_on=None)
            .select_related(
                "order__session__client",
                "order__session__session_type",
                "order__session__photographer",
                "order__vendor",
                "order__status",
            )
            .order_by("pk")
        )

    @property
    def department_to_assign(self) -> Department | None:
        """Return the default department, unless the studio has given it up since."""
        department = self.default_department
        return department if department and not department.is_inactive else None

    @property
    def user_to_assign(self):
        """Return the default user, or who stands in for them today; nobody if they have left since."""
        user = self.default_user
        return user.who_works() if user and user.is_active else None

    def clock_of(self, vendor: int | None, calendar: WorkCalendar) -> WorkCalendar:
        """Return the calendar that orders of the vendor with this key run on here; `calendar` is the studio's."""
        return calendar.of_vendor(vendor) if self.clock == Clock.VENDOR else calendar

    def duration_of(self, vendor: int | None, rush: int = 100) -> int | None:
        """Return the business days that the vendor with this key has here: its own, or the Default Duration.

        One query for the first vendor, unless they are joined.

        rush: per cent of that, for an order in a hurry (Order.rush).
        """
        days = self.default_duration
        if vendor is not None:
            days = self._durations_of_vendors.get(vendor, days)
        return business_days.shortened(days, rush)

    @cached_property
    def _durations_of_vendors(self) -> dict[int, int]:
        return {row.vendor_id: row.days for row in self.vendor_durations.all()}

    def due_date_from(
        self,
        start: date,
        calendar: WorkCalendar,
        *,
        vendor: int | None,
        at: datetime | None = None,
        rush: int = 100,
    ) -> business_days.DueDateExplanation | None:
        """Return the due date, with its explanation, of an order that enters this status on `start`.

        None for a final status and for a blank duration.

        calendar: the studio's.
        vendor:   the order's, by its key.
        at:       the moment, where it lies on `start`; None for a day that is told later.
        rush:     per cent of the duration.
        """
        if self.is_final:
            return None
        clock = self.clock_of(vendor, calendar)
        return business_days.due_date(start, self.duration_of(vendor, rush), clock, at=at)


class StatusList(OrderedList):
    rows = Status
