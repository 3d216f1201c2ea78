"""Withdrawing an order made by mistake: out of sight everywhere, its rows and its number stay; managers put it back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from preproduction import operations
from preproduction.models import Hold, ImageLine, Order, OrderEvent, StatusList
from tests.promises import nothing_waits_for_a_withdrawn_order
from tests.sending import as_sent
from triggers import outbox
from triggers.models import Delivery, Task, Trigger


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False) as clock:
        yield clock


@pytest.fixture
def trigger(statuses):
    long_ago = timezone.now() - timedelta(days=1)
    return Trigger.objects.create(
        description="Remind",
        position=1,
        status=statuses["Images selected"],
        kind="task",
        task_title="Remind",
        active_since=long_ago,
    )


def withdraw(browser, order, **typed):
    address = f"/orders/{order.pk}/withdraw/"
    form = browser.get(address).context["form"]
    return browser.post(address, as_sent(form, **{"reason": "Made twice", **typed}))


def stored(order):
    return Order.with_withdrawn.get(pk=order.pk)


def test_a_manager_withdraws_with_a_reason(as_manager, as_staff, order, mia):
    assert "Withdraw" in as_manager.get(order.get_absolute_url()).text
    assert "Withdraw" not in as_staff.get(order.get_absolute_url()).text
    assert withdraw(as_manager, order).status_code == 302
    event = OrderEvent.objects.get(kind="withdrawn")
    assert (event.note, event.by, event.version, event.raised_version) == ("Made twice", mia, 2, True)
    assert (stored(order).withdrawn_on.isoformat(), stored(order).version) == ("2026-06-10", 2)


def test_it_is_out_of_every_list_count_search_and_file(as_manager, as_administrator, order, session):
    withdraw(as_manager, order)
    for address in (
        "/",
        "/orders/",
        "/orders/?state=all",
        f"/orders/?state=all&q={order.number}",
        "/orders/overdue/",
        session.get_absolute_url(),
        session.client.get_absolute_url(),
    ):
        assert f'href="{order.get_absolute_url()}"' not in as_manager.get(address).text, address
    assert Order.objects.open_counts(timezone.localdate(), most=1)["open"] == 0
    page = as_manager.get(session.client.get_absolute_url())
    assert page.context["sessions"][0].order_count == 0
    assert as_manager.get("/orders/", {"state": "all", "export": "xlsx"}).status_code == 200


def test_its_page_says_so_to_managers_and_is_not_there_for_staff(as_manager, as_staff, order):
    withdraw(as_manager, order)
    page = as_manager.get(order.get_absolute_url())
    assert page.status_code == 200
    for words in ("was withdrawn on", "Mia Lindqvist", "Made twice", "Put Back"):
        assert words in page.text
    assert as_staff.get(order.get_absolute_url()).status_code == 404
    for part in ("advance/", "hold/", "edit/", "work-order/", "undo/"):
        assert as_manager.get(f"{order.get_absolute_url()}{part}").status_code == 404


def test_its_number_is_never_used_again(as_manager, order, make_order):
    withdraw(as_manager, order)
    with pytest.raises(operations.OperationRefused, match="Another order has the number"):
        make_order(number=order.number)
    assert make_order().number != order.number


def test_what_waits_is_skipped_closed_and_comes_back_when_it_is_put_back(
    as_manager, trigger, make_order, mia, on_a_wednesday
):
    order = make_order()
    Task.objects.create(title="Choose frames", order=order)
    operations.hold_order(order, expected=1, by=mia, reason="Away")
    withdraw(as_manager, order)
    assert Delivery.objects.get().state == "skipped"
    assert not Task.objects.waiting().exists()
    assert Hold.objects.get().ended_on is not None
    assert stored(order).held_on is None
    on_a_wednesday.shift(timedelta(days=1))
    answer = as_manager.post(f"/orders/{order.pk}/put-back/", {"expected": stored(order).version})
    assert answer.status_code == 302
    assert Delivery.objects.get().state == "pending"
    assert Task.objects.waiting().count() == 1
    assert Hold.objects.get().ended_on is None
    order = Order.objects.get(pk=order.pk)
    assert (order.held_on.isoformat(), order.withdrawn_on) == ("2026-06-10", None)
    assert "Put back" in as_manager.get(order.get_absolute_url()).text


def test_from_pages_that_were_open_before_nothing_is_sent_or_opened_for_it(as_manager, order, statuses, mia):
    mail = Trigger.objects.create(
        description="Greet", status=statuses["Images selected"], kind="email", position=1
    )
    change = order.status_changes.get()
    row = Delivery.objects.create(
        trigger=mail,
        status_change=change,
        order=order,
        kind="email",
        channel="email",
        payload=change.payload(),
    )
    task = Task.objects.create(order=order, title="Pack", assigned_user=mia)
    withdraw(as_manager, order)
    as_manager.post("/triggers/queue/steer/", {"act": "retry", "keys": [row.pk]})
    assert as_manager.post(f"/tasks/{task.pk}/reopen/").status_code == 404
    assert as_manager.get(f"/tasks/{task.pk}/").status_code == 404
    nothing_waits_for_a_withdrawn_order(stored(order))
    # The control: put back, each can be done.
    operations.put_back(order, expected=None, by=mia)
    assert Task.objects.waiting().get() == task
    assert Delivery.objects.unfinished().get() == row


def test_a_form_from_before_it_was_withdrawn_and_put_back_puts_nothing_back(as_manager, order):
    withdraw(as_manager, order)
    version = stored(order).version
    assert as_manager.post(f"/orders/{order.pk}/put-back/", {"expected": version}).status_code == 302
    assert as_manager.post(f"/orders/{order.pk}/put-back/", {"expected": version}).status_code == 409
    withdraw(as_manager, order)
    assert as_manager.post(f"/orders/{order.pk}/put-back/", {"expected": version}).status_code == 409
    assert stored(order).withdrawn_on is not None


@pytest.mark.parametrize("state", ["sent", "sending", "unknown"])
def test_an_order_for_which_something_was_sent_stays(as_manager, trigger, make_order, state):
    order = make_order()
    Delivery.objects.update(channel="email", state=state)
    answer = withdraw_anyway(as_manager, order)
    assert (answer.status_code, "has been sent" in answer.text) == (422, True)
    assert stored(order).withdrawn_on is None


def test_an_order_whose_proofs_came_back_or_that_is_complete_stays(as_manager, order, statuses, sam):
    line = ImageLine.objects.create(order=order, files="1-60", quantity_sent=60, quantity_returned=1)
    assert "have come back" in withdraw_anyway(as_manager, order).text
    line.delete()
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=1, by=sam)
    assert "is complete" in withdraw_anyway(as_manager, order).text
    assert stored(order).withdrawn_on is None


def withdraw_anyway(browser, order):
    """Send the form though its page would not offer it."""
    form = {"reason": "Made twice", "expected": stored(order).version}
    return browser.post(f"/orders/{order.pk}/withdraw/", form)


def test_a_task_that_a_trigger_made_does_not_leave_the_studio(as_manager, trigger, make_order):
    order = make_order()
    outbox.deliver_due()
    assert Delivery.objects.get().state == "sent"
    assert withdraw(as_manager, order).status_code == 302
    assert not Task.objects.waiting().exists()


def test_from_an_outdated_page_nothing_is_withdrawn(as_manager, order, mia):
    form = as_sent(as_manager.get(f"/orders/{order.pk}/withdraw/").context["form"], reason="Made twice")
    operations.hold_order(order, expected=1, by=mia, reason="Away")
    answer = as_manager.post(f"/orders/{order.pk}/withdraw/", form)
    assert (answer.status_code, "Made twice" in answer.text) == (409, True)
    assert stored(order).withdrawn_on is None


def test_a_status_at_which_a_withdrawn_order_stood_is_not_marked_final(as_manager, order, statuses):
    """Put back, it would stand at a final status and not be complete."""
    withdraw(as_manager, order)
    version = StatusList.current_version()
    with pytest.raises(operations.OperationRefused, match="A withdrawn order stood at Images selected"):
        operations.edit_status(
            order.status, expected=version, is_initial=False, mark_may_go=True, is_final=True
        )
