from django.db.models import Q

from studio.stored_texts import TextQuerySet


class ActiveQuerySet(TextQuerySet):
    def active(self):
        return self.filter(is_inactive=False)

    def offered(self, *, current=None):
        """What a form offers: the active ones, and `current` (a key) though it be inactive."""
        return self.filter(Q(is_inactive=False) | Q(pk=current))
