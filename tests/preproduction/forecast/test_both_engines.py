"""Two studios with the same history get the same forecast, whatever database keeps it: to the day and to the per cent."""

import hashlib
from datetime import timedelta

import pytest

from preproduction import operations
from preproduction.forecast import work
from preproduction.models import Forecast, Order
from tests.preproduction.forecast.conftest import TODAY

# Of the forecasts below, on SQLite as on PostgreSQL.  It changes with the method, and then on both alike.
DIGEST = "5f03a03c87900d18"
SAID = (
    *("on", "age", "cases", "usual_half", "usual_85", "usual_95", "leave_85", "leave_95"),
    *(
        "complete_cases",
        "complete_85",
        "complete_95",
        "leave_chance",
        "complete_chance",
        "is_at_risk",
        "chance",
    ),
)


@pytest.fixture
def forecast_orders(some_past, make_order, vendor, sam):
    """Forecast the open orders of a seeded past, and five new ones with due dates and promises; return how many."""
    some_past(120, seed=12, first="2026-01-12")
    for days in range(1, 6):
        order = make_order(order_date=TODAY, vendor=vendor if days % 2 else None)
        due = TODAY + timedelta(days=days)
        operations.change_due_date(order, expected=None, by=sam, due_date=due, reason="Client")
        soon = {"needed_by": TODAY + timedelta(days=3 * days), "needed_for": "Event", "reason": ""}
        operations.promise(order, expected=None, by=sam, **soon)
    while work.go_on():
        pass
    return Order.objects.open().count()


def digest():
    rows = Forecast.objects.order_by("order__number")
    lines = rows.values_list("order__number", "order__status__description", "vendor__name", *SAID)
    return hashlib.sha256("\n".join(map(repr, lines)).encode()).hexdigest()[:16]


def test_the_same_history_gives_the_same_forecasts_on_each_engine(forecast_orders):
    assert Forecast.objects.count() == forecast_orders > 10
    assert Forecast.objects.filter(is_at_risk=True).exists()
    assert digest() == DIGEST


def test_control_another_day_of_one_of_them_is_another_digest(forecast_orders):
    before = digest()
    Forecast.objects.filter(order=Order.objects.open().latest("pk")).update(complete_95=99)
    assert digest() != before
