"""Django's SMTP backend with a total time for each message, and without silence about recipients who were refused."""

import contextlib
import smtplib
import socket
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp
from django.core.mail.message import EmailMessage, sanitize_address
from django.core.mail.utils import DNS_NAME

from triggers.channels.wire.deadline import Deadline

GOODBYE = 2  # seconds to wait for the answer to QUIT; the message is delivered by then

# What the server said in time, though the goodbye came too late.
VERDICTS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


class PartlyRefused(smtplib.SMTPRecipientsRefused):
    """Delivered, but not to these recipients."""


class EmailBackend(smtp.EmailBackend):
    """Each message has a connection, and EMAIL_TIMEOUT seconds, of its own."""

    def open(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(self._send(message) for message in email_messages)

    def _send(self, email_message: EmailMessage) -> bool:
        """Raises smtplib's exceptions, TimeoutError at the deadline, or another OSError."""
        encoding = email_message.encoding or settings.DEFAULT_CHARSET
        sender = sanitize_address(email_message.from_email, encoding)
        recipients = [sanitize_address(address, encoding) for address in email_message.recipients()]
        # django-stubs leave linesep out, which Django adds to what the standard library takes.
        content = email_message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
        if not recipients:
            return False
        assert self.timeout is not None  # EMAIL_TIMEOUT
        with Deadline(self.timeout) as deadline:
            try:
                with self._connected(deadline) as server:
                    _deliver(server, sender, recipients, content)
            except OSError as error:  # all of smtplib's, too
                if deadline.has_passed and not isinstance(error, VERDICTS):
                    raise TimeoutError from error
                raise
        return True

    @contextlib.contextmanager
    def _connected(self, deadline: Deadline) -> Iterator[smtplib.SMTP]:
        connection: type[_Timed] = _TimedSSL if self.use_ssl else _Timed
        options: dict[str, Any] = {"context": self.ssl_context} if self.use_ssl else {}
        server = connection(deadline, host=self.host, port=self.port, local_hostname=_own_name(), **options)
        try:
            if self.use_tls:
                server.starttls(context=self.ssl_context)
            if self.username and self.password:
                server.login(self.username, self.password)
            yield server
        finally:
            if server.sock:
                server.sock.settimeout(min(GOODBYE, deadline.left))
                with contextlib.suppress(OSError):
                    server.quit()
            server.close()


def _own_name() -> str:
    """Return how this machine introduces itself; looking its name up can hang where there is no DNS."""
    try:
        return Deadline(GOODBYE).call(DNS_NAME.get_fqdn)
    except (OSError, UnicodeError):
        return "[127.0.0.1]"


class _Timed(smtplib.SMTP):
    def __init__(self, deadline: Deadline, **options: Any):
        self._deadline = deadline
        super().__init__(**options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._deadline.connect(self._deadline.resolve(host, port), port)


class _TimedSSL(smtplib.SMTP_SSL, _Timed):
    """SMTP_SSL asks the next in line for a socket, which is _Timed, and wraps it."""

    def __init__(self, deadline: Deadline, **options: Any):
        self._deadline = deadline
        smtplib.SMTP_SSL.__init__(self, **options)


def _deliver(server: smtplib.SMTP, sender: str, recipients: list[str], content: bytes) -> None:
    """Hand the message over to all recipients, or to nobody while one of them is refused only for now.

    So those who were taken get no second copy when it is tried again.  sendmail() would deliver to the others, and
    Django forgets whom it names as refused.
    """
    server.ehlo_or_helo_if_needed()
    options = [f"SIZE={len(content)}"] if server.has_extn("size") else []
    if server.has_extn("8bitmime") and not content.isascii():
        options.append("BODY=8BITMIME")
    code, reply = server.mail(sender, options)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, reply, sender)
    answers = {recipient: server.rcpt(recipient) for recipient in recipients}
    refused = {recipient: answer for recipient, answer in answers.items() if answer[0] not in (250, 251)}
    for_good = all(500 <= code < 600 for code, _ in refused.values())
    if refused and (not for_good or len(refused) == len(recipients)):
        raise smtplib.SMTPRecipientsRefused(refused)
    code, reply = server.data(content)
    if code != 250:
        raise smtplib.SMTPDataError(code, reply)
    if refused:
        raise PartlyRefused(refused)
