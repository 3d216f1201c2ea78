"""The experience of a morning: read from Status Notes and History, and from nothing that was written later."""

from datetime import timedelta

import pytest
import time_machine

from preproduction import operations
from preproduction.forecast import notes
from preproduction.forecast.hazards import AGES
from preproduction.models import Cause, Order, StatusChange
from studio import work_calendar
from tests.preproduction.forecast.conftest import TODAY, noon


def learned(statuses, vendor, on=TODAY):
    """Return all there is to learn on the morning of a day, read anew."""
    notes._experience.cache_clear()
    experience = notes.experience(on, work_calendar.load())
    keys = [(status.pk, key) for status in statuses.values() for key in (None, vendor.pk)]
    curves = [experience.leaving(*key) for key in keys]
    return curves + [experience.completing(*key, age) for key in keys for age in AGES]


def move(order, to, by, note="Complete"):
    order = Order.objects.select_related("status").get(pk=order.pk)
    plan = operations.plan_advance(order, to=to)
    return operations.advance_status(order, plan, expected=order.version, by=by, note=note)


@pytest.fixture
def much_happens_later(statuses, make_order, sam, mia, ada):
    """Return a function that does today, and tomorrow, whatever can be done to the orders that are open."""

    def happen(orders):
        moved, undone, held, completed, withdrawn, replaced = orders
        for at, on in enumerate((TODAY, TODAY + timedelta(days=1))):
            with time_machine.travel(noon(on), tick=False):
                make_order(order_date=TODAY - timedelta(days=20))
                if at:
                    operations.resume_order(held, expected=None, by=mia)
                    operations.undo_last_change(undone, expected=None, by=mia)
                    continue
                move(moved, statuses["Proofs received"], sam)
                move(undone, statuses["Proofs received"], sam)
                move(completed, statuses["Delivered"], sam)
                operations.hold_order(held, expected=None, by=mia, reason="Client is away")
                operations.withdraw_order(withdrawn, expected=None, by=mia, reason="A twin")
                operations.change_due_date(
                    replaced, expected=None, by=mia, due_date=TODAY + timedelta(days=9), reason="Lab"
                )

    return happen


def open_ones(count):
    return list(Order.objects.open().select_related("status").order_by("-pk")[:count])


def test_nothing_that_is_written_later_changes_what_was_known(
    some_past, much_happens_later, statuses, vendor
):
    some_past(120)
    before = learned(statuses, vendor)
    assert any(curve.cases > 8 for curve in before)
    much_happens_later(open_ones(6))
    assert learned(statuses, vendor) == before


def test_control_it_changes_what_is_known_two_days_later(some_past, much_happens_later, statuses, vendor):
    some_past(120)
    on = TODAY + timedelta(days=2)
    before = learned(statuses, vendor, on=on)
    much_happens_later(open_ones(6))
    assert learned(statuses, vendor, on=on) != before


def test_it_is_read_once_a_day(some_past, statuses, django_assert_num_queries):
    some_past(20)
    calendar = work_calendar.load()
    with django_assert_num_queries(4):
        first = notes.experience(TODAY, calendar)
    with django_assert_num_queries(2):
        assert notes.experience(TODAY, calendar) is first


def test_it_is_read_in_pieces(some_past, statuses, vendor, monkeypatch):
    some_past(30)
    whole = learned(statuses, vendor)
    for size in (1, 7):
        monkeypatch.setattr(notes, "AT_ONCE", size)
        assert learned(statuses, vendor) == whole


def test_withdrawn_orders_and_what_an_import_found_are_left_out(some_past, statuses, vendor, mia):
    some_past(40)
    before = learned(statuses, vendor, on=TODAY + timedelta(days=1))
    # Both stand at a status, and have never left one.
    for order in some_past(2, first="2026-06-08", seed=2, days=(90, 91)):
        operations.withdraw_order(order, expected=None, by=mia, reason="A twin")
    some_past(3, first="2026-05-04", seed=3, cause=Cause.IMPORT, days=(90, 91))
    assert learned(statuses, vendor, on=TODAY + timedelta(days=1)) == before


def test_days_on_hold_do_not_count(some_past, statuses, vendor, mia):
    order, *_ = some_past(1, first="2026-06-02", days=(90, 91))
    known = []
    for day, act in ((3, operations.hold_order), (8, operations.resume_order)):
        with time_machine.travel(noon(TODAY.replace(day=day)), tick=False):
            more = {"reason": "Client is away"} if act is operations.hold_order else {}
            act(order, expected=None, by=mia, **more)
    for day in (3, 4, 8, 9, 10):
        telling = notes._known(TODAY.replace(day=day), ()).holds
        known.append(telling.get(order.status_changes.get().pk))
    on_hold = (0, TODAY.replace(day=3))
    assert known == [None, on_hold, on_hold, (3, None), (3, None)]


def test_a_studio_without_orders_knows_nothing(statuses, preferences, vendor):
    assert not StatusChange.objects.exists()
    assert {curve.cases for curve in learned(statuses, vendor)} == {0}
