from datetime import date

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone

from preproduction import promise, stay
from preproduction.models.late_reason import LateReason
from preproduction.models.order_queries import OPEN, PROMISED, OrderManager, OrderQuerySet
from preproduction.models.status import Status
from studio import addresses
from studio.business_days import StudioCalendar, WorkCalendar
from studio.fields import AmountField, ExactField, LineField, NotesField, printable_as_barcode
from studio.models import Department, PhotoSession, Vendor
from studio.models.people import UNASSIGNED
from studio.stored_texts import FoundBy, KeepsTexts, SortKey, UniqueKey, UniqueText


class Priority(models.IntegerChoices):
    LOW = 1, "Low"
    NORMAL = 2, "Normal"
    HIGH = 3, "High"
    RUSH = 4, "Rush"


def rush_of(priority: int, calendar: WorkCalendar) -> int:
    is_rush = priority == Priority.RUSH and isinstance(calendar, StudioCalendar)
    return calendar.rush if is_rush else 100


class Order(KeepsTexts):
    """A preproduction order: images out to the lab, proofs back.

    The columns from `status` to `needed_for` are written by preproduction/operations and by nothing else
    (tests/test_architecture.py holds every module to it).
    """

    number = ExactField(
        "Order No.",
        max_length=30,
        unique=True,
        error_messages={"unique": "Another order has this number."},
        validators=[printable_as_barcode],
    )
    number_key = UniqueKey("number")
    number_sorted = SortKey("number")
    found_by = FoundBy("number", "vendor_order_number", "vendor_invoice_number")
    session = models.ForeignKey(PhotoSession, models.PROTECT, related_name="orders", verbose_name="Session")
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name="Vendor"
    )
    order_date = models.DateField("Order Date")
    vendor_order_number = ExactField("Vendor Order No.", max_length=60, blank=True)
    vendor_invoice_number = ExactField("Vendor Invoice No.", max_length=60, blank=True)
    vendor_invoice_amount = AmountField(
        "Vendor Invoice Amount",
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    priority = models.PositiveSmallIntegerField("Priority", choices=Priority, default=Priority.NORMAL)
    studio_notes = NotesField("Studio Notes")
    vendor_notes = NotesField("Vendor Notes")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="orders_entered", verbose_name="Entered By"
    )
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    status = models.ForeignKey(
        Status,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="orders",
        verbose_name="Status",
    )
    # The change by which it stands where it stands; an undo points it back.  What belongs to the present stay, such as
    # a delivery, has this change.
    stay = models.ForeignKey(
        "preproduction.StatusChange",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="standing_orders",
    )
    # Rises with status, hold, due date, assignment and Needed By.  Every form that changes one of them carries it; each
    # verb compares and sets it, so that a page that has not seen all of them changes nothing.
    version = models.PositiveIntegerField(default=0, editable=False)
    # How many rows its Status Notes have.
    status_sequence = models.PositiveIntegerField(default=0, editable=False)
    entered_status_on = models.DateField(null=True, editable=False)
    # The moment, where it was written down on that day: a vendor's cut-off asks for it.
    entered_status_at = models.DateTimeField(null=True, editable=False)
    status_due_date = models.DateField("Status Due Date", null=True, blank=True, editable=False)
    # Business days the due date was calculated with; None when it was typed, or when there is none.
    status_duration = models.PositiveSmallIntegerField(null=True, editable=False)
    # Business days the order was on hold at this status; they have moved the due date.
    held_days = models.PositiveIntegerField(default=0, editable=False)
    held_on = models.DateField("On Hold Since", null=True, editable=False)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="orders",
        verbose_name="Department",
    )
    assigned_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="orders_assigned",
        verbose_name="User",
    )
    # Follows status.is_final; where there are no statuses, said by itself.  A column of its own, so that lists of open and overdue orders need no join.
    is_complete = models.BooleanField(default=False, editable=False)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="orders_completed",
        verbose_name="Completed By",
    )
    completed_on = models.DateField("Completed Date", null=True, editable=False)
    # Why it is late at this status: from the studio's own list, to be counted, and in words.
    late_reason = models.ForeignKey(
        LateReason,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="orders",
        verbose_name="Late Reason",
    )
    delay_reason = LineField("Reason", max_length=200, blank=True, editable=False)
    # The promise: when the whole order has to be ready for the client, and what for.  Not the status' due date.
    needed_by = models.DateField("Needed By", null=True, editable=False)
    needed_for = LineField("Needed For", max_length=100, blank=True, editable=False)
    withdrawn_on = models.DateField(null=True, editable=False)

    objects = OrderManager()
    with_withdrawn = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = "preproduction order"
        ordering = ["-order_date", "-pk"]
        indexes = [
            models.Index(fields=["-order_date", "-id"], name="preproduction_order_newest"),
            # For open orders by due date, overdue or not, and for counting them: all that is asked of them is in it,
            # what its condition says, too, which SQLite does not know else.
            models.Index(
                fields=[
                    "status_due_date",
                    "id",
                    "held_on",
                    "assigned_user",
                    "department",
                    "is_complete",
                    "withdrawn_on",
                    "needed_by",
                ],
                condition=OPEN,
                name="preproduction_order_open",
            ),
            models.Index(fields=["is_complete", "completed_on", "id"], name="preproduction_order_complete"),
            models.Index(
                fields=["needed_by"], condition=OPEN & PROMISED, name="preproduction_order_promised"
            ),
            models.Index(
                fields=["assigned_user", "status_due_date"],
                condition=OPEN,
                name="preproduction_order_of_user",
            ),
            models.Index(
                fields=["department", "status_due_date"], condition=OPEN, name="preproduction_order_of_dept"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_complete=False) | Q(status_due_date__isnull=True),
                name="preproduction_order_complete_has_no_due_date",
            ),
            models.CheckConstraint(
                condition=Q(is_complete=False) | Q(held_on__isnull=True),
                name="preproduction_order_complete_is_not_held",
            ),
            models.CheckConstraint(
                condition=Q(vendor_invoice_amount__isnull=True) | Q(vendor_invoice_amount__gte=0),
                name="preproduction_order_invoice_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(needed_by__isnull=False) | Q(needed_for=""),
                name="preproduction_order_needed_for_has_a_day",
            ),
            models.CheckConstraint(condition=~Q(number=""), name="preproduction_order_number_not_empty"),
            UniqueText(
                fields=["number_key"],
                name="preproduction_order_number_unique",
                violation_error_message="Another order has the number {}.",
            ),
        ]

    def __str__(self):
        return f"Order {self.number}"

    def get_absolute_url(self):
        return addresses.of_record("preproduction:order_detail", self.pk)

    @property
    def client(self):
        return self.session.client

    @property
    def is_on_hold(self) -> bool:
        return self.held_on is not None

    @property
    def user_in_words(self) -> str:
        """Say who has it.  Somebody who has left has nothing; their name only says whose it was."""
        user = self.assigned_user
        if user is None:
            return UNASSIGNED
        return str(user) if user.is_active else f"{UNASSIGNED} ({user} left)"

    @property
    def why_late(self) -> str:
        """Return the reasons, of the list and in words: "Lab is behind: no paper"; "" where none was given.

        A query where the one of the list is not joined.
        """
        return ": ".join(filter(None, (str(self.late_reason or ""), self.delay_reason)))

    def clock(self, calendar: WorkCalendar) -> WorkCalendar:
        """Return the calendar that its present stay runs on, its status joined; `calendar` is the studio's.

        The one place that decides whose days count.  Who counts business days of a stay asks here.
        """
        return self.status.clock_of(self.vendor_id, calendar) if self.status else calendar

    def rush(self, calendar: WorkCalendar) -> int:
        """Return the per cent of each duration that it has, of `calendar`, the studio's: 100 unless it is Rush."""
        return rush_of(self.priority, calendar)

    def is_overdue(self, on: date | None = None) -> bool:
        """Twin of OrderQuerySet.overdue() for a loaded row."""
        return stay.of(self).is_overdue(on or timezone.localdate())

    def is_promise_broken(self, on: date | None = None) -> bool:
        """Twin of OrderQuerySet.promise_broken() for a loaded row."""
        return promise.is_broken(self.needed_by, is_complete=self.is_complete, on=on or timezone.localdate())

    def is_at_risk(self, on: date | None = None) -> bool:
        """Twin of OrderQuerySet.at_risk() for a loaded row, its forecast joined."""
        on, forecast = on or timezone.localdate(), getattr(self, "forecast", None)
        if self.is_complete or forecast is None or forecast.version != self.version:
            return False
        return forecast.is_at_risk and not (self.is_overdue(on) or self.is_promise_broken(on))

    def proofs_missing(self) -> int:
        """Return how many proofs were sent and have not come back.  One query."""
        missing = self.images.filter(quantity_sent__gt=F("quantity_returned")).aggregate(
            n=Sum(F("quantity_sent") - F("quantity_returned"))
        )
        return missing["n"] or 0
