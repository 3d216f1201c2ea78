from django.conf import settings
from django.db import models

from studio.fields import LineField


class SavedView(models.Model):
    """A name for a set of filters of the hub, of one person or shared with all."""

    name = LineField("Name", max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField("Shared", default=False)
    # A query string of the hub, made by its own filter form.
    query = models.CharField(max_length=2000)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="preproduction_savedview_name_unique"),
        ]

    def __str__(self):
        return self.name
