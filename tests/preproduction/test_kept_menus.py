"""The menus above a list are drawn once for what they offer and what is chosen, and are right at once all the same."""

import pytest
from django.core.cache import caches

from preproduction.models import Status
from preproduction.templatetags import orders
from studio.models import Vendor

LISTS = ["/orders/", "/orders/overdue/"]


@pytest.fixture(autouse=True)
def emptied(preferences):
    caches["process"].clear()


@pytest.fixture
def drawn(monkeypatch):
    """Return a list that gets a line each time that menus are drawn."""
    lines, draw = [], orders.render_to_string
    monkeypatch.setattr(orders, "render_to_string", lambda *given: lines.append(given[0]) or draw(*given))
    return lines


@pytest.mark.parametrize("address", LISTS)
def test_the_same_menus_are_drawn_once(as_manager, statuses, drawn, address):
    first, second = (as_manager.get(address).text for _ in range(2))
    assert len(drawn) == 1
    assert menus(first) == menus(second)
    assert as_manager.get(f"{address}?sort=number&page=2").status_code == 200
    assert len(drawn) == 1


@pytest.mark.parametrize("address", LISTS)
def test_what_is_chosen_shows(as_manager, statuses, drawn, address):
    key = statuses["Delivered"].pk
    ticked = f'name="status" value="{key}" id="'
    for query, is_ticked in (("", False), (f"?status={key}", True), ("", False)):
        line = next(line for line in menus(as_manager.get(address + query).text) if ticked in line)
        assert ("checked" in line) is is_ticked
    assert len(drawn) == 2


@pytest.mark.parametrize("address", LISTS)
def test_a_new_or_renamed_row_is_offered_at_once(as_manager, statuses, vendor, address):
    as_manager.get(address)
    Vendor.objects.filter(pk=vendor.pk).update(name="The <b>other</b> lab")
    Status.objects.filter(pk=statuses["Delivered"].pk).update(is_inactive=True)
    text = as_manager.get(address).text
    assert "The &lt;b&gt;other&lt;/b&gt; lab" in text
    assert "Delivered (inactive)" in text


def test_what_is_wrong_is_said_where_it_was_typed(as_manager):
    assert "nonsense" not in "".join(menus(as_manager.get("/orders/").text))
    wrong = "".join(menus(as_manager.get("/orders/?due_from=nonsense").text))
    assert 'value="nonsense"' in wrong
    assert "error" in wrong
    assert 'value="nonsense"' not in "".join(menus(as_manager.get("/orders/").text))


def menus(text) -> list[str]:
    start = text.index('id="filter-set"')
    return text[start : text.index("filter-close", start)].splitlines()
