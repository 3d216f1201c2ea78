"""Checks what people type where a message goes: an email address, a phone number, the URL of a webhook."""

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from triggers.channels import sms
from triggers.channels.base import PermanentError
from triggers.channels.wire import http
from triggers.models import MessagePreferences


def check_address(noun: str, address: str) -> None:
    """Raise ValidationError unless `address` is a `noun` of kinds.ADDRESS_OF."""
    {"email address": _email, "phone number": _phone, "URL": _url}[noun](address)


def _email(address):
    EmailValidator("This is not an email address.")(address)


def _phone(address):
    try:
        sms.e164(address)
    except PermanentError:
        raise ValidationError(
            "This is not a phone number. Write it with its area code; one of another country with + and its country code."
        ) from None


def _url(address):
    try:
        http.check(address, in_house=http.read_origins(MessagePreferences.load().in_house_receivers))
    except PermanentError as error:
        raise ValidationError(str(error)) from None
