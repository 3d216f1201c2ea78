"""EMAIL_URL chooses who carries the mail; a provider's API on loopback shows what its answers mean."""

import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from studio.email_url import PROVIDERS, email_settings
from tests.triggers.channels.outcomes import PATIENT, SHORT, outcome
from tests.triggers.channels.servers import Scripted, closed_port
from triggers.channels.email import EmailChannel


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("consolemail://", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        (
            "smtp+tls://anna:p%40ss@mail.example",
            {
                "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "EMAIL_HOST": "mail.example",
                "EMAIL_PORT": 587,
                "EMAIL_HOST_USER": "anna",
                "EMAIL_HOST_PASSWORD": "p@ss",
                "EMAIL_USE_TLS": True,
            },
        ),
        ("smtp+ssl://mail.example", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}),
        ("smtp://mail.example:2525", {"EMAIL_PORT": 2525}),
        (
            "postmark://Tok-En@",
            {
                "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
                "ANYMAIL": {"POSTMARK_SERVER_TOKEN": "Tok-En"},
            },
        ),
        (
            "mailgun://key@mg.example.com?api_url=https://api.eu.mailgun.net/v3",
            {
                "ANYMAIL": {
                    "MAILGUN_API_KEY": "key",
                    "MAILGUN_SENDER_DOMAIN": "mg.example.com",
                    "MAILGUN_API_URL": "https://api.eu.mailgun.net/v3",
                }
            },
        ),
        (
            "mailjet://key:se%2Fcret@",
            {"ANYMAIL": {"MAILJET_API_KEY": "key", "MAILJET_SECRET_KEY": "se/cret"}},
        ),
    ],
)
def test_one_line_says_who_carries_the_mail(url, expected):
    found = email_settings(url)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    "url",
    [
        "postmark://",
        "postmark://token",
        "mailgun://key@",
        "mailjet://key@",
        "pigeon://key@",
        "mail.example",
        "",
    ],
)
def test_a_line_that_says_nothing_is_refused_at_the_start(url):
    with pytest.raises(ImproperlyConfigured):
        email_settings(url)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_named_is_one_that_can_be_loaded(provider, settings):
    before, _, after = {1: "key@", 2: "key:secret@"}[len(PROVIDERS[provider])].partition("@")
    url = "mailgun://key@mg.example.com" if provider == "mailgun" else f"{provider}://{before}@{after}"
    for name, value in email_settings(url).items():
        setattr(settings, name, value)
    assert get_connection().esp_name.lower() == provider


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        ("resend://key@", "anymail.backends.resend EmailBackend"),
        ("smtp://mail.example", "triggers.channels.wire.smtp EmailBackend"),
        ("", "django.core.mail.backends.console EmailBackend"),
    ],
)
def test_the_environment_switches_the_backend(url, backend):
    program = (
        "import django; django.setup()\n"
        "from django.core.mail import get_connection\n"
        "chosen = type(get_connection())\n"
        "print(chosen.__module__, chosen.__name__)\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "EMAIL_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "studio.settings"} | ({"EMAIL_URL": url} if url else {})
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == backend


TAKEN = [{"To": "zoe@example.com", "MessageID": "17", "ErrorCode": 0, "Message": "OK"}]


def api(status, answer):
    body = answer if isinstance(answer, str) else json.dumps(answer)

    def script(talk):
        talk.request()
        talk.say(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}")

    return script


def drips(talk):
    talk.request()
    talk.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    talk.drip(" " * 1000)


def closes(talk):
    talk.request()


@pytest.fixture
def through(settings, monkeypatch):
    """Return a function that sends mail through the API at a port."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def point(port, seconds=PATIENT):
        for name, value in email_settings(f"postmark://token@?api_url=http://127.0.0.1:{port}/").items():
            setattr(settings, name, value)
        settings.EMAIL_TIMEOUT = seconds

    return point


DONE = ("done", None, "")
# As Postmark words it.
INACTIVE = "Found inactive addresses: zoe@example.com.\n Inactive recipients are ones that bounced."
SOME_INACTIVE = "Message OK, but will not deliver to these inactive addresses: bob@example.com. Inactive recipients are ..."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (api("200 OK", TAKEN), DONE),
        (
            api("401 No", "wrong token"),
            ("later", None, "Postmark did not accept the key in EMAIL_URL: wrong token"),
        ),
        (api("413 Large", "too big"), ("permanent", None, "Postmark answered 413: too big")),
        (api("429 Enough", "slowly"), ("later", None, "Postmark answered 429: slowly")),
        (api("500 Oh", "sorry"), ("later", None, "Postmark answered 500: sorry")),
        (
            api("422 No", {"ErrorCode": 406, "Message": INACTIVE}),
            ("permanent", None, "Postmark does not take it: All message recipients were rejected or invalid"),
        ),
        (closes, ("later", None, "Postmark could not be reached.")),
    ],
    ids=["taken", "wrong key", "too big", "too many", "broken", "all refused", "closes"],
)
def test_what_a_providers_answer_means(script, expected, make_message, through):
    with Scripted(script) as server:
        through(server.port)
        assert outcome(EmailChannel(), make_message("zoe@example.com", text="Hello")) == expected
    assert server.connections == 1


@pytest.mark.django_db
def test_a_provider_that_drips_is_left_at_the_deadline(make_message, through):
    with Scripted(drips) as server:
        through(server.port, seconds=SHORT)
        found = outcome(EmailChannel(), make_message("zoe@example.com", text="Hello"))
    assert found == ("later", None, f"Postmark took longer than {SHORT} seconds.")


@pytest.mark.django_db
def test_a_provider_out_of_reach_is_tried_again(make_message, through):
    with closed_port() as port:
        through(port)
        found = outcome(EmailChannel(), make_message("zoe@example.com", text="Hello"))
    assert found == ("later", None, "Postmark could not be reached.")


@pytest.mark.django_db
def test_a_recipient_whom_a_provider_refuses_is_named(make_message, through):
    answer = {**TAKEN[0], "To": "zoe@example.com, bob@example.com", "Message": SOME_INACTIVE}
    with Scripted(api("200 OK", answer)) as server:
        through(server.port)
        found = outcome(EmailChannel(), make_message("zoe@example.com", "bob@example.com", text="Hello"))
    assert found == ("permanent", None, "It went to the others, but not to bob@example.com.")
