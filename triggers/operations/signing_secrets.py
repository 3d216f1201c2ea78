"""Signing secrets of webhooks at rest: sealed, sealed again with another key, and what is done where a key is lost."""

from django.db import transaction

from studio import sealing
from triggers.models import Trigger
from triggers.models.trigger import new_sealed_secret


def unreadable() -> list[Trigger]:
    """Return the triggers whose signing secret cannot be read because its key is not here.  One query."""
    sealed = Trigger.objects.exclude(sealed_secret="")
    return [trigger for trigger in sealed if not sealing.can_unseal(trigger.sealed_secret)]


@transaction.atomic
def seal_again() -> None:
    """Seal with the present key what a former one sealed; leave what cannot be read."""
    for trigger in Trigger.objects.exclude(pk__in=[lost.pk for lost in unreadable()]).exclude(
        sealed_secret=""
    ):
        # Nobody's new secret of this very moment is overwritten.
        Trigger.objects.filter(pk=trigger.pk, sealed_secret=trigger.sealed_secret).update(
            sealed_secret=sealing.seal(trigger.secret)
        )


@transaction.atomic
def clear_unreadable() -> list[str]:
    """Take away the secrets that cannot be read; return a sentence for each webhook that needs a new one."""
    cleared = []
    for trigger in unreadable():
        # What signs nothing yet has nobody who must be told its new secret.
        trigger.sealed_secret = "" if trigger.is_signed else new_sealed_secret()
        trigger.save(update_fields=["sealed_secret"])
        if trigger.is_signed:
            cleared.append(
                f"The key of the webhook “{trigger}” is not here, so it sends nothing. Make it a new secret on its page, "
                "and give that to the receiver."
            )
    return cleared
