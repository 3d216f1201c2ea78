"""Emails, through whatever EMAIL_URL names: a mail server, a provider's API, or the console."""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterable
from email.utils import parseaddr, quote
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import EmailValidator, validate_email

from studio.models import CompanyPreferences
from triggers.channels.base import (
    AddressRefused,
    Channel,
    Contact,
    Message,
    PermanentError,
    Promise,
    TryLater,
)
from triggers.channels.wire import smtp
from triggers.channels.wire.deadline import Deadline
from triggers.models import MessageTemplate, Trigger

# What no mail can carry; Python would write some of it as bytes that mean something else.
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
# Answers that are about our account and not about the message: mending EMAIL_URL mends them all.
_OUR_ACCOUNT = frozenset({530, 534, 535, 538})
_TOO_BIG = 552
# That there is no such mailbox, and not that somebody's filter minds us.  Source: RFC 3463, 5.1.1 and its neighbours;
# words for servers that send no such codes.
_NO_MAILBOX = re.compile(
    r"^5\.(1\.[1-36]|1\.10|2\.1)\b|^(?!5\.\d).*(no such|unknown|does not exist|not found|unrouteable|invalid) ?"
    r"(user|mailbox|recipient|address)?",
    re.I,
)


class EmailChannel(Channel):
    """At least once: every copy carries the same Message-ID."""

    key, label = "email", "Email"
    promise = Promise.AT_LEAST_ONCE
    needs = ("template", "send_at")
    reaches = Trigger.ANYBODY
    address_noun = "email address"
    is_outward = is_personal = wakes = grows_stale = tells_a_person = has_html = True
    known_by = {Trigger.Recipient.CLIENT: "client.email", Trigger.Recipient.VENDOR: "vendor.email"}
    preview = "triggers/preview/_email.html"

    def ways(self, contact: Contact) -> tuple[tuple[str, ...], str]:
        return contact.emails, "" if contact.emails else f"{contact.name} has no email address."

    def check_address(self, address: str) -> None:
        EmailValidator("This is not an email address.")(address)

    def why_not(self, template: MessageTemplate) -> str:
        return "" if template.subject else f"“{template}” has no subject, which an email needs."

    def send(self, message: Message) -> None:
        mail = compose(message)
        connection = mail.connection = get_connection()
        try:
            if isinstance(connection, smtp.EmailBackend):
                mail.send()
            else:
                # A provider's client counts its time-out anew with every byte.
                Deadline(settings.EMAIL_TIMEOUT).call(mail.send)
        except Exception as error:
            place = (
                getattr(connection, "esp_name", None)
                or getattr(connection, "host", None)
                or "The mail server"
            )
            raise _meaning(error, place) from error
        _check_provider(mail)


def compose(message: Message) -> EmailMultiAlternatives:
    """Return the mail that says `message`, or raise PermanentError where it cannot be written or has no recipient."""
    preferences = CompanyPreferences.load()
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        from_email=_named(preferences.name, sender),
        to=_recipients(message, {sender, parseaddr(settings.SERVER_EMAIL)[1], preferences.email}),
        reply_to=[preferences.email] if preferences.email else None,
        headers={
            "Message-ID": f"<{message.message_id}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",  # Exchange and Outlook do not look at the line above
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    words = (*mail.to, mail.from_email, str(mail.subject), str(mail.body), message.html)
    if any(map(_UNWRITABLE.search, words)):
        raise PermanentError("It holds a character that no email can carry.")
    try:
        mail.message().as_bytes()
    except ValueError as error:  # a line break in a header, above all
        raise PermanentError(
            "It cannot be written as an email: a name or the subject has a line break."
        ) from error
    return mail


def _recipients(message: Message, ours: Iterable[str]) -> list[str]:
    """Return whom it goes to.  Never to ourselves: our own answers would set off each other."""
    for address in message.addresses:
        try:
            validate_email(address)
        except ValidationError as error:
            raise PermanentError(f"{address or 'Nothing'} is not an email address.") from error
    ours = {address.lower() for address in ours}
    others = [address for address in message.addresses if address.lower() not in ours]
    if not others:
        whose = (
            f"{message.addresses[0]} is the studio's own address"
            if message.addresses
            else "There is no address"
        )
        raise PermanentError(f"{whose}: nobody to send to.")
    return [_named(message.to_name, others[0])] if len(others) == 1 else others


def _named(name: str, address: str) -> str:
    return f'"{quote(name)}" <{address}>' if name else address


def _meaning(error: Exception, place: str) -> PermanentError | TryLater:
    """Return what `error` means for the message, with a sentence for the trigger queue."""
    match error:
        case smtp.PartlyRefused():
            return PermanentError(f"It went to the others, but {_refusals(place, error)}")
        case smtplib.SMTPRecipientsRefused():
            return _meaning_of_refusal(error, place)
        case smtplib.SMTPSenderRefused(smtp_code=code):
            if code == _TOO_BIG:
                return PermanentError(f"{place} finds it too big: {_reply(error)}")
            return TryLater(f"{place} does not let us send as {settings.DEFAULT_FROM_EMAIL}: {_reply(error)}")
        case smtplib.SMTPAuthenticationError():
            return TryLater(
                f"{place} did not accept the user name and password in EMAIL_URL: {_reply(error)}"
            )
        case smtplib.SMTPDataError(smtp_code=code):
            kind = PermanentError if _is_final(code) else TryLater
            return kind(f"{place} did not take the message: {_reply(error)}")
        case smtplib.SMTPResponseException():
            return TryLater(f"{place} does not talk to us: {_reply(error)}")
        case smtplib.SMTPServerDisconnected():
            return TryLater(f"{place} closed the connection before it had taken the message.")
        case smtplib.SMTPException():
            return TryLater(f"{place} does not offer what EMAIL_URL asks for: {_clean(str(error))}")
        case _:
            return _meaning_of_network(error, place)


def _meaning_of_refusal(error: smtplib.SMTPRecipientsRefused, place: str) -> PermanentError | TryLater:
    sentence = _refusals(place, error)
    if not all(_is_final(code) for code, _ in error.recipients.values()):
        return TryLater(sentence)
    if len(error.recipients) == 1:
        ((address, (_, reply)),) = error.recipients.items()
        if _NO_MAILBOX.search(_clean(reply)):
            return AddressRefused(sentence, parseaddr(address)[1])
    return PermanentError(sentence)


def _meaning_of_network(error: Exception, place: str) -> PermanentError | TryLater:
    match error:
        case TimeoutError():
            return TryLater(f"{place} took longer than {settings.EMAIL_TIMEOUT:g} seconds.")
        case ssl.SSLCertVerificationError():
            return TryLater(f"{place} has not the right certificate: {error.verify_message}.")
        case ssl.SSLError():
            return TryLater(f"{place} did not agree on a secure connection.")
        case ConnectionRefusedError():
            return TryLater(f"{place} refused the connection.")
        case socket.gaierror():
            return TryLater(f"{place} was not found by its name.")
        case _ if hasattr(error, "esp_name"):
            return _meaning_of_provider(error, place)
        case OSError():
            return TryLater(f"{place} could not be reached.")
        case _:
            return TryLater(f"The mail could not be sent: {type(error).__name__}.")


def _meaning_of_provider(error: Any, place: str) -> PermanentError | TryLater:
    """Anymail's exceptions; which is not imported for it, since it takes a while and few studios use it."""
    status = error.status_code
    if status is None:
        if isinstance(error, OSError):
            return TryLater(f"{place} could not be reached.")
        return PermanentError(f"{place} does not take it: {_clean(str(error.args[0]) if error.args else '')}")
    said = f"{place} answered {status}: {_clean(error.response.text)}"
    if status in (401, 403):
        return TryLater(f"{place} did not accept the key in EMAIL_URL: {_clean(error.response.text)}")
    if 400 <= status < 500 and status not in (408, 425, 429):
        return PermanentError(said)
    return TryLater(said)


def _check_provider(mail: EmailMultiAlternatives) -> None:
    """Raise PermanentError where a provider took the mail, and refused some of its recipients."""
    answers = getattr(getattr(mail, "anymail_status", None), "recipients", {})
    refused = [
        address for address, answer in answers.items() if answer.status in ("invalid", "rejected", "failed")
    ]
    if refused:
        raise PermanentError(f"It went to the others, but not to {', '.join(refused)}.")


def _is_final(code: int) -> bool:
    return 500 <= code < 600 and code not in _OUR_ACCOUNT


def _refusals(place: str, error: smtplib.SMTPRecipientsRefused) -> str:
    each = (f"{address}: {_said(*answer)}" for address, answer in error.recipients.items())
    return f"{place} refuses {'; '.join(each)}"


def _reply(error: smtplib.SMTPResponseException) -> str:
    return _said(error.smtp_code, error.smtp_error)


def _said(code: int, reply: str | bytes) -> str:
    # Below 0 is smtplib's word for what is no answer.
    return f"{code} {_clean(reply)}" if code > 0 else "its answer cannot be read."


def _clean(reply: str | bytes) -> str:
    """Return what a server wrote as one short line."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
