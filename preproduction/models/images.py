from django.db import models

from preproduction.models.order import Order
from studio.fields import LineField


class ImageLine(models.Model):
    """A line of what was sent to the lab, and of what came back."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="images")
    files = LineField("File or Frame Range", max_length=200)
    proof_type = LineField("Proof Type", max_length=60, blank=True)
    proof_size = LineField("Proof Size", max_length=40, blank=True)
    quantity_sent = models.PositiveIntegerField("Quantity Sent", default=0)
    quantity_returned = models.PositiveIntegerField("Quantity Returned", default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = "image line"

    def __str__(self):
        return self.files

    @property
    def missing(self) -> int:
        return max(self.quantity_sent - self.quantity_returned, 0)
