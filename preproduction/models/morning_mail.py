"""The morning mail: who gets it and of which orders, and for which day it was made last."""

from django.conf import settings
from django.db import models


class MorningMail(models.Model):
    """What one person has chosen.  Whoever has no row gets none.

    site: where they reach the studio, such as "https://proofs.example.com", as it was when they chose; links begin so.
    """

    class Scope(models.TextChoices):
        OFF = "off", "None"
        OWN = "own", "My orders"
        DEPARTMENTS = "departments", "The orders of my departments"
        STUDIO = "studio", "All orders of the studio"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="morning_mail"
    )
    scope = models.CharField("Morning mail about", max_length=12, choices=Scope, default=Scope.OFF)
    site = models.CharField(max_length=300)

    def __str__(self):
        return f"Morning mail of {self.person}"


class MorningRound(models.Model):
    """For which day mails were made last, or nobody had to be told anything.  One row, key 1."""

    on = models.DateField(null=True)

    def __str__(self):
        return f"Morning of {self.on}"
