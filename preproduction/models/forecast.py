from django.db import models
from django.db.models import Q

from preproduction.models.order import Order
from preproduction.models.status import Status
from preproduction.models.status_change import StatusChange
from studio.models import Vendor


class Said(models.Model):
    """What the studio's experience says of an order's stay on the morning of a day.

    Days are business days on the clock of the stay, its holds taken out, counted from its beginning.  None where there
    are too few cases to say anything, or where none of them took so long.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    stay = models.ForeignKey(StatusChange, models.PROTECT, related_name="+")
    on = models.DateField()
    age = models.PositiveIntegerField()
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, db_index=False, related_name="+")
    # How many have left the status within the year, and how many orders that were at it have been completed.
    cases = models.PositiveIntegerField()
    # By when how many of 100 leave the status, whatever their age; the others are for orders of this age.
    usual_half = models.PositiveIntegerField(null=True)
    usual_85 = models.PositiveIntegerField(null=True)
    usual_95 = models.PositiveIntegerField(null=True)
    leave_85 = models.PositiveIntegerField(null=True)
    leave_95 = models.PositiveIntegerField(null=True)
    complete_cases = models.PositiveIntegerField()
    complete_85 = models.PositiveIntegerField(null=True)
    complete_95 = models.PositiveIntegerField(null=True)
    # Per cent: of leaving by the status due date, and of being complete by Needed By.
    leave_chance = models.PositiveSmallIntegerField(null=True)
    complete_chance = models.PositiveSmallIntegerField(null=True)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.order} on {self.on}"


class Forecast(Said):
    """The latest of an open order.  Written by the worker, over and over; pages read it."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="forecast", primary_key=True)
    # The order's version that it was made for; of another it says nothing.
    version = models.PositiveIntegerField()
    # The calendar and the time zone that it was made by, in short; by another it is made anew.
    basis = models.CharField(max_length=16, default="")
    is_at_risk = models.BooleanField()
    # Per cent: the studio's bound then.  Made with another it is made anew.
    at_risk_below = models.PositiveSmallIntegerField(default=50)
    # By which risks are in order: the lesser of the chances; 0 where the plan passes the promise.
    chance = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["chance"], condition=Q(is_at_risk=True), name="preproduction_forecast_risks")
        ]


class Pace(models.Model):
    """How long orders of the last year took from entering a status, on the morning of a day: one row for all vendors, and
    one for each of them.  Written by the worker once a day; pages read it.

    Days are business days on the clock of the stay, holds taken out; None where there are too few cases to say anything.
    """

    status = models.ForeignKey(Status, models.CASCADE, related_name="paces")
    vendor = models.ForeignKey(Vendor, models.CASCADE, null=True, db_index=False, related_name="+")
    on = models.DateField()
    # How many have left the status, of the vendor where it is of one; and by when half and 85 of 100 of them had.
    cases = models.PositiveIntegerField()
    half = models.PositiveIntegerField(null=True)
    most = models.PositiveIntegerField(null=True)
    # How many orders that were at it have been completed, and by when 95 of 100 are that come there now.
    complete_cases = models.PositiveIntegerField()
    complete_95 = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status", "vendor"], name="preproduction_pace_of_vendor"),
            models.UniqueConstraint(
                fields=["status"], condition=Q(vendor__isnull=True), name="preproduction_pace_of_all"
            ),
        ]

    def __str__(self):
        return f"{self.status} on {self.on}"


class Prediction(Said):
    """What was said of a stay for the first time, and when it first was at risk.  Append-only: it is scored later."""

    class Kind(models.TextChoices):
        SAID = "said", "Said"
        WARNED = "warned", "Warned"

    kind = models.CharField(max_length=10, choices=Kind)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stay", "kind"], name="preproduction_prediction_once")]
        indexes = [models.Index(fields=["on", "kind"], name="preproduction_predicted_on")]
