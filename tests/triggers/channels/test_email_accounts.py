"""Signing in at the mail server, its certificate, and recipients of whom it takes only some."""

import pytest

from tests.triggers.channels.certificates import Authority
from tests.triggers.channels.mail_servers import CLOSES, mail_server
from tests.triggers.channels.outcomes import outcome
from tests.triggers.channels.servers import Scripted
from triggers.channels.email import EmailChannel

pytestmark = pytest.mark.django_db

DONE = ("done", None, "")
LOST = ("later", None, "127.0.0.1 closed the connection before it had taken the message.")
ANNA = "127.0.0.1 refuses anna@example.com"


def permanent(sentence):
    return "permanent", None, sentence


def later(sentence):
    return "later", None, sentence


PASSWORD = {"EMAIL_HOST_USER": "studio", "EMAIL_HOST_PASSWORD": "secret"}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, DONE),
        (
            {"AUTH": "535 5.7.8 Wrong"},
            later("127.0.0.1 did not accept the user name and password in EMAIL_URL: 535 5.7.8 Wrong"),
        ),
        (
            {"AUTH": "454 Not now"},
            later("127.0.0.1 did not accept the user name and password in EMAIL_URL: 454 Not now"),
        ),
        (
            {"EHLO": "250 mail.example"},
            later(
                "127.0.0.1 does not offer what EMAIL_URL asks for: SMTP AUTH extension not supported by server."
            ),
        ),
        ({"AUTH": CLOSES}, LOST),
    ],
)
def test_a_wrong_password_fails_no_mail_for_ever(answers, expected, make_message, mail_goes_to):
    with Scripted(mail_server(**answers)) as server:
        mail_goes_to(server.port, **PASSWORD)
        assert outcome(EmailChannel(), make_message("anna@example.com")) == expected


def test_no_mail_goes_out_unencrypted_where_encryption_is_asked_for(make_message, mail_goes_to):
    with Scripted(mail_server()) as server:
        mail_goes_to(server.port, EMAIL_USE_TLS=True, **PASSWORD)
        found = outcome(EmailChannel(), make_message("anna@example.com"))
    assert found == later(
        "127.0.0.1 does not offer what EMAIL_URL asks for: STARTTLS extension not supported by server."
    )
    assert server.heard == []


@pytest.mark.parametrize(
    ("name", "how", "expected"),
    [
        ("127.0.0.1", {}, DONE),
        ("other.example", {}, "IP address mismatch"),
        ("127.0.0.1", {"trusted": False}, "self-signed certificate"),
    ],
)
def test_the_mail_servers_certificate_is_checked(
    name, how, expected, make_message, mail_goes_to, tmp_path, monkeypatch
):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with Scripted(mail_server(), tls=authority.server(name, **how)) as server:
        mail_goes_to(server.port, EMAIL_USE_SSL=True)
        word, after, sentence = outcome(EmailChannel(), make_message("anna@example.com"))
    if expected == DONE:
        assert (word, after, sentence) == DONE
    else:
        assert word == "later"
        assert sentence.startswith(f"127.0.0.1 has not the right certificate: {expected}")
        assert server.heard == []


BOTH = ("anna@example.com", "bob@example.com")


@pytest.mark.parametrize(
    ("anna", "bob", "expected", "taken"),
    [
        ("250 OK", "250 OK", DONE, 1),
        (
            "250 OK",
            "550 No such user",
            permanent("It went to the others, but 127.0.0.1 refuses bob@example.com: 550 No such user"),
            1,
        ),
        ("250 OK", "450 Greylisted", later("127.0.0.1 refuses bob@example.com: 450 Greylisted"), 0),
        (
            "550 Gone",
            "450 Greylisted",
            later(f"{ANNA}: 550 Gone; bob@example.com: 450 Greylisted"),
            0,
        ),
        ("550 Gone", "551 Moved", permanent(f"{ANNA}: 550 Gone; bob@example.com: 551 Moved"), 0),
    ],
)
def test_of_several_recipients_each_gets_it_once_or_the_queue_says_who_did_not(
    anna, bob, expected, taken, make_message, mail_goes_to
):
    with Scripted(mail_server(RCPT=dict(zip(BOTH, (anna, bob), strict=True)))) as server:
        mail_goes_to(server.port)
        assert outcome(EmailChannel(), make_message(*BOTH)) == expected
    assert len(server.heard) == taken
