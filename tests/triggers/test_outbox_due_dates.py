"""Triggers that wait for the status due date: planned with the change, moved with the date, skipped with the status."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from preproduction import operations
from preproduction.models import Order, Status, StatusList
from preproduction.operations import CalendarChange
from studio.models import CompanyPreferences
from triggers import outbox
from triggers.models import Delivery, Reason, Task, Trigger
from triggers.operations import steering, trigger_list
from triggers.rules import schedule

State, Timing = Delivery.State, Trigger.Timing
WEDNESDAY = datetime(2026, 6, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel(WEDNESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make_trigger(statuses):
    def make(status="Sent to lab", timing=Timing.BEFORE_DUE, days=2, **values):
        values = {
            "description": f"{days} {timing} {status}",
            "task_title": "Ask the lab",
            "recipient": Trigger.Recipient.UPDATED_BY,
            **values,
        }
        return Trigger.objects.create(
            status=statuses[status], timing=timing, days=None if timing == Timing.REACHED else days, **values
        )

    return make


@pytest.fixture
def advance(sam):
    """Return a function that moves an order, as it is now, to its next status or to `to`."""

    def move(order, to=None, **keywords):
        order = Order.objects.select_related("status").get(pk=order.pk)
        plan = operations.plan_advance(order, to=to)
        return operations.advance_status(
            order, plan, expected=order.version, by=sam, **{"note": "", **keywords}
        )

    return move


def at(day, hour=9):
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def row_of(order, **filters):
    return Delivery.objects.get(order=order, follows_due_date=True, **filters)


def test_the_row_is_there_at_once_and_done_at_its_moment(make_trigger, make_order, advance, on_a_wednesday):
    make_trigger(max_late_hours=24)
    order = make_order()
    advance(order)  # due on Wednesday 17
    row = row_of(order)
    assert (row.state, row.not_before, row.expires_at) == (State.PENDING, at(15), at(16))
    for moment, done in [(at(15, 8), 0), (at(15), 1), (at(16), 0)]:
        on_a_wednesday.move_to(moment)
        assert outbox.deliver_due() == done
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    ("timing", "days", "kind", "expected"),
    [
        (Timing.BEFORE_DUE, 3, "business", at(12)),
        (Timing.BEFORE_DUE, 3, "calendar", at(14)),
        (Timing.AFTER_DUE, 3, "business", at(22)),
        (Timing.AFTER_DUE, 3, "calendar", at(20)),
        (Timing.AFTER_DUE, 0, "business", at(17)),
    ],
)
def test_days_before_and_after(make_trigger, make_order, advance, timing, days, kind, expected):
    make_trigger(timing=timing, days=days, day_kind=kind)
    order = make_order()
    advance(order)
    assert row_of(order).not_before == expected


def test_the_hour_is_the_studios(make_trigger, make_order, advance):
    CompanyPreferences.objects.update(time_zone="America/New_York")
    make_trigger()
    order = make_order()
    advance(order)
    assert row_of(order).not_before == at(15, 13)


def test_a_status_without_a_due_date_and_a_moment_that_is_over_are_skipped_and_say_so(
    make_trigger, make_order, advance, statuses
):
    make_trigger(days=6)
    make_trigger("Delivered")
    early, final = make_order(), make_order()
    advance(early)
    advance(final, statuses["Delivered"])
    assert (row_of(early).state, row_of(early).reason) == (State.SKIPPED, Reason.TOO_EARLY.label)
    assert (row_of(final).state, row_of(final).reason) == (State.SKIPPED, Reason.NO_DUE_DATE.label)


def test_what_is_to_be_reviewed_is_held_until_somebody_says_process(make_trigger, make_order, advance):
    make_trigger(needs_review=True)
    order = make_order()
    advance(order)
    row = row_of(order)
    assert (row.state, row.reason, row.not_before) == (State.HELD, "Waits for review.", at(15))


def test_moved_it_says_why_it_waits_all_the_same(make_trigger, make_order, advance, statuses, mia):
    make_trigger(needs_review=True)
    make_trigger(status="On the shelf")
    Status.objects.filter(description="On the shelf").update(default_duration=None, is_inactive=False)
    reviewed, shelved = make_order(), make_order()
    advance(reviewed)
    advance(shelved, to=Status.objects.get(description="On the shelf"))
    assert row_of(shelved).reason_code == Reason.NO_DUE_DATE
    operations.hold_order(shelved, expected=None, by=mia, reason="Away")
    for order in (reviewed, shelved):
        operations.change_due_date(order, due_date=date(2026, 6, 30), reason="Slow", expected=None, by=mia)
    row = row_of(reviewed)
    assert (row.state, row.not_before, row.reason) == (State.HELD, at(26), "Waits for review.")
    row = row_of(shelved)
    assert (row.state, row.not_before, row.reason) == (State.PENDING, None, "The order is on hold.")


def test_conditions_decide_whether_there_is_a_row(
    make_trigger, make_order, advance, vendor, statuses, session
):
    make_trigger(only_vendor=vendor)
    make_trigger(only_session_type=session.session_type)
    make_trigger(only_from_status=statuses["Proofs received"])
    without, with_vendor = make_order(), make_order(vendor=vendor)
    advance(without)
    advance(with_vendor)
    assert (without.deliveries.count(), with_vendor.deliveries.count()) == (1, 2)
    advance(without, statuses["Proofs received"])
    advance(without, statuses["Sent to lab"])
    assert without.deliveries.count() == 3


def test_nothing_fires_for_what_was_before_the_trigger_was_switched_on(make_trigger, make_order, advance):
    make_trigger(active_since=WEDNESDAY + timedelta(microseconds=1))
    order = make_order()
    advance(order)
    assert not order.deliveries.exists()


def test_orders_that_match_already_can_be_included_once(
    make_trigger, make_order, advance, on_a_wednesday, vendor
):
    orders = [make_order(vendor=vendor), make_order()]
    changes = [advance(order) for order in orders]
    on_a_wednesday.shift(timedelta(days=1))
    due = make_trigger(only_vendor=vendor)
    reached = make_trigger(timing=Timing.REACHED)
    assert (outbox.include(due, changes), outbox.include(due, changes)) == (1, 0)
    assert outbox.include(reached, changes) == 2
    assert row_of(orders[0]).not_before == at(15)
    late = Delivery.objects.filter(trigger=reached).first()
    assert (late.not_before, late.expires_at) == (at(11, 12), at(12, 12))


# Left, complete, undone, held, resumed, another calendar: each in the transaction that did it.


def test_leaving_the_status_skips_what_waited_for_its_due_date_and_nothing_else(
    make_trigger, make_order, advance
):
    make_trigger()
    make_trigger(timing=Timing.REACHED, needs_review=True)
    order = make_order()
    advance(order)
    advance(order)
    assert (row_of(order).state, row_of(order).reason) == (
        State.SKIPPED,
        "The order left Sent to lab before its moment.",
    )
    assert Delivery.objects.get(order=order, follows_due_date=False).state == State.HELD


def test_a_reminder_whose_moment_is_over_is_not_sent_for_a_status_that_was_left(
    make_trigger, make_order, advance, on_a_wednesday
):
    make_trigger(needs_review=True)
    order = make_order()
    advance(order)
    on_a_wednesday.move_to(at(15, 12))
    advance(order)
    assert row_of(order).reason == "The order left Sent to lab before this was done."


def test_a_final_status_skips_all_that_waits_from_before(make_trigger, make_order, advance, statuses):
    make_trigger(timing=Timing.REACHED, needs_review=True)
    make_trigger()
    thanks = make_trigger("Delivered", timing=Timing.REACHED)
    order, other = make_order(), make_order()
    advance(order)
    advance(other)
    advance(order, statuses["Delivered"])
    assert {row.reason for row in order.deliveries.exclude(trigger=thanks)} == {
        "The order left Sent to lab before its moment.",
        "The order is complete: Delivered.",
    }
    assert order.deliveries.get(trigger=thanks).state == State.PENDING
    assert other.deliveries.unfinished().count() == 2


def test_a_rolled_back_advance_skips_nothing(make_trigger, make_order, advance):
    make_trigger()
    order = make_order()
    advance(order)
    with transaction.atomic():
        advance(order)
        transaction.set_rollback(True)
    assert row_of(order).state == State.PENDING


def test_undo_brings_back_what_the_change_had_skipped_and_skips_what_it_had_queued(
    make_trigger, make_order, advance, statuses, sam, on_a_wednesday
):
    make_trigger()
    make_trigger(timing=Timing.REACHED, needs_review=True)
    make_trigger("Delivered", timing=Timing.REACHED)
    order = make_order()
    advance(order)
    left_out = Delivery.objects.filter(order=order, follows_due_date=False)
    assert left_out.get().state == State.HELD
    on_a_wednesday.shift(timedelta(hours=1))
    advance(order, statuses["Delivered"])
    assert not order.deliveries.filter(status_change__sequence=2).unfinished().exists()
    on_a_wednesday.shift(timedelta(hours=1))
    operations.undo_last_change(order, expected=3, by=sam)
    assert (row_of(order).state, row_of(order).not_before) == (State.PENDING, at(15))
    assert left_out.get(status_change__sequence=2).state == State.HELD
    assert order.deliveries.get(status_change__sequence=3).reason == "Sam Okafor took the status change back."
    on_a_wednesday.move_to(at(15))
    assert outbox.deliver_due() == 1


def test_undo_brings_back_nothing_of_a_stay_before_where_two_changes_came_within_a_tick_of_the_clock(
    make_trigger, make_order, advance, sam, on_a_wednesday
):
    make_trigger()
    make_trigger("Proofs received")
    order = make_order()
    advance(order)
    advance(order)
    advance(order)
    operations.undo_last_change(order, expected=4, by=sam)
    before, back = order.deliveries.order_by("pk")
    assert (before.state, back.state) == (State.SKIPPED, State.PENDING)


def test_undo_brings_back_nothing_that_a_person_had_left_out(
    make_trigger, make_order, advance, sam, on_a_wednesday
):
    trigger = make_trigger()
    order = make_order()
    advance(order, left_out=[trigger.pk])
    advance(order)
    operations.undo_last_change(order, expected=3, by=sam)
    assert row_of(order).reason == "Left out by Sam Okafor."


@pytest.mark.parametrize("now_at", ["another time", "another status"])
def test_what_never_had_a_moment_gets_none_by_a_trigger_that_fires_otherwise_now(
    make_trigger, make_order, statuses, now_at
):
    trigger = make_trigger("Images selected", Timing.AFTER_DUE, 1)
    order = make_order(order_date=date(2026, 5, 1))
    assert row_of(order).reason_code == Reason.TOO_EARLY
    if now_at == "another time":
        trigger.timing, trigger.days = Timing.REACHED, None
    else:
        trigger.status, trigger.days = statuses["Sent to lab"], 60
    trigger_list.save(trigger, fires_afresh=True, fires_otherwise=True)
    assert schedule.count_moving(schedule.Timetable()) == 0
    assert schedule.replan([order.pk]) == 0
    row = row_of(order)
    expected = Reason.OTHER_MOMENT if now_at == "another time" else Reason.OTHER_STATUS
    assert (row.state, row.reason_code) == (State.SKIPPED, expected)


def test_on_hold_it_has_no_moment_and_on_resuming_it_moves_with_the_due_date(
    make_trigger, make_order, advance, mia, on_a_wednesday
):
    make_trigger(max_late_hours=24)
    order = make_order()
    advance(order)
    operations.hold_order(order, expected=None, by=mia, reason="The client travels.")
    row = row_of(order)
    assert (row.state, row.not_before, row.expires_at) == (State.PENDING, None, None)
    assert row.reason == "The order is on hold."
    on_a_wednesday.move_to(at(16, 12))
    assert outbox.deliver_due() == 0
    operations.resume_order(order, expected=None, by=mia)  # four business days later: due on Tuesday 23
    row = row_of(order)
    assert (row.not_before, row.expires_at, row.reason) == (at(19), at(20), "Moved by the days on hold.")


def test_a_moment_that_the_hold_makes_possible_is_not_lost(
    make_trigger, make_order, advance, mia, on_a_wednesday
):
    make_trigger(days=6)
    order = make_order()
    advance(order)
    assert row_of(order).state == State.SKIPPED
    operations.hold_order(order, expected=None, by=mia, reason="The client travels.")
    on_a_wednesday.move_to(at(16, 12))
    operations.resume_order(order, expected=None, by=mia)
    assert (row_of(order).state, row_of(order).not_before) == (State.PENDING, at(15))
    outbox.deliver_due()
    assert row_of(order).state == State.EXPIRED  # caught up, and more than a day late


def test_an_order_that_enters_a_status_on_hold_has_no_moment_yet(
    make_trigger, make_order, statuses, advance, ada, mia
):
    make_trigger("Proofs received")
    order = make_order()
    advance(order)
    operations.hold_order(order, expected=None, by=mia, reason="The client travels.")
    operations.replace_status(
        statuses["Sent to lab"],
        replacement=statuses["Proofs received"],
        expected=StatusList.current_version(),
        by=ada,
        fire_triggers=True,
    )
    row = row_of(order)
    assert (row.state, row.not_before, row.reason) == (State.PENDING, None, "The order is on hold.")


def test_a_replaced_status_is_left_and_its_triggers_wait_no_longer(
    make_trigger, make_order, advance, statuses, ada
):
    make_trigger()
    new = make_trigger("Proofs received", days=1)
    order = make_order()
    advance(order)
    operations.replace_status(
        statuses["Sent to lab"],
        replacement=statuses["Proofs received"],
        expected=StatusList.current_version(),
        by=ada,
        fire_triggers=True,
    )
    assert row_of(order, trigger__status=statuses["Sent to lab"]).state == State.SKIPPED
    assert row_of(order, trigger=new).not_before == at(12)  # due on Monday 15


def test_another_calendar_moves_the_moments_of_moved_and_unmoved_orders(
    make_trigger, make_order, advance, statuses
):
    before, after = make_trigger(), make_trigger(timing=Timing.AFTER_DUE, days=1)
    order = make_order()
    advance(order)
    closed = CalendarChange(closed_to_add=((date(2026, 6, 16), date(2026, 6, 16), "Inventory"),))
    # The due date stays on Wednesday 17, but Tuesday is closed.
    operations.change_calendar(closed, by=order.entered_by, move_open_orders=False)
    assert row_of(order, trigger=before).not_before == at(12)
    assert row_of(order, trigger=before).reason == "Moved: the calendar was changed."
    assert row_of(order, trigger=after).not_before == at(18)
    Order.objects.update(status_duration=5)
    operations.change_calendar(
        CalendarChange(closed_to_add=((date(2026, 6, 18), date(2026, 6, 18), "Wedding"),)),
        by=order.entered_by,
        move_open_orders=True,
    )  # due on Friday 19
    assert row_of(order, trigger=before).not_before == at(15)
    assert row_of(order, trigger=after).not_before == at(22)


@pytest.fixture
def too_early(make_trigger, make_order, advance):
    """An order whose row has no moment, and would have one if the order were due two days later."""
    make_trigger(days=8, day_kind=Trigger.DayKind.CALENDAR)
    order = make_order()
    advance(order)  # due on Wednesday 17
    assert row_of(order).reason_code == Reason.TOO_EARLY
    return order


def close_two_days(by):
    closed = CalendarChange(closed_to_add=((date(2026, 6, 11), date(2026, 6, 12), "Inventory"),))
    operations.change_calendar(closed, by=by, move_open_orders=True)


def test_what_never_had_a_moment_gets_none_while_its_order_is_withdrawn(too_early, ada, mia):
    operations.withdraw_order(too_early, expected=None, by=mia, reason="A twin")
    close_two_days(ada)
    assert row_of(too_early).state == State.SKIPPED
    assert schedule.count_moving(schedule.Timetable()) == 0
    operations.put_back(too_early, expected=None, by=mia)
    row = row_of(too_early)
    assert (row.order.status_due_date, row.state, row.not_before) == (
        date(2026, 6, 19),
        State.PENDING,
        at(11),
    )


def test_what_never_had_a_moment_has_one_after_an_undo_if_the_calendar_gives_it(
    too_early, advance, ada, sam, on_a_wednesday
):
    on_a_wednesday.shift(timedelta(hours=1))
    advance(too_early)
    close_two_days(ada)
    assert row_of(too_early).state == State.SKIPPED
    operations.undo_last_change(too_early, expected=None, by=sam)
    assert schedule.count_moving(schedule.Timetable()) == 0
    assert (row_of(too_early).state, row_of(too_early).not_before) == (State.PENDING, at(11))


def test_what_is_about_a_status_that_was_left_is_not_tried_again(
    as_manager, make_trigger, make_order, advance
):
    make_trigger()
    order = make_order()
    advance(order)
    advance(order)
    row = row_of(order)
    answer = as_manager.post("/triggers/queue/steer/", {"act": "retry", "selected": [row.pk]}, follow=True)
    (said,) = map(str, answer.context["messages"])
    assert said == "0 put back to be tried again; 1 is about a status that was left."
    assert row_of(order).reason_code == row.reason_code
    assert row_of(order).state == State.SKIPPED


def retried(make_trigger, make_order, advance, ada):
    """Return an order whose row has failed at its moment, and was to be done again at once."""
    make_trigger()
    order = make_order()
    advance(order)  # due on Wednesday 17, so its moment is Monday 15
    Delivery.objects.update(state=State.FAILED)
    steering.retry(Delivery.objects.all(), by=ada)
    assert row_of(order).not_before == at(10, 12)
    return order


def test_what_is_tried_again_at_once_is_not_moved_away_by_a_due_date(make_trigger, make_order, advance, ada):
    order = retried(make_trigger, make_order, advance, ada)
    closed = CalendarChange(closed_to_add=((date(2026, 6, 16), date(2026, 6, 16), "Inventory"),))
    operations.change_calendar(closed, move_open_orders=True, by=ada)
    assert (row_of(order).state, row_of(order).not_before) == (State.PENDING, at(10, 12))
    assert outbox.deliver_due() == 1
    assert row_of(order).state == State.SENT


def test_what_is_tried_again_at_once_waits_for_a_hold_and_not_a_day_longer(
    make_trigger, make_order, advance, ada, mia, on_a_wednesday
):
    order = retried(make_trigger, make_order, advance, ada)
    operations.hold_order(order, expected=None, by=mia, reason="The client travels.")
    assert (row_of(order).not_before, outbox.deliver_due()) == (None, 0)
    on_a_wednesday.move_to(at(12))
    operations.resume_order(order, expected=None, by=mia)
    assert row_of(order).not_before == at(12)
    assert outbox.deliver_due() == 1


def test_another_order_date_moves_the_first_statuss_moments(make_trigger, make_order):
    make_trigger("Images selected", days=1)
    order = make_order(order_date=date(2026, 6, 10))
    assert row_of(order).not_before == at(11)
    operations.change_order_date(order, by=order.entered_by, order_date=date(2026, 6, 9))
    # Tuesday 9 + 2 is Thursday 11; a day before is this morning, before the order was made.
    assert (row_of(order).state, row_of(order).reason) == (State.SKIPPED, Reason.TOO_EARLY.label)


def test_what_is_being_sent_is_not_moved(make_trigger, make_order, advance, mia):
    make_trigger()
    order = make_order()
    advance(order)
    Delivery.objects.update(state=State.SENDING)
    operations.hold_order(order, expected=None, by=mia, reason="The client travels.")
    operations.resume_order(order, expected=None, by=mia)
    assert (row_of(order).state, row_of(order).not_before) == (State.SENDING, at(15))


def test_a_row_taken_before_its_order_left_or_was_held_is_stopped_at_the_gate(
    make_trigger, make_order, advance, mia, statuses, on_a_wednesday
):
    make_trigger()
    left, held = make_order(), make_order()
    for order in (left, held):
        advance(order)
    on_a_wednesday.move_to(at(15))
    # As an advance would leave it: the order stands by another change.
    Order.objects.filter(pk=left.pk).update(stay=left.status_changes.get(sequence=1))
    Order.objects.filter(pk=held.pk).update(held_on=date(2026, 6, 15))
    outbox.deliver_due()
    assert row_of(left).state == State.SKIPPED
    assert (row_of(held).state, row_of(held).not_before) == (State.PENDING, None)
    assert not Task.objects.exists()


def test_after_an_outage_each_is_caught_up_once_unless_it_is_too_late(
    make_trigger, make_order, advance, on_a_wednesday
):
    make_trigger(days=3, max_late_hours=24)
    make_trigger(days=1, max_late_hours=24)
    make_trigger(days=2, max_late_hours=None)
    order = make_order()
    advance(order)
    on_a_wednesday.move_to(at(16, 20))  # the worker was away since Wednesday
    assert outbox.deliver_due() == 2
    assert outbox.deliver_due() == 0
    states = dict(order.deliveries.values_list("trigger__days", "state"))
    assert states == {3: State.EXPIRED, 1: State.SENT, 2: State.SENT}
    assert Task.objects.count() == 2


@pytest.mark.parametrize(
    ("zone", "start", "duration", "timing", "days", "kind", "moment"),
    [
        # The clocks go forward on Sunday 8 March, and back on Sunday 1 November.
        ("America/New_York", "2026-03-05", 3, Timing.BEFORE_DUE, 2, "calendar", "2026-03-08 13:00"),
        ("America/New_York", "2026-10-29", 3, Timing.BEFORE_DUE, 1, "business", "2026-11-02 14:00"),
        # The end of a year, and a leap day.
        ("UTC", "2026-12-30", 3, Timing.BEFORE_DUE, 1, "business", "2027-01-01 09:00"),
        ("UTC", "2028-02-25", 2, Timing.BEFORE_DUE, 0, "business", "2028-02-29 09:00"),
        ("UTC", "2028-02-25", 2, Timing.AFTER_DUE, 1, "calendar", "2028-03-01 09:00"),
    ],
)
def test_looked_at_every_hour_it_fires_once_and_at_its_moment(
    make_trigger, make_order, on_a_wednesday, zone, start, duration, timing, days, kind, moment
):
    CompanyPreferences.objects.update(time_zone=zone)
    Status.objects.filter(is_initial=True).update(default_duration=duration)
    now = datetime.fromisoformat(f"{start} 15:00").replace(tzinfo=UTC)
    on_a_wednesday.move_to(now)
    make_trigger("Images selected", timing=timing, days=days, day_kind=kind)
    make_order()
    fired = []
    for hour in range(1, 24 * 8):
        on_a_wednesday.move_to(now + timedelta(hours=hour))
        if outbox.deliver_due():
            fired.append(f"{now + timedelta(hours=hour):%Y-%m-%d %H:%M}")
    assert fired == [moment]


def test_queueing_costs_the_same_however_many_triggers_wait_for_the_due_date(
    make_trigger, make_order, advance
):
    def queries():
        order = make_order()
        with CaptureQueriesContext(connection) as captured:
            advance(order)
        return len(captured)

    make_trigger()
    with_one = queries()
    for days in range(30):
        make_trigger(days=days, needs_review=days % 2)
    assert queries() == with_one
