"""The page of one order: its General tab, its notes, and what nobody may undo by saving an old page."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preproduction import operations
from preproduction.models import ImageLine, Order, Status, StatusChange
from tests.sending import as_sent
from triggers import outbox
from triggers.models import Communication, Task, Trigger


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def edit_form(browser, order):
    answer = browser.get(f"/orders/{order.pk}/edit/")
    assert answer.status_code == 200
    return answer.context["general"]


def save(browser, order, **typed):
    return browser.post(f"/orders/{order.pk}/edit/", as_sent(edit_form(browser, order), **typed))


def advance(order, by, **plan):
    order = Order.objects.get(pk=order.pk)
    plan = operations.plan_advance(order, **plan)
    return operations.advance_status(order, plan, expected=order.version, by=by)


def reread(order):
    return Order.objects.get(pk=order.pk)


def test_all_tabs_and_labels_are_there(as_staff, order, vendor):
    shown = as_staff.get(order.get_absolute_url()).text
    tabs = re.findall(r'<a class="tab" href="#[a-z-]+"[^>]*>([A-Za-z ]+?)\s*<', shown)
    assert tabs == [
        "General",
        "Images",
        "Tasks",
        "Communication",
        "Studio Notes",
        "Vendor Notes",
        "Status Notes",
        "Custom",
    ]
    labels = set(re.findall(r"<dt>([^<]+)</dt>", shown))
    assert labels >= {
        "Client",
        "Session No.",
        "Session Date",
        "Session Type",
        "Vendor",
        "Order Date",
        "Order No.",
        "Vendor Order No.",
        "Vendor Invoice No.",
        "Vendor Invoice Amount",
        "Entered By",
        "Completed By",
        "Completed Date",
        "Status",
        "Status Due Date",
        "Department",
        "User",
        "Priority",
    }


def test_each_fact_is_said_once_with_whom_to_call(as_manager, order, vendor):
    Order.objects.filter(pk=order.pk).update(vendor=vendor)
    type(vendor).objects.filter(pk=vendor.pk).update(phone="602 555 0141", email="lab@example.com")
    client = order.session.client
    type(client).objects.filter(pk=client.pk).update(phone="908 555 0137", email="anna@example.com")
    shown = as_manager.get(order.get_absolute_url()).text
    labels = re.findall(r"<dt>([^<]+)</dt>", shown[: shown.index('id="images"')])
    assert sorted(labels) == sorted(set(labels))
    for address in ("mailto:lab@example.com", "mailto:anna@example.com"):
        assert shown.count(f'href="{address}"') == 1
    assert len(re.findall(r'href="tel:[^"]*(?:5550141|555-0141)"', shown)) == 1
    assert len(re.findall(r'href="tel:[^"]*(?:5550137|555-0137)"', shown)) == 1


def test_a_nuisance_of_a_name_is_shown_as_it_is(as_staff, order):
    shown = as_staff.get(f"/orders/{order.pk}/edit/").text
    assert "Anna &lt;3 &amp; Bob &lt;b&gt;" in shown
    assert "Bob <b>" not in shown


def test_general_is_edited(as_staff, order, vendor):
    answer = save(
        as_staff,
        order,
        vendor=vendor.pk,
        number="A-7",
        vendor_order_number="NL 88",
        vendor_invoice_number="INV-1",
        vendor_invoice_amount="129.50",
        priority=4,
    )
    assert answer.headers["Location"] == f"{order.get_absolute_url()}#general"
    order = reread(order)
    assert (order.number, order.vendor, order.vendor_order_number) == ("A-7", vendor, "NL 88")
    assert (order.vendor_invoice_number, str(order.vendor_invoice_amount)) == ("INV-1", "129.50")
    assert order.get_priority_display() == "Rush"


def test_saving_an_old_page_does_not_undo_what_a_colleague_did(as_staff, order, mia, statuses):
    old = edit_form(as_staff, order)
    advance(order, mia)
    Order.objects.filter(pk=order.pk).update(vendor_invoice_number="INV-9")
    answer = as_staff.post(f"/orders/{order.pk}/edit/", as_sent(old, vendor_order_number="NL 88"))
    assert answer.status_code == 302
    order = reread(order)
    assert (order.vendor_order_number, order.vendor_invoice_number) == ("NL 88", "INV-9")
    assert (order.status, order.status_sequence) == (statuses["Sent to lab"], 2)


def test_two_who_change_the_same_field_do_not_overwrite_each_other_unseen(as_staff, as_manager, order):
    old = edit_form(as_staff, order)
    as_manager.post(
        f"/orders/{order.pk}/edit/", as_sent(edit_form(as_manager, order), vendor_order_number="Mia's")
    )
    answer = as_staff.post(f"/orders/{order.pk}/edit/", as_sent(old, vendor_order_number="Sam's"))
    assert answer.status_code == 409
    assert "Meanwhile Mia Lindqvist changed Vendor Order No. (now “Mia&#x27;s”)." in answer.text
    assert reread(order).vendor_order_number == "Mia's"
    # What was typed is still there, and saving once more is a decision.
    again = as_sent(answer.context["general"])
    assert again["vendor_order_number"] == "Sam's"
    assert as_staff.post(f"/orders/{order.pk}/edit/", again).status_code == 302
    assert reread(order).vendor_order_number == "Sam's"


def test_saving_again_keeps_what_only_a_colleague_changed(as_staff, order):
    old = edit_form(as_staff, order)
    Order.objects.filter(pk=order.pk).update(vendor_order_number="Mia's", vendor_invoice_number="INV-9")
    answer = as_staff.post(f"/orders/{order.pk}/edit/", as_sent(old, vendor_order_number="Sam's"))
    as_staff.post(f"/orders/{order.pk}/edit/", as_sent(answer.context["general"]))
    order = reread(order)
    assert (order.vendor_order_number, order.vendor_invoice_number) == ("Sam's", "INV-9")


def test_two_who_change_it_to_the_same_agree(as_staff, order):
    old = edit_form(as_staff, order)
    Order.objects.filter(pk=order.pk).update(vendor_order_number="NL 88")
    answer = as_staff.post(f"/orders/{order.pk}/edit/", as_sent(old, vendor_order_number="NL 88"))
    assert answer.status_code == 302


def test_a_taken_number_is_refused_with_a_sentence(as_staff, order, make_order):
    other = make_order()
    answer = save(as_staff, order, number=other.number)
    assert answer.status_code == 422
    assert f"Another order has the number {other.number}." in answer.text
    # The page goes on showing the order as it is stored.
    assert f"<span>Order {order.number}</span>" in answer.text


@pytest.mark.parametrize("number", ["", "   ", "1" * 31, "ÄÖ-7", "1\x002"])
def test_a_number_that_cannot_be_is_refused(as_staff, order, number):
    assert save(as_staff, order, number=number).status_code == 422
    assert reread(order).number == order.number


def test_the_order_date_moves_the_first_due_date(as_staff, order):
    save(as_staff, order, order_date="2026-06-08")
    order = reread(order)
    assert (order.order_date, order.entered_status_on) == (date(2026, 6, 8), date(2026, 6, 8))
    assert order.status_due_date == date(2026, 6, 10)


def test_the_order_date_of_an_advanced_order_moves_no_due_date(as_staff, order, sam):
    advance(order, sam)
    due = reread(order).status_due_date
    save(as_staff, order, order_date="2026-06-08")
    assert (reread(order).order_date, reread(order).status_due_date) == (date(2026, 6, 8), due)


@pytest.mark.parametrize("day", ["2026-06-11", "not a day", ""])
def test_an_order_date_that_cannot_be_is_refused_and_nothing_else_is_saved(as_staff, order, day):
    answer = save(as_staff, order, order_date=day, vendor_order_number="NL 88")
    assert answer.status_code == 422
    assert reread(order).vendor_order_number == ""


def test_a_stored_amount_is_edited(as_staff, order):
    for amount in ("129.50", "0.10", "130"):
        assert save(as_staff, order, vendor_invoice_amount=amount).status_code == 302
    assert reread(order).vendor_invoice_amount == 130
    save(as_staff, order, vendor_invoice_amount="")
    assert reread(order).vendor_invoice_amount is None


@pytest.mark.parametrize("amount", ["-1", "1e99", "12345678901", "abc", "NaN"])
def test_an_amount_that_cannot_be_is_refused(as_staff, order, amount):
    assert save(as_staff, order, vendor_invoice_amount=amount).status_code == 422


def test_an_inactive_vendor_stays_with_its_order(as_staff, make_order, vendor):
    order = make_order(vendor=vendor)
    type(vendor).objects.update(is_inactive=True)
    assert save(as_staff, order, priority=3).status_code == 302
    assert reread(order).vendor == vendor


@pytest.mark.parametrize("kind", ["studio", "vendor"])
def test_notes_are_saved_by_themselves(as_staff, order, kind):
    page = as_staff.get(order.get_absolute_url())
    sent = as_sent(page.context[f"{kind}_notes"], **{f"{kind}_notes": "Warm.\nNo crop."})
    answer = as_staff.post(f"/orders/{order.pk}/{kind}-notes/", sent)
    assert answer.headers["Location"] == f"{order.get_absolute_url()}#{kind}-notes"
    assert getattr(reread(order), f"{kind}_notes") == "Warm.\nNo crop."
    # Lines that came from a browser are no change when they are sent again.
    again = as_sent(as_staff.get(order.get_absolute_url()).context[f"{kind}_notes"])
    assert as_staff.post(f"/orders/{order.pk}/{kind}-notes/", again).status_code == 302


def test_notes_of_two_people_do_not_overwrite_each_other_unseen(as_staff, order):
    old = as_staff.get(order.get_absolute_url()).context["studio_notes"]
    Order.objects.filter(pk=order.pk).update(studio_notes="Mia was here.")
    answer = as_staff.post(f"/orders/{order.pk}/studio-notes/", as_sent(old, studio_notes="Sam was here."))
    assert answer.status_code == 409
    assert "Mia was here." in answer.text
    assert "Sam was here." in answer.text
    assert reread(order).studio_notes == "Mia was here."


def test_a_complete_order_says_who_completed_it_and_when(as_staff, order, sam, statuses):
    advance(order, sam, to=statuses["Delivered"])
    page = as_staff.get(order.get_absolute_url())
    assert page.context["order"].is_complete
    assert re.search(r"<dt>Completed By</dt><dd>Sam Okafor</dd>", page.text)
    assert re.search(r"<dt>Completed Date</dt><dd><time[^>]*>Wed 10 Jun 2026", page.text)


def test_nobody_has_one_word_on_every_page_of_an_order(as_manager, order):
    assert order.assigned_user is None
    Order.objects.update(status_due_date=date(2020, 1, 6))
    pages = {
        "the hub": "/orders/",
        "Overdue": "/orders/overdue/",
        "the order": f"/orders/{order.pk}/",
        "its session": f"/sessions/{order.session_id}/",
        "Advance Status": f"/orders/{order.pk}/advance/",
        "many at once": f"/orders/advance/?order={order.pk}",
        "Reassign": f"/orders/{order.pk}/assign/",
        "many reassigned": f"/orders/reassign/?order={order.pk}",
        "a new task": "/tasks/new/",
    }
    for name, address in pages.items():
        page = as_manager.get(address).text
        main = page[page.index("<main") : page.index("</main>")]
        assert "Unassigned" in main, name
        assert "Nobody in particular" not in main, name


def test_status_notes_show_what_was_true_then(as_staff, order, sam, mia, statuses):
    with time_machine.travel("2026-06-16 12:00"):
        order = reread(order)
        plan = operations.plan_advance(order)
        operations.advance_status(
            order, plan, expected=1, by=mia, updated_by=sam, note="Lab was shut\nall week"
        )
    Status.objects.filter(description="Sent to lab").update(description="Renamed", description_key="renamed")
    type(sam).objects.filter(pk=sam.pk).update(last_name="Married")
    shown = as_staff.get(f"/orders/{order.pk}/edit/").text
    notes = shown[shown.index('id="status-notes"') :]
    for words in (
        "Images selected",
        "Sent to lab",
        "Tue 16 Jun 2026",
        "Fri 12 Jun 2026",
        "2 business days late",
        "Retouching",
        "Sam Okafor",
        "Mia Lindqvist",
        "Tue 16 Jun 2026, 12:00",
        "By hand",
        "Order created",
        "Lab was shut\nall week",
    ):
        assert words in notes, words


def queries_of(browser, order):
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(order.get_absolute_url()).status_code == 200
    return len(queries)


def fill(order, sam, mia, statuses, retouching):
    """Give every tab something more to show."""
    advance(order, sam, to=statuses["Images selected"])
    advance(order, sam, to=statuses["Sent to lab"])
    operations.hold_order(order, expected=None, by=mia, reason="Client is away")
    operations.resume_order(reread(order), expected=None, by=mia)
    ImageLine.objects.create(order=order, files="001-040", quantity_sent=40)
    Task.objects.create(order=order, title="By hand", department=retouching, created_by=sam)
    Communication.objects.create(order=order, summary="Called.", recorded_by=mia)
    outbox.deliver_due()


def test_the_page_costs_the_same_however_much_it_shows(as_staff, order, sam, mia, statuses, retouching):
    advance(order, sam)
    Trigger.objects.create(
        description="Send", status=statuses["Sent to lab"], task_title="Ship", department=retouching
    )
    fill(order, sam, mia, statuses, retouching)
    queries_of(as_staff, order)  # and reads what was set up
    before = queries_of(as_staff, order)
    for _ in range(3):
        fill(order, sam, mia, statuses, retouching)
    assert Task.objects.count() == 8
    assert StatusChange.objects.filter(order=order).count() == 10
    assert queries_of(as_staff, order) == before


def test_staff_sees_no_buttons_of_managers(as_staff, as_manager, order):
    staff, manager = (browser.get(order.get_absolute_url()).text for browser in (as_staff, as_manager))
    for button in ("Put on Hold", "Reassign"):
        assert button not in staff
        assert button in manager
    assert "Advance Status" in staff


@pytest.mark.parametrize("key", ["99999", "0", "9" * 30])
def test_an_order_that_is_not_there_is_not_found(as_staff, key):
    for address in ("", "edit/", "work-order/"):
        assert as_staff.get(f"/orders/{key}/{address}").status_code == 404


def test_a_number_is_kept_without_what_cannot_be_seen(as_staff, order):
    save(as_staff, order, number=" 00\u200b124\u202e\u200b")
    assert reread(order).number == "00124"


def test_a_number_differs_from_others_by_more_than_its_case(as_staff, order, make_order):
    make_order(number="ab-1")
    answer = save(as_staff, order, number="AB-1")
    assert answer.status_code == 422
    assert "Another order has the number AB-1." in answer.text


@pytest.mark.parametrize(
    ("typed", "kept"), [("12,50", "12.50"), ("1 234,50", "1234.50"), ("1.234,56", "1234.56"), ("1,234", None)]
)
def test_an_amount_is_kept_as_it_was_meant_or_not_at_all(as_staff, order, typed, kept):
    answer = save(as_staff, order, vendor_invoice_amount=typed)
    amount = reread(order).vendor_invoice_amount
    if kept is None:
        assert answer.status_code == 422
        assert "can be read in two ways. Write 1234.00, or 1.23." in answer.text
        assert amount is None
    else:
        assert str(amount) == kept
        # What the page shows is sent back as it is, and changes nothing.
        shown = as_staff.get(f"/orders/{order.pk}/edit/").text
        assert re.search(rf'name="vendor_invoice_amount"\s+value="{kept}"', shown)
        assert save(as_staff, order, vendor_invoice_amount=kept).status_code == 302
