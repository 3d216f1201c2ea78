"""Needed By: set on making an order and by hand, shown, searched by, printed, told, and kept in History."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from preproduction import operations
from preproduction.models import Order, OrderEvent
from preproduction.operations import erase
from tests.sending import as_sent


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def change(browser, order, **typed):
    address = f"/orders/{order.pk}/needed-by/change/"
    form = browser.get(address).context["form"]
    return browser.post(address, as_sent(form, **typed))


def promised(order, mia, day=date(2026, 6, 26), needed_for="Viewing appointment", **said):
    said = {"reason": "", "expected": None, **said}
    return operations.promise(order, needed_by=day, needed_for=needed_for, by=mia, **said)


def now(order):
    return Order.objects.get(pk=order.pk)


def advance(order, by, to=None):
    order = Order.objects.select_related("status").get(pk=order.pk)
    return operations.advance_status(order, operations.plan_advance(order, to=to), expected=None, by=by)


def test_it_is_said_on_making_the_order(as_staff, session, statuses):
    address = f"/sessions/{session.pk}/new-order/"
    form = as_staff.get(address).context["form"]
    answer = as_staff.post(address, as_sent(form, needed_for="Retake day"))
    assert "Say by when it is needed" in answer.text
    as_staff.post(address, as_sent(form, needed_by="2026-06-26", needed_for="Retake day"))
    order = Order.objects.get()
    assert (order.needed_by, order.needed_for) == (date(2026, 6, 26), "Retake day")
    assert OrderEvent.objects.get(kind="created").after["needed_by"] == "2026-06-26"


def test_the_page_says_it_once_with_the_plan_behind_it(as_staff, order):
    assert "Change Needed By" in as_staff.get(order.get_absolute_url()).text
    answer = change(as_staff, order, needed_by="2026-06-26", needed_for="Viewing appointment")
    assert answer.headers["Location"] == order.get_absolute_url()
    page = as_staff.get(order.get_absolute_url()).text
    # Due on Fri 12; 3 + 5 business days back from Fri 26 is Tue 16.
    assert "2 business days of slack" in page
    assert "Viewing appointment" in page
    plan = as_staff.get(f"/orders/{order.pk}/needed-by/").text
    for words in ("Images selected", "Tue 16 Jun 2026", "Sent to lab", "Tue 23 Jun 2026", "Fri 26 Jun 2026"):
        assert words in plan, words
    assert "On the shelf" not in plan


def test_moving_it_needs_a_reason_and_stays_in_history(as_staff, order, mia):
    promised(order, mia)
    refused = change(as_staff, order, needed_by="2026-07-03")
    assert refused.status_code == 422
    assert "Say why the promise is moved." in refused.text
    assert now(order).needed_by == date(2026, 6, 26)
    change(as_staff, order, needed_by="2026-07-03", reason="The client is away")
    event = OrderEvent.objects.filter(kind="promised").last()
    assert (event.before["needed_by"], event.after["needed_by"]) == ("2026-06-26", "2026-07-03")
    page = as_staff.get(order.get_absolute_url()).text
    assert "The client is away" in page
    # What for is only a word: it may be corrected without a reason.
    assert change(as_staff, order, needed_for="Event").status_code == 302
    assert now(order).needed_for == "Event"


def test_it_can_be_taken_back(as_staff, order, mia):
    promised(order, mia)
    assert "take out what for" in change(as_staff, order, needed_by="", reason="No hurry").text
    change(as_staff, order, needed_by="", needed_for="", reason="No hurry")
    assert (now(order).needed_by, now(order).needed_for) == (None, "")
    assert "is not needed by any day" in as_staff.get(f"/orders/{order.pk}/needed-by/").text


def test_from_an_outdated_page_nothing_is_changed_and_what_was_typed_is_kept(as_staff, order, mia):
    address = f"/orders/{order.pk}/needed-by/change/"
    form = as_sent(as_staff.get(address).context["form"], needed_by="2026-06-26", needed_for="Event")
    operations.hold_order(order, expected=None, by=mia, reason="Client is away")
    answer = as_staff.post(address, form)
    assert answer.status_code == 409
    assert "Mia Lindqvist put" in answer.text
    assert 'value="Event"' in answer.text
    assert now(order).needed_by is None


def test_a_complete_order_is_not_needed_any_more(as_staff, order, statuses, mia):
    promised(order, mia)
    advance(order, mia, statuses["Delivered"])
    answer = change(as_staff, order, needed_by="2026-07-03", reason="Why not")
    assert answer.status_code == 422
    assert "is complete" in answer.text
    assert "Change Needed By" not in as_staff.get(order.get_absolute_url()).text


def test_hold_and_undo_leave_it_as_it_is(order, statuses, mia):
    advance(order, mia)
    promised(now(order), mia)
    # It is no reason not to undo the status change before it.
    operations.undo_last_change(now(order), expected=None, by=mia)
    operations.hold_order(now(order), expected=None, by=mia, reason="Client is away")
    assert (now(order).needed_by, now(order).status) == (date(2026, 6, 26), statuses["Images selected"])


@pytest.fixture
def three(make_order, mia):
    """Return orders with a broken promise, with another, and without one."""
    broken, kept, none = make_order(), make_order(), make_order()
    promised(broken, mia, date(2026, 6, 9))
    operations.hold_order(now(broken), expected=None, by=mia, reason="Client is away")
    promised(kept, mia, date(2026, 6, 10))
    return broken, kept, none


def listed(browser, query):
    return [row.record.number for row in browser.get(f"/orders/?{query}").context["table"].page.object_list]


def test_the_list_filters_and_sorts_by_it(as_staff, three):
    broken, kept, none = (order.number for order in three)
    assert listed(as_staff, "promise_broken=on") == [broken]
    assert listed(as_staff, "needed_from=2026-06-10&needed_to=2026-06-11") == [kept]
    assert listed(as_staff, "columns=client.needed_by&sort=-needed_by") == [kept, broken, none]
    page = as_staff.get("/orders/?columns=client.needed_by.needed_for").text
    assert "Needed By" in page
    assert "Viewing appointment" in page


def test_a_broken_promise_is_told_on_hold_too(as_staff, three):
    assert "promise broken" in as_staff.get(three[0].get_absolute_url()).text
    assert "promise broken" not in as_staff.get(three[1].get_absolute_url()).text
    for order in three:
        order = now(order)
        assert order.is_promise_broken() == Order.objects.promise_broken(date(2026, 6, 10)).contains(order)


def test_both_papers_print_it(as_staff, order, mia):
    promised(order, mia)
    for kind in ("work-order", "purchase-order"):
        paper = PdfReader(BytesIO(as_staff.get(f"/orders/{order.pk}/{kind}/").content))
        assert "Needed By" in paper.pages[0].extract_text(), kind


def test_messages_can_say_it(order, mia):
    promised(order, mia)
    advance(order, mia)
    told = now(order).status_changes.order_by("-sequence").first().payload()["fields"]
    assert told["order.needed_by"] == "26 June 2026"


def test_erasing_the_client_takes_what_for_out(order, statuses, mia):
    promised(order, mia, needed_for="Wedding of Anna")
    advance(order, mia, statuses["Delivered"])
    operations.erase_client(order.client, by=mia)
    assert now(order).needed_for == erase.ERASED
    assert "Anna" not in str(list(OrderEvent.objects.values_list("before", "after")))
