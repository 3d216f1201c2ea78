from django.db import models
from django.db.models import Q


class ActiveQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_inactive=False)

    def offered(self, *, current=None):
        """What a form offers: the active ones, and `current` (a key) though it be inactive."""
        return self.filter(Q(is_inactive=False) | Q(pk=current))
