"""New Preproduction Order, from the page of its session."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from preproduction.models import Order, Status
from studio.models import Vendor
from tests.sending import as_sent
from triggers.models import Delivery, Trigger


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def page(session):
    return f"/sessions/{session.pk}/new-order/"


def send(browser, page, **typed):
    form = browser.get(page).context["form"]
    return browser.post(page, as_sent(form, **typed))


def test_the_session_page_offers_it(as_staff, session, page):
    answer = as_staff.get(f"/sessions/{session.pk}/")
    assert "New Preproduction Order" in answer.text
    assert f'href="{page}"' in answer.text


def test_an_order_starts_at_the_initial_status(as_staff, page, session, statuses, vendor, sam, retouching):
    answer = send(as_staff, page, vendor=vendor.pk, studio_notes="Two looks.\nSoft light.", priority=3)
    order = Order.objects.get()
    assert answer.headers["Location"] == order.get_absolute_url()
    assert (order.session, order.vendor, order.entered_by, order.priority) == (session, vendor, sam, 3)
    assert (order.status, order.department) == (statuses["Images selected"], retouching)
    assert (order.order_date, order.status_due_date) == (date(2026, 6, 10), date(2026, 6, 12))
    assert order.studio_notes == "Two looks.\nSoft light."
    (row,) = order.status_changes.all()
    assert (row.to_status_name, row.cause, row.recorded_by) == ("Images selected", "created", sam)


def test_the_page_says_where_the_order_starts(as_staff, page, statuses):
    shown = as_staff.get(page).text
    assert "Images selected" in shown
    assert "Fri 12 Jun 2026" in shown


def test_numbers_are_assigned_one_after_the_other(as_staff, page, statuses):
    for _ in range(3):
        send(as_staff, page)
    numbers = [int(number) for number in Order.objects.order_by("pk").values_list("number", flat=True)]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_an_assigned_number_steps_over_a_typed_one(as_staff, page, statuses):
    send(as_staff, page)
    first = Order.objects.get()
    send(as_staff, page, number=str(int(first.number) + 1))
    send(as_staff, page)
    assert Order.objects.filter(number=str(int(first.number) + 2)).exists()


def test_a_taken_number_is_refused_and_what_was_typed_stays(as_staff, page, order):
    answer = send(as_staff, page, number=order.number, studio_notes="Do not lose me")
    assert answer.status_code == 422
    assert f"Another order has the number {order.number}." in answer.text
    assert "Do not lose me" in answer.text
    assert Order.objects.count() == 1


def test_an_order_date_in_the_future_is_refused(as_staff, page, statuses):
    answer = send(as_staff, page, order_date=timezone.localdate() + timedelta(days=1))
    assert answer.status_code == 422
    assert "Order Date is in the future." in answer.text
    assert not Order.objects.exists()


def test_an_earlier_order_date_starts_the_clock(as_staff, page, statuses):
    send(as_staff, page, order_date="2026-06-04")
    assert Order.objects.get().status_due_date == date(2026, 6, 8)


def test_the_same_form_sent_twice_makes_one_order(as_staff, page, statuses):
    sent = as_sent(as_staff.get(page).context["form"])
    first, second = as_staff.post(page, sent), as_staff.post(page, sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert Order.objects.count() == 1


def test_without_a_status_list_the_order_has_no_status(as_staff, page):
    assert not Status.objects.exists()
    send(as_staff, page)
    order = Order.objects.get()
    assert (order.status, order.status_due_date) == (None, None)
    assert "No status" in as_staff.get(order.get_absolute_url()).text


def test_the_triggers_of_the_initial_status_are_queued(as_staff, page, statuses, retouching):
    Trigger.objects.create(
        description="Welcome", status=statuses["Images selected"], task_title="Call", department=retouching
    )
    send(as_staff, page)
    assert Delivery.objects.get().order == Order.objects.get()


def test_inactive_vendors_are_not_offered(as_staff, page, statuses, vendor):
    closed = Vendor.objects.create(name="Closed Lab", is_inactive=True)
    assert "Closed Lab" not in as_staff.get(page).text
    assert send(as_staff, page, vendor=closed.pk).status_code == 422


def test_nobody_makes_one_from_nowhere(as_staff, statuses):
    assert as_staff.get("/sessions/999/new-order/").status_code == 404
    assert as_staff.post("/orders/new/").status_code == 404
