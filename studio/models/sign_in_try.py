from django.db import models


class SignInTry(models.Model):
    """A slot of a limit on trying passwords and codes, and when it was taken; see studio.sign_in.tries."""

    key = models.CharField(max_length=100)
    slot = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField(db_index=True)
    # Whom it keeps waiting, as a keyed digest of the name; "" for nobody in particular.
    about = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "slot"], name="studio_signintry_one_per_slot"),
        ]

    def __str__(self):
        return f"try {self.slot + 1} of {self.key.partition(':')[0]}"
