"""A template can be sent to oneself as a test: by the worker, and to nobody else."""

from datetime import timedelta

import pytest

from triggers import tasks
from triggers.channels.base import TryLater
from triggers.channels.email import EmailChannel
from triggers.models import Delivery, Trial
from triggers.outbox import trials

TRIAL = "/maintenance/templates/preview/test/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def addressed(preferences, ada):
    ada.email = "ada@studio.example"
    ada.save()


def asked(order, **changed):
    words = {"subject": "Order {{ order.number }}", "text": "Dear {{ client.name }}", "html": ""}
    return {**words, "order": order.pk, **changed}


def test_a_test_goes_to_who_asked_when_the_worker_comes_round(as_administrator, order, mailoutbox):
    page = as_administrator.post(TRIAL, asked(order, html="<p>{{ client.name }}</p>"), headers=HTMX)
    assert page.status_code == 200
    assert "The test to ada@studio.example" in page.text
    assert "is on its way" in page.text
    assert mailoutbox == []  # nothing is sent inside a request
    tasks.deliver_due.call_local()
    tasks.deliver_due.call_local()
    (mail,) = mailoutbox
    assert mail.to == ['"Ada Moreau" <ada@studio.example>']
    assert (mail.subject, mail.body) == (f"Order {order.number}", f"Dear {order.client.name}")
    assert "Anna &lt;3 &amp; Bob" in mail.alternatives[0].content
    assert "was sent" in as_administrator.post(TRIAL, asked(order), headers=HTMX).text
    assert not Delivery.objects.exists()  # and no order's Communication knows of it


def test_pressed_twice_it_is_sent_once(as_administrator, order):
    for _ in range(2):
        as_administrator.post(TRIAL, asked(order))
    assert Trial.objects.count() == 1
    as_administrator.post(TRIAL, asked(order, text="Other words"))
    assert Trial.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "email", "sentence"),
    [
        ({"subject": ""}, "ada@studio.example", "An email needs a subject."),
        ({"text": "{{ client.nme }}"}, "ada@studio.example", "client.nme"),
        ({}, "", "You have no email address."),
    ],
)
def test_what_cannot_be_sent_says_why(as_administrator, ada, order, changed, email, sentence):
    type(ada).objects.update(email=email)
    page = as_administrator.post(TRIAL, asked(order, **changed))
    assert page.status_code == 422
    assert sentence in page.text
    assert not Trial.objects.exists()


def test_a_mail_server_away_is_tried_again_and_then_told(ada, monkeypatch):
    def away(channel, message):
        raise TryLater("The mail server is away.")

    monkeypatch.setattr(EmailChannel, "send", away)
    trial = trials.ask(ada, subject="Hello", text="Hello", html="")
    for outcome in ("waits to be tried again", "waits to be tried again", "was not sent"):
        trials.deliver_due()
        trials.deliver_due()  # not due yet
        trial.refresh_from_db()
        assert trial.outcome == f"{outcome}: The mail server is away."
        Trial.objects.update(not_before=trial.not_before - timedelta(minutes=10))
    assert trial.tries == trials.MOST_TRIES


def test_a_poisonous_one_stops_no_other(ada, monkeypatch, mailoutbox):
    trials.ask(ada, subject="Hello", text="\ud7ff", html="")
    Trial.objects.update(to="nobody")
    trials.ask(ada, subject="Hello", text="Hello", html="")
    trials.deliver_due()
    assert len(mailoutbox) == 1
    assert "nobody is not an email address" in Trial.objects.first().problem


def test_tests_are_forgotten_after_a_day(ada):
    trials.ask(ada, subject="Old", text="Old", html="")
    Trial.objects.update(asked_at=Trial.objects.get().asked_at - timedelta(days=1, minutes=1))
    trials.ask(ada, subject="New", text="New", html="")
    trials.forget_old()
    assert [trial.subject for trial in Trial.objects.all()] == ["New"]
