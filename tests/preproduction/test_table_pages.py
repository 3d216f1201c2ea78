"""Lists whose pages have a set length: the address turns them, and does not say how long they are."""

import re
from datetime import date

import pytest
import time_machine

from preproduction import operations
from preproduction.models import Order
from preproduction.views import table_page
from studio import search

LISTS = ["/batches/", "/letters/", "/tasks/", "/triggers/queue/", "/maintenance/triggers/"]


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    "query", ["per_page=-1", "per_page=0", "page=0", "page=-1", "page=99", "page=x", "page=²"]
)
def test_no_number_in_an_address_breaks_a_list(address, query, preferences, as_administrator):
    assert as_administrator.get(f"{address}?{query}").status_code == 200


@pytest.fixture
def many(make_order, monkeypatch):
    """130 orders, where a page counts no further than 50; return their numbers, the newest first."""
    monkeypatch.setattr(table_page, "MOST_COUNTED", 50)
    order = make_order(number="N000", order_date=date(2026, 6, 10))
    like = {name: getattr(order, name) for name in ("session_id", "entered_by_id", "order_date", "status_id")}
    Order.objects.bulk_create(Order(number=f"N{at:03}", **like) for at in range(1, 130))
    return [f"N{at:03}" for at in reversed(range(130))]


def shown(browser, query):
    """Return the numbers of the orders on a page, and what it says how many there are."""
    page = browser.get(f"/orders/?state=all&per_page=25&{query}")
    numbers = [row.record.number for row in page.context["table"].page]
    return numbers, re.search(r"<p>(.+ of [\d,+]+) orders</p>", page.text)[1]


def test_many_orders_are_counted_only_where_somebody_goes_so_far(as_staff, many):
    assert shown(as_staff, "page=1") == (many[:25], "1–25 of 50+")
    assert shown(as_staff, "page=2") == (many[25:50], "26–50 of 50+")
    assert shown(as_staff, "page=3") == (many[50:75], "51–75 of 130")
    assert shown(as_staff, "page=4") == (many[75:100], "76–100 of 130")  # read from the end
    assert shown(as_staff, "page=6") == (many[125:], "126–130 of 130")
    assert shown(as_staff, "page=99") == (many[125:], "126–130 of 130")


def test_the_last_page_is_one_click_away_and_nobody_counts_for_it(as_staff, many):
    first = as_staff.get("/orders/?state=all&per_page=25").text
    assert link(first, "last").endswith("page=last")
    assert shown(as_staff, "page=last") == (many[105:], "Last 25 of 50+")
    assert shown(as_staff, "page=-2") == (many[80:105], "26–50 from the end, of 50+")
    # Further from the end than lists are counted, too.
    assert shown(as_staff, "page=-3") == (many[55:80], "51–75 from the end, of 130")
    assert shown(as_staff, "page=-6") == (many[:5], "126–130 from the end, of 130")
    for past in ("page=-7", "page=-99", f"page=-{10**15}"):
        assert shown(as_staff, past) == (many[:25], "1–25 of 130")
    assert shown(as_staff, f"page={10**15}") == (many[125:], "126–130 of 130")


def test_previous_shows_other_rows_each_time_and_next_takes_it_back(as_staff, many):
    def at(query):
        page = as_staff.get(f"/orders/{query}")
        return [row.record.number for row in page.context["table"].page], page.text

    query, seen, queries = "?state=all&per_page=25&page=last", [], []
    while query:
        numbers, text = at(query)
        seen, queries = numbers + seen, [*queries, query]
        query = link(text, "prev")
    assert seen == many
    back = link(at(queries[-1])[1], "next")
    while back:
        queries.pop()
        numbers, text = at(back)
        assert numbers == at(queries[-1])[0]
        back = link(text, "next")
    assert len(queries) == 1


def test_pages_lead_back_from_the_end(as_staff, many):
    last = as_staff.get("/orders/?state=all&per_page=25&page=last").text
    assert (link(last, "prev"), link(last, "next")) == ("?state=all&per_page=25&page=-2", None)
    assert re.search(r'rel="last"[^>]*aria-current="page"', last)
    assert '<a class="page-link" href="?state=all&amp;per_page=25&amp;page=1">' in last
    before = as_staff.get("/orders/?state=all&per_page=25&page=-2").text
    assert link(before, "prev") == "?state=all&per_page=25&page=-3"
    assert link(before, "next") == "?state=all&per_page=25&page=-1"
    assert not re.search(r'rel="last"[^>]*aria-current', before)


def test_a_short_list_has_its_numbers_from_the_end_too(as_staff, many, monkeypatch):
    monkeypatch.setattr(table_page, "MOST_COUNTED", 130)
    assert shown(as_staff, "page=last") == shown(as_staff, "page=6") == (many[125:], "126–130 of 130")
    assert shown(as_staff, "page=-6") == (many[:25], "1–25 of 130")
    assert link(as_staff.get("/orders/?state=all&per_page=25").text, "last") is None


def test_the_last_page_of_a_long_list_asks_for_no_count_of_it(as_staff, many, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as asked:
        as_staff.get("/orders/?state=all&per_page=25&page=last")
    counts = [query["sql"] for query in asked.captured_queries if "COUNT(" in query["sql"]]
    assert counts
    assert all("LIMIT" in sql for sql in counts)


def link(text, rel):
    found = re.search(rf'rel="{rel}"\s+href="([^"]+)"', text)
    return found and found[1].replace("&amp;", "&")


def test_a_list_that_is_sorted_otherwise_has_the_same_pages_from_both_ends(as_staff, many):
    numbers = [shown(as_staff, f"sort=due&page={page}")[0] for page in range(1, 7)]
    assert sorted(number for page in numbers for number in page) == sorted(many)
    assert shown(as_staff, "sort=-number&page=last")[0] == sorted(many)[24::-1]


def test_tabs_count_as_far_as_pages_do(as_staff, many, make_order, sam):
    operations.hold_order(make_order(), expected=None, by=sam, reason="Waits")
    for query in ("", "q=anna"):
        page = as_staff.get(f"/orders/?{query}")
        told = {tab["words"]: tab["count_words"] for tab in page.context["tabs"]}
        assert (told["Open"], told["Unassigned"], told["On hold"]) == ("50+", "50+", "1")
        assert told["All"] == ""
        assert page.context["table"].paginator.count_words == "50+"


def test_tabs_of_a_search_that_finds_very_many_are_not_counted(as_staff, many, monkeypatch):
    monkeypatch.setattr(search, "MOST_KEYS", 100)
    for typed, counts in (("anna", {""}), ("N12", {"0", "10"})):  # 130 and ten orders, which nobody has
        page = as_staff.get(f"/orders/?q={typed}")
        tabs = {tab["words"]: tab["count_words"] for tab in page.context["tabs"]}
        assert {tabs[words] for words in ("Open", "Late", "Unassigned", "On hold")} == counts
        assert page.context["table"].paginator.count_words == ("50+" if typed == "anna" else "10")


@pytest.mark.parametrize(("path", "part"), [("/orders/", "hub"), ("/orders/overdue/", "overdue")])
def test_a_search_while_typing_is_answered_with_the_list_alone(
    as_manager, preferences, make_order, path, part
):
    order = make_order(order_date=date(2026, 5, 1))
    typing = {"hx-request": "true", "hx-target": part}
    with time_machine.travel("2026-06-10 12:00", tick=False):
        whole = as_manager.get(f"{path}?q=anna")
        fragment = as_manager.get(f"{path}?q=anna", headers=typing)
        # A dialog, say, asks for another part; the back button asks for a page.
        others = [
            as_manager.get(f"{path}?q=anna", headers={"hx-request": "true", "hx-target": "page-dialog-body"}),
            as_manager.get(f"{path}?q=anna", headers=typing | {"hx-history-restore-request": "true"}),
        ]
    assert fragment.text.strip().startswith(f'<div id="{part}">')
    assert f">{order.number}</a>" in fragment.text
    assert "<title>" not in fragment.text
    assert 'class="order-filters"' not in fragment.text
    for page in (whole, *others):
        assert page.text.startswith("<!doctype html>")
        assert f'<div id="{part}">' in page.text
    assert len(fragment.content) < len(whole.content) - 15_000
