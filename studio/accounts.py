from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.shortcuts import resolve_url

from studio.kept_forms import answers
from studio.models import User
from studio.sign_in import forgotten, known_browser, tries
from studio.sign_in.client_address import client_address

LOCKED = "Too many wrong tries. This door opens again in {minutes} minute{s}. "
BY_MAIL = (
    "To get in at once, have a link for a new password mailed to you (Forgotten your password?, where one signs in), "
    "or ask an administrator of your studio for one."
)
BY_ADMINISTRATOR = "To get in at once, ask an administrator of your studio for a link to set a new password."


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """People are added by an administrator; nobody signs up."""
        return False

    def is_ajax(self, request):
        """Answer whoever asks with a page: allauth would send JSON to those who send it."""
        return False

    def get_password_change_redirect_url(self, request):
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def authenticate(self, request, **credentials):
        """Count the try before the password is looked at, and no more if it was right."""
        try:
            taken = tries.take(_limits(request, credentials["username"]))
        except tries.TooManyTries as refusal:
            raise too_many(refusal) from None
        user = super().authenticate(request, **credentials)
        if user:
            tries.give_back(taken)
        return user

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        known_browser.remember(request, response, user)
        answers.tell_of_others(request, response["Location"])
        return response


def too_many(refusal: tries.TooManyTries) -> ValidationError:
    """Return what a form says to somebody who has to wait, with the ways that are open."""
    s = "" if refusal.minutes == 1 else "s"
    way = BY_MAIL if forgotten.mail_is_set_up() else BY_ADMINISTRATOR
    return ValidationError(LOCKED.format(minutes=refusal.minutes, s=s) + way, code="too_many_tries")


def _limits(request, name):
    person = User.objects.by_name(name)
    if person and request.user == person:
        return tries.of_proof(person)
    browser = known_browser.id_for(request, person) if person else ""
    if browser:
        return tries.of_known_browser(person, browser)
    return tries.of_password(name, client_address(request))


class RoleBackend(ModelBackend):
    """Sign in by user name and password.  The demo's published passwords open nothing but a demo database."""

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and (not user.is_demo or user.demo_is_loaded())

    def get_user(self, user_id):
        user = super().get_user(user_id)
        return user if user and self.user_can_authenticate(user) else None
