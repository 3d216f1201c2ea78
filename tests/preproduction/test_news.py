"""New for you: what colleagues gave to somebody, or wrote to them, since they last looked."""

import re

import pytest
import time_machine

from preproduction import operations
from preproduction.models import Order
from preproduction.news import names
from studio.models import User


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=True) as clock:
        yield clock


@pytest.fixture
def given(order, sam, mia, retouching):
    """An order that Mia gave to Sam."""
    operations.assign_order(order, expected=1, by=mia, department=retouching, assigned_user=sam)
    return Order.objects.get(pk=order.pk)


def seen(browser):
    until = re.search(r'name="until" value="([^"]+)"', browser.get("/").text)[1]
    return browser.post("/seen/", {"until": until})


def test_what_somebody_was_given_is_told_until_they_say_seen(as_staff, as_manager, given):
    page = as_staff.get("/").text
    assert "New for you" in page
    assert "Mia Lindqvist gave you" in page
    assert "New for you" not in as_manager.get("/").text
    assert seen(as_staff).status_code == 302
    assert "New for you" not in as_staff.get("/").text


def test_a_status_change_that_gives_it_to_somebody_is_told(as_staff, order, statuses, mia, sam):
    plan = operations.plan_advance(order, to=statuses["Proofs received"])
    operations.advance_status(order, plan, expected=1, by=mia)
    assert "Mia Lindqvist gave you, now at Proofs received," in as_staff.get("/").text


def test_what_one_did_oneself_or_lost_again_is_no_news(as_staff, order, sam, mia, given, shipping):
    operations.assign_order(given, expected=2, by=mia, department=shipping, assigned_user=mia)
    operations.write_note(given, by=sam, text="I, Sam Okafor, have called")
    assert "New for you" not in as_staff.get("/").text


@pytest.mark.parametrize("text", ["Ask @sam about it", "sam okafor knows", "(@SAM)"])
def test_a_note_that_names_somebody_is_told(as_staff, order, mia, text):
    operations.write_note(order, by=mia, text=text)
    page = as_staff.get("/").text
    assert "names you in a note on" in page


@pytest.mark.parametrize("text", ["Ask @samantha", "Sam Okaforson", "me@sam", "sam"])
def test_a_name_that_only_begins_so_is_somebody_else(sam, text):
    assert not names(sam, text)


def test_what_came_after_the_page_is_not_taken_for_seen(as_staff, given, mia, on_a_wednesday):
    until = re.search(r'name="until" value="([^"]+)"', as_staff.get("/").text)[1]
    on_a_wednesday.shift(60)
    operations.write_note(given, by=mia, text="@sam please call")
    as_staff.post("/seen/", {"until": until})
    page = as_staff.get("/").text
    assert "names you in a note on" in page
    assert "gave you" not in page


@pytest.mark.parametrize("until", ["", "soon", "9999-12-31T23:59:59+00:00"])
def test_nonsense_hides_nothing_that_is_still_to_come(as_staff, given, sam, mia, until, on_a_wednesday):
    assert as_staff.post("/seen/", {"until": until}).status_code == 302
    on_a_wednesday.shift(60)
    operations.write_note(given, by=mia, text="@sam please call")
    assert "names you in a note on" in as_staff.get("/").text
    assert User.objects.get(pk=sam.pk).seen_news_at.year == 2026
