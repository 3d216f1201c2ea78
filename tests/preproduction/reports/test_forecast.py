"""How much of what was forecast has held: counted from what was said then and what became of it."""

from datetime import timedelta

import pytest
import time_machine

from preproduction import operations
from preproduction.forecast import notes, work
from preproduction.forecast.outcomes import WARNING, outcomes
from preproduction.models import Order, Prediction
from studio import work_calendar
from tests.preproduction.forecast.conftest import TODAY, noon, on_a_wednesday, some_past  # noqa: F401

ADDRESS = "/reports/forecast/"


def after(days):
    return time_machine.travel(noon(TODAY + timedelta(days=days)), tick=False)


def known(days, order):
    """Return what is known so many days later of `order`: (of, said) to whether it held."""
    on, calendar = TODAY + timedelta(days=days), work_calendar.load()
    with after(days):
        found = outcomes(TODAY - timedelta(days=1), today=on, calendar=calendar)
    keys = {order.stay_id} if isinstance(order, Order) else order
    of_stay = Prediction.objects.filter(stay__in=keys).values_list("vendor", "on")
    return {(each.of, each.said): each.held for each in found if (each.vendor, each.on) in set(of_stay)}


def due_in(days, order):
    day = TODAY + timedelta(days=days)
    operations.change_due_date(order, expected=None, by=order.entered_by, due_date=day, reason="Client")


@pytest.fixture
def order(some_past, make_order, vendor):  # noqa: F811
    """One that was forecast today, at a status where the others took 2 to 5 business days."""
    notes._experience.cache_clear()
    some_past(100)
    order = make_order(order_date=TODAY, vendor=vendor)
    due_in(9, order)
    work.go_on()
    Prediction.objects.get(stay=order.stay_id, kind="said")
    return order


def advance(order, by, to=None):
    order = Order.objects.select_related("status").get(pk=order.pk)
    plan = operations.plan_advance(order, to=to)
    return operations.advance_status(order, plan, expected=None, by=by, note="Complete")


def test_nothing_is_known_before_the_day_has_passed_though_the_order_was_sooner(order, sam):
    with after(1):
        advance(order, sam)
    assert known(2, order) == {}
    assert known(9, order) == {("leaving", 85): True, ("leaving", 95): True}


def test_an_order_that_is_still_there_has_not_held(order):
    assert known(12, order) == {("leaving", 85): False, ("leaving", 95): False}
    assert known(60, order) == {(of, said): False for of in ("leaving", "completing") for said in (85, 95)}


def test_days_on_hold_are_taken_out(order, mia, sam):
    with after(1):
        operations.hold_order(order, expected=None, by=mia, reason="Client is away")
    assert known(30, order) == {}
    with after(30):
        operations.resume_order(order, expected=None, by=mia)
        advance(order, sam)
    assert known(31, order)["leaving", 95] is True


def test_completing_is_counted_from_the_beginning_of_the_stay(order, statuses, sam):
    with after(2):
        advance(order, sam)
    with after(8):
        advance(order, sam, to=statuses["Delivered"])
    assert known(60, order) == {(of, said): True for of in ("leaving", "completing") for said in (85, 95)}


def test_what_was_undone_or_withdrawn_is_left_out(order, statuses, sam, mia):
    with after(1):
        undone = advance(order, sam)
        work.go_on()
        operations.undo_last_change(order, expected=None, by=mia)
    assert Prediction.objects.filter(stay=undone).exists()
    calendar = work_calendar.load()
    with after(60):
        found = outcomes(TODAY, today=TODAY + timedelta(days=60), calendar=calendar)
        assert {each.status for each in found} == {statuses["Images selected"].pk}
        operations.withdraw_order(order, expected=None, by=mia, reason="A twin")
        assert outcomes(TODAY, today=TODAY + timedelta(days=60), calendar=calendar) == []


@pytest.mark.parametrize(("days", "came_true"), [(1, False), (9, True)])
def test_a_warning_came_true_where_the_stay_was_late(order, sam, days, came_true):
    due_in(1, order)
    work.go_on()
    assert (WARNING, WARNING) not in known(1, order)
    with after(days):
        advance(order, sam)
    assert known(10, order)[WARNING, WARNING] is came_true


def test_the_page_counts_by_status_vendor_and_month(as_manager, order, sam, django_assert_max_num_queries):
    assert "Nothing can be said yet" in as_manager.get(ADDRESS).text
    with after(1):
        advance(order, sam)
    with after(9), django_assert_max_num_queries(8):
        page = as_manager.get(ADDRESS)
    for words in ("Images selected", "Northlight Lab", "June 2026", "1 of 1"):
        assert words in page.text


def test_it_is_in_the_menu_of_managers(as_manager, as_staff):
    assert ADDRESS in as_manager.get("/more/").text
    assert as_staff.get(ADDRESS).status_code == 403
