from django.db import models

from preproduction.models.order import Order
from studio.fields import LineField, NameField
from studio.models import ActiveQuerySet
from studio.ordered_list import OrderedList


class CustomField(models.Model):
    """A field of the studio's own on the Custom tab of every order."""

    label = NameField("Label", max_length=60)
    position = models.IntegerField(unique=True, null=True, editable=False)  # None: not in the list yet
    is_inactive = models.BooleanField("Inactive", default=False)

    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.label


class CustomFieldList(OrderedList):
    rows = CustomField


class CustomValue(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="custom_values")
    field = models.ForeignKey(CustomField, models.PROTECT, related_name="values")
    value = LineField("Value", max_length=500, blank=True)

    class Meta:
        ordering = ["field__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "field"], name="preproduction_customvalue_one_per_field"
            ),
        ]

    def __str__(self):
        return f"{self.field}: {self.value}"
