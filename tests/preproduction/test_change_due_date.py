"""Change Due Date: by hand, with a reason, and never far ahead unasked."""

from datetime import date

import pytest
import time_machine

from preproduction import operations
from preproduction.models import Order, OrderEvent
from tests.sending import as_sent


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def change(browser, order, **typed):
    address = f"/orders/{order.pk}/due-date/change/"
    form = browser.get(address).context["form"]
    return browser.post(address, as_sent(form, **typed))


def due(order):
    return Order.objects.get(pk=order.pk).status_due_date


def test_staff_move_the_due_date_and_the_old_one_stays_in_history(as_staff, order):
    assert "Change Due Date" in as_staff.get(order.get_absolute_url()).text
    answer = change(as_staff, order, due_date="2026-06-20", reason="The lab is full")
    assert answer.headers["Location"] == order.get_absolute_url()
    assert due(order) == date(2026, 6, 20)
    event = OrderEvent.objects.get(kind="due_date")
    assert (event.before["status_due_date"], event.note) == ("2026-06-12", "The lab is full")
    assert "The lab is full" in as_staff.get(order.get_absolute_url()).text


@pytest.mark.parametrize("day", ["1999-12-31", "2101-01-01", "9999-12-31", "2026-02-30", "soon"])
def test_a_date_outside_of_2000_to_2100_is_refused(as_staff, order, day):
    assert change(as_staff, order, due_date=day, reason="Why not").status_code == 422
    assert due(order) == date(2026, 6, 12)


def test_more_than_a_year_ahead_is_asked_about_once(as_staff, order):
    answer = change(as_staff, order, due_date="2027-06-30", reason="Anniversary")
    assert answer.status_code == 422
    assert "more than a year ahead" in answer.text
    assert due(order) == date(2026, 6, 12)
    form = as_sent(answer.context["form"])
    assert as_staff.post(f"/orders/{order.pk}/due-date/change/", form).status_code == 302
    assert due(order) == date(2027, 6, 30)


def test_a_reason_is_needed(as_staff, order):
    assert change(as_staff, order, due_date="2026-06-20", reason=" ").status_code == 422
    assert due(order) == date(2026, 6, 12)


def test_from_an_outdated_page_nothing_is_changed_and_what_was_typed_is_kept(as_staff, order, mia):
    address = f"/orders/{order.pk}/due-date/change/"
    form = as_sent(as_staff.get(address).context["form"], due_date="2026-06-20", reason="The lab is full")
    operations.hold_order(order, expected=None, by=mia, reason="Client is away")
    answer = as_staff.post(address, form)
    assert answer.status_code == 409
    assert "Mia Lindqvist put" in answer.text
    assert "The lab is full" in answer.text
    assert due(order) == date(2026, 6, 12)
