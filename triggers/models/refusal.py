from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from studio.models import Client


class RefusalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(lifted_at=None)


class Refusal(models.Model):
    """An address of a client that takes nothing more, until somebody lifts that.  The row stays for ever."""

    class Why(models.TextChoices):
        STOPPED = "stopped", "Asked to be sent nothing more"
        REFUSED = "refused", "Refused for good"

    client = models.ForeignKey(Client, models.CASCADE, related_name="refusals")
    channel = models.CharField(max_length=10)
    # As it was sent to: an email address in small letters, a phone number in E.164.
    address = models.CharField(max_length=500)
    why = models.CharField(max_length=10, choices=Why)
    said = models.CharField(max_length=500, blank=True)
    refused_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RefusalQuerySet.as_manager()

    class Meta:
        ordering = ["-refused_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "channel", "address"],
                condition=Q(lifted_at=None),
                name="triggers_refusal_once_until_lifted",
            )
        ]

    def __str__(self):
        return f"{self.address}: {self.get_why_display()}"
