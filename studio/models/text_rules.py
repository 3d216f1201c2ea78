from django.db import models
from django.db.models import Q


class TextRules(models.Model):
    """By which rules the stored forms of texts were made; one row.  See studio/stored_texts.py."""

    rules = models.CharField(max_length=100, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="studio_textrules_one_row")]

    def __str__(self):
        return self.rules
