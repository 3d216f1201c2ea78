"""Needed By, where the studio's own history says it cannot be kept: asked about once, with the first safe day."""

import re
from datetime import date, timedelta

import pytest

from preproduction.forecast import work
from preproduction.forecast.safe_day import SafeDay
from preproduction.models import Forecast, Order, Pace
from tests.preproduction.forecast.conftest import TODAY
from tests.sending import as_sent

SOON = TODAY + timedelta(days=2)


@pytest.mark.any_database
def test_numbers_of_many_cases_and_words_of_some():
    many, some = SafeDay(date(2026, 12, 14), 143), SafeDay(date(2026, 12, 14), 20)
    asked = date(2026, 12, 10)
    assert (
        many.why_not(asked)
        == "By Thu 10 Dec 2026 fewer than 95 of 100 orders like it are complete (143 cases)."
    )
    assert some.why_not(asked) == "By Thu 10 Dec 2026 not nearly all orders like it are complete (20 cases)."
    assert many.why_not(many.day) == some.why_not(date(2027, 1, 4)) == ""


def forecast():
    while work.go_on():
        pass


def form_of(browser, address):
    return browser.get(address).context["form"]


def safe_button(page):
    return re.search(r'name="needed_by" value="([0-9-]+)">Needed By', page.text)[1]


@pytest.mark.django_db
def test_a_new_order_is_asked_once_and_takes_the_first_safe_day_with_one_click(
    as_staff, some_past, session, vendor, statuses
):
    some_past(100)
    forecast()
    address = f"/sessions/{session.pk}/new-order/"
    sent = as_sent(form_of(as_staff, address), vendor=str(vendor.pk), needed_by=SOON.isoformat())
    page = as_staff.post(address, sent)
    assert page.status_code == 422
    assert "fewer than 95 of 100 orders like it are complete" in page.text
    known = Pace.objects.get(status=statuses["Images selected"], vendor=vendor)
    safe = date.fromisoformat(safe_button(page))
    assert safe > SOON
    assert known.complete_95 > 0
    # The button comes after the field that it takes the place of, as a browser sends it.
    again = as_sent(page.context["form"])
    assert (
        as_staff.post(address, again | {"needed_by": [again["needed_by"], safe.isoformat()]}).status_code
        == 302
    )
    assert Order.objects.latest("pk").needed_by == safe


@pytest.mark.django_db
def test_what_is_sent_again_is_meant(as_staff, some_past, session, statuses):
    some_past(100)
    forecast()
    address = f"/sessions/{session.pk}/new-order/"
    page = as_staff.post(address, as_sent(form_of(as_staff, address), needed_by=SOON.isoformat()))
    assert page.status_code == 422
    assert as_staff.post(address, as_sent(page.context["form"])).status_code == 302
    assert Order.objects.latest("pk").needed_by == SOON


@pytest.mark.django_db
def test_a_moved_promise_is_asked_about_by_the_forecast_of_its_stay(as_staff, some_past, make_order, mia):
    some_past(100)
    order = make_order(order_date=TODAY)
    address = f"/orders/{order.pk}/needed-by/change/"
    assert (
        as_staff.post(address, as_sent(form_of(as_staff, address), needed_by="2026-06-11")).status_code == 302
    )
    forecast()
    typed = {"needed_by": SOON.isoformat(), "reason": "The viewing is sooner"}
    page = as_staff.post(address, as_sent(form_of(as_staff, address), **typed))
    assert page.status_code == 422
    safe = date.fromisoformat(safe_button(page))
    told = Forecast.objects.get(order=order)
    assert safe > SOON
    assert told.complete_95 - told.age > 2
    again = as_sent(page.context["form"], needed_by=safe.isoformat())
    assert as_staff.post(address, again).status_code == 302
    assert Order.objects.get(pk=order.pk).needed_by == safe
    # A safe day is not asked about, nor one that was there before.
    same = as_sent(form_of(as_staff, address), needed_for="Event")
    assert as_staff.post(address, same).status_code == 302


@pytest.mark.django_db
def test_nothing_is_said_of_few_cases(as_staff, on_a_wednesday, session, statuses):
    forecast()
    address = f"/sessions/{session.pk}/new-order/"
    sent = as_sent(form_of(as_staff, address), needed_by=TODAY.isoformat())
    assert as_staff.post(address, sent).status_code == 302
