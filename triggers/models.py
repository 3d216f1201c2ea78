"""Triggers, what they want done (deliveries), and what people then do (tasks, communication)."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from studio.fields import LineField, NotesField
from studio.models import Department


class TriggerQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)


class Trigger(models.Model):
    """When an order reaches `status`, make a task."""

    class Kind(models.TextChoices):
        TASK = "task", "Task"

    class Recipient(models.TextChoices):
        ASSIGNED_USER = "assigned_user", "The assigned user"
        DEPARTMENT_OF_ORDER = "department", "The order's department"
        UPDATED_BY = "updated_by", "Who updated the status"
        PHOTOGRAPHER = "photographer", "The photographer"
        FIXED = "fixed", "The department or user chosen here"

    description = LineField("Description", max_length=120)
    status = models.ForeignKey(
        "preproduction.Status", models.PROTECT, related_name="triggers", verbose_name="Status"
    )
    kind = models.CharField("Trigger Type", max_length=20, choices=Kind, default=Kind.TASK)
    recipient = models.CharField(
        "To", max_length=20, choices=Recipient, default=Recipient.DEPARTMENT_OF_ORDER
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="triggers", verbose_name="Department"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="triggers",
        verbose_name="User",
    )
    task_title = LineField("Task", max_length=200)
    task_notes = NotesField("Task Notes", max_length=2000)
    task_due_in = models.PositiveSmallIntegerField(
        "Task Due In",
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text="Business days after the status is reached. Blank: no due date.",
    )
    position = models.PositiveIntegerField("Order", default=0)
    is_active = models.BooleanField("Active", default=True)

    objects = TriggerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(recipient="fixed") | Q(department__isnull=False) | Q(user__isnull=False),
                name="triggers_trigger_fixed_recipient_is_given",
                violation_error_message="Choose the department or the user that gets the task.",
            ),
        ]

    def __str__(self):
        return self.description

    def get_absolute_url(self):
        return reverse("triggers:trigger_edit", args=[self.pk])


class Delivery(models.Model):
    """One thing that one trigger wants done because of one status change: a row of the outbox."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Done"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"

    trigger = models.ForeignKey(Trigger, models.PROTECT, related_name="deliveries")
    status_change = models.ForeignKey("preproduction.StatusChange", models.PROTECT, related_name="deliveries")
    order = models.ForeignKey("preproduction.Order", models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=20, choices=Trigger.Kind)
    # What was true at the status change, as plain strings, keys and ISO dates; the task or message says that.
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    reason = models.CharField(max_length=500, blank=True)
    not_before = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    # Raised by each claim; whoever finishes tests it, so that a worker thought dead cannot finish twice.
    lease_number = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["trigger", "status_change"], name="triggers_delivery_once_per_change"
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state="pending"),
                name="triggers_delivery_waiting",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="sending"), name="triggers_delivery_leased"
            ),
        ]

    def __str__(self):
        return f"{self.trigger} for {self.order}"


class TaskQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(done_at__isnull=True)

    def done(self):
        return self.filter(done_at__isnull=False)

    def overdue(self, on: date | None = None):
        return self.waiting().filter(due_date__lt=on or timezone.localdate())

    def for_user(self, user):
        """Tasks given to `user`, or to a department of theirs and nobody in particular."""
        return self.filter(
            Q(assigned_user=user) | Q(assigned_user__isnull=True, department__in=user.departments.all())
        )

    def for_table(self):
        return self.select_related("order__session__client", "department", "assigned_user", "done_by")


class Task(models.Model):
    """Something a person or a department is to do."""

    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, editable=False, related_name="task")
    order = models.ForeignKey(
        "preproduction.Order",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name="Order",
    )
    title = LineField("Task", max_length=200)
    notes = NotesField("Notes", max_length=2000)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="Department"
    )
    assigned_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name="User",
    )
    due_date = models.DateField("Due Date", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="tasks_created"
    )
    done_at = models.DateTimeField("Done", null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="tasks_done"
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_date").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(
                fields=["assigned_user", "due_date"],
                condition=Q(done_at__isnull=True),
                name="triggers_task_of_user",
            ),
            models.Index(
                fields=["department", "due_date"],
                condition=Q(done_at__isnull=True),
                name="triggers_task_of_department",
            ),
        ]

    def __str__(self):
        return self.title

    def is_overdue(self, on: date | None = None) -> bool:
        """Twin of TaskQuerySet.overdue() for a loaded row."""
        return (
            self.done_at is None
            and self.due_date is not None
            and self.due_date < (on or timezone.localdate())
        )


class Communication(models.Model):
    """A call, letter or message about an order, written down by the person who made it."""

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        EMAIL = "email", "Email"
        LETTER = "letter", "Letter"
        SMS = "sms", "SMS"
        VISIT = "visit", "Visit"

    order = models.ForeignKey("preproduction.Order", models.PROTECT, related_name="communications")
    kind = models.CharField("Kind", max_length=10, choices=Kind, default=Kind.CALL)
    with_whom = LineField("With", max_length=120, blank=True)
    summary = NotesField("What was said", max_length=2000, blank=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="communications"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name_plural = "communication"

    def __str__(self):
        return f"{self.get_kind_display()} about {self.order}"


class WorkerHeartbeat(models.Model):
    """When the worker last came round; one row, key 1."""

    beat_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="triggers_workerheartbeat_one_row")]

    def __str__(self):
        return f"worker seen {self.beat_at:%Y-%m-%d %H:%M:%S}"
