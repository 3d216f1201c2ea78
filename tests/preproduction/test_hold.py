"""Put on Hold and Resume, by their pages.  What they do to the clock is in test_advance_operation.py."""

from datetime import date

import pytest
import time_machine

from preproduction import operations
from preproduction.models import Hold, Order


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def held(order, mia):
    operations.hold_order(order, expected=None, by=mia, reason="Client is away")
    return Order.objects.get(pk=order.pk)


def test_a_manager_puts_an_order_on_hold(as_manager, order, mia):
    assert "Put on Hold" in as_manager.get(f"/orders/{order.pk}/hold/").text
    answer = as_manager.post(f"/orders/{order.pk}/hold/", {"reason": "Client is away", "expected": 1})
    assert answer.headers["Location"] == order.get_absolute_url()
    hold = Hold.objects.get()
    assert (hold.order, hold.started_by, hold.started_on) == (order, mia, date(2026, 6, 10))
    page = as_manager.get(order.get_absolute_url()).text
    for words in ("On hold since", "Client is away", "Resume"):
        assert words in page
    assert "Put on Hold" not in page


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_a_reason_is_needed(as_manager, order, reason):
    answer = as_manager.post(f"/orders/{order.pk}/hold/", {"reason": reason, "expected": 1})
    assert answer.status_code == 422
    assert not Hold.objects.exists()


def test_two_holds_at_once_are_one(as_manager, held):
    answer = as_manager.post(f"/orders/{held.pk}/hold/", {"reason": "Again", "expected": 2})
    assert answer.status_code == 409
    assert f"{held} is on hold already." in answer.text
    assert Hold.objects.count() == 1


def test_a_complete_order_is_not_held(as_manager, order, sam, statuses):
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=1, by=sam)
    answer = as_manager.post(f"/orders/{order.pk}/hold/", {"reason": "Why not", "expected": 2})
    assert answer.status_code == 422
    assert "no clock to stop" in answer.text


def test_resuming_says_first_where_the_due_date_goes(as_manager, held, mia):
    with time_machine.travel("2026-06-17 12:00"):
        page = as_manager.get(f"/orders/{held.pk}/resume/").text
        # Thu 11, Fri 12, Mon 15, Tue 16, Wed 17.
        assert "<dt>Business days held</dt><dd>5</dd>" in page
        assert "Fri 19 Jun 2026" in page
        answer = as_manager.post(f"/orders/{held.pk}/resume/", {"expected": 2})
        assert answer.headers["Location"] == held.get_absolute_url()
    order = Order.objects.get()
    assert (order.status_due_date, order.held_on) == (date(2026, 6, 19), None)
    hold = Hold.objects.get()
    assert (hold.ended_by, hold.days_held) == (mia, 5)


def test_an_order_that_runs_is_not_resumed(as_manager, order):
    for answer in (
        as_manager.get(f"/orders/{order.pk}/resume/"),
        as_manager.post(f"/orders/{order.pk}/resume/", {"expected": 1}),
    ):
        assert answer.status_code == 409
        assert f"{order} is not on hold." in answer.text


def test_an_order_on_hold_is_not_overdue_and_its_page_offers_no_advance(as_manager, as_staff, held):
    with time_machine.travel("2026-07-17 12:00"):
        page = as_manager.get(held.get_absolute_url()).text
        assert "days late" not in page
        assert "advance/" not in page
        assert "Resume" not in as_staff.get(held.get_absolute_url()).text


def test_staff_can_neither_hold_nor_resume(as_staff, order):
    for verb in ("hold", "resume"):
        assert as_staff.get(f"/orders/{order.pk}/{verb}/").status_code == 403
        assert as_staff.post(f"/orders/{order.pk}/{verb}/", {"reason": "Client is away"}).status_code == 403
    assert not Hold.objects.exists()


def test_past_holds_stand_below_status_notes(as_staff, held, mia):
    operations.resume_order(held, expected=None, by=mia)
    page = as_staff.get(held.get_absolute_url()).text
    notes = page[page.index('id="status-notes"') :]
    assert "Holds" in notes
    assert "Client is away" in notes
