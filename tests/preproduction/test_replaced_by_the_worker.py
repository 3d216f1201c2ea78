"""A status at which more orders stand than a page waits for is replaced: given up at once, its orders moved by the worker."""

import pytest
import time_machine

from preproduction import long_acts, operations
from preproduction.models import Batch, ImageLine, Order, Status
from studio.access import Role
from studio.models import LongWork
from tests.preproduction.test_batches import replace
from tests.preproduction.test_long_acts import LONG_WORK, let_the_worker, told, undo
from triggers.models import Delivery, Task, Trigger


@pytest.fixture(autouse=True)
def three_are_many(preferences, monkeypatch):
    monkeypatch.setattr(long_acts, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(long_acts, "CHUNK", 2)
    monkeypatch.setattr(long_acts, "PIECE_SECONDS", -1)  # a chunk each time
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def orders(make_order):
    return [make_order() for _ in range(5)]


def after(browser, batch):
    """Let the worker end; return how the orders stand, and what Long Work says."""
    let_the_worker()
    return sorted(Order.objects.values_list("status__description", flat=True)), told(browser)


def test_so_many_at_a_replaced_status_are_moved_by_the_worker(as_administrator, orders, statuses):
    replaced, to = statuses["Images selected"], statuses["Sent to lab"]
    answer = replace(as_administrator, replaced, to)
    said = as_administrator.get(answer.url).text
    assert "Images selected was replaced with Sent to lab: the worker is moving its 5 orders." in said
    assert f'<a href="{LONG_WORK}">See how far it is</a>' in said
    replaced.refresh_from_db()
    assert (replaced.is_inactive, Status.objects.initial()) == (True, to)
    assert set(Order.objects.values_list("status", flat=True)) == {replaced.pk}
    batch = Batch.objects.get()
    assert undo(as_administrator, batch).status_code == 409
    assert long_acts.go_on()
    assert "2 of 5" in told(as_administrator)
    at, said = after(as_administrator, batch)
    assert at == ["Sent to lab"] * 5
    assert f'5 done. <a href="/batches/{batch.pk}/">' in said
    undo(as_administrator, batch)
    assert after(as_administrator, batch)[0] == ["Images selected"] * 5


def test_what_goes_elsewhere_while_the_worker_moves_them_stays_there(as_administrator, orders, statuses, mia):
    replace(as_administrator, statuses["Images selected"], statuses["Sent to lab"])
    gone = operations.plan_advance(orders[3], to=statuses["Proofs received"])
    operations.advance_status(orders[3], gone, expected=None, by=mia)
    operations.withdraw_order(orders[4], reason="Twice", expected=None, by=mia)
    at, said = after(as_administrator, Batch.objects.get())
    assert at == ["Proofs received", *["Sent to lab"] * 3]
    assert "3 done, 2 left as they were." in said
    assert f"{orders[3]} has moved on since." in said
    assert "1 order was withdrawn meanwhile." in said


def test_what_was_stopped_stays_at_the_inactive_status_and_can_be_replaced_again(
    as_administrator, orders, statuses
):
    replaced = statuses["Images selected"]
    replace(as_administrator, replaced, statuses["Sent to lab"])
    assert long_acts.go_on()
    as_administrator.post(f"/long-work/{LongWork.objects.get().pk}/remove/")
    assert Order.objects.filter(status=replaced).count() == 3
    assert replace(as_administrator, replaced, statuses["Sent to lab"]).status_code == 302
    assert not Order.objects.filter(status=replaced).exists()


def test_a_replacement_that_is_given_up_meanwhile_takes_no_more(as_administrator, orders, statuses):
    replace(as_administrator, statuses["Images selected"], statuses["Sent to lab"])
    assert long_acts.go_on()
    Status.objects.filter(description="Sent to lab").update(is_inactive=True, is_initial=False)
    at, said = after(as_administrator, Batch.objects.get())
    assert at == ["Images selected"] * 3 + ["Sent to lab"] * 2
    assert "2 done, 3 left as they were." in said
    assert f"{orders[4]}: Sent to lab is inactive. Choose an active status." in said


def test_an_order_whose_proofs_come_to_be_missing_stays_and_says_so(as_administrator, orders, statuses, ada):
    Status.objects.update(is_initial=False)
    seen = replace(as_administrator, statuses["Images selected"], statuses["Delivered"])
    counted = f"{statuses['Delivered'].pk}-5-0"
    assert "5 open orders" in seen.text
    replace(as_administrator, statuses["Images selected"], statuses["Delivered"], counted=counted)
    ImageLine.objects.create(order=orders[2], quantity_sent=3, quantity_returned=1)
    at, said = after(as_administrator, Batch.objects.get())
    assert at == [*["Delivered"] * 4, "Images selected"]
    assert f"Proofs of {orders[2]} are missing. Advance it by itself" in said


@pytest.mark.parametrize("fires", [True, False])
def test_the_triggers_of_the_new_status_fire_if_one_wants(
    as_administrator, orders, statuses, retouching, fires
):
    status = statuses["Sent to lab"]
    Trigger.objects.create(description="Pack it", status=status, task_title="Pack", department=retouching)
    ticked = {"fire_triggers": "on"} if fires else {}
    replace(as_administrator, statuses["Images selected"], statuses["Sent to lab"], **ticked)
    let_the_worker()
    assert Task.objects.count() + Delivery.objects.filter(state="pending").count() == (5 if fires else 0)


def test_who_may_not_keep_the_list_any_more_moves_no_more(as_administrator, orders, statuses, ada):
    replace(as_administrator, statuses["Images selected"], statuses["Sent to lab"])
    assert long_acts.go_on()
    ada.role = Role.STAFF
    ada.save()
    let_the_worker()
    assert LongWork.objects.get().state == "broken"
    assert Order.objects.filter(status__description="Sent to lab").count() == 2
