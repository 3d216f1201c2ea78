"""Previous and Next on an order that was opened from a list: the list's own order, filters kept."""

import re
from datetime import date
from html import unescape

import pytest
import time_machine

from preproduction import neighbours, operations
from preproduction.forms import list_page
from preproduction.models import Order
from preproduction.views import table_page


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def orders(make_order):
    """Three orders, the most pressing last in the order of their making."""
    return [make_order(order_date=date(2026, 6, day)) for day in (9, 8, 5)]


def row_links(browser, address="/orders/"):
    return [unescape(each) for each in re.findall(r'href="([^"]+)" data-row-link', browser.get(address).text)]


def step(browser, address, words):
    """Return where Previous or Next leads; None where there is none."""
    nav = re.search(r'<nav class="order-neighbours".*?</nav>', browser.get(address).text, re.S)[0]
    found = [
        unescape(href) for href, text in re.findall(r'href="([^"]+)">(.*?)</a>', nav, re.S) if words in text
    ]
    return found[0] if found else None


def key(address):
    return int(re.match(r"/orders/(\d+)/", address)[1])


def test_next_walks_through_the_list_as_it_is_sorted(as_staff, orders):
    address = row_links(as_staff)[0]
    walked = []
    while address:
        walked.append(key(address))
        address = step(as_staff, address, "Next")
    assert walked == [order.pk for order in reversed(orders)]


def test_previous_walks_back_and_the_place_is_told(as_staff, orders):
    last = row_links(as_staff)[-1]
    assert "3 of 3" in as_staff.get(last).text
    assert key(step(as_staff, last, "Previous")) == orders[1].pk


def test_filters_and_sort_of_the_list_are_kept(as_staff, orders, vendor):
    Order.objects.filter(pk__in=[orders[0].pk, orders[2].pk]).update(vendor=vendor)
    first, second = row_links(as_staff, f"/orders/?vendor={vendor.pk}&sort=-number")
    assert key(first) == orders[2].pk
    assert key(step(as_staff, first, "Next")) == key(second) == orders[0].pk
    assert step(as_staff, second, "Next") is None


def test_an_order_that_has_left_the_list_still_leads_to_the_next_one(as_staff, orders, statuses, sam):
    second = row_links(as_staff)[1]
    gone = Order.objects.get(pk=key(second))
    plan = operations.plan_advance(gone, to=statuses["Delivered"])
    operations.advance_status(gone, plan, expected=1, by=sam)
    assert key(step(as_staff, second, "Previous")) == orders[2].pk
    assert key(step(as_staff, second, "Next")) == orders[0].pk
    assert "Back to the list" in as_staff.get(second).text


def test_an_order_opened_from_the_end_of_a_long_list_has_its_neighbours(
    as_staff, orders, statuses, sam, monkeypatch
):
    monkeypatch.setattr(table_page, "MOST_COUNTED", 2)
    monkeypatch.setattr(list_page, "USUAL_SIZE", 2)
    last = row_links(as_staff, "/orders/?page=last")[-1]
    assert last.endswith("at=-1")
    assert "3 of 3" in as_staff.get(last).text
    assert key(step(as_staff, last, "Previous")) == orders[1].pk
    gone = Order.objects.get(pk=key(last))
    operations.advance_status(
        gone, operations.plan_advance(gone, to=statuses["Delivered"]), expected=1, by=sam
    )
    assert key(step(as_staff, last, "Previous")) == orders[1].pk
    assert step(as_staff, last, "Next") is None


def test_further_down_than_neighbours_are_read_there_is_a_way_back_to_the_list(as_staff, orders, monkeypatch):
    monkeypatch.setattr(neighbours, "MOST", 2)
    first, second, third = row_links(as_staff)
    assert "1 of 2+" in as_staff.get(first).text
    assert key(step(as_staff, second, "Next")) == key(third)
    for address in (third, third.replace("at=2", "at=-1")):
        assert "Back to the list" in as_staff.get(address).text
        assert step(as_staff, address, "Previous") is step(as_staff, address, "Next") is None


@pytest.mark.parametrize(
    "query",
    ["", "?list=", "?at=x", "?at=-1", "?list=state%3Dnonsense%26sort%3Dpassword&at=0", "?at=999999999"],
)
def test_an_order_opened_otherwise_or_with_nonsense_is_shown_all_the_same(as_staff, orders, query):
    assert as_staff.get(f"{orders[0].get_absolute_url()}{query}").status_code == 200


def test_a_long_list_costs_no_query_more(as_staff, orders, make_order, django_assert_num_queries):
    address = row_links(as_staff)[0]
    with django_assert_num_queries(40, exact=False) as few:
        as_staff.get(address)
    for _ in range(30):
        make_order()
    with django_assert_num_queries(len(few)):
        as_staff.get(address)
