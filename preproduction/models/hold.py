from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preproduction.models.order import Order
from studio.fields import LineField


class Hold(models.Model):
    """A time during which an order's clock stood still.  Both days are studio-local; an open one has no end."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="holds")
    reason = LineField("Reason", max_length=200)
    started_on = models.DateField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Business days by which resuming moved the due date.
    days_held = models.PositiveIntegerField(null=True)
    # The order's status_sequence when the hold began: which status it belongs to.
    status_sequence = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(ended_on__isnull=True), name="preproduction_hold_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="preproduction_hold_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.order} on hold: {self.reason}"
