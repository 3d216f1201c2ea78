"""Signing out who does nothing, where the studio says after how long."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from studio.models import CompanyPreferences, Idle

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def half_an_hour(preferences):
    CompanyPreferences.objects.update(sign_out_after=Idle.HALF)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def is_in(browser, **headers):
    return browser.get("/orders/", headers=headers).status_code == 200


def test_nobody_is_signed_out_unless_the_studio_says_so(as_staff, preferences, clock):
    assert is_in(as_staff)
    clock.shift(timedelta(days=3))
    assert is_in(as_staff)


def test_who_does_nothing_is_signed_out_and_told_why(as_staff, half_an_hour, clock):
    assert is_in(as_staff)
    clock.shift(timedelta(minutes=31))
    page = as_staff.get("/orders/", follow=True)
    assert page.redirect_chain[0][0] == "/accounts/login/?next=/orders/"
    assert "You were signed out: nothing was done here for 30 minutes." in page.text


def test_who_goes_on_working_stays(as_staff, half_an_hour, clock):
    for _ in range(5):
        assert is_in(as_staff)
        clock.shift(timedelta(minutes=29))


def test_what_a_page_fetches_by_itself_is_no_activity(as_staff, half_an_hour, clock):
    assert is_in(as_staff)
    for _ in range(3):
        clock.shift(timedelta(minutes=10))
        assert is_in(as_staff, **{"X-Unattended": "true"})
    clock.shift(timedelta(minutes=1))
    assert not is_in(as_staff)


def test_what_fetches_by_itself_says_so():
    polls = [path for path in TEMPLATES.rglob("*.html") if "every " in _triggers(path.read_text())]
    assert [path.name for path in polls if "X-Unattended" not in path.read_text()] == []


def _triggers(text):
    return " ".join(part.split('"')[0] for part in text.split('hx-trigger="')[1:])
