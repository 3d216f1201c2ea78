from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone


class KeptForm(models.Model):
    """A form that was sent when its session was over, until whoever typed it has signed in again (kept_forms/rows.py)."""

    key = models.UUIDField(default=uuid4, unique=True)
    # A digest of the cookie that only the browser has in which it was typed.
    browser = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sealed = models.TextField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self):
        return f"{self.person_id}, {self.kept_at:%Y-%m-%d %H:%M}"
