"""What becomes of an email at each kind of faulty mail server: done, given up, or tried again, and what the queue says."""

import time

import pytest
from django.core.mail import send_mail

from tests.triggers.channels.mail_servers import CLOSES, HANGS, mail_server
from tests.triggers.channels.outcomes import LATE, SHORT, outcome
from tests.triggers.channels.servers import Scripted, closed_port
from triggers.channels.email import EmailChannel

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(("script", "expected"), QUICK.values(), ids=QUICK)
def test_what_a_mail_servers_answer_means(script, expected, make_message, mail_goes_to):
    with Scripted(script) as server:
        mail_goes_to(server.port)
        assert outcome(EmailChannel(), make_message("anna@example.com", text="Hello")) == expected
    assert server.connections == 1


@pytest.mark.parametrize(("script", "expected"), AT_THE_DEADLINE.values(), ids=AT_THE_DEADLINE)
def test_a_slow_mail_server_is_left_at_the_deadline(script, expected, make_message, mail_goes_to):
    with Scripted(script) as server:
        mail_goes_to(server.port, seconds=SHORT)
        started = time.monotonic()
        found = outcome(EmailChannel(), make_message("anna@example.com", text="Hello"))
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
        found = outcome(EmailChannel(), make_message("anna@example.com"))
    assert found == later("127.0.0.1 refused the connection.")


def test_at_least_twelve_faults_are_in_the_table():
    faults = [expected for _, expected in [*QUICK.values(), *AT_THE_DEADLINE.values()] if expected != DONE]
    assert len(faults) >= 12
