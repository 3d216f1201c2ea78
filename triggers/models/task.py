from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from studio.fields import ExactField, LineField, NotesField
from studio.models import Department
from studio.stored_texts import FoundBy, KeepsTexts, SortKey, TextQuerySet
from triggers.models.delivery import Delivery


class TaskQuerySet(TextQuerySet):
    def tasks(self):
        return self.filter(kind=Task.Kind.TASK)

    def calls(self):
        return self.filter(kind=Task.Kind.CALL)

    def requests(self):
        return self.filter(kind=Task.Kind.REQUEST)

    def listed(self):
        """What the lists of tasks and calls show: nothing of withdrawn orders, and no request."""
        return self.filter(order__withdrawn_on=None).exclude(kind=Task.Kind.REQUEST)

    def waiting(self):
        return self.filter(done_at__isnull=True)

    def done(self):
        return self.filter(done_at__isnull=False)

    def untouched(self):
        """What nobody has done, tried or edited since a trigger made it."""
        return self.waiting().filter(touched_at=None)

    def overdue(self, on: date | None = None):
        return self.waiting().filter(due_date__lt=on or timezone.localdate())

    def due_today(self, on: date | None = None):
        return self.waiting().filter(due_date=on or timezone.localdate())

    def due_later(self, on: date | None = None):
        """Neither late nor due on `on`: those without a due date, too."""
        return self.waiting().exclude(due_date__lte=on or timezone.localdate())

    def for_user(self, user):
        """Tasks given to `user`, or to a department of theirs and to nobody in it."""
        return self.filter(
            Q(assigned_user=user) | Q(assigned_user__isnull=True, department__in=user.departments.all())
        )

    def assigned_to(self, user):
        return self.filter(assigned_user=user)

    def for_anybody_of(self, departments):
        return self.filter(assigned_user__isnull=True, department__in=departments)

    def for_table(self):
        return self.select_related("order__session__client", "department", "assigned_user", "done_by")


class Task(KeepsTexts):
    """Something a person or a department is to do: a task, or a call on the call list.

    A request is given to nobody in particular: whoever may decide about it answers it, where it was made.
    """

    class Kind(models.TextChoices):
        TASK = "task", "Task"
        CALL = "call", "Call"
        REQUEST = "request", "Request"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TASK, editable=False)
    # Of a call: whom to ring up, and what came of it.
    call_name = LineField("Whom to call", max_length=200, blank=True)
    call_number = ExactField("Phone", max_length=40, blank=True)
    outcome = NotesField("What was said", max_length=2000)
    # When somebody last worked on it and did not finish: edited it, called in vain, opened it again.
    touched_at = models.DateTimeField(null=True, editable=False)
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
    title_sorted = SortKey("title")
    call_name_sorted = SortKey("call_name")
    found_by = FoundBy("title", "call_name", phones=("call_number",))
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
    # The undo that closed it with the status change it came from.
    taken_back_by = models.ForeignKey(
        "preproduction.StatusChange",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="tasks_taken_back",
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

    def get_absolute_url(self):
        return reverse(f"triggers:{self.kind}_edit", args=[self.pk])

    @property
    def done_url(self) -> str:
        return reverse(f"triggers:{self.kind}_done", args=[self.pk])

    @property
    def reopen_url(self) -> str:
        return reverse(f"triggers:{self.kind}_reopen", args=[self.pk])

    @property
    def is_request(self) -> bool:
        return self.kind == Task.Kind.REQUEST

    @property
    def is_call(self) -> bool:
        return self.kind == self.Kind.CALL

    @property
    def named(self) -> str:
        """Say which it is: "Task “Pack”", "Call to Anna"."""
        return f"Call to {self.call_name}" if self.is_call else f"Task “{self.title}”"

    def is_overdue(self, on: date | None = None) -> bool:
        """Twin of TaskQuerySet.overdue() for a loaded row."""
        return (
            self.done_at is None
            and self.due_date is not None
            and self.due_date < (on or timezone.localdate())
        )
