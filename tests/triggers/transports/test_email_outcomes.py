"""What becomes of an email at each kind of faulty mail server: done, given up, or tried again, and what the queue says."""

import time

import pytest
from django.core.mail import send_mail
from django.core.mail.utils import DNS_NAME

from tests.triggers.transports.certificates import Authority
from tests.triggers.transports.outcomes import LATE, PATIENT, SHORT, outcome
from tests.triggers.transports.servers import Scripted, closed_port
from triggers.transports.email import EmailTransport

pytestmark = pytest.mark.django_db

HANGS, CLOSES = object(), object()
ANSWERS = {
    "banner": "220 mail.example ESMTP",
    "EHLO": "250-mail.example\r\n250-SIZE 1000000\r\n250 AUTH PLAIN",
    "HELO": "250 mail.example",
    "AUTH": "235 Welcome",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 Go on",
    ".": "250 Queued as 17",
    "RSET": "250 OK",
    "QUIT": "221 Bye",
}


def mail_server(**answers):
    """A mail server that answers as usual, save where `answers` say otherwise.

    Its keywords are commands; `dot` is the end of the message.  A value is an answer, HANGS, CLOSES, a function of
    (conversation), or for RCPT a dictionary by recipient.
    """
    if "dot" in answers:
        answers["."] = answers.pop("dot")
    answers = {**ANSWERS, **answers}

    def respond(talk, verb, line):
        answer = answers.get(verb, "500 What?")
        if isinstance(answer, dict):
            answer = next(text for address, text in answer.items() if address in line)
        if answer is HANGS:
            talk.hang()
        if answer in (HANGS, CLOSES):
            return False
        if callable(answer):
            return answer(talk) is not CLOSES
        talk.say(f"{answer}\r\n")
        return verb != "QUIT"

    def script(talk):
        going, line = respond(talk, "banner", ""), ""
        while going and (line := talk.line()):
            verb = line.split()[0].upper()
            going = respond(talk, verb, line)
            if going and verb == "DATA" and str(answers["DATA"]).startswith("354"):
                content = []
                while (line := talk.line()) != ".":
                    content.append(line)
                going = respond(talk, ".", "")
                if str(answers["."]).startswith("250"):
                    talk.heard.append("\n".join(content))

    return script


def closes_amid_the_message(talk):
    talk.say("354 Go on\r\n")
    talk.line()
    return CLOSES


def drips(text):
    return lambda talk: talk.drip(text * 100)


def permanent(sentence):
    return "permanent", None, sentence


def later(sentence):
    return "later", None, sentence


DONE = ("done", None, "")
LOST = later("127.0.0.1 closed the connection before it had taken the message.")
SLOW = later(f"127.0.0.1 took longer than {SHORT} seconds.")
ANNA = "127.0.0.1 refuses anna@example.com"

# name: (server, outcome)
QUICK = {
    "takes it": (mail_server(), DONE),
    "knows no EHLO": (mail_server(EHLO="502 What?"), DONE),
    "forwards it": (mail_server(RCPT="251 Will forward"), DONE),
    "closes at QUIT": (mail_server(QUIT=CLOSES), DONE),
    "is rude at QUIT": (mail_server(QUIT="500 Stay"), DONE),
    "speaks another protocol": (
        mail_server(banner="SSH-2.0-OpenSSH_9.2"),
        later("127.0.0.1 does not talk to us: its answer cannot be read."),
    ),
    "speaks in bytes": (
        lambda talk: talk.say(b"\xff\x00\xfe\r\n"),
        later("127.0.0.1 does not talk to us: its answer cannot be read."),
    ),
    "greets in one endless line": (
        lambda talk: talk.say("220 " + "x" * 100_000),
        later("127.0.0.1 does not talk to us: 500 Line too long."),
    ),
    "closes before its banner": (mail_server(banner=CLOSES), LOST),
    "banner 421": (
        mail_server(banner="421 Too busy"),
        later("127.0.0.1 does not talk to us: 421 Too busy"),
    ),
    "banner 554": (
        mail_server(banner="554 No SMTP here"),
        later("127.0.0.1 does not talk to us: 554 No SMTP here"),
    ),
    "refuses EHLO and HELO": (
        mail_server(EHLO="550 No", HELO="550 Never"),
        later("127.0.0.1 does not talk to us: 550 Never"),
    ),
    "closes at EHLO": (mail_server(EHLO=CLOSES), LOST),
    "MAIL 451": (
        mail_server(MAIL="451 Later"),
        later("127.0.0.1 does not let us send as studio@lumen.example: 451 Later"),
    ),
    "MAIL 550": (
        mail_server(MAIL="550 Not yours"),
        later("127.0.0.1 does not let us send as studio@lumen.example: 550 Not yours"),
    ),
    "MAIL 530": (
        mail_server(MAIL="530 Sign in first"),
        later("127.0.0.1 does not let us send as studio@lumen.example: 530 Sign in first"),
    ),
    "MAIL 552": (
        mail_server(MAIL="552 Over 1 MB"),
        permanent("127.0.0.1 finds it too big: 552 Over 1 MB"),
    ),
    "RCPT 421": (mail_server(RCPT="421 Closing"), later(f"{ANNA}: 421 Closing")),
    "RCPT 450": (mail_server(RCPT="450 Greylisted"), later(f"{ANNA}: 450 Greylisted")),
    "RCPT 451": (mail_server(RCPT="451 Try again"), later(f"{ANNA}: 451 Try again")),
    "RCPT 452": (mail_server(RCPT="452 Mailbox full"), later(f"{ANNA}: 452 Mailbox full")),
    "RCPT 530": (mail_server(RCPT="530 Sign in first"), later(f"{ANNA}: 530 Sign in first")),
    "RCPT 550": (
        mail_server(RCPT="550-5.1.1 No such\r\n550 5.1.1 user"),
        permanent(f"{ANNA}: 550 5.1.1 No such 5.1.1 user"),
    ),
    "RCPT 553": (mail_server(RCPT="553 Odd"), permanent(f"{ANNA}: 553 Odd")),
    "RCPT 554": (mail_server(RCPT="554 Relay denied"), permanent(f"{ANNA}: 554 Relay denied")),
    "RCPT in a rude and endless way": (
        mail_server(RCPT="550 \x1b[31m\a" + "No! " * 200),
        permanent(f"{ANNA}: 550 [31m {('No! ' * 200)[:195]}"),
    ),
    "RCPT with nonsense": (mail_server(RCPT="yes"), later(f"{ANNA}: its answer cannot be read.")),
    "closes at RCPT": (mail_server(RCPT=CLOSES), LOST),
    "DATA 451": (
        mail_server(DATA="451 Disk"),
        later("127.0.0.1 did not take the message: 451 Disk"),
    ),
    "DATA 554": (
        mail_server(DATA="554 No valid recipients"),
        permanent("127.0.0.1 did not take the message: 554 No valid recipients"),
    ),
    "closes amid the message": (mail_server(DATA=closes_amid_the_message), LOST),
    "closes after the message": (mail_server(dot=CLOSES), LOST),
    "message 451": (
        mail_server(dot="451 4.7.1 Later"),
        later("127.0.0.1 did not take the message: 451 4.7.1 Later"),
    ),
    "message 452": (
        mail_server(dot="452 Disk full"),
        later("127.0.0.1 did not take the message: 452 Disk full"),
    ),
    "message 552": (
        mail_server(dot="552 Too big"),
        permanent("127.0.0.1 did not take the message: 552 Too big"),
    ),
    "message 554": (
        mail_server(dot="554 5.7.1 Spam"),
        permanent("127.0.0.1 did not take the message: 554 5.7.1 Spam"),
    ),
}
AT_THE_DEADLINE = {
    "hangs before its banner": (mail_server(banner=HANGS), SLOW),
    "drips its banner": (mail_server(banner=drips("220 slow")), SLOW),
    "hangs at EHLO": (mail_server(EHLO=HANGS), SLOW),
    "lists its abilities without end": (mail_server(EHLO=drips("250-ONE\r\n")), SLOW),
    "hangs at DATA": (mail_server(DATA=HANGS), SLOW),
    "hangs after the message": (mail_server(dot=HANGS), SLOW),
    "drips its thanks": (mail_server(dot=drips("250-")), SLOW),
    "gives QUIT no answer": (mail_server(QUIT=HANGS), DONE),
    "refuses, and gives QUIT no answer": (
        mail_server(RCPT="550 No such user", QUIT=HANGS),
        permanent(f"{ANNA}: 550 No such user"),
    ),
}


@pytest.fixture
def mail_goes_to(settings, monkeypatch):
    """Return a function that points the settings at a port."""
    # Asking the system for its name takes seconds where there is no DNS.
    monkeypatch.setattr(DNS_NAME, "_fqdn", "studio.example", raising=False)

    def point(port, *, seconds=PATIENT, **more):
        settings.EMAIL_BACKEND = "triggers.transports.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, seconds
        settings.DEFAULT_FROM_EMAIL = "studio@lumen.example"
        for name, value in more.items():
            setattr(settings, name, value)

    return point


@pytest.mark.parametrize(("script", "expected"), QUICK.values(), ids=QUICK)
def test_what_a_mail_servers_answer_means(script, expected, make_message, mail_goes_to):
    with Scripted(script) as server:
        mail_goes_to(server.port)
        assert outcome(EmailTransport(), make_message("anna@example.com", text="Hello")) == expected
    assert server.connections == 1


@pytest.mark.parametrize(("script", "expected"), AT_THE_DEADLINE.values(), ids=AT_THE_DEADLINE)
def test_a_slow_mail_server_is_left_at_the_deadline(script, expected, make_message, mail_goes_to):
    with Scripted(script) as server:
        mail_goes_to(server.port, seconds=SHORT)
        started = time.monotonic()
        found = outcome(EmailTransport(), make_message("anna@example.com", text="Hello"))
        took = time.monotonic() - started
    assert found == expected
    assert SHORT * 0.9 < took < LATE


def test_control_djangos_own_backend_waits_for_a_dripping_server(mail_goes_to, settings):
    def drips_a_while(talk):
        talk.drip("220 " + "slow " * 5 + "\r\n", every=0.04)
        mail_server(banner=lambda talk: None)(talk)

    with Scripted(drips_a_while) as server:
        mail_goes_to(server.port, seconds=0.3)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        started = time.monotonic()
        send_mail("Hello", "Hello", None, ["anna@example.com"])
    assert time.monotonic() - started > 3 * 0.3


def test_a_mail_server_that_refuses_the_connection_is_tried_again(make_message, mail_goes_to):
    with closed_port() as port:
        mail_goes_to(port)
        found = outcome(EmailTransport(), make_message("anna@example.com"))
    assert found == later("127.0.0.1 refused the connection.")


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
        assert outcome(EmailTransport(), make_message("anna@example.com")) == expected


def test_no_mail_goes_out_unencrypted_where_encryption_is_asked_for(make_message, mail_goes_to):
    with Scripted(mail_server()) as server:
        mail_goes_to(server.port, EMAIL_USE_TLS=True, **PASSWORD)
        found = outcome(EmailTransport(), make_message("anna@example.com"))
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
        word, after, sentence = outcome(EmailTransport(), make_message("anna@example.com"))
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
        assert outcome(EmailTransport(), make_message(*BOTH)) == expected
    assert len(server.heard) == taken


def test_at_least_twelve_faults_are_in_the_table():
    faults = [expected for _, expected in [*QUICK.values(), *AT_THE_DEADLINE.values()] if expected != DONE]
    assert len(faults) >= 12
