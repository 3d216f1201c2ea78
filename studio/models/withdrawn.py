"""What an import made and its undoing takes back, though history still names it: out of sight, its rows stay.

Where nothing names it, it is deleted instead.
"""

from django.db import models
from django.utils import timezone

from studio.models.active import ActiveQuerySet
from studio.stored_texts import TextQuerySet


class InSight:
    def get_queryset(self):
        return super().get_queryset().filter(withdrawn_on__isnull=True)


class ActiveManager(InSight, models.Manager.from_queryset(ActiveQuerySet)):
    """All but the withdrawn ones."""


class TextManager(InSight, models.Manager.from_queryset(TextQuerySet)):
    """All but the withdrawn ones."""


class Withdrawable(models.Model):
    withdrawn_on = models.DateField(null=True, editable=False)

    with_withdrawn = TextQuerySet.as_manager()

    # What is unique of it; a withdrawn one gives it up.
    unique_text = ""

    class Meta:
        abstract = True

    def withdraw(self) -> None:
        """Take it out of every list, count and search, and give up the name or number that is unique."""
        self.withdrawn_on = timezone.localdate()
        if self.unique_text:
            setattr(self, self.unique_text, f"Undone {self.pk}")
        self.save()
