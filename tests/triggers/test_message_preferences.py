"""Maintenance > Messages: what holds for every message of every trigger."""

import datetime

import pytest

from tests.sending import as_sent
from triggers.models import Delivery, MessagePreferences, Trigger

pytestmark = pytest.mark.usefixtures("preferences")
PAGE = "/maintenance/messages/"


@pytest.fixture
def save(as_administrator):
    def save(**typed):
        page = as_administrator.get(PAGE)
        return as_administrator.post(
            PAGE, as_sent(page.context["form"], **typed) | {"seen": page.context["seen"]}
        )

    return save


def test_looking_stores_nothing_and_shows_the_defaults(as_administrator):
    page = as_administrator.get(PAGE).text
    assert 'value="09:00"' in page
    assert 'value="20:00"' in page
    assert not MessagePreferences.objects.exists()
    assert f'href="{PAGE}"' in as_administrator.get("/maintenance/").text


def test_what_is_typed_is_stored_and_the_pause_is_left_alone(save, mia):
    MessagePreferences.objects.create(pk=1, is_paused=True, paused_by=mia)
    answer = save(
        fires_at="07:30",
        quiet_from="21:00",
        quiet_until="06:00",
        most_per_recipient=3,
        most_per_hour=40,
        in_house_receivers="http://192.168.1.20:8080\n\n https://intranet:8443 \nhttp://192.168.1.20:8080",
    )
    assert answer.status_code == 302
    stored = MessagePreferences.load()
    assert stored.fires_at == datetime.time(7, 30)
    assert (stored.quiet_from, stored.quiet_until) == (datetime.time(21), datetime.time(6))
    assert (stored.most_per_recipient, stored.most_per_hour) == (3, 40)
    assert stored.in_house_receivers == "http://192.168.1.20:8080\nhttps://intranet:8443"
    assert (stored.is_paused, stored.paused_by) == (True, mia)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("192.168.1.20", "cannot be used"),
        ("http://192.168.1.20:8080/hook", "without what comes after its port"),
        ("ftp://files.example.com", "cannot be used"),
        ("http://me:secret@10.0.0.1", "user name or a password"),
        ("http://10.0.0.1:99999", "does not exist"),
        ("http://a b", "cannot be used"),
    ],
)
def test_a_receiver_is_an_origin(save, line, said):
    answer = save(in_house_receivers=f"http://192.168.1.20:8080\n{line}")
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors["in_house_receivers"]
    assert line in error
    assert said in error
    assert line in answer.context["form"]["in_house_receivers"].value()
    assert not MessagePreferences.objects.exists()


@pytest.mark.parametrize("name", ["most_per_recipient", "most_per_hour"])
@pytest.mark.parametrize("value", ["0", "-3", "99999999999999999999", "many", ""])
def test_a_cap_is_at_least_one(save, name, value):
    assert name in save(**{name: value}).context["form"].errors


def test_two_administrators_do_not_overwrite_each_other_unseen(as_administrator):
    page = as_administrator.get(PAGE)
    MessagePreferences.objects.create(pk=1, most_per_hour=7)
    sent = as_sent(page.context["form"], most_per_hour=9) | {"seen": page.context["seen"]}
    assert as_administrator.post(PAGE, sent).status_code == 409
    assert MessagePreferences.load().most_per_hour == 7


def test_what_waits_for_a_due_date_follows_the_hour(save, make_order, statuses):
    trigger = Trigger.objects.create(
        description="Ask", status=statuses["Images selected"], timing="after_due", days=1, task_title="Ask"
    )
    make_order()
    before = Delivery.objects.get(trigger=trigger).not_before
    save(most_per_hour=30)
    assert Delivery.objects.get().not_before == before
    save(fires_at="11:15")
    assert Delivery.objects.get().not_before == before + datetime.timedelta(hours=2, minutes=15)
