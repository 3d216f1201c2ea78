from django.db import models

from studio.fields import NameField
from studio.models import ActiveQuerySet
from studio.ordered_list import OrderedList


class LateReason(models.Model):
    """Why orders are late, in the studio's own few words, so that it can be counted."""

    name = NameField("Late Reason", max_length=60)
    position = models.IntegerField(unique=True, null=True, editable=False)  # None: not in the list yet
    is_inactive = models.BooleanField("Inactive", default=False)

    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class LateReasonList(OrderedList):
    rows = LateReason
