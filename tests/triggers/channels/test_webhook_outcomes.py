"""What becomes of a webhook at each kind of faulty receiver: done, given up, or tried again, and what the queue says."""

import gzip
import time
import urllib.request
from datetime import timedelta
from email.utils import format_datetime

import pytest
import time_machine
from django.utils import timezone

from tests.triggers.channels.outcomes import LATE, PATIENT, SHORT, outcome
from tests.triggers.channels.servers import Scripted, closed_port
from triggers.channels.webhook import WebhookChannel

pytestmark = pytest.mark.django_db
NOW = "2026-06-10 12:00"
DAY = 24 * 60 * 60


def answers(status, *headers, body=""):
    """A receiver that reads the webhook and answers it."""

    def script(talk):
        talk.request()
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
        talk.say("\r\n".join(lines).encode() + (body if isinstance(body, bytes) else body.encode()))

    return script


def says(*parts):
    """A receiver that reads the webhook, then sends whatever bytes these are and hangs up."""

    def script(talk):
        talk.request()
        for part in parts:
            talk.say(part)

    return script


def hangs_at_once(talk):
    talk.hang()


def hangs_after_reading(talk):
    talk.request()
    talk.hang()


def drips_headers(talk):
    talk.request()
    talk.drip("HTTP/1.1 200 OK\r\n" + "X-Slow: yes\r\n" * 1000)


def drips_body(talk):
    talk.request()
    talk.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    talk.drip("." * 1000)


def refusal_that_drips(talk):
    talk.request()
    talk.say("HTTP/1.1 500 Oh\r\nContent-Length: 1000\r\n\r\n")
    talk.drip("." * 1000)


def endless(beginning, more):
    def script(talk):
        talk.request()
        talk.say(beginning)
        while not talk.over.is_set():
            talk.say(more)

    return script


def closes_at_once(talk):
    pass


def closes_amid_the_request(talk):
    talk.line()


BOMB = gzip.compress(bytes(10_000_000))
CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

DONE = ("done", None, "")


def permanent(sentence):
    return "permanent", None, sentence


def later(sentence, after=None):
    return "later", after, sentence


MOVED = "it has moved, and redirects are not followed. Enter its new URL."
NO_ANSWER = later("{at} closed the connection without an answer.")
UNREADABLE = later("{at} gave an answer that cannot be read.")
SLOW = later(f"{{at}} took longer than {SHORT} seconds.")

# name: (receiver, outcome)
QUICK = {
    "200": (answers("200 OK", body="thanks"), DONE),
    "201 without a reason": (answers("201"), DONE),
    "202 in an old tongue": (says("HTTP/1.0 202 Accepted\r\n\r\nwell, then"), DONE),
    "204": (says("HTTP/1.1 204 No Content\r\n\r\n"), DONE),
    "100 first, then 200": (says("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), DONE),
    "200 and half a body": (says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), DONE),
    "200 and broken chunks": (says(CHUNKED + "zz\r\n"), DONE),
    "200 and a gzip bomb": (answers("200 OK", "Content-Encoding: gzip", body=BOMB), DONE),
    "200 and an endless body": (endless("HTTP/1.1 200 OK\r\n\r\n", "x" * 10_000), DONE),
    "200 and endless chunks": (endless(CHUNKED, "1000\r\n" + "x" * 4096 + "\r\n"), DONE),
    "301": (
        answers("301 Moved", "Location: https://example.com/"),
        permanent(f"{{at}} answered 301: {MOVED}"),
    ),
    "302 to the inside": (
        answers("302 Found", "Location: http://127.0.0.1:1/"),
        permanent(f"{{at}} answered 302: {MOVED}"),
    ),
    "307": (answers("307 Elsewhere", "Location: /hook/"), permanent(f"{{at}} answered 307: {MOVED}")),
    "400": (answers("400 Bad", body="<b>no</b>"), permanent("{at} answered 400: it refuses this webhook.")),
    "401": (answers("401 Who"), permanent("{at} answered 401: it refuses this webhook.")),
    "403": (answers("403 No"), permanent("{at} answered 403: it refuses this webhook.")),
    "404": (answers("404 Not Found"), permanent("{at} answered 404: it refuses this webhook.")),
    "410": (answers("410 Gone"), permanent("{at} answered 410: it does not want webhooks any more.")),
    "413 with Retry-After": (
        answers("413 Large", "Retry-After: 9"),
        permanent("{at} answered 413: it refuses this webhook."),
    ),
    "408": (answers("408 Slow"), later("{at} answered 408.")),
    "425": (answers("425 Early"), later("{at} answered 425.")),
    "429": (answers("429 Enough"), later("{at} answered 429.")),
    "429 for 120 seconds": (answers("429 Enough", "Retry-After: 120"), later("{at} answered 429.", 120)),
    "429 until a date": (
        answers("429 Enough", "Retry-After: Wed, 10 Jun 2026 12:10:00 GMT"),
        later("{at} answered 429.", 600),
    ),
    "503 until a date gone by": (
        answers("503 Down", "Retry-After: Wed, 10 Jun 2026 11:00:00 GMT"),
        later("{at} answered 503."),
    ),
    "503 for a year": (answers("503 Down", "Retry-After: 31536000"), later("{at} answered 503.", DAY)),
    "503 for ever": (answers("503 Down", f"Retry-After: {'9' * 5000}"), later("{at} answered 503.", DAY)),
    "503 till the year 9999": (
        answers("503 Down", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"),
        later("{at} answered 503.", DAY),
    ),
    "503 for no time": (answers("503 Down", "Retry-After: 0"), later("{at} answered 503.")),
    "503 for less than none": (answers("503 Down", "Retry-After: -5"), later("{at} answered 503.")),
    "503 for a word": (answers("503 Down", "Retry-After: soon"), later("{at} answered 503.")),
    "503": (answers("503 Down"), later("{at} answered 503.")),
    "500": (answers("500 Oh", "Retry-After: 5", body="Traceback"), later("{at} answered 500.")),
    "502": (answers("502 Gate"), later("{at} answered 502.")),
    "599": (answers("599 Odd"), later("{at} answered 599.")),
    "999": (answers("999 Odder"), later("{at} answered 999.")),
    "103 and no more": (says("HTTP/1.1 103 Early Hints\r\n\r\n"), later("{at} answered 103.")),
    "closes at once": (closes_at_once, NO_ANSWER),
    "closes amid the request": (closes_amid_the_request, NO_ANSWER),
    "closes after the request": (says(), NO_ANSWER),
    "closes amid its headers": (says("HTTP/1.1 200 OK\r\nX: y\r\n"), UNREADABLE),
    "closes amid its status": (says("HTTP/1.1 20"), UNREADABLE),
    "garbage for a status line": (says(b"\x00\xff\xfe SSH-2.0-OpenSSH_9.2\r\n\r\n"), UNREADABLE),
    "a status in letters": (says("HTTP/1.1 OK 200\r\n\r\n"), UNREADABLE),
    "another protocol": (says("HTTP/3.0 200 OK\r\n\r\n"), UNREADABLE),
    "a thousand headers": (says("HTTP/1.1 200 OK\r\n" + "X: y\r\n" * 1000 + "\r\n"), UNREADABLE),
    "one huge header": (says(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n"), UNREADABLE),
    "ninety headers of 1 kB": (
        says("HTTP/1.1 200 OK\r\n" + f"X: {'y' * 1000}\r\n" * 90 + "\r\n"),
        UNREADABLE,
    ),
    "an endless status line": (endless("HTTP/1.1 200 ", "O" * 10_000), UNREADABLE),
    "100 Continue without end": (endless("", "HTTP/1.1 100 Continue\r\n\r\n" * 100), UNREADABLE),
}
AT_THE_DEADLINE = {
    "hangs at once": (hangs_at_once, SLOW),
    "hangs after reading": (hangs_after_reading, SLOW),
    "drips its headers": (drips_headers, SLOW),
    "drips the body of a 200": (drips_body, DONE),
    "drips the body of a 500": (refusal_that_drips, later("{at} answered 500.")),
}


def attempt(script, make_message, allow, seconds):
    with Scripted(script) as receiver:
        at = f"127.0.0.1:{receiver.port}"
        allow(f"http://{at}")
        message = make_message(f"http://{at}/hook?key=secret", data={"order.number": "17"})
        started = time.monotonic()
        found = outcome(WebhookChannel(seconds=seconds), message)
        took = time.monotonic() - started
    assert receiver.connections == 1
    return found, at, took


def filled_in(expected, at):
    word, after, sentence = expected
    return word, after, sentence.format(at=at)


@pytest.mark.parametrize(("script", "expected"), QUICK.values(), ids=QUICK)
def test_what_a_receivers_answer_means(script, expected, make_message, allow):
    with time_machine.travel(NOW, tick=False):
        found, at, _ = attempt(script, make_message, allow, PATIENT)
    assert found == filled_in(expected, at)


@pytest.mark.parametrize(("script", "expected"), AT_THE_DEADLINE.values(), ids=AT_THE_DEADLINE)
def test_a_slow_receiver_is_left_at_the_deadline(script, expected, make_message, allow):
    found, at, took = attempt(script, make_message, allow, SHORT)
    assert found == filled_in(expected, at)
    assert SHORT * 0.9 < took < LATE


def test_control_the_usual_time_out_waits_for_a_dripping_receiver():
    def drips_a_while(talk):
        talk.request()
        talk.drip("HTTP/1.1 200 OK\r\n" + "X: y\r\n" * 3 + "\r\n", every=0.04)

    with Scripted(drips_a_while) as receiver:
        started = time.monotonic()
        urllib.request.urlopen(f"http://127.0.0.1:{receiver.port}/", data=b"{}", timeout=0.3).close()
    assert time.monotonic() - started > 3 * 0.3


def test_a_receiver_that_refuses_the_connection_is_tried_again(make_message, allow):
    with closed_port() as port:
        allow(f"http://127.0.0.1:{port}")
        found = outcome(WebhookChannel(), make_message(f"http://127.0.0.1:{port}/"))
    assert found == later(f"127.0.0.1:{port} refused the connection.")


def test_a_date_to_come_back_is_kept_to_the_second(make_message, allow):
    soon = format_datetime(timezone.now() + timedelta(seconds=90), usegmt=True)
    (word, after, _), _, _ = attempt(
        answers("503 Down", f"Retry-After: {soon}"), make_message, allow, PATIENT
    )
    assert word == "later"
    assert 80 <= after <= 90


def test_at_least_twenty_faults_are_in_the_table():
    faults = [expected for _, expected in [*QUICK.values(), *AT_THE_DEADLINE.values()] if expected != DONE]
    assert len(faults) >= 20
