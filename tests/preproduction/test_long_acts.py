"""Acts on more orders than a page waits for: done by the worker in chunks, told truly, one batch, undone as one."""

from datetime import date

import pytest
import time_machine
from django.db import OperationalError

from preproduction import long_acts, operations
from preproduction.models import Batch, Cause, Order, OrderEvent, Status, StatusChange, StatusList
from preproduction.operations import CalendarChange
from studio.access import Role
from studio.models import LongWork
from tests.preproduction.test_advance_many import ADDRESS, changed, choose, typed
from tests.preproduction.test_batches import replace

LONG_WORK, REASSIGN = "/long-work/", "/orders/reassign/"


@pytest.fixture(autouse=True)
def five_are_many(preferences, monkeypatch):
    """More than three orders are too many for a page here, and two are done at once."""
    monkeypatch.setattr(long_acts, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(long_acts, "CHUNK", 2)
    monkeypatch.setattr(long_acts, "PIECE_SECONDS", -1)  # a chunk each time
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def orders(make_order):
    return [make_order() for _ in range(5)]


def ask_to_advance(browser, orders, **changes):
    data = typed(choose(browser, orders))
    for order in orders if changes else ():
        data = changed(data, order, **changes)
    answer = browser.post(ADDRESS, data)
    assert answer.status_code == 302
    assert answer.url == LONG_WORK
    return LongWork.objects.latest("pk")


def ask_to_reassign(browser, orders, to):
    data = {"order": [f"{order.pk}-{order.version}" for order in orders]}
    answer = browser.post(REASSIGN, data | {"department": to.pk, "assigned_user": "keep"})
    assert answer.url == LONG_WORK
    return LongWork.objects.latest("pk")


def let_the_worker(times=20):
    """Let the worker come round; return how often there was something to do."""
    return next((done for done in range(times) if not long_acts.go_on()), times)


def told(browser):
    return " ".join(browser.get(LONG_WORK).content.decode().split())


def test_so_many_are_advanced_by_the_worker_and_nothing_before(as_staff, orders, statuses, sam):
    work = ask_to_advance(as_staff, orders, note="Sent with the courier")
    assert not StatusChange.objects.filter(cause=Cause.MANY).exists()
    let_the_worker()
    changes = StatusChange.objects.filter(cause=Cause.MANY)
    assert {change.order_id for change in changes} == {order.pk for order in orders}
    assert {(change.to_status, change.note, change.recorded_by) for change in changes} == {
        (statuses["Sent to lab"], "Sent with the courier", sam)
    }
    work.refresh_from_db()
    assert (work.state, work.position, work.asked) == ("done", 5, {})
    assert "5 done." in told(as_staff)


def test_progress_is_what_is_committed(as_staff, orders):
    ask_to_advance(as_staff, orders)
    for done in (2, 4):
        assert long_acts.go_on()
        assert StatusChange.objects.filter(cause=Cause.MANY).count() == done
        assert f"{done} of 5" in told(as_staff)
        assert "every 2s" in told(as_staff)


def test_all_is_one_batch_and_undone_as_one(as_manager, orders, mia):
    ask_to_advance(as_manager, orders)
    let_the_worker()
    batch = Batch.objects.get(kind=Batch.Kind.MANY)
    assert batch.changes.count() == 5
    assert f'href="/batches/{batch.pk}/"' in told(as_manager)
    operations.undo_batch(batch, by=mia)
    assert {order.status.description for order in Order.objects.for_table()} == {"Images selected"}


def test_staff_are_led_to_no_batch(as_staff, orders):
    ask_to_advance(as_staff, orders)
    let_the_worker()
    assert "/batches/" not in told(as_staff)


def test_what_a_colleague_was_quicker_with_is_left_and_named(as_staff, orders, mia):
    ask_to_advance(as_staff, orders)
    assert long_acts.go_on()
    quicker = Order.objects.get(pk=orders[3].pk)
    operations.hold_order(quicker, expected=None, by=mia, reason="Waiting")
    let_the_worker()
    page = told(as_staff)
    assert "4 done, 1 left as they were." in page
    assert f"Mia Lindqvist put {quicker} on hold" in page
    quicker.refresh_from_db()
    assert quicker.status.description == "Images selected"


def test_what_is_withdrawn_meanwhile_is_counted(as_manager, orders, mia):
    ask_to_advance(as_manager, orders)
    operations.withdraw_order(orders[4], expected=None, by=mia, reason="By mistake")
    let_the_worker()
    assert "4 done, 1 left as they were." in told(as_manager)
    assert "1 order was withdrawn meanwhile." in told(as_manager)


def test_rows_with_mistakes_stay_on_the_page_while_the_worker_does_the_others(as_staff, orders):
    data = changed(typed(choose(as_staff, orders)), orders[0], completed_on="nonsense")
    answer = as_staff.post(ADDRESS, data)
    assert answer.status_code == 422
    assert "The worker advances 4 orders" in " ".join(answer.content.decode().split())
    assert [row.order for row in answer.context["batch"].rows] == [orders[0]]
    let_the_worker()
    moved = StatusChange.objects.filter(cause=Cause.MANY)
    assert {change.order_id for change in moved} == {order.pk for order in orders[1:]}


def test_so_many_are_reassigned_by_the_worker_as_one_batch(as_manager, orders, shipping):
    ask_to_reassign(as_manager, orders, shipping)
    assert not OrderEvent.objects.filter(kind="assigned").exists()
    let_the_worker()
    assert Order.objects.filter(department=shipping).count() == 5
    assert Batch.objects.get(kind=Batch.Kind.REASSIGNED).events.count() == 5
    assert "5 done." in told(as_manager)


def test_a_worker_that_broke_off_goes_on_after_what_is_done(as_manager, orders, shipping, monkeypatch):
    work = ask_to_reassign(as_manager, orders, shipping)
    assert long_acts.go_on()
    assign, calls = operations.assign_orders, []

    def fail_once(*given, **how):
        calls.append(given)
        if len(calls) == 1:
            raise OperationalError("database is locked")
        return assign(*given, **how)

    monkeypatch.setattr(operations, "assign_orders", fail_once)
    assert long_acts.go_on()
    work.refresh_from_db()
    assert (work.position, work.tries) == (2, 1)
    let_the_worker()
    assert OrderEvent.objects.filter(kind="assigned").count() == 5
    work.refresh_from_db()
    assert (work.state, work.result["done"]) == ("done", 5)


def test_what_breaks_off_again_and_again_says_how_far_it_came(as_manager, orders, shipping, monkeypatch):
    ask_to_reassign(as_manager, orders, shipping)
    assert long_acts.go_on()

    def fail(*given, **how):
        raise OperationalError("database is locked")

    monkeypatch.setattr(operations, "assign_orders", fail)
    assert let_the_worker() == 3
    assert "It broke off after 2 of 5. What was done stands; do the others again." in told(as_manager)
    assert Order.objects.filter(department=shipping).count() == 2


def test_who_may_not_do_it_any_more_does_no_more_of_it(as_manager, orders, shipping, mia):
    ask_to_reassign(as_manager, orders, shipping)
    assert long_acts.go_on()
    mia.role = Role.STAFF
    mia.save()
    let_the_worker()
    assert LongWork.objects.get().state == "broken"
    assert Order.objects.filter(department=shipping).count() == 2


def test_stop_leaves_what_is_not_done(as_manager, orders, shipping):
    work = ask_to_reassign(as_manager, orders, shipping)
    assert long_acts.go_on()
    assert as_manager.post(f"/long-work/{work.pk}/remove/").url == LONG_WORK
    assert let_the_worker() == 0
    assert Order.objects.filter(department=shipping).count() == 2


def test_two_tabs_are_one_work(as_manager, orders, shipping):
    first, second = (ask_to_reassign(as_manager, orders, shipping) for _ in range(2))
    assert first == second
    let_the_worker()
    assert OrderEvent.objects.filter(kind="assigned").count() == 5


def test_three_orders_are_done_by_the_page_itself(as_staff, orders):
    answer = as_staff.post(ADDRESS, typed(choose(as_staff, orders[:3])))
    assert "3 of 3 orders advanced" in answer.content.decode()
    assert not LongWork.objects.exists()


@pytest.fixture
def advanced(as_manager, orders):
    """The batch of five orders that were advanced."""
    ask_to_advance(as_manager, orders)
    let_the_worker()
    return Batch.objects.get()


def back_at_the_start():
    return Order.objects.filter(status__description="Images selected").count()


def undo(browser, batch):
    return browser.post(f"/batches/{batch.pk}/undo/")


def of_batch(browser, batch):
    return " ".join(browser.get(f"/batches/{batch.pk}/").text.split())


def test_so_many_are_taken_back_by_the_worker_too(as_manager, advanced, orders):
    assert undo(as_manager, advanced).url == LONG_WORK
    assert back_at_the_start() == 0
    assert "The worker is undoing this. See Long Work." in of_batch(as_manager, advanced)
    assert undo(as_manager, advanced).status_code == 409
    assert long_acts.go_on()
    assert back_at_the_start() == 2
    assert "2 of 5" in told(as_manager)
    let_the_worker()
    assert back_at_the_start() == 5
    assert f'5 done. <a href="/batches/{advanced.undone_by.pk}/">' in told(as_manager)
    page = of_batch(as_manager, advanced)
    assert page.count("Taken back</span>") == 5
    assert "Undo the rest" not in page


def test_what_has_moved_on_stays_and_says_why(as_manager, advanced, orders, mia):
    undo(as_manager, advanced)
    quicker = Order.objects.get(pk=orders[3].pk)
    operations.advance_status(quicker, operations.plan_advance(quicker), expected=None, by=mia)
    let_the_worker()
    assert "4 done, 1 left as they were." in told(as_manager)
    assert f"{quicker} has moved on since." in told(as_manager)
    assert "Undo the rest" not in of_batch(as_manager, advanced)


def test_an_undo_that_was_stopped_can_be_finished(as_manager, advanced):
    undo(as_manager, advanced)
    assert long_acts.go_on()
    as_manager.post(f"/long-work/{LongWork.objects.latest('pk').pk}/remove/")
    page = of_batch(as_manager, advanced)
    assert page.count("Nothing stands against it, but it was not taken back yet.") == 3
    assert "Undo the rest" in page
    undo(as_manager, advanced)
    let_the_worker()
    assert back_at_the_start() == 5
    assert Batch.objects.filter(kind=Batch.Kind.UNDO).count() == 1
    assert Order.objects.filter(status_changes__cause=Cause.UNDO).distinct().count() == 5


@pytest.fixture
def stopped(as_manager, advanced):
    """The batch, of whose five orders two are taken back; then the worker was stopped."""
    undo(as_manager, advanced)
    assert long_acts.go_on()
    as_manager.post(f"/long-work/{LongWork.objects.latest('pk').pk}/remove/")
    return advanced


def closed_days(ada):
    closed = (date(2026, 6, 15), date(2026, 6, 16), "Closed")
    operations.change_calendar(CalendarChange(closed_to_add=(closed,)), by=ada, move_open_orders=True)


def new_promises(ada):
    for order in Order.objects.all():
        operations.promise(order, needed_by=date(2026, 7, 1), needed_for="", reason="", expected=None, by=ada)


@pytest.mark.parametrize("between", [closed_days, new_promises])
def test_what_stands_against_no_undo_stands_against_finishing_none(as_manager, stopped, ada, between):
    between(ada)
    assert "Undo the rest" in of_batch(as_manager, stopped)
    undo(as_manager, stopped)
    let_the_worker()
    assert back_at_the_start() == 5


def test_a_manager_finishes_the_undo_of_somebody_who_has_left(
    as_administrator, as_staff, advanced, as_manager, mia
):
    undo(as_manager, advanced)
    assert long_acts.go_on()
    mia.is_active = False
    mia.save()
    let_the_worker()
    assert LongWork.objects.latest("pk").state == "broken"
    assert "Undo the rest" not in of_batch(as_staff, advanced)
    assert undo(as_staff, advanced).status_code == 409
    undo(as_administrator, advanced)
    let_the_worker()
    assert back_at_the_start() == 5


def test_there_is_no_rest_where_the_status_to_go_back_to_is_final_since(as_manager, orders):
    as_manager.post(ADDRESS, typed(choose(as_manager, orders[:2])))
    batch = Batch.objects.get()
    Status.objects.filter(description="Images selected").update(is_final=True, is_initial=False)
    undo(as_manager, batch)
    page = of_batch(as_manager, batch)
    assert "Undo the rest" not in page
    assert page.count("is a final status now") == 2


def test_what_is_undone_by_itself_meanwhile_counts_as_taken_back(as_manager, advanced, orders, mia):
    undo(as_manager, advanced)
    operations.undo_last_change(orders[3], expected=None, by=mia)
    let_the_worker()
    assert back_at_the_start() == 5
    assert "withdrawn meanwhile" not in told(as_manager)
    assert told(as_manager).count("5 done.") == 2


def test_all_undone_one_by_one_before_there_is_nothing_to_do(as_manager, advanced, orders, mia):
    for order in orders:
        operations.undo_last_change(order, expected=None, by=mia)
    undo(as_manager, advanced)
    let_the_worker()
    assert "0 done." in told(as_manager)


def test_a_replaced_status_is_active_at_once_and_its_orders_come_back(
    as_administrator, orders, statuses, ada
):
    replaced, to = statuses["Images selected"], statuses["Sent to lab"]
    expected = StatusList.current_version()
    batch, _ = operations.replace_status(replaced, replacement=to, expected=expected, by=ada)
    assert undo(as_administrator, batch).url == LONG_WORK
    replaced.refresh_from_db()
    assert (replaced.is_inactive, replaced.is_initial) == (False, True)
    let_the_worker()
    assert back_at_the_start() == 5


def test_a_status_to_which_orders_are_coming_back_is_not_replaced_again(
    as_administrator, orders, statuses, ada
):
    replaced, to = statuses["Images selected"], statuses["Sent to lab"]
    replace(as_administrator, replaced, to)
    let_the_worker()
    undo(as_administrator, Batch.objects.get())
    assert long_acts.go_on()
    answer = replace(as_administrator, replaced, to)
    assert answer.status_code == 409
    assert "The worker is still putting orders back at Images selected" in answer.text
    let_the_worker()
    assert back_at_the_start() == 5
    assert replace(as_administrator, replaced, to).status_code == 302
    let_the_worker()
    assert Batch.objects.latest("pk").changes.count() == 5


def test_three_orders_are_taken_back_by_the_page_itself(as_manager, orders):
    as_manager.post(ADDRESS, typed(choose(as_manager, orders[:3])))
    assert undo(as_manager, Batch.objects.get()).url != LONG_WORK
    assert back_at_the_start() == 5
    assert not LongWork.objects.exists()
