"""Sent twice is done once: the second sending gets the answer of the first."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from preproduction.models import Status
from studio import sent_once
from studio.models import Client, SentForm
from triggers import tasks
from triggers.models import Task

NEW_CLIENT = "/clients/new/"
HANDS = 6

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("preferences")]


def key_on(page):
    """Return the request key of the page's own form, which is the last."""
    return re.findall(r'name="request_key" value="([0-9a-f-]{36})"', page.content.decode())[-1]


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def form(as_staff):
    """Return what the form of a new client sends."""
    return {"name": "Greta Stone", "request_key": key_on(as_staff.get(NEW_CLIENT))}


def test_a_client_sent_twice_is_one_client(as_staff, form):
    first, second = as_staff.post(NEW_CLIENT, form), as_staff.post(NEW_CLIENT, form)
    client = Client.objects.get()
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == client.get_absolute_url()
    assert "Greta Stone added." in said(first)
    assert said(second).count("Greta Stone added.") == 2  # one of each: nobody has read the first


def test_control_without_its_key_it_is_two(as_staff, form):
    del form["request_key"]
    as_staff.post(NEW_CLIENT, form)
    as_staff.post(NEW_CLIENT, form)
    assert Client.objects.count() == 2


def test_every_form_of_a_page_has_a_key_of_its_own(as_staff, order):
    page = as_staff.get(order.get_absolute_url()).content.decode()
    keys = re.findall(r'name="request_key" value="([^"]*)"', page)
    assert len(keys) == len(set(keys)) == page.count('name="csrfmiddlewaretoken"') > 5


def test_a_refused_form_can_be_corrected_under_its_key(as_staff, form):
    refused = as_staff.post(NEW_CLIENT, form | {"name": ""})
    assert refused.status_code == 422
    assert not SentForm.objects.exists()
    assert as_staff.post(NEW_CLIENT, form).status_code == 302
    assert Client.objects.count() == 1


def test_a_page_come_back_to_and_filled_in_anew_is_another_form(as_staff, form):
    as_staff.post(NEW_CLIENT, form)
    as_staff.post(NEW_CLIENT, form | {"name": "Greta Stone's sister"})
    assert Client.objects.count() == 2


def test_a_key_of_somebody_else_is_refused(as_staff, as_manager, form):
    as_staff.post(NEW_CLIENT, form)
    answer = as_manager.post(NEW_CLIENT, form)
    assert answer.status_code == 409
    assert "by somebody else" in answer.content.decode()
    assert Client.objects.count() == 1


def test_a_key_of_another_page_is_refused(as_staff, form):
    as_staff.post(NEW_CLIENT, form)
    typed = {"title": "Order frames", "assigned_user": "", "request_key": form["request_key"]}
    assert as_staff.post(reverse("triggers:task_create"), typed).status_code == 409
    assert not Task.objects.exists()


def test_what_is_no_key_counts_as_none(as_staff, form):
    for key in ("", "7", "x" * 4000):
        assert as_staff.post(NEW_CLIENT, form | {"request_key": key}).status_code == 302
    assert not SentForm.objects.exists()


def test_work_that_breaks_off_leaves_nothing_and_gives_the_key_back(as_staff, form, monkeypatch):
    monkeypatch.setattr(Client, "get_absolute_url", lambda client: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        as_staff.post(NEW_CLIENT, form)
    assert not Client.objects.exists()
    assert not SentForm.objects.exists()


def test_a_part_of_a_page_is_answered_again_too(as_administrator, statuses):
    grid = reverse("preproduction:status_list")
    page = as_administrator.get(grid)
    typed = {
        "description": "Retouching",
        "place": "first",
        "version": page.context["version"],
        "request_key": key_on(page),
    }
    address, htmx = reverse("preproduction:create_status"), {"HTTP_HX_REQUEST": "true"}
    first = as_administrator.post(address, typed, **htmx)
    second = as_administrator.post(address, typed, **htmx)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert Status.objects.filter(description="Retouching").count() == 1


def test_a_question_is_asked_as_often_as_one_likes(as_administrator, statuses):
    """Only the answer to it does something."""
    page = as_administrator.get(reverse("preproduction:status_list"))
    typed = {
        "status": statuses["Sent to lab"].pk,
        "version": page.context["version"],
        "request_key": key_on(page),
    }
    for _ in range(2):
        assert as_administrator.post(reverse("preproduction:delete_status"), typed).status_code == 200
    assert not SentForm.objects.exists()


def test_keys_are_remembered_for_90_days(as_staff, sam, form):
    as_staff.post(NEW_CLIENT, form)
    SentForm.objects.update(made_at=timezone.now() - timedelta(days=89, hours=23))
    tasks.tick.call_local()
    assert SentForm.objects.exists()
    SentForm.objects.update(made_at=timezone.now() - timedelta(days=90, minutes=1))
    tasks.tick.call_local()
    assert not SentForm.objects.exists()


def test_old_keys_go_a_piece_at_a_time(sam, monkeypatch):
    monkeypatch.setattr(sent_once, "REMOVED_AT_ONCE", 2)
    long_ago = timezone.now() - timedelta(days=100)
    for _ in range(3):
        SentForm.objects.create(key=uuid4(), content="x", person=sam, path="/", made_at=long_ago)
    assert [sent_once.forget_old() for _ in range(3)] == [2, 1, 0]


def send_together(person, typed):
    """Send the form of a new client from HANDS threads at once; return their answers."""
    browsers = [Browser() for _ in range(HANDS)]
    for browser in browsers:
        browser.force_login(person)
    start = Barrier(HANDS)

    def send(browser):
        try:
            start.wait(10)
            return browser.post(NEW_CLIENT, typed)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(send, browsers))


@pytest.mark.django_db(transaction=True)
def test_hands_that_send_at_the_same_moment_make_one(sam, form):
    answers = send_together(sam, form)
    assert {answer["Location"] for answer in answers} == {Client.objects.get().get_absolute_url()}


@pytest.mark.django_db(transaction=True)
def test_control_the_same_hands_without_a_key_make_as_many(sam, form):
    send_together(sam, form | {"request_key": ""})
    assert Client.objects.count() == HANDS
