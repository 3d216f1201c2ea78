"""The same form sent by several hands of one browser at the same moment: done once, and every answer is the same."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from preproduction import operations
from preproduction.models import Order, StatusChange
from tests.preproduction.test_advance_many import ADDRESS, choose
from tests.preproduction.test_advance_many import typed as typed_rows
from tests.preproduction.test_advance_page import address, page_of, typed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("preferences")]
HANDS = 6


def send_together(person, url, data):
    """Post `data` from HANDS threads at once; return their answers."""
    browsers = [Client() for _ in range(HANDS)]
    for browser in browsers:
        browser.force_login(person)
    start = Barrier(HANDS)

    def send(browser):
        try:
            start.wait(10)
            return browser.post(url, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(send, browsers))


def sequences(orders):
    return [Order.objects.get(pk=order.pk).status_sequence for order in orders]


def test_one_order_is_advanced_once(as_staff, sam, order):
    answers = send_together(sam, address(order), typed(page_of(as_staff, order)))
    assert {answer.status_code for answer in answers} == {302}
    assert sequences([order]) == [2]
    assert StatusChange.objects.filter(order=order).count() == 2


def test_each_of_many_is_advanced_once(as_staff, sam, make_order):
    orders = [make_order() for _ in range(4)]
    answers = send_together(sam, ADDRESS, typed_rows(choose(as_staff, orders)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.context["done"] for answer in answers} == {4}
    assert sequences(orders) == [2, 2, 2, 2]


def test_a_change_is_undone_once(sam, order):
    operations.advance_status(order, operations.plan_advance(order), expected=1, by=sam)
    answers = send_together(sam, reverse("preproduction:undo_order", args=[order.pk]), {"expected": 2})
    assert {answer.status_code for answer in answers} == {302}
    assert sequences([order]) == [3]


def test_of_forms_opened_separately_one_wins(as_staff, sam, order):
    """The control: without the shared key the others are refused, so it is the key that made twins agree."""
    pages = [typed(page_of(as_staff, order)) for _ in range(2)]
    answers = [as_staff.post(address(order), data).status_code for data in pages]
    assert answers == [302, 409]
    assert sequences([order]) == [2]
