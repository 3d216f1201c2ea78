"""Rules about the people who work here, which no page may break."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import get_backends
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from studio.access import Role
from studio.models import User
from studio.refusal import OperationRefused
from studio.uses import delete_unused


@contextmanager
def an_administrator_stays() -> Iterator[None]:
    """Undo what is done inside, and raise OperationRefused, if it leaves nobody who can administer.

    Of two administrators who demote each other at once one is refused: on PostgreSQL the second waits for the rows
    locked here and then counts afresh; on SQLite there is one writer at a time.
    """
    with transaction.atomic():
        list(User.objects.administrators().select_for_update().order_by("pk").values_list("pk"))
        yield
        if not User.objects.administrators().exists():
            raise OperationRefused(
                "The studio would be left without an active administrator. Make somebody else one first.",
                field="role",
            )


def delete_user(user: User, *, by: User) -> None:
    """Delete somebody who was never used anywhere.  Raises OperationRefused otherwise."""
    if user == by:
        raise OperationRefused("You cannot delete yourself. Another administrator can.")
    with an_administrator_stays():
        delete_unused(
            user,
            way_out="Make them inactive instead: they cannot sign in any more, and history keeps their name.",
        )


def password_link(user: User) -> str:
    """Return the path at which `user` may set a password, once, within PASSWORD_RESET_TIMEOUT."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set_password", args=[key, link_tokens.make_token(user)])


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens of one-time links.  They end with the sessions, too: see end_sessions."""

    key_salt = "studio.people.LinkTokens"

    def _make_hash_value(self, user, timestamp):
        return f"{super()._make_hash_value(user, timestamp)}:{user.sessions_ended}"


link_tokens = LinkTokens()


def may_sign_in(user: User) -> bool:
    """Whether a right password would let `user` in: not who left, nor a user of a demo that is none any more."""
    return any(backend.user_can_authenticate(user) for backend in get_backends())


def end_sessions(user: User) -> None:
    """End every session and one-time link of `user` for good.  The caller saves the row."""
    user.sessions_ended += 1


def has_second_factor(user: User) -> bool:
    """One query."""
    return is_mfa_enabled(user, [Authenticator.Type.TOTP])


def remove_second_factor(user: User) -> None:
    """For a lost phone: the app and the recovery codes of `user` open nothing any more."""
    Authenticator.objects.filter(user=user).delete()


def needs_second_factor(user: User, preferences) -> bool:
    """Whether `user` must set up a second factor before going on.  A query only where the studio requires one."""
    return (
        preferences.require_second_factor
        and user.is_authenticated
        and user.role == Role.ADMINISTRATOR
        and not has_second_factor(user)
    )
