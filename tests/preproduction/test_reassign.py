"""Reassign: a manager gives the current status of an order to somebody else."""

import pytest

from preproduction import operations
from preproduction.models import Order
from tests.sending import as_sent

pytestmark = pytest.mark.usefixtures("preferences")


def form_of(browser, order):
    return browser.get(f"/orders/{order.pk}/assign/").context["form"]


def test_a_manager_reassigns(as_manager, order, shipping, ada):
    sent = as_sent(form_of(as_manager, order), department=shipping.pk, assigned_user=ada.pk)
    answer = as_manager.post(f"/orders/{order.pk}/assign/", sent)
    assert answer.headers["Location"] == order.get_absolute_url()
    order = Order.objects.get()
    assert (order.department, order.assigned_user) == (shipping, ada)


def test_an_order_can_be_left_to_nobody(as_manager, order):
    as_manager.post(f"/orders/{order.pk}/assign/", as_sent(form_of(as_manager, order), department=""))
    assert Order.objects.unassigned().get().department is None


def test_who_is_slower_reads_that_it_moved(as_manager, order, sam, ada):
    old = as_sent(form_of(as_manager, order), assigned_user=ada.pk)
    operations.advance_status(order, operations.plan_advance(order), expected=1, by=sam)
    answer = as_manager.post(f"/orders/{order.pk}/assign/", old)
    assert answer.status_code == 409
    assert "Sam Okafor moved Order 1001 to Sent to lab" in answer.text
    assert Order.objects.get().assigned_user is None
    # The fresh form on the answer does it.
    again = as_sent(answer.context["form"], assigned_user=ada.pk)
    assert as_manager.post(f"/orders/{order.pk}/assign/", again).status_code == 302


def test_a_complete_order_has_no_owner(as_manager, order, sam, statuses, ada):
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=1, by=sam)
    answer = as_manager.post(f"/orders/{order.pk}/assign/", as_sent(form_of(as_manager, order)))
    assert answer.status_code == 422
    assert "is complete" in answer.text


def test_people_who_left_are_not_offered(as_manager, order, sam):
    type(sam).objects.filter(pk=sam.pk).update(is_active=False)
    assert sam not in form_of(as_manager, order).fields["assigned_user"].queryset


@pytest.mark.parametrize("expected", ["", "x", "-1", "99"])
def test_a_broken_request_is_answered(as_manager, order, expected):
    answer = as_manager.post(f"/orders/{order.pk}/assign/", {"expected": expected})
    assert answer.status_code in {409, 422}


def test_staff_may_not(as_staff, order):
    assert as_staff.get(f"/orders/{order.pk}/assign/").status_code == 403
    assert as_staff.post(f"/orders/{order.pk}/assign/", {"expected": 1}).status_code == 403
