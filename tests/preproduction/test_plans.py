"""Which indexes the pages people open most are read by: with the database's statistics and without them.

On SQLite nobody makes them unless asked, and a list must be quick either way.
"""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preproduction import operations
from preproduction.models import Forecast, Order, StatusChange


@pytest.fixture
def some_years(make_order, statuses, sam):
    """A studio of some years: 3,000 complete orders around 300 open ones, each with two rows of Status Notes."""
    order = make_order(order_date=date(2026, 6, 1))
    plan = operations.plan_advance(order)
    operations.advance_status(order, plan, expected=order.version, by=sam)
    order.refresh_from_db()
    of_all = {name: getattr(order, name) for name in ("session_id", "order_date", "entered_by_id")}
    done = {**of_all, "is_complete": True, "completed_on": order.order_date, "status": statuses["Delivered"]}
    due = {**of_all, "status_id": order.status_id, "status_due_date": order.status_due_date}
    made = Order.objects.bulk_create(Order(number=f"OLD-{at}", **done) for at in range(3000))
    made += Order.objects.bulk_create(Order(number=f"NEW-{at}", **due) for at in range(300))
    first, second = order.status_changes.order_by("sequence").values()
    StatusChange.objects.bulk_create(
        StatusChange(**{**row, "id": None, "order_id": each.pk, "ends_id": None})
        for row in (first, second)
        for each in made
    )
    return order


def with_statistics():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def without_statistics():
    """Only on SQLite, where nobody makes them: PostgreSQL's server makes its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if cursor.fetchone():
            cursor.execute("DELETE FROM sqlite_stat1")
            cursor.execute("ANALYZE sqlite_master")  # reads what there is, and there is nothing


def plans_of(browser, address, table):
    """Return the plans of the statements by which the page at `address` reads `table`."""
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    plans = []
    with connection.cursor() as cursor:
        for query in queries:
            if f'FROM "{table}"' in query["sql"]:
                cursor.execute(f"{explain} {query['sql']}".replace("%", "%%"), None)
                plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    assert plans, f"{address} does not read {table}"
    return plans


READ_BY = [
    # The tabs' counts; the keys of the page.
    ("/orders/", "preproduction_order", "preproduction_order_open"),
    ("/orders/?state=complete", "preproduction_order", "preproduction_order_complete"),
    ("/orders/?state=all", "preproduction_order", "preproduction_order_newest"),
    ("/orders/overdue/", "preproduction_order", "preproduction_order_open"),
    ("/", "preproduction_statuschange", "preproduction_change_to_user"),
    ("order", "preproduction_statuschange", "preproduction_statuschange_sequence_unique"),
]
BY_ORDER = "(order_id=?)"  # SQLite calls the index of a constraint by a name of its own


def test_pages_are_read_by_their_indexes(as_manager, some_years, preferences):
    states = [with_statistics, *([without_statistics] if connection.vendor == "sqlite" else [])]
    for statistics in states:
        statistics()
        for address, table, index in READ_BY:
            page = some_years.get_absolute_url() if address == "order" else address
            plans = plans_of(as_manager, page, table)
            case = (statistics.__name__, address, plans)
            assert any(
                index in plan or (index.endswith("sequence_unique") and BY_ORDER in plan) for plan in plans
            ), case
            if table == "preproduction_statuschange":
                assert not any(reads_all(plan) for plan in plans), case


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks at how many rows there are")
@pytest.mark.parametrize("address", ["/", "/orders/?for_me=on", "/orders/?unassigned=on"])
def test_what_waits_for_somebody_is_found_among_open_orders(as_manager, some_years, mia, address):
    """By the indexes of the open ones: those by which a user or a department is looked up hold the complete ones, too."""
    mia.departments.add(some_years.department)
    of_all = ("preproduction_order_assigned_user_id", "preproduction_order_department_id")
    for statistics in (without_statistics, with_statistics):
        statistics()
        plans = plans_of(as_manager, address, "preproduction_order")
        assert not any(index in plan for plan in plans for index in of_all), plans


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks at how many rows there are")
@pytest.mark.parametrize("address", ["/", "/orders/overdue/", "/orders/?at_risk=on"])
def test_what_is_at_risk_is_found_among_forecasts_that_say_so(as_manager, some_years, address):
    stay = some_years.status_changes.latest("sequence")
    Forecast.objects.bulk_create(
        Forecast(
            order=order,
            version=order.version,
            stay=stay,
            on=date(2026, 6, 10),
            age=1,
            cases=40,
            complete_cases=40,
            is_at_risk=at < 3,
            chance=20,
        )
        for at, order in enumerate(Order.objects.open())
    )
    for statistics in (without_statistics, with_statistics):
        statistics()
        plans = [plan for plan in plans_of(as_manager, address, "preproduction_order") if "forecast" in plan]
        assert plans
        assert all("preproduction_forecast_risks" in plan for plan in plans), plans


def reads_all(plan):
    """Whether a plan reads all Status Notes, under their own name or another."""
    return re.search(r"Seq Scan on preproduction_statuschange|SCAN (preproduction_statuschange|T\d)\b", plan)


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL does so only where there are far more rows"
)
def test_control_joining_what_was_undone_reads_all_status_notes(some_years):
    """What the order's page did until November 2026: 12 seconds at a million orders."""
    with_statistics()
    assert reads_all(some_years.status_changes.select_related("undone_by").explain())
