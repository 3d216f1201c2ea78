"""Days that people type: between 2000 and 2100 everywhere, and those far off are asked about once."""

from datetime import date

import pytest

from preproduction.models import Order
from tests.sending import as_sent

pytestmark = pytest.mark.usefixtures("preferences")

CENTURY = "Enter a day between the years 2000 and 2100."


@pytest.fixture(autouse=True)
def on_a_wednesday(time_machine):
    time_machine.move_to("2026-06-10T09:00:00+00:00", tick=False)


def advance(browser, order, **typed):
    address = f"/orders/{order.pk}/advance/"
    return browser.post(address, as_sent(browser.get(address).context["form"], **typed))


def test_a_due_date_in_the_year_9999_is_refused(as_staff, order):
    answer = advance(as_staff, order, due_date="9999-12-31")
    assert answer.status_code == 422
    assert CENTURY in answer.text
    assert Order.objects.get().status_sequence == 1


def test_an_order_date_of_another_century_is_refused(as_staff, session, statuses):
    address = f"/sessions/{session.pk}/new-order/"
    form = as_staff.get(address).context["form"]
    assert CENTURY in as_staff.post(address, as_sent(form, order_date="0206-06-01")).text
    assert not Order.objects.exists()


@pytest.mark.parametrize("address", ["/tasks/new/", "/calls/new/"])
def test_a_task_cannot_be_due_in_the_year_9999(as_staff, address, sam):
    form = as_staff.get(address).context["form"]
    typed = {"title": "Pack", "assigned_user": sam.pk, "due_date": "9999-12-31"}
    answer = as_staff.post(address, as_sent(form, **typed))
    assert CENTURY in answer.text


def test_a_due_date_more_than_a_year_ahead_is_asked_about_once(as_staff, order):
    asked = advance(as_staff, order, due_date="2027-06-30")
    assert asked.status_code == 422
    assert "Wed 30 Jun 2027 is more than a year ahead. Send it again if it is meant." in asked.text
    assert 'name="meant" value="2027-06-30"' in asked.text
    address = f"/orders/{order.pk}/advance/"
    assert as_staff.post(address, as_sent(asked.context["form"])).status_code == 302
    assert Order.objects.get().status_due_date == date(2027, 6, 30)


def test_control_a_due_date_within_a_year_is_not_asked_about(as_staff, order):
    assert advance(as_staff, order, due_date="2027-06-01").status_code == 302


def test_a_due_date_that_was_counted_is_not_asked_about(as_staff, order, statuses):
    type(order.status).objects.filter(pk=statuses["Sent to lab"].pk).update(default_duration=365)
    assert advance(as_staff, order).status_code == 302


def test_an_order_date_more_than_a_year_back_is_asked_about_once(as_staff, session, statuses):
    address = f"/sessions/{session.pk}/new-order/"
    form = as_staff.get(address).context["form"]
    asked = as_staff.post(address, as_sent(form, order_date="2025-01-07"))
    assert "Tue 7 Jan 2025 is more than a year back." in asked.text
    assert as_staff.post(address, as_sent(asked.context["form"])).status_code == 302
    assert Order.objects.get().order_date == date(2025, 1, 7)


def test_an_old_order_is_edited_without_a_question(as_staff, make_order):
    order = make_order(order_date=date(2025, 1, 7))
    address = f"/orders/{order.pk}/edit/"
    form = as_staff.get(address).context["general"]
    assert as_staff.post(address, as_sent(form, vendor_order_number="NL-7")).status_code == 302
    form = as_staff.get(address).context["general"]
    asked = as_staff.post(address, as_sent(form, order_date="2025-01-08"))
    assert "Wed 8 Jan 2025 is more than a year back." in asked.text


def test_among_many_half_a_date_is_said_at_its_row_and_stops_no_other(as_staff, make_order):
    orders = [make_order(), make_order()]
    page = as_staff.get("/orders/advance/", {"order": [order.pk for order in orders]})
    assert "data-whole-dates" in page.text
    rows = page.context["batch"].rows
    sent = {"filled": "yes", "order": [order.pk for order in orders], "updated_by": orders[0].entered_by_id}
    for row in rows:
        sent |= as_sent(row.form)
    name = f"row-{orders[0].pk}-due_date"
    answer = as_staff.post("/orders/advance/", {**sent, name: "", "unreadable": name})
    assert "Enter a whole date." in answer.text
    assert [Order.objects.get(pk=order.pk).status_sequence for order in orders] == [1, 2]


def test_a_due_date_typed_for_a_final_status_is_not_dropped_without_a_word(as_staff, order, statuses):
    final = statuses["Delivered"]
    answer = advance(as_staff, order, to=final.pk, shown_to=final.pk, due_date="2026-06-30", note="Done")
    assert answer.status_code == 422
    assert "An order at Delivered is complete and has no due date. Leave Due Date empty." in answer.text
    assert Order.objects.get().status_sequence == 1


@pytest.mark.parametrize("kind", ["tasks", "calls"])
def test_a_far_due_date_of_a_task_is_asked_about_once(as_staff, kind, sam):
    address = f"/{kind}/new/"
    form = as_staff.get(address).context["form"]
    whom = {"call_name": "Anna", "call_number": "5550100"} if kind == "calls" else {}
    typed = as_sent(form, title="Look", due_date="2062-06-11", **whom)
    asked = as_staff.post(address, typed)
    assert "Sun 11 Jun 2062 is more than a year ahead. Send it again if it is meant." in asked.text
    assert (
        as_staff.post(address, {**typed, "meant": asked.context["form"]["meant"].value()}).status_code == 302
    )
