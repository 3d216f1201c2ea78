"""Checks what people type where a message goes: an email address, a phone number, the URL of a webhook."""

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from triggers.models import MessagePreferences
from triggers.transports import http
from triggers.transports.base import PermanentError


def check_address(noun: str, address: str) -> None:
    """Raise ValidationError unless `address` is a `noun` of trigger_kinds.ADDRESS_OF."""
    {"email address": _email, "phone number": _phone, "URL": _url}[noun](address)


def _email(address):
    EmailValidator("This is not an email address.")(address)


def _phone(address):
    try:
        number = phonenumbers.parse(address, settings.SMS_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError(
            "This is not a phone number. Write one of another country with + and its country code."
        )


def _url(address):
    try:
        http.check(address, in_house=http.read_origins(MessagePreferences.load().in_house_receivers))
    except PermanentError as error:
        raise ValidationError(str(error)) from None
