"""A list costs the same number of queries however long it is.  The numbers are pinned; a change is a decision."""

from datetime import date

import pytest
import time_machine

from preproduction import operations
from triggers.models import Task

# Each: session, user, preferences, closed days, worked days, three of the notices; then its own.
PAGES = {
    # Five menus, the tabs' counts, keys, rows, saved views.
    "/orders/?per_page=100": 17,
    # Another count: no tab shows this one.
    "/orders/?state=all&per_page=100": 18,
    "/orders/?q=anna&per_page=100": 17,
    # Five menus, the matrix, count, keys, rows.
    "/orders/overdue/?per_page=100": 17,
}


@pytest.fixture
def grow(make_order, sam, mia, statuses, retouching, vendor):
    """Return a function that adds overdue orders, half of them assigned, and a task for each."""

    def make(count):
        for at in range(count):
            order = make_order(order_date=date(2026, 5, 1), vendor=vendor)
            if at % 2:
                operations.assign_order(
                    order, by=order.entered_by, expected=1, department=retouching, assigned_user=mia
                )
            Task.objects.create(title=f"Call about {order}", order=order, assigned_user=mia)

    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield make


@pytest.mark.parametrize("address", PAGES)
def test_lists_of_orders(as_manager, preferences, grow, django_assert_num_queries, address):
    for rows in (25, 100):
        grow(rows - 25 or 25)
        with django_assert_num_queries(PAGES[address]):
            page = as_manager.get(address)
        assert len(page.context["table"].page) == rows


def test_home(as_manager, mia, retouching, preferences, grow, django_assert_num_queries):
    mia.departments.add(retouching)
    for rows in (25, 75):
        grow(rows)
        with django_assert_num_queries(27):
            as_manager.get("/")


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
@pytest.mark.parametrize("address", ["/orders/", "/orders/overdue/"])
def test_exports(as_manager, preferences, grow, django_assert_num_queries, address, kind):
    for rows in (25, 75):
        grow(rows)
        with django_assert_num_queries(11):
            as_manager.get(address, {"export": kind})
