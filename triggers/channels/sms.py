"""Text messages, through whatever SMS_URL names: the console, or Twilio.

A further provider is a class with `send(number, text)` that raises as Channel.send does, and its place in provider().
"""

import base64
import json
import re
import sys
from typing import Any, Protocol
from urllib.parse import unquote, urlencode, urlsplit

import phonenumbers
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError

from triggers.channels.base import (
    AddressRefused,
    Channel,
    Contact,
    Message,
    OutcomeUnknown,
    PermanentError,
    Promise,
    TryLater,
)
from triggers.channels.sms_length import length_of
from triggers.channels.wire import http
from triggers.models import Trigger

MOST_PARTS = 10  # each part is paid for; providers refuse more than about these
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
_TWILIO = "https://api.twilio.com"
# Answers that are about our account, whose mending mends them all.
_OUR_ACCOUNT = frozenset({401, 403, 404})
# Twilio's own codes: who has the number sent STOP; it is no number, or no mobile phone.
_OPTED_OUT, _NO_MOBILE = 21610, (21211, 21614)


class SmsProvider(Protocol):
    def send(self, number: str, text: str) -> None:
        """number: in E.164."""


class SmsChannel(Channel):
    """At most once: a text message costs money, and two of them look careless; a lost one can be sent by hand."""

    key, label = "sms", "SMS"
    promise = Promise.AT_MOST_ONCE
    needs = ("template", "send_at")
    reaches = Trigger.ANYBODY
    address_noun = "phone number"
    is_outward = is_personal = wakes = grows_stale = tells_a_person = True
    known_by = {Trigger.Recipient.CLIENT: "client.mobile", Trigger.Recipient.VENDOR: "vendor.phone"}
    has_subject = False
    preview = "triggers/preview/_sms.html"

    def __init__(self, *, seconds: float = http.SECONDS):
        self.seconds = seconds

    def ways(self, contact: Contact) -> tuple[tuple[str, ...], str]:
        if not contact.mobile:
            return (), f"{contact.name} has no mobile phone."
        try:
            # As the provider wants it: the caps, too, then know one number however it was typed.
            return (e164(contact.mobile),), ""
        except PermanentError:
            return (
                (),
                f"{contact.mobile}, the mobile phone of {contact.name}, is not a number for text messages.",
            )

    def check_address(self, address: str) -> None:
        check_number(address)

    def send(self, message: Message) -> None:
        if not message.addresses:
            raise PermanentError("There is no phone number.")
        number = e164(message.addresses[0])
        if not message.text.strip():
            raise PermanentError("There is no text.")
        if _UNWRITABLE.search(message.text):
            raise PermanentError("It holds a character that no text message can carry.")
        if (count := length_of(message.text).segments) > MOST_PARTS:
            raise PermanentError(f"The text would take {count} messages; at most {MOST_PARTS} are sent.")
        try:
            chosen = provider(seconds=self.seconds)
        except ImproperlyConfigured as error:
            raise TryLater(str(error)) from error
        chosen.send(number, message.text)


def e164(number: str) -> str:
    """Return `number` as +15551234567; what is typed without a country is one of SMS_REGION.

    Raises PermanentError.  Only its length is checked: the lists of what is in use are older than some numbers.
    """
    try:
        parsed = phonenumbers.parse(number, settings.SMS_REGION)
    except phonenumbers.NumberParseException:
        parsed = None
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    if parsed is None or parsed.extension or phonenumbers.is_possible_number_with_reason(parsed) != possible:
        raise PermanentError(f"{number} is not a number that text messages can be sent to.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def check_number(number: str) -> None:
    """Raise ValidationError unless `number`, as typed, is a phone number."""
    try:
        e164(number)
    except PermanentError:
        raise ValidationError(
            "This is not a phone number. Write it with its area code; one of another country with + and its country code."
        ) from None


def provider(*, seconds: float = http.SECONDS) -> SmsProvider:
    """Return the provider that SMS_URL names."""
    url = urlsplit(settings.SMS_URL)
    account, token, sender = (unquote(part or "") for part in (url.username, url.password, url.path[1:]))
    if url.scheme == "console":
        return Console()
    if url.scheme == "twilio" and account and token and re.fullmatch(r"\+[0-9]{4,15}|MG[0-9a-f]{32}", sender):
        return Twilio(account, token, sender, seconds)
    raise ImproperlyConfigured("SMS_URL is neither console:// nor like twilio://SID:TOKEN@/+15551234567.")


class Console:
    def send(self, number: str, text: str) -> None:
        sys.stdout.write(f"SMS to {number}:\n{text}\n{'-' * 79}\n")
        sys.stdout.flush()


class Twilio:
    """The Messages resource of Twilio's API, 2010-04-01."""

    def __init__(self, account: str, token: str, sender: str, seconds: float):
        self.account, self.token, self.sender, self.seconds = account, token, sender, seconds

    def send(self, number: str, text: str) -> None:
        if number == self.sender:
            raise PermanentError(f"{number} is the studio's own number.")
        service = self.sender.startswith("MG")
        form = {"To": number, "MessagingServiceSid" if service else "From": self.sender, "Body": text}
        base = settings.TWILIO_API
        try:
            answer = http.post(
                f"{base}/2010-04-01/Accounts/{self.account}/Messages.json",
                urlencode(form).encode(),
                {"Authorization": self._password(), "Content-Type": "application/x-www-form-urlencoded"},
                # Another base than Twilio's own was chosen by whoever runs this server.
                in_house=() if base == _TWILIO else {http.read_origin(base)},
                seconds=self.seconds,
            )
        except http.NoAnswer as error:
            raise OutcomeUnknown(f"{error} The message may have been sent.") from error
        except PermanentError as error:  # about its address, which is ours to mend
            raise TryLater(f"Twilio cannot be reached: {error}") from error
        _judge(answer, number)

    def _password(self) -> str:
        return "Basic " + base64.b64encode(f"{self.account}:{self.token}".encode()).decode()


def _judge(answer: http.Answer, number: str) -> None:
    """Return where Twilio has taken the message; else raise what its answer means."""
    status, why = answer.status, _why(answer)
    if 200 <= status < 300:
        return
    if status in _OUR_ACCOUNT:
        raise TryLater(f"Twilio did not accept the account in SMS_URL: {why}")
    if status in (408, 425, 429, 503):
        raise TryLater(f"Twilio did not take it: {why}", after=answer.asked_wait)
    if status == 400 and (code := _said(answer).get("code")) in (_OPTED_OUT, *_NO_MOBILE):
        raise AddressRefused(f"Twilio refuses it: {why}", number, said_stop=code == _OPTED_OUT)
    if 400 <= status < 500:
        raise PermanentError(f"Twilio refuses it: {why}")
    if 300 <= status < 400:
        raise TryLater(f"Twilio has moved: {why}")
    raise OutcomeUnknown(f"Twilio answered {status}. The message may have been sent.")


def _why(answer: http.Answer) -> str:
    """Return Twilio's own sentence, as one short line, or the status where there is none."""
    sentence = _said(answer).get("message")
    if sentence is None:
        return f"it answered {answer.status}."
    return " ".join("".join(c if c.isprintable() else " " for c in str(sentence)).split())[:200]


def _said(answer: http.Answer) -> dict[str, Any]:
    """Return what Twilio wrote; {} where that cannot be read."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
