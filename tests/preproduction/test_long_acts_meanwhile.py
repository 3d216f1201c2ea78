"""What others do while the worker is half through an act on many orders, and what becomes of the other half."""

from datetime import date, time

import pytest
import time_machine

from preproduction import long_acts, operations
from preproduction.models import Batch, Cause, Order, OrderEvent, Status, StatusChange, StatusList
from preproduction.models.status import Clock
from preproduction.operations import CalendarChange, OperationRefused
from preproduction.operations.leaving import Heirs
from studio.models import ClosedDay, CompanyPreferences, User, Vendor
from tests.preproduction.test_advance_many import ADDRESS, choose, typed
from tests.preproduction.test_long_acts import ask_to_advance, ask_to_reassign, let_the_worker, told
from tests.promises import history_rebuilds
from triggers.models import Delivery, Trigger

MONDAY, WEDNESDAY = date(2026, 6, 8), date(2026, 6, 10)


@pytest.fixture(autouse=True)
def two_at_once(preferences, monkeypatch):
    monkeypatch.setattr(long_acts, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(long_acts, "CHUNK", 2)
    monkeypatch.setattr(long_acts, "PIECE_SECONDS", -1)  # a chunk each time


@pytest.fixture
def clock():
    with time_machine.travel("2026-06-10 12:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def orders(clock, make_order):
    return [make_order() for _ in range(5)]


def june(*days):
    return [date(2026, 6, day) for day in days]


def now(orders):
    return list(Order.objects.for_table().filter(pk__in=[order.pk for order in orders]).order_by("pk"))


def moved():
    return StatusChange.objects.filter(cause=Cause.MANY)


def closed(first, last):
    return CalendarChange(closed_to_add=((date(2026, 6, first), date(2026, 6, last), "Closed"),))


def test_the_other_half_is_counted_by_a_calendar_that_changed_and_the_first_moves_with_it(
    as_staff, orders, ada
):
    ask_to_advance(as_staff, orders)
    assert long_acts.go_on()
    assert [order.status_due_date for order in now(orders)] == june(17, 17, 12, 12, 12)
    operations.change_calendar(closed(15, 19), by=ada, move_open_orders=True)
    let_the_worker()
    assert [order.status_due_date for order in now(orders)] == june(24, 24, 24, 24, 24)
    events = OrderEvent.objects.filter(cause=Cause.CALENDAR)
    assert {event.order_id for event in events} == {order.pk for order in orders[:2]}
    assert moved().count() == 5
    for order in now(orders):
        history_rebuilds(order)


def test_orders_left_as_they_are_by_a_calendar_keep_their_due_date_and_the_others_are_counted(
    as_staff, orders, ada
):
    ask_to_advance(as_staff, orders)
    assert long_acts.go_on()
    operations.change_calendar(closed(15, 19), by=ada, move_open_orders=False)
    let_the_worker()
    assert [order.status_due_date for order in now(orders)] == june(17, 17, 24, 24, 24)


def test_orders_whose_due_date_the_calendar_has_moved_are_left_and_named(as_staff, orders, ada):
    ask_to_advance(as_staff, orders)
    assert long_acts.go_on()
    operations.change_calendar(closed(11, 11), by=ada, move_open_orders=True)
    let_the_worker()
    assert [order.status_due_date for order in now(orders)] == june(18, 18, 15, 15, 15)
    page = told(as_staff)
    assert "2 done, 3 left as they were." in page
    for order in orders[2:]:
        assert f"Ada Moreau moved the due date of {order}" in page


@pytest.mark.parametrize(
    ("zone", "day"), [("America/Los_Angeles", WEDNESDAY.replace(day=9)), ("Asia/Tokyo", WEDNESDAY)]
)
def test_a_day_that_was_today_when_it_was_asked_stays_good_in_another_zone(
    as_staff, make_order, ada, zone, day
):
    with time_machine.travel("2026-06-08 12:00", tick=False):
        orders = [make_order() for _ in range(5)]
    # Still Tuesday in Los Angeles.
    with time_machine.travel("2026-06-10 04:00", tick=False) as clock:
        ask_to_advance(as_staff, orders)
        assert long_acts.go_on()
        operations.change_zone(zone, seen=CompanyPreferences.load().time_zone, by=ada)
        clock.shift(12 * 3600 if zone == "Asia/Tokyo" else 0)  # Thursday in Tokyo
        let_the_worker()
        assert "5 done." in told(as_staff)
    days = moved().order_by("order_id").values_list("completed_on", flat=True)
    assert list(days) == [WEDNESDAY, WEDNESDAY, day, day, day]


def test_control_a_day_that_was_in_the_future_stays_refused(as_staff, orders, ada):
    ask_to_advance(as_staff, orders, completed_on="2026-06-11")
    let_the_worker()
    assert not moved().exists()
    assert "0 done, 5 left as they were." in told(as_staff)
    assert "Date Completed is in the future." in told(as_staff)


def test_a_cut_off_that_passes_meanwhile_moves_no_due_date_that_was_agreed_to(
    as_staff, clock, make_order, statuses
):
    lab = Vendor.objects.create(name="Lab", cut_off=time(17), time_zone="UTC")
    Status.objects.filter(description="Sent to lab").update(clock=Clock.VENDOR)
    orders = [make_order(vendor=lab) for _ in range(5)]
    clock.move_to("2026-06-10 16:58", tick=False)
    ask_to_advance(as_staff, orders)
    assert long_acts.go_on()
    clock.move_to("2026-06-10 17:02", tick=False)
    let_the_worker()
    assert [order.status_due_date for order in now(orders)] == june(17, 17, 17, 17, 17)
    assert {f"{order.entered_status_at:%H:%M}" for order in now(orders)} == {"16:58"}


def replace(status, replacement, ada):
    operations.replace_status(status, replacement=replacement, expected=StatusList.current_version(), by=ada)


def test_a_status_that_was_replaced_takes_no_more_orders(as_staff, orders, statuses, ada):
    ask_to_advance(as_staff, orders)
    assert long_acts.go_on()
    replace(statuses["Sent to lab"], statuses["Proofs received"], ada)
    let_the_worker()
    at = [order.status.description for order in now(orders)]
    assert at == ["Proofs received"] * 2 + ["Images selected"] * 3
    assert "2 done, 3 left as they were." in told(as_staff)
    assert "Sent to lab is inactive. Choose an active status." in told(as_staff)


def test_orders_that_a_replaced_status_has_moved_are_not_moved_again(as_staff, orders, statuses, ada):
    ask_to_advance(as_staff, orders)
    assert long_acts.go_on()
    replace(statuses["Images selected"], statuses["Proofs received"], ada)
    let_the_worker()
    at = [order.status.description for order in now(orders)]
    assert at == ["Sent to lab"] * 2 + ["Proofs received"] * 3
    assert f"Ada Moreau moved {orders[4]} to Proofs received" in told(as_staff)
    for order in now(orders):
        history_rebuilds(order)


def leave(person, ada):
    operations.make_inactive(person, heirs=Heirs(), counted=None, by=ada)


def test_nobody_is_given_orders_after_they_have_left(as_staff, orders, mia, ada):
    ask_to_advance(as_staff, orders, assigned_user=mia)
    assert long_acts.go_on()
    leave(mia, ada)
    let_the_worker()
    # The first two went on to whoever inherits, which is nobody; the others were not moved at all.
    assert not Order.objects.filter(assigned_user=mia).exists()
    assert moved().count() == 2
    assert f"{orders[4]}: This cannot be chosen any more. Choose another one." in told(as_staff)


def test_nobody_is_reassigned_to_who_has_left(as_manager, orders, shipping, sam, ada):
    data = {"order": [f"{order.pk}-{order.version}" for order in orders]}
    as_manager.post("/orders/reassign/", data | {"department": shipping.pk, "assigned_user": sam.pk})
    assert long_acts.go_on()
    leave(sam, ada)
    let_the_worker()
    assert [order.department for order in now(orders)][2:] == [order.department for order in orders[2:]]
    assert not Order.objects.filter(assigned_user=sam).exists()
    page = told(as_manager)
    assert "2 done, 3 left as they were." in page
    assert f"{orders[4]}: Who was to get it is not here any more." in page


@pytest.mark.parametrize("is_within_a_piece", [False, True])
def test_who_has_left_does_no_more_of_what_they_asked_for(
    as_manager, orders, shipping, mia, ada, monkeypatch, is_within_a_piece
):
    work = ask_to_reassign(as_manager, orders, shipping)
    if is_within_a_piece:
        monkeypatch.setattr(long_acts, "PIECE_SECONDS", 60)
        assign = operations.assign_orders

        def assign_and_leave(*given, **how):
            answers = assign(*given, **how)
            User.objects.filter(pk=mia.pk).update(is_active=False)
            return answers

        monkeypatch.setattr(operations, "assign_orders", assign_and_leave)
    else:
        assert long_acts.go_on()
        leave(mia, ada)
    let_the_worker()
    work.refresh_from_db()
    assert (work.state, Order.objects.filter(department=shipping).count()) == ("broken", 2)


def test_who_updated_the_orders_and_has_left_updates_no_more(as_staff, orders, mia, ada):
    as_staff.post(ADDRESS, typed(choose(as_staff, orders)) | {"updated_by": mia.pk})
    assert long_acts.go_on()
    leave(mia, ada)
    let_the_worker()
    assert moved().count() == 2
    assert "Who the form says updated these orders is not here any more." in told(as_staff)


def test_undo_waits_until_the_worker_is_done(as_manager, orders, mia):
    ask_to_advance(as_manager, orders)
    assert long_acts.go_on()
    batch = Batch.objects.get(kind=Batch.Kind.MANY)
    page = as_manager.get(f"/batches/{batch.pk}/").text
    assert "The worker is not done with this. Undo it afterwards, or stop it under Long Work." in page
    with pytest.raises(OperationRefused, match="The worker is not done with this"):
        operations.undo_batch(batch, by=mia)
    let_the_worker()
    answers = operations.undo_batch(batch, by=mia)
    assert len(answers) == 5
    assert {order.status.description for order in now(orders)} == {"Images selected"}


def test_what_was_stopped_half_through_can_be_undone(as_manager, orders, mia):
    work = ask_to_advance(as_manager, orders)
    assert long_acts.go_on()
    as_manager.post(f"/long-work/{work.pk}/remove/")
    assert len(operations.undo_batch(Batch.objects.get(kind=Batch.Kind.MANY), by=mia)) == 2
    assert let_the_worker() == 0


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
def test_another_zone_stands_in_the_way_of_no_undo(as_manager, orders, ada, mia, zone):
    ask_to_advance(as_manager, orders)
    let_the_worker()
    dues = [order.status_due_date for order in orders]
    as_manager.post(f"/batches/{Batch.objects.get().pk}/undo/")
    assert long_acts.go_on()
    operations.change_zone(zone, seen=CompanyPreferences.load().time_zone, by=ada)
    let_the_worker()
    assert "5 done." in told(as_manager)
    assert [order.status_due_date for order in now(orders)] == dues
    for order in now(orders):
        history_rebuilds(order)


def test_an_undo_by_the_worker_cancels_what_waits_and_brings_back_what_it_had_cancelled(
    as_manager, clock, make_order, statuses, retouching
):
    for status in ("Images selected", "Sent to lab"):
        late = {"timing": Trigger.Timing.AFTER_DUE, "days": 1, "task_title": "Ask", "department": retouching}
        Trigger.objects.create(description=status, status=statuses[status], **late)
    orders = [make_order() for _ in range(5)]

    def waits():
        waiting = Delivery.objects.filter(state="pending").order_by("trigger__pk")
        return [each.trigger.description for each in waiting]

    assert waits() == ["Images selected"] * 5
    ask_to_advance(as_manager, orders)
    let_the_worker()
    assert waits() == ["Sent to lab"] * 5
    as_manager.post(f"/batches/{Batch.objects.get().pk}/undo/")
    assert long_acts.go_on()
    assert waits() == ["Images selected"] * 2 + ["Sent to lab"] * 3
    let_the_worker()
    assert waits() == ["Images selected"] * 5


def test_who_gets_orders_of_a_lab_with_days_of_its_own_keeps_their_due_dates(
    as_manager, clock, make_order, shipping, statuses
):
    lab = Vendor.objects.create(name="Lab")
    Status.objects.update(clock=Clock.VENDOR)
    orders = [make_order(vendor=lab) for _ in range(5)]
    ask_to_reassign(as_manager, orders, shipping)
    assert long_acts.go_on()
    ClosedDay.objects.create(vendor=lab, first_day=date(2026, 6, 11), last_day=date(2026, 6, 12), name="Fair")
    let_the_worker()
    assert "5 done." in told(as_manager)
    assert [order.status_due_date for order in now(orders)] == [order.status_due_date for order in orders]
