"""All that match can be worked on, not only the page of the list that one looks at."""

from datetime import date

import pytest

HUB = "/orders/"


@pytest.fixture
def many(make_order, preferences):
    return [make_order(number=f"N{n:02}", order_date=date(2026, 6, 1 + n % 9)) for n in range(30)]


def test_the_list_offers_all_of_more_than_a_page(as_manager, many):
    page = as_manager.get(HUB, {"per_page": "25"}).content.decode()
    assert "Select all 30" in page
    assert "Select all" not in as_manager.get(HUB, {"per_page": "50"}).content.decode().replace(
        "Select all rows", ""
    )


@pytest.mark.parametrize(("query", "count"), [("?", 30), ("?q=N0", 10), ("?q=nobody", 0)])
def test_all_that_match_are_advanced_or_reassigned(as_manager, many, query, count):
    asked = {"matching": query, "order": many[0].pk}
    page = as_manager.get("/orders/advance/", asked)
    assert len(page.context["batch"].rows) == count
    page = as_manager.get("/orders/reassign/", asked)
    assert len(page.context["ticked"] if page.context else []) == count


def test_without_it_the_ticked_ones_are(as_manager, many):
    page = as_manager.get("/orders/advance/", {"order": [many[0].pk, many[3].pk]})
    assert [row.order.number for row in page.context["batch"].rows] == ["N00", "N03"]


def test_more_than_can_be_taken_at_once_is_said(as_manager, many, monkeypatch):
    monkeypatch.setattr("preproduction.views.order_list.MOST_ORDERS", 26)
    page = as_manager.get(HUB, {"per_page": "25"}).content.decode()
    assert "Select the first 26 of 30" in page
    assert "Select all 30" not in page
    assert len(as_manager.get("/orders/reassign/", {"matching": "?"}).context["ticked"]) == 26
