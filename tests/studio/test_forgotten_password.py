"""A forgotten password: by mail where mail is set up, and nobody learns who works here."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from huey.contrib.djhuey import HUEY

from studio import tasks
from studio.models import User
from studio.sign_in import forgotten

ADDRESS = reverse("forgotten_password")
SITE = "https://proofs.example.com"


@pytest.fixture
def nora(sam, preferences):
    """sam, who has an address."""
    User.objects.filter(pk=sam.pk).update(email="sam@example.com")
    return User.objects.get(pk=sam.pk)


def queued():
    """Do what waits for the worker; return how much that was."""
    jobs = 0
    while job := HUEY.dequeue():
        tasks.mail_password_link.call_local(*job.args)
        jobs += 1
    return jobs


@pytest.fixture(autouse=True)
def _empty_queue():
    HUEY.flush()


def test_a_link_is_mailed_and_sets_a_password(client, nora, mailoutbox):
    assert reverse("forgotten_password") in client.get(reverse("account_login")).text
    answer = client.post(ADDRESS, {"username": "SAM"})
    assert "a link to set a new password is on its" in answer.text
    assert queued() == 1
    (mail,) = mailoutbox
    assert mail.to == ["sam@example.com"]
    link = re.search(r"http://testserver(\S+)", mail.body)[1]
    page = client.get(link, follow=True)
    sent = {"new_password1": "quite another phrase", "new_password2": "quite another phrase"}
    client.post(page.request["PATH_INFO"], sent)
    nora.refresh_from_db()
    assert nora.check_password("quite another phrase")


def test_the_answer_and_the_work_are_the_same_for_a_name_that_nobody_has(client, nora):
    answers, work = [], []
    client.get(ADDRESS)  # from here on the process knows the set-up
    for name in ("sam", "nobody"):
        with CaptureQueriesContext(connection) as queries:
            page = client.post(ADDRESS, {"username": name})
        answers.append((page.status_code, page.text))
        work.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
        assert queued() == 1
    assert answers[0] == answers[1]
    assert work[0] == work[1]


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}, {"is_demo": True}])
def test_nothing_is_mailed_to_who_may_not_sign_in_or_has_no_address(nora, mailoutbox, change):
    User.objects.filter(pk=nora.pk).update(**change)
    forgotten.mail_link("sam", SITE)
    assert mailoutbox == []


def test_nobody_is_flooded_with_mails(client, nora, mailoutbox):
    pages = {client.post(ADDRESS, {"username": "sam"}).text for _ in range(10)}
    assert len(pages) == 1
    queued()
    assert len(mailoutbox) == 3


@pytest.mark.parametrize("backend", ["console", "dummy"])
def test_without_mail_the_page_says_who_can_help(client, nora, settings, backend):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    for page in (client.get(ADDRESS), client.post(ADDRESS, {"username": "sam"})):
        assert page.status_code == 200
        assert "manage.py changepassword NAME" in page.text
        assert "An administrator of your studio" in page.text
    assert queued() == 0


def test_a_mail_that_cannot_be_sent_names_nobody_in_the_log(nora, settings, caplog):
    settings.EMAIL_BACKEND = "tests.studio.nowhere.EmailBackend"
    tasks.mail_password_link.call_local("sam", SITE)
    assert "was not sent" in caplog.text
    assert "sam" not in caplog.text
