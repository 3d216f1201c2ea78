"""The first administrator of a new studio, made in the browser by whoever can read the terminal it was started in.

There a code is shown, good for one person and gone with the first user, so that nobody who finds the address can be
quicker.  Only its digest is stored; a new start shows a new one.
"""

from django.db import transaction
from django.utils.crypto import get_random_string, salted_hmac

from studio import maintenance_log
from studio.access import Role
from studio.maintenance_log import Verb, words_of
from studio.models import FirstCode, User
from studio.refusal import OperationRefused

# 59 bits, without letters and digits that are taken for each other.
LETTERS, LENGTH, GROUP = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 12, 4


def new_code() -> str:
    """Return a code such as K7QF-2M9X-TBHW, in the place of the one before.  Raises OperationRefused if there are users."""
    code = get_random_string(LENGTH, LETTERS)
    with transaction.atomic():
        if User.objects.exists():
            raise OperationRefused("Somebody can sign in already. An administrator adds others, under Users.")
        FirstCode.objects.all().delete()
        FirstCode.objects.create(digest=_digest(code))
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def is_the_code(code: str) -> bool:
    """Whether `code`, as somebody types it, is the one that was shown last."""
    return FirstCode.objects.filter(digest=_digest(code)).exists()


def make(user: User, *, code: str) -> None:
    """Store `user` as an administrator and use the code up.  Raises OperationRefused if somebody was quicker with it."""
    with transaction.atomic():
        used, _ = FirstCode.objects.filter(digest=_digest(code)).delete()
        if not used or User.objects.exists():
            raise OperationRefused("Somebody has used this code just now. Sign in, or ask them to add you.")
        user.role = Role.ADMINISTRATOR
        user.save()
        maintenance_log.note(Verb.MADE, user, by=user, after=words_of(user))


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("studio.first_administrator", plain, algorithm="sha256").hexdigest()
