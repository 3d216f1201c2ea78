from django.conf import settings
from django.db import models

from studio.fields import NameField
from studio.stored_texts import KeepsTexts, SortKey, TextQuerySet, UniqueKey, UniqueText


class ListColumns(models.Model):
    """The columns that one person wants to see in the hub."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="list_columns")
    # As preproduction/tables/columns.py names them.
    names = models.JSONField()

    def __str__(self):
        return f"Columns of {self.user}"


class SavedView(KeepsTexts):
    """A name for a set of filters of the hub, of one person or shared with all."""

    name = NameField("Name", max_length=60)
    name_key = UniqueKey("name")
    name_sorted = SortKey("name")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField("Shared", default=False)
    # A query string of the hub, made by its own filter form.
    query = models.CharField(max_length=2000)

    objects = TextQuerySet.as_manager()

    class Meta:
        ordering = ["name_sorted", "pk"]
        constraints = [
            UniqueText(
                fields=["owner", "name_key"],
                name="preproduction_savedview_name_unique",
            ),
        ]

    def __str__(self):
        return self.name
