"""Text messages through a provider: what is sent again, what never, and what only a person can decide."""

import base64
import json
import time
from urllib.parse import parse_qs

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured

from tests.triggers.channels.outcomes import LATE, PATIENT, SHORT, outcome
from tests.triggers.channels.servers import Scripted, closed_port
from triggers import checks
from triggers.channels import sms
from triggers.channels.base import PermanentError, Promise
from triggers.channels.sms import SmsChannel

CLIENT = "+12125550142"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
DONE = ("done", None, "")


@pytest.fixture
def twilio(settings):
    """Return a function that sends through Twilio's API at a port of this machine."""

    def point(port, sender="/+15005550006"):
        settings.SMS_URL = f"twilio://{ACCOUNT}:to%2Fken@{sender}"
        settings.TWILIO_API = f"http://127.0.0.1:{port}"

    return point


def api(status, /, *headers, **answer):
    body = json.dumps(answer)

    def script(talk):
        talk.request()
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", body]
        talk.say("\r\n".join(lines))

    return script


def says(beginning):
    def script(talk):
        talk.request()
        talk.say(beginning)

    return script


def hangs(talk):
    talk.request()
    talk.hang()


def drips(talk):
    talk.request()
    talk.drip("HTTP/1.1 201 Created\r\n" * 100)


def closes_at_once(talk):
    pass


def later(sentence, after=None):
    return "later", after, sentence


def permanent(sentence):
    return "permanent", None, sentence


def unknown(sentence):
    return "unknown", None, f"{sentence} The message may have been sent."


INVALID = {"code": 21211, "message": "The 'To' number is not\na valid phone number.", "status": 400}
QUICK = {
    "201": (api("201 Created", sid="SM1", status="queued"), DONE),
    "200 and half an answer": (says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), DONE),
    "400": (
        api("400 Bad", **INVALID),
        permanent("Twilio refuses it: The 'To' number is not a valid phone number."),
    ),
    "400 without a word": (
        says("HTTP/1.1 400 Bad\r\n\r\n<html>"),
        permanent("Twilio refuses it: it answered 400."),
    ),
    "400 with a list": (
        says("HTTP/1.1 400 Bad\r\n\r\n" + "[" * 50_000),
        permanent("Twilio refuses it: it answered 400."),
    ),
    "401": (
        api("401 No", message="Authenticate"),
        later("Twilio did not accept the account in SMS_URL: Authenticate"),
    ),
    "404": (
        api("404 No", message="The account was not found"),
        later("Twilio did not accept the account in SMS_URL: The account was not found"),
    ),
    "429": (api("429 Enough", message="Too Many"), later("Twilio did not take it: Too Many")),
    "503 for a minute": (
        api("503 Down", "Retry-After: 60", message="Down"),
        later("Twilio did not take it: Down", 60),
    ),
    "503 until a date": (
        api("503 Down", "Retry-After: Wed, 10 Jun 2026 12:10:00 GMT"),
        later("Twilio did not take it: it answered 503.", 600),
    ),
    "307": (
        api("307 There", "Location: http://127.0.0.1:1/"),
        later("Twilio has moved: it answered 307."),
    ),
    "500": (api("500 Oh", message="Internal"), unknown("Twilio answered 500.")),
    "502": (api("502 Gate"), unknown("Twilio answered 502.")),
    "504": (api("504 Slow"), unknown("Twilio answered 504.")),
    "garbage": (says("SSH-2.0\r\n"), unknown("{at} gave an answer that cannot be read.")),
    "closes after the request": (says(""), unknown("{at} closed the connection without an answer.")),
    "closes at once": (closes_at_once, unknown("{at} closed the connection without an answer.")),
    "half a status": (says("HTTP/1.1 20"), unknown("{at} gave an answer that cannot be read.")),
}
AT_THE_DEADLINE = {"hangs": hangs, "drips": drips}


@pytest.mark.parametrize(("script", "expected"), QUICK.values(), ids=QUICK)
def test_what_the_providers_answer_means(script, expected, make_message, twilio):
    with Scripted(script) as server, time_machine.travel("2026-06-10 12:00", tick=False):
        twilio(server.port)
        found = outcome(SmsChannel(seconds=PATIENT), make_message(CLIENT, text="Your proofs are here."))
    word, after, sentence = expected
    assert found == (word, after, sentence.format(at=f"127.0.0.1:{server.port}"))
    assert server.connections == 1


@pytest.mark.parametrize("script", AT_THE_DEADLINE.values(), ids=AT_THE_DEADLINE)
def test_after_the_deadline_nobody_knows_and_a_person_decides(script, make_message, twilio):
    with Scripted(script) as server:
        twilio(server.port)
        started = time.monotonic()
        found = outcome(SmsChannel(seconds=SHORT), make_message(CLIENT, text="Hello"))
    assert found == unknown(f"127.0.0.1:{server.port} took longer than {SHORT} seconds.")
    assert time.monotonic() - started < LATE


def test_what_was_never_sent_is_tried_again(make_message, twilio):
    with closed_port() as port:
        twilio(port)
        found = outcome(SmsChannel(), make_message(CLIENT, text="Hello"))
    assert found == later(f"127.0.0.1:{port} refused the connection.")


@pytest.mark.parametrize("base", ["http://192.168.1.20/api/", "https://192.168.1.20@api.twilio.com"])
def test_an_address_that_cannot_be_used_fails_no_message_for_ever(base, make_message, twilio, settings):
    twilio(1)
    settings.TWILIO_API = base
    assert outcome(SmsChannel(), make_message(CLIENT, text="Hello"))[0] == "later"


@pytest.mark.parametrize(
    ("sender", "named"),
    [
        ("/+15005550006", {"From": ["+15005550006"]}),
        (f"/MG{'0' * 32}", {"MessagingServiceSid": [f"MG{'0' * 32}"]}),
    ],
)
def test_the_provider_gets_number_sender_text_and_password(sender, named, make_message, twilio):
    with Scripted(api("201 Created")) as server:
        twilio(server.port, sender)
        message = make_message("(212) 555-0142", text="Grüße & 写真\n2 + 2 = 4")
        assert outcome(SmsChannel(), message) == DONE
    [(first, headers, body)] = server.heard
    assert first == f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1"
    assert parse_qs(body.decode()) == {"To": [CLIENT], "Body": ["Grüße & 写真\n2 + 2 = 4"], **named}
    password = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
    assert password == f"{ACCOUNT}:to/ken"


def test_messages_go_to_the_console_as_the_studio_comes(make_message, capsys):
    assert outcome(SmsChannel(), make_message("212 555 0142", text="Hello")) == DONE
    assert capsys.readouterr().out.startswith(f"SMS to {CLIENT}:\nHello\n")


def test_they_are_sent_at_most_once():
    assert SmsChannel.promise is Promise.AT_MOST_ONCE


def test_the_studios_own_number_is_never_a_recipient(twilio):
    twilio(1)
    with pytest.raises(PermanentError, match="is the studio's own number"):
        sms.provider().send("+15005550006", "Hello")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pigeon://",
        "twilio://",
        f"twilio://{ACCOUNT}@/+15005550006",
        f"twilio://{ACCOUNT}:token@/",
        f"twilio://{ACCOUNT}:token@/5005550006",
        f"twilio://{ACCOUNT}:token@/MG1",
    ],
)
def test_a_setting_that_says_nothing_is_noticed_at_the_start(url, settings, make_message):
    settings.SMS_URL = url
    assert outcome(SmsChannel(), make_message(CLIENT, text="Hello"))[0] == "later"
    with pytest.raises(ImproperlyConfigured):
        sms.provider()
    assert [error.id for error in checks.sms_url_can_be_read(None)] == ["triggers.E002"]


def test_the_settings_as_the_studio_comes_are_in_order():
    assert checks.sms_url_can_be_read(None) == []
