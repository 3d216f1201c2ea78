"""Where a forecast is read: the order's page, Will be late on Overdue and on Home, the filters of the list of orders."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preproduction import operations
from preproduction.forecast import work
from preproduction.models import Order
from tests.preproduction.forecast.conftest import TODAY, noon

OVERDUE, FORECAST = "/orders/overdue/", "Forecast: "


def due(order, days, by):
    operations.change_due_date(
        order, expected=None, by=by, due_date=TODAY + timedelta(days=days), reason="Client"
    )


@pytest.fixture
def at_risk(some_past, make_order, vendor, sam):
    """Two orders that will hardly be in time, the second less than the first, and one that will."""
    some_past(100)
    risky, riskier, safe = (make_order(order_date=TODAY, vendor=vendor) for _ in range(3))
    due(risky, 2, sam)
    due(riskier, 1, sam)
    due(safe, 9, sam)
    work.go_on()
    return risky, riskier


def will_be_late(page):
    """Return the numbers of the orders under Will be late, in their order."""
    panel = re.search(r'<section class="[^"]*will-be-late.*?</section>', page.text, re.S)
    return re.findall(r"<a href=\"/orders/\d+/\">Order (\d+)</a>", panel[0]) if panel else []


def test_will_be_late_holds_the_orders_at_risk_the_least_likely_to_be_in_time_first(as_manager, at_risk):
    risky, riskier = at_risk
    page = as_manager.get(OVERDUE)
    assert will_be_late(page) == [riskier.number, risky.number]
    assert "half of those with Northlight Lab leave by" in page.text
    assert "555 0199" in page.text  # the lab's phone, to ask
    assert will_be_late(as_manager.get("/")) == [riskier.number, risky.number]


def test_above_it_stands_how_many_of_the_last_warnings_came_true(
    as_manager, at_risk, make_order, vendor, sam
):
    assert "warnings" not in as_manager.get(OVERDUE).text  # none has had its day yet
    with time_machine.travel(noon(TODAY + timedelta(days=2)), tick=False):
        another = make_order(order_date=TODAY, vendor=vendor)
        operations.advance_status(
            at_risk[0], operations.plan_advance(at_risk[0]), expected=None, by=sam
        )  # in time after all, and on its way
        due(another, 3, sam)
        work.go_on()
        told = " ".join(as_manager.get(OVERDUE).text.split())
        assert "Of the last 2 warnings 1 came true." in told


def test_it_follows_the_filters_of_the_page(as_manager, at_risk, vendor):
    assert len(will_be_late(as_manager.get(f"{OVERDUE}?vendor={vendor.pk}"))) == 2
    assert not will_be_late(as_manager.get(f"{OVERDUE}?vendor=none"))


def test_what_is_more_than_one_can_act_on_is_a_link(as_manager, at_risk, monkeypatch):
    assert "All orders at risk" not in as_manager.get(OVERDUE).text
    monkeypatch.setattr("preproduction.views.overdue.MOST_RISKS", 1)
    page = as_manager.get(OVERDUE)
    assert will_be_late(page) == [at_risk[1].number]
    assert "All orders at risk" in page.text


def numbers(page):
    return {order.record.number for order in page.context["table"].page.object_list}


def test_the_list_of_orders_finds_what_is_at_risk(as_staff, at_risk):
    assert numbers(as_staff.get("/orders/?at_risk=on")) == {order.number for order in at_risk}


def test_an_order_that_changed_since_is_not_at_risk_until_it_is_forecast_again(as_staff, at_risk, sam):
    risky, riskier = at_risk
    due(riskier, 9, sam)
    assert numbers(as_staff.get("/orders/?at_risk=on")) == {risky.number}
    work.go_on()
    assert numbers(as_staff.get("/orders/?at_risk=on")) == {risky.number}


def test_what_is_late_by_now_is_on_the_first_part_only(as_manager, at_risk):
    with time_machine.travel(noon(TODAY + timedelta(days=2)), tick=False):
        page = as_manager.get(OVERDUE)
        assert will_be_late(page) == [at_risk[0].number]
        assert numbers(page) >= {at_risk[1].number}


def test_the_page_of_an_order_says_by_when_it_is_complete_and_why_it_is_at_risk(
    as_staff, at_risk, make_order
):
    page = as_staff.get(at_risk[0].get_absolute_url()).text
    assert FORECAST in page
    assert "in 85 of 100 cases like it" in page
    assert "At risk" in page
    assert FORECAST not in as_staff.get(make_order().get_absolute_url()).text


def test_a_complete_order_has_no_forecast(as_staff, at_risk, statuses, sam):
    order = Order.objects.select_related("status").get(pk=at_risk[0].pk)
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=None, by=sam)
    assert FORECAST not in as_staff.get(order.get_absolute_url()).text


def test_due_this_week_ends_on_sunday(as_staff, make_order, preferences, sam):
    with time_machine.travel(noon(TODAY), tick=False):
        orders = [make_order(order_date=TODAY) for _ in range(3)]
        for order, days in zip(orders, (0, 4, 5), strict=True):
            due(order, days, sam)
        assert numbers(as_staff.get("/orders/?due_this_week=on")) == {order.number for order in orders[:2]}


def test_the_list_of_orders_has_it_as_a_column_without_a_query_more(as_manager, at_risk):
    def shown(columns):
        with CaptureQueriesContext(connection) as queries:
            page = as_manager.get("/orders/", {"columns": columns})
        return page.text, len(queries)

    shown("client")
    _, without = shown("client.vendor")
    text, queries = shown("client.vendor.at_risk")
    assert queries == without
    numbers = set(Order.objects.at_risk(TODAY).values_list("number", flat=True))
    assert numbers >= {order.number for order in at_risk}
    rows = [row for row in text.split("<tr")[1:] if ">At risk<" in row.split("</tr>")[0]]
    assert len(rows) == len(numbers)
    assert all(any(f">{number}<" in row for row in rows) for number in numbers)
    # The question to a loaded row and the one to the database are one.
    for order in Order.objects.select_related("forecast"):
        assert order.is_at_risk(TODAY) == (order.number in numbers)
