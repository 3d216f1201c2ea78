from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from preproduction.models.batch import Batch
from preproduction.models.cause import Cause
from preproduction.models.order import Order
from preproduction.models.status_change import StatusChange


class OrderEvent(models.Model):
    """One row of History: something that happened to an order and is not a change of its status.

    Append-only, for ever, like Status Notes; the two together rebuild the order's row (preproduction/rebuild.py).
    `before` and `after` hold the columns that changed, as preproduction/written.py writes them, with names as they were.
    """

    class Kind(models.TextChoices):
        CREATED = "created", "Created"
        ASSIGNED = "assigned", "Assigned"
        DUE_DATE = "due_date", "Due date moved"
        PROMISED = "promised", "Needed By"
        HELD = "held", "Put on hold"
        RESUMED = "resumed", "Resumed"
        REASON = "reason", "Reason"
        EDITED = "edited", "Edited"
        IMAGES = "images", "Images"
        CUSTOM = "custom", "Custom"
        NOTE = "note", "Note"
        ASKED = "asked", "Asked for a hold"
        DECLINED = "declined", "Hold declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        MERGED = "merged", "Client merged"

    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.BY_HAND)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="events")
    # The stay in which it happened.
    stay = models.ForeignKey(StatusChange, models.PROTECT, null=True, related_name="events")
    # The order's version after it; whether it raised that.
    version = models.PositiveIntegerField()
    raised_version = models.BooleanField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=310)
    recorded_at = models.DateTimeField(default=timezone.now)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "recorded_at"], name="preproduction_event_by_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "version"],
                condition=Q(raised_version=True),
                name="preproduction_orderevent_version_unique",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.order}"
