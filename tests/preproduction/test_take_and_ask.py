"""What staff may do beyond their own orders: take one that nobody has, and ask for a hold."""

import html
import re

import pytest
import time_machine

from preproduction import operations
from preproduction.models import Hold, Order, OrderEvent, Status, StatusList
from tests.sending import as_sent
from triggers.models import Task


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def reread(order):
    return Order.objects.get(pk=order.pk)


def ask(browser, order, reason="Client is away"):
    address = f"/orders/{order.pk}/hold/ask/"
    return browser.post(address, as_sent(browser.get(address).context["form"], reason=reason))


def take(browser, order, expected=1):
    return browser.post(f"/orders/{order.pk}/take/", {"expected": expected})


@pytest.mark.parametrize("where", ["order", "home", "hub"])
def test_staff_take_an_order_of_their_department(as_staff, order, sam, where):
    address = {"order": order.get_absolute_url(), "home": "/", "hub": "/orders/"}[where]
    assert f"/orders/{order.pk}/take/" in as_staff.get(address).text
    assert take(as_staff, order).status_code == 302
    assert reread(order).assigned_user == sam
    assert OrderEvent.objects.get(kind="assigned").by == sam
    assert f"/orders/{order.pk}/take/" not in as_staff.get(order.get_absolute_url()).text


def test_from_a_row_of_the_hub_it_leads_back_to_the_same_list(as_staff, order, sam):
    page = as_staff.get("/orders/", {"unassigned": "on", "q": order.number})
    (address,) = re.findall(r'action="(/orders/\d+/take/[^"]*)"', page.text)
    answer = as_staff.post(html.unescape(address), {"expected": 1})
    assert answer.headers["Location"] == f"/orders/?unassigned=on&q={order.number}"
    assert reread(order).assigned_user == sam


@pytest.mark.parametrize("reason", ["department", "owner", "complete"])
def test_a_row_offers_only_what_can_be_taken(as_staff, order, shipping, mia, statuses, reason):
    operations.hold_order(order, expected=1, by=mia, reason="Away")
    assert "/take/" in as_staff.get("/orders/").text  # on hold, too
    operations.resume_order(order, expected=2, by=mia)
    if reason == "complete":
        plan = operations.plan_advance(reread(order), to=statuses["Delivered"])
        operations.advance_status(order, plan, expected=3, by=mia)
    else:
        owner = {"department": order.department, "assigned_user": mia}
        owner |= {"department": shipping, "assigned_user": None} if reason == "department" else {}
        operations.assign_order(order, expected=3, by=mia, **owner)
    assert "/take/" not in as_staff.get("/orders/", {"state": "all"}).text


def test_an_order_of_another_department_is_neither_offered_nor_given(as_staff, order, shipping, mia):
    operations.assign_order(order, expected=1, by=mia, department=shipping, assigned_user=None)
    assert "/take/" not in as_staff.get(order.get_absolute_url()).text
    answer = take(as_staff, order, expected=2)
    assert (answer.status_code, "not of a department of yours" in answer.text) == (409, True)
    assert reread(order).assigned_user is None


def test_what_a_colleague_has_taken_stays_theirs(as_staff, order, mia, retouching):
    mia.departments.add(retouching)
    operations.take_order(order, expected=1, by=mia)
    answer = take(as_staff, order)
    assert (answer.status_code, "Mia Lindqvist gave" in answer.text) == (409, True)
    assert reread(order).assigned_user == mia


def test_a_manager_grants_the_hold_that_staff_asked_for_in_one_click(as_staff, as_manager, order, sam, mia):
    assert "Ask for a Hold" in as_staff.get(order.get_absolute_url()).text
    assert ask(as_staff, order).status_code == 302
    page = as_staff.get(order.get_absolute_url()).text
    assert "Sam Okafor asks to put it on hold" in page
    assert "Grant" not in page
    assert "Ask for a Hold" not in page
    assert "Holds asked for" in as_manager.get("/").text
    assert "Holds asked for" not in as_staff.get("/").text
    sent = {"expected": 1, "request": Task.objects.get().pk}
    for home_or_order in ("/", order.get_absolute_url()):
        assert f'name="request" value="{sent["request"]}"' in as_manager.get(home_or_order).text
    assert as_manager.post(f"/orders/{order.pk}/hold/grant/", sent).status_code == 302
    hold = Hold.objects.get()
    assert (hold.reason, hold.started_by) == ("Client is away", mia)
    assert Task.objects.get().done_by == mia
    assert list(OrderEvent.objects.values_list("kind", "by")) == [
        ("created", sam.pk),
        ("asked", sam.pk),
        ("held", mia.pk),
    ]
    assert "Holds asked for" not in as_manager.get("/").text


def test_a_manager_declines_with_a_word(as_staff, as_manager, order, mia):
    ask(as_staff, order)
    address = f"/orders/{order.pk}/hold/decline/"
    form = as_sent(as_manager.get(address).context["form"], answer="The lab has begun")
    assert as_manager.post(address, form).status_code == 302
    assert not Hold.objects.exists()
    assert OrderEvent.objects.get(kind="declined").note == "The lab has begun"
    assert "Hold declined" in as_staff.get(order.get_absolute_url()).text
    answer = as_manager.post(address, form)
    assert (answer.status_code, "has answered the request" in answer.text) == (409, True)


def test_granting_is_about_the_request_that_the_page_showed(as_staff, as_manager, order, mia):
    ask(as_staff, order)
    first = Task.objects.get().pk
    operations.decline_hold(order, request=first, by=mia, answer="Not yet")
    ask(as_staff, order, reason="The client has changed her mind")
    answer = as_manager.post(f"/orders/{order.pk}/hold/grant/", {"expected": 1, "request": first})
    assert (answer.status_code, "answered that request meanwhile" in answer.text) == (409, True)
    assert not Hold.objects.exists()
    assert as_manager.post(f"/orders/{order.pk}/hold/grant/", {"expected": 1}).status_code == 422


def test_putting_it_on_hold_by_hand_answers_the_request(as_staff, order, mia):
    ask(as_staff, order)
    operations.hold_order(reread(order), expected=1, by=mia, reason="Fire")
    assert not Task.objects.waiting().exists()


@pytest.mark.parametrize("way", ["advance", "replace", "without statuses"])
def test_completing_the_order_closes_the_request_and_undo_opens_it_again(
    as_staff, order, mia, ada, statuses, way
):
    final = statuses["Delivered"]
    if way == "without statuses":
        operations.create_order(order.session, by=mia)
        Status.objects.update(is_initial=False, is_inactive=True)
        order = operations.create_order(order.session, by=mia)
    if way == "replace":
        Status.objects.update(is_initial=False)
    ask(as_staff, order)
    if way == "advance":
        plan = operations.plan_advance(reread(order), to=final)
        operations.advance_status(order, plan, expected=1, by=mia)
    elif way == "replace":
        version = StatusList.current_version()
        operations.replace_status(order.status, replacement=final, expected=version, by=ada)
    else:
        operations.complete_order(order, expected=1, by=mia)
    request = Task.objects.get()
    assert (request.done_at is not None, request.outcome) == (True, "The order was completed.")
    operations.undo_last_change(order, expected=2, by=ada)
    request.refresh_from_db()
    assert (request.done_at, request.done_by, request.outcome) == (None, None, "")
    assert "Sam Okafor asks to put it on hold" in as_staff.get(order.get_absolute_url()).text


def test_nobody_asks_twice_nor_without_a_reason(as_staff, order):
    assert ask(as_staff, order, reason=" ").status_code == 422
    ask(as_staff, order)
    answer = ask(as_staff, order, reason="Again")
    assert (answer.status_code, "Sam Okafor has asked already: “Client is away”." in answer.text) == (
        422,
        True,
    )
    assert Task.objects.count() == 1


def test_a_request_is_in_neither_list_of_tasks_and_calls(as_staff, as_manager, order):
    ask(as_staff, order)
    for address in ("/tasks/?show=all", "/calls/?show=all"):
        assert "Client is away" not in as_manager.get(address).text
