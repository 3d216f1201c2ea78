from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from preproduction.models.status import LONGEST_DURATION, Status
from studio.models import Vendor


class VendorDuration(models.Model):
    """How many business days one vendor has at one status, where that is not the Default Duration."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="durations")
    status = models.ForeignKey(Status, models.CASCADE, related_name="vendor_durations")
    days = models.PositiveSmallIntegerField("Duration", validators=[MaxValueValidator(LONGEST_DURATION)])

    class Meta:
        ordering = ["vendor", "status__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "status"], name="preproduction_vendorduration_one_of_each"
            ),
            models.CheckConstraint(
                condition=Q(days__lte=LONGEST_DURATION), name="preproduction_vendorduration_in_range"
            ),
        ]

    def __str__(self):
        return f"{self.vendor}: {self.status}"
