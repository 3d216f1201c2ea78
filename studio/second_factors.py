"""Second factors at rest: the seeds of authenticator apps and of recovery codes are sealed."""

from collections.abc import Iterator

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from studio import sealing

# Where django-allauth keeps what it had encrypted: of an app, of recovery codes.
SEALED = ("secret", "seed")


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)


def unreadable() -> list[Authenticator]:
    """Return the second factors whose key is not here.  One query."""
    return [
        factor
        for factor in Authenticator.objects.select_related("user").order_by("user__username", "pk")
        if not all(sealing.can_unseal(sealed) for _, sealed in _sealed(factor))
    ]


@transaction.atomic
def seal_again() -> None:
    """Seal with the present key what a former one sealed; leave what cannot be read."""
    lost = {factor.pk for factor in unreadable()}
    for factor in Authenticator.objects.select_for_update().exclude(pk__in=lost):
        factor.data |= {name: sealing.seal(sealing.unseal(sealed)) for name, sealed in _sealed(factor)}
        factor.save(update_fields=["data"])


def remove_unreadable() -> list[str]:
    """Remove the second factors of everybody whose cannot be read; return a sentence that says whose, if any."""
    names = sorted({factor.user.username for factor in unreadable()})
    if not names:
        return []
    # Recovery codes without an app to recover are of no use.
    Authenticator.objects.filter(user__username__in=names).delete()
    return [f"The key of these people's second factor is not here; they set it up again: {', '.join(names)}."]


def _sealed(factor: Authenticator) -> Iterator[tuple[str, str]]:
    return ((name, factor.data[name]) for name in SEALED if name in factor.data)
