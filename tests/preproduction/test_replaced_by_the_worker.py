"""A status at which more orders stand than a page waits for is replaced: given up at once, its orders moved by the worker."""

import json
from datetime import date, time

import pytest
import time_machine

from preproduction import long_acts, operations
from preproduction.models import Batch, ImageLine, Order, Status, StatusChange
from preproduction.models.status import Clock
from preproduction.operations import CalendarChange
from studio.access import Role
from studio.models import CompanyPreferences, LongWork, Vendor
from tests.preproduction.test_batches import replace
from tests.preproduction.test_leaving import leave, to
from tests.preproduction.test_long_acts import LONG_WORK, let_the_worker, told, undo
from triggers.models import Delivery, Task, Trigger


@pytest.fixture(autouse=True)
def three_are_many(preferences, monkeypatch):
    monkeypatch.setattr(long_acts, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(long_acts, "CHUNK", 2)
    monkeypatch.setattr(long_acts, "PIECE_SECONDS", -1)  # a chunk each time
    with time_machine.travel("2026-06-10 12:00", tick=False) as clock:
        yield clock


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


def test_the_grid_says_it_with_the_way_to_long_work(as_administrator, orders, statuses):
    version = as_administrator.get("/maintenance/preproduction-statuses/").context["version"]
    names = {"status": statuses["Images selected"].pk, "replacement": statuses["Sent to lab"].pk}
    answer = as_administrator.post(
        "/maintenance/preproduction-statuses/replace/",
        {"version": version, **names},
        headers={"HX-Request": "true"},
    )
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert (toast["href"], toast["words"]) == (LONG_WORK, "See how far it is")
    assert "the worker is moving its 5 orders" in toast["text"]


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


def edit(status, **fields):
    """Change it as the list does, whatever the tests knew of it."""
    now = Status.objects.get(pk=status.pk)
    return operations.edit_status(now, expected=None, mark_may_go=True, **fields)


@pytest.mark.parametrize("final", [True, False])
def test_nothing_is_completed_that_nobody_was_asked_about(as_administrator, orders, statuses, final):
    """The mark of the status in its place is changed before the worker comes."""
    to = statuses["Sent to lab" if final else "Delivered"]
    Status.objects.update(is_initial=False)
    counted = {} if final else {"counted": f"{to.pk}-5-0"}
    replace(as_administrator, statuses["Images selected"], to, **counted)
    edit(to, is_final=final)
    at, said = after(as_administrator, Batch.objects.get())
    assert at == ["Images selected"] * 5
    mark = "is a final status now" if final else "is no final status any more"
    assert f"{orders[0]}: {to} {mark}." in said


def test_all_are_moved_on_the_day_and_by_the_cut_off_of_when_it_was_asked(
    as_administrator, make_order, statuses, three_are_many
):
    lab = Vendor.objects.create(name="Lab", cut_off=time(17), time_zone="UTC")
    Status.objects.filter(description="Sent to lab").update(clock=Clock.VENDOR)
    for _ in range(5):
        make_order(vendor=lab)
    three_are_many.move_to("2026-06-10 16:59")
    replace(as_administrator, statuses["Images selected"], statuses["Sent to lab"])
    for moment in ("2026-06-10 17:01", "2026-06-11 00:01", "2026-06-15 09:00"):
        three_are_many.move_to(moment)
        long_acts.go_on()
    found = set(Order.objects.values_list("entered_status_on", "status_due_date"))
    assert found == {(date(2026, 6, 10), date(2026, 6, 17))}


def test_a_status_made_active_again_keeps_the_orders_that_are_left(as_administrator, orders, statuses):
    first = statuses["Images selected"]
    replace(as_administrator, first, statuses["Sent to lab"])
    assert long_acts.go_on()
    edit(first, is_inactive=False, is_initial=True)
    at, said = after(as_administrator, Batch.objects.get())
    assert at == ["Images selected"] * 3 + ["Sent to lab"] * 2
    assert "Images selected is active again." in said


def test_a_status_whose_orders_are_being_moved_is_not_replaced_with_another(
    as_administrator, orders, statuses
):
    first, second, third = (statuses[name] for name in ("Images selected", "Sent to lab", "Proofs received"))
    replace(as_administrator, first, second)
    answer = replace(as_administrator, first, third)
    assert answer.status_code == 409
    assert "The worker is still moving orders away from Images selected. See Long Work." in answer.text
    assert after(as_administrator, Batch.objects.get())[0] == ["Sent to lab"] * 5


def test_a_status_to_which_an_undone_advance_comes_back_is_not_given_up(
    as_administrator, orders, statuses, ada
):
    first, second, third = (statuses[name] for name in ("Images selected", "Sent to lab", "Proofs received"))
    rows = [(order, operations.plan_advance(order, to=second), {"expected": None}) for order in orders]
    operations.advance_statuses(rows, by=ada)
    undo(as_administrator, Batch.objects.get())
    assert long_acts.go_on()
    answer = replace(as_administrator, first, third)
    assert answer.status_code == 409
    assert "The worker is still putting orders back at Images selected." in answer.text
    let_the_worker()
    assert Order.objects.filter(status=first).count() == 5


def test_an_undo_that_was_stopped_goes_on_to_no_status_that_is_given_up_again(
    as_administrator, orders, statuses
):
    first, second, third = (statuses[name] for name in ("Images selected", "Sent to lab", "Proofs received"))
    replace(as_administrator, first, second)
    let_the_worker()
    batch = Batch.objects.get()
    undo(as_administrator, batch)
    assert long_acts.go_on()
    as_administrator.post(f"/long-work/{LongWork.objects.latest('pk').pk}/remove/")
    replace(as_administrator, first, third)
    answer = undo(as_administrator, batch)
    assert answer.status_code == 409
    assert "Images selected is inactive again. Make it active, then undo the rest." in answer.text
    edit(first, is_inactive=False)
    undo(as_administrator, batch)
    at, _ = after(as_administrator, batch)
    assert at == ["Images selected"] * 3 + ["Proofs received"] * 2


def test_stopped_replaced_again_and_both_undone_all_are_back(as_administrator, orders, statuses):
    first, second, third = (statuses[name] for name in ("Images selected", "Sent to lab", "Proofs received"))
    replace(as_administrator, first, second)
    assert long_acts.go_on()
    as_administrator.post(f"/long-work/{LongWork.objects.get().pk}/remove/")
    replace(as_administrator, first, third)
    for batch in Batch.objects.order_by("pk"):
        undo(as_administrator, batch)
        let_the_worker()
    assert Order.objects.filter(status=first).count() == 5
    first.refresh_from_db()
    assert (first.is_inactive, first.is_initial) == (False, True)


def test_orders_are_kept_by_their_keys_and_one_that_cannot_move_stops_no_other(
    as_administrator, orders, statuses, monkeypatch
):
    plan_advance = operations.replacing.plan_advance

    def plan_for(order, **how):
        if order.pk == orders[1].pk:
            raise operations.OperationRefused(f"{order} cannot be counted.")
        return plan_advance(order, **how)

    monkeypatch.setattr(operations.replacing, "plan_advance", plan_for)
    replace(as_administrator, statuses["Images selected"], statuses["Sent to lab"])
    at, said = after(as_administrator, Batch.objects.get())
    assert at == ["Images selected"] + ["Sent to lab"] * 4
    assert said.count("cannot be counted.") == 1
    moved = StatusChange.objects.filter(cause="replaced").order_by("pk").values_list("order_id", flat=True)
    assert list(moved) == sorted(moved)


def test_the_form_sent_twice_is_one_replacement(as_administrator, orders, statuses):
    version = as_administrator.get("/maintenance/preproduction-statuses/").context["version"]
    names = {"status": statuses["Images selected"].pk, "replacement": statuses["Sent to lab"].pk}
    address = "/maintenance/preproduction-statuses/replace/"
    codes = [as_administrator.post(address, {"version": version, **names}).status_code for _ in range(2)]
    assert codes == [302, 409]
    assert (Batch.objects.count(), LongWork.objects.count()) == (1, 1)
    assert after(as_administrator, Batch.objects.get())[0] == ["Sent to lab"] * 5


def test_holds_go_on_and_the_calendar_in_force_counts_the_other_half(
    as_administrator, orders, statuses, mia, ada
):
    operations.hold_order(orders[4], reason="Away", expected=None, by=mia)
    replace(as_administrator, statuses["Images selected"], statuses["Sent to lab"])
    assert long_acts.go_on()
    closed = CalendarChange(closed_to_add=((date(2026, 6, 15), date(2026, 6, 19), "Closed"),))
    operations.change_calendar(closed, by=ada, move_open_orders=True)
    operations.change_zone("Asia/Tokyo", seen=CompanyPreferences.load().time_zone, by=ada)
    assert after(as_administrator, Batch.objects.latest("pk"))[0] == ["Sent to lab"] * 5
    assert set(Order.objects.values_list("entered_status_on", flat=True)) == {date(2026, 6, 10)}
    running = Order.objects.filter(held_on=None)
    assert set(running.values_list("status_due_date", flat=True)) == {date(2026, 6, 24)}
    assert Order.objects.get(pk=orders[4].pk).is_on_hold


def test_what_waits_at_the_status_is_given_up_and_comes_back_with_undo(
    as_administrator, make_order, statuses, retouching
):
    late = {"timing": Trigger.Timing.AFTER_DUE, "days": 1, "task_title": "Ask", "department": retouching}
    Trigger.objects.create(description="Late", status=statuses["Images selected"], **late)
    for _ in range(5):
        make_order()
    replace(as_administrator, statuses["Images selected"], statuses["Sent to lab"])
    let_the_worker()
    assert not Delivery.objects.filter(state="pending").exists()
    undo(as_administrator, Batch.objects.get())
    let_the_worker()
    assert Delivery.objects.filter(state="pending").count() == 5


@pytest.mark.parametrize("has_heir", [True, False])
def test_a_default_user_who_leaves_meanwhile_gets_no_more(
    as_administrator, orders, statuses, sam, mia, has_heir
):
    replace(as_administrator, statuses["Images selected"], statuses["Proofs received"])
    assert long_acts.go_on()
    assert Order.objects.filter(assigned_user=sam).count() == 2
    gone = leave(as_administrator, sam, **(to(mia) if has_heir else dict.fromkeys(to(mia), "none")))
    assert gone.status_code == 200
    assert after(as_administrator, Batch.objects.get(kind=Batch.Kind.REPLACED))[0] == ["Proofs received"] * 5
    owners = list(Order.objects.values_list("assigned_user", flat=True))
    assert owners == [mia.pk if has_heir else None] * 5
