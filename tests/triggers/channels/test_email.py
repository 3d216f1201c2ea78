"""An email as it arrives at a mail server that shares no code with ours, and what is refused before it leaves."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from aiosmtpd.controller import Controller
from django.core.mail.utils import DNS_NAME

from studio.models import CompanyPreferences
from tests.triggers.channels.outcomes import PATIENT, outcome
from tests.triggers.channels.servers import closed_port
from triggers.channels.email import EmailChannel

pytestmark = pytest.mark.django_db

STUDIO = 'Lumen & Söhne, "Fotografie" 写真館'
CLIENT = "Müller, Zoë & 李小龙 – العربية (née <Åse>)"
SUBJECT = "Ihre Abzüge sind da ✓ — " + " ".join(["校正刷り"] * 20)
TEXT = "Grüße, " + "x" * 2000 + "\n.\n.leading dot\nFrom here on\n終わり\n"
HTML = "<p>Grüße &amp; <b>終わり</b></p>"


class Inbox:
    """Keeps what a real SMTP server was given."""

    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        return "250 OK"

    def messages(self):
        return [message_from_bytes(envelope.content, policy=policy.default) for envelope in self.envelopes]


def named(envelope, header):
    """Return (name, address) of a header; the newer parser of Python 3.11 puts spaces into long names."""
    name, address = parseaddr(message_from_bytes(envelope.content)[header])
    return str(make_header(decode_header(name))), address


@pytest.fixture
def inbox(settings, monkeypatch):
    monkeypatch.setattr(DNS_NAME, "_fqdn", "studio.example", raising=False)
    with closed_port() as port:
        pass
    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    server.start()
    settings.EMAIL_BACKEND = "triggers.channels.wire.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, PATIENT
    yield inbox
    server.stop()


@pytest.fixture(autouse=True)
def studio(settings):
    settings.DEFAULT_FROM_EMAIL = "Ignored <orders@lumen.example>"
    settings.SERVER_EMAIL = "server@lumen.example"
    return CompanyPreferences.objects.create(pk=1, name=STUDIO, email="hello@lumen.example")


DONE = ("done", None, "")


def test_names_and_subjects_in_every_script_arrive_as_they_were_typed(inbox, make_message):
    message = make_message("zoe@example.com", to_name=CLIENT, subject=SUBJECT, text=TEXT, html=HTML)
    assert outcome(EmailChannel(), message) == DONE
    [mail], [envelope] = inbox.messages(), inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("orders@lumen.example", ["zoe@example.com"])
    assert named(envelope, "To") == (CLIENT, "zoe@example.com")
    assert named(envelope, "From") == (STUDIO, "orders@lumen.example")
    assert mail["Subject"].strip() == SUBJECT
    assert parseaddr(mail["Reply-To"])[1] == "hello@lumen.example"
    assert mail["Message-ID"] == f"<{message.message_id}@lumen.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert max(map(len, envelope.content.split(b"\r\n"))) <= 998


def test_text_and_html_arrive_as_alternatives(inbox, make_message):
    outcome(EmailChannel(), make_message("zoe@example.com", text=TEXT, html=HTML))
    [mail] = inbox.messages()
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == TEXT
    assert mail.get_body(("html",)).get_content().strip() == HTML


def test_without_html_it_is_plain_text(inbox, make_message):
    outcome(EmailChannel(), make_message("zoe@example.com", text=TEXT))
    assert inbox.messages()[0].get_content_type() == "text/plain"


def test_every_copy_has_the_same_message_id_and_another_message_another(inbox, make_message):
    message = make_message("zoe@example.com", text="Hello")
    for each in (message, message, make_message("zoe@example.com", text="Hello")):
        outcome(EmailChannel(), each)
    first, second, other = (mail["Message-ID"] for mail in inbox.messages())
    assert first == second != other


def test_several_recipients_get_one_mail(inbox, make_message):
    message = make_message("a@example.com", "b@example.com", to_name="Retouching")
    assert outcome(EmailChannel(), message) == DONE
    assert inbox.envelopes[0].rcpt_tos == ["a@example.com", "b@example.com"]
    assert inbox.messages()[0]["To"] == "a@example.com, b@example.com"


def test_a_studio_without_an_address_of_its_own_gets_answers_where_it_sends_from(inbox, make_message, studio):
    CompanyPreferences.objects.update(email="")
    outcome(EmailChannel(), make_message("zoe@example.com"))
    assert inbox.messages()[0]["Reply-To"] is None


@pytest.mark.parametrize("own", ["orders@lumen.example", "SERVER@Lumen.example", "Hello@lumen.example"])
def test_the_studios_own_addresses_are_never_recipients(own, inbox, make_message):
    assert outcome(EmailChannel(), make_message(own)) == (
        "permanent",
        None,
        f"{own} is the studio's own address: nobody to send to.",
    )
    assert outcome(EmailChannel(), make_message(own, "zoe@example.com")) == DONE
    assert [envelope.rcpt_tos for envelope in inbox.envelopes] == [["zoe@example.com"]]


LINE_BREAK = "It cannot be written as an email: a name or the subject has a line break."
CHARACTER = "It holds a character that no email can carry."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"to_name": "Anna\r\nBcc: everybody@example.com"}, LINE_BREAK),
        ({"to_name": "Anna\nX: y"}, LINE_BREAK),
        ({"subject": "Hello\r\n\r\nAnother body"}, LINE_BREAK),
        ({"subject": "Hello\rX: y"}, LINE_BREAK),
        ({"to_name": "Ann\ud800"}, CHARACTER),
        ({"subject": "\udcff"}, CHARACTER),
        ({"text": "Hello \udc80"}, CHARACTER),
        ({"text": "Hello \0"}, CHARACTER),
        ({"text": "Hello", "html": "<p>\udfff</p>"}, CHARACTER),
    ],
)
def test_a_poisoned_mail_fails_and_says_so(words, sentence, inbox, make_message):
    found = outcome(EmailChannel(), make_message("zoe@example.com", **words))
    assert found == ("permanent", None, sentence)
    assert inbox.envelopes == []


@pytest.mark.parametrize(
    "name",
    ['"', "\\", 'a" <evil@example.com>, "b', "<evil@example.com>", "a, b@example.com", "=?utf-8?q?x?="],
)
def test_a_name_adds_no_recipient(name, inbox, make_message):
    assert outcome(EmailChannel(), make_message("zoe@example.com", to_name=name)) == DONE
    assert inbox.envelopes[0].rcpt_tos == ["zoe@example.com"]
    assert [to.addr_spec for to in inbox.messages()[0]["To"].addresses] == ["zoe@example.com"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "zoe",
        "zoe@",
        "zoë@example.com",
        "a@example.com, b@example.com",
        "a@example.com\nRCPT TO:<b@example.com>",
    ],
)
def test_what_is_no_address_fails_and_says_so(address, inbox, make_message):
    word, _, sentence = outcome(EmailChannel(), make_message(address))
    assert word == "permanent"
    assert sentence.endswith("is not an email address.")
    assert inbox.envelopes == []


def test_a_domain_in_another_script_is_written_for_mail(inbox, make_message):
    assert outcome(EmailChannel(), make_message("zoe@müller.example")) == DONE
    assert inbox.envelopes[0].rcpt_tos == ["zoe@xn--mller-kva.example"]


def test_without_an_address_there_is_nobody_to_send_to(make_message):
    assert outcome(EmailChannel(), make_message()) == (
        "permanent",
        None,
        "There is no address: nobody to send to.",
    )


def test_mail_goes_to_the_console_as_the_studio_comes(make_message, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert outcome(EmailChannel(), make_message("zoe@example.com", subject="Hello")) == DONE
    assert "Subject: Hello" in capsys.readouterr().out
