from django.db import models
from django.db.models import F


class NumberSeries(models.Model):
    """Hands out the automatic numbers of orders and sessions, each once."""

    name = models.CharField(max_length=30, unique=True)
    last_number = models.PositiveBigIntegerField(default=1000)

    def __str__(self):
        return self.name

    @classmethod
    def next_number(cls, name: str, *, taken) -> str:
        """Return the next number of series `name` that `taken(number)` denies.  Call inside a transaction.

        The update locks the row, so two callers never get the same number.
        """
        cls.objects.get_or_create(name=name)
        while True:
            cls.objects.filter(name=name).update(last_number=F("last_number") + 1)
            number = str(cls.objects.values_list("last_number", flat=True).get(name=name))
            # People may type numbers of their own, and may have typed this one.
            if not taken(number):
                return number
