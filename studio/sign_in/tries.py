"""How often a password or a code may be tried, counted in the database before each try.

A limit of five is five slots.  A try takes a slot that nobody has taken within the window, by compare-and-set, so
that of any number of tries at once no more get through than there are slots, in whatever process they run.  What
succeeds gives its slots back.  Names and addresses are kept as keyed digests only: people type passwords as names.

5 wrong passwords for a name from one address in 5 minutes, 20 for a name in an hour, 100 from an address in an hour:
27 November 2026.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from studio.models import SignInTry, User

SHORT, LONG = timedelta(minutes=5), timedelta(hours=1)
# A code of an authenticator app is valid for its own half minute, and with MFA_TOTP_TOLERANCE for those beside it.
CODE_IS_VALID = timedelta(seconds=90)


@dataclass(frozen=True)
class Limit:
    """At most `most` tries within `window`.  about: the name for which `unlock` frees it, "" for none."""

    kind: str
    of: str
    most: int
    window: timedelta
    about: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{_digest(self.of)}"


class TooManyTries(Exception):
    """All slots of a limit are taken.  until: when the first of them is free again."""

    def __init__(self, until: datetime):
        super().__init__("Too many tries.")
        self.until = until

    @property
    def minutes(self) -> int:
        """Whole minutes to wait, at least one."""
        return max(1, -int((timezone.now() - self.until) // timedelta(minutes=1)))


def of_password(name: str, address: str) -> tuple[Limit, ...]:
    """Return what limits a stranger at `address`, who may or may not be the person called `name`."""
    about = one_name(name)
    return (
        Limit("name and address", f"{about} {address}", 5, SHORT, about),
        Limit("name", about, 20, LONG, about),
        Limit("address", address, 100, LONG),
    )


def of_known_browser(person: User, browser: str) -> tuple[Limit, ...]:
    """Return what limits a browser in which `person` has signed in before: its own tries, and nobody else's."""
    about = one_name(person.username)
    of = f"{person.pk} {browser}"
    return (Limit("browser", of, 5, SHORT, about), Limit("browser, hour", of, 20, LONG, about))


def of_proof(person: User, browser: str = "") -> tuple[Limit, ...]:
    """Return what limits the own password or code, typed again or as a second factor.

    browser: a known one, where again its own tries count only: who found out the password must not close it either.
    """
    about = one_name(person.username)
    of = f"{person.pk} {browser}"
    return (Limit("proof", of, 5, SHORT, about), Limit("proof, hour", of, 20, LONG, about))


def of_one_code(person: User, code: str) -> tuple[Limit, ...]:
    """Return what lets a code through once while it is valid."""
    plain = "".join(letter for letter in code if letter.isalnum()).casefold()
    return (Limit("code", f"{person.pk} {plain}", 1, CODE_IS_VALID),)


def of_mail(name: str, address: str) -> tuple[Limit, ...]:
    """Return what limits the mails to somebody who forgot the password, wanted or not."""
    about = one_name(name)
    return (Limit("mail", about, 3, LONG, about), Limit("mail from", address, 20, LONG))


def of_first_code(address: str) -> tuple[Limit, ...]:
    """Return what limits a stranger at `address` who may or may not have the code for the first administrator.

    No limit for all together: nobody shall be able to keep out whoever has it.
    """
    return (
        Limit("first code", address, 5, SHORT),
        Limit("first code, hour", address, 20, LONG),
    )


def one_name(name: str) -> str:
    """Return `name` so that names which differ in case or composition only are one."""
    usual = unicodedata.normalize("NFKC", name.strip()).casefold()
    return unicodedata.normalize("NFKC", usual)


def take(limits: Iterable[Limit]) -> list[int]:
    """Count one try against each of `limits`, and return what `give_back` wants.

    Raises TooManyTries if one of them is used up; then it is counted against none.
    """
    with transaction.atomic():
        return [_take(limit) for limit in limits]


def give_back(taken: list[int]) -> None:
    """Count a try no more, since it succeeded; and forget all that is too old to count."""
    SignInTry.objects.filter(pk__in=taken).delete()
    SignInTry.objects.filter(taken_at__lt=timezone.now() - LONG).delete()


def unlock(name: str) -> int:
    """Forget all tries for `name`; return how many there were.  Who tries on from elsewhere is counted anew."""
    return SignInTry.objects.filter(about=_digest(one_name(name))).delete()[0]


def _take(limit: Limit) -> int:
    now = timezone.now()
    while True:
        slots = list(SignInTry.objects.filter(key=limit.key).order_by("taken_at"))
        if slots and slots[0].taken_at <= now - limit.window:
            oldest = slots[0]
            if SignInTry.objects.filter(pk=oldest.pk, taken_at=oldest.taken_at).update(taken_at=now):
                return oldest.pk
        elif len(slots) >= limit.most:
            raise TooManyTries(slots[0].taken_at + limit.window)
        else:
            slot = min(set(range(limit.most)) - {taken.slot for taken in slots})
            about = _digest(limit.about) if limit.about else ""
            row, is_ours = SignInTry.objects.get_or_create(
                key=limit.key, slot=slot, defaults={"taken_at": now, "about": about}
            )
            if is_ours:
                return row.pk


def _digest(text: str) -> str:
    return salted_hmac("studio.sign_in.tries", text, algorithm="sha256").hexdigest()
