from django.db import models


class FirstCode(models.Model):
    """The code with which the first administrator is made, as a keyed digest; see studio.first_administrator."""

    digest = models.CharField(max_length=64)

    def __str__(self):
        return "code for the first administrator"
