"""Forms of django-allauth that ask for a password or a code, with our limits on trying."""

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms

from studio import sealing
from studio.accounts import too_many
from studio.sign_in import known_browser, tries


class CountedCode:
    """A form with `user` and a code that is tried so often and no more, and works once."""

    def clean_code(self):
        taken = _take(tries.of_proof(self.user, known_browser.id_for(context.request, self.user)))
        try:
            code = super().clean_code()
        except sealing.KeyMissing:
            tries.give_back(taken)  # nobody's code was wrong
            raise
        try:
            tries.take(tries.of_one_code(self.user, code))
        except tries.TooManyTries:
            raise get_adapter().validation_error("incorrect_code") from None
        tries.give_back(taken)
        return code


class AuthenticateForm(CountedCode, mfa.AuthenticateForm):
    pass


class ReauthenticateForm(CountedCode, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(CountedCode, totp.ActivateTOTPForm):
    """The code that sets the app up is used up by that: it signs nobody in."""


class ChangePasswordForm(AllauthChangePasswordForm):
    def clean_oldpassword(self):
        taken = _take(tries.of_proof(self.user))
        password = super().clean_oldpassword()
        tries.give_back(taken)
        return password


class ForgottenForm(forms.Form):
    username = forms.CharField(
        label="Username",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


def _take(limits):
    try:
        return tries.take(limits)
    except tries.TooManyTries as refusal:
        raise too_many(refusal) from None
