from django.conf import settings
from django.contrib.messages.storage.cookie import MessageDecoder, MessageEncoder
from django.db import models
from django.utils import timezone


class SentForm(models.Model):
    """A form that was sent and did something, by its request key, with the answer it was given (sent_once.py)."""

    key = models.UUIDField()
    # Of what was typed: a page that the browser has kept may be filled in anew and sent under its old key.
    content = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    # None only in the transaction that does the work.  The encoder keeps messages, and which of them are markup.
    answer = models.JSONField(null=True, encoder=MessageEncoder, decoder=MessageDecoder)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "content"], name="studio_sentform_answered_once"),
        ]

    def __str__(self):
        return f"{self.path}, {self.key}"
