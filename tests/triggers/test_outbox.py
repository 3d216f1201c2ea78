"""The outbox: written with the status change, done by the worker, once."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preproduction import operations
from preproduction.models import StatusChange
from studio.models import Client
from triggers import channels, outbox
from triggers.models import Delivery, MessageTemplate, Task, Trigger
from triggers.outbox import claims

State = Delivery.State


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def trigger(statuses, shipping):
    return Trigger.objects.create(
        description="Pack it", status=statuses["Sent to lab"], task_title="Pack the parcel", task_due_in=2
    )


def advance(order, by, **keywords):
    order.refresh_from_db()
    return operations.advance_status(
        order, operations.plan_advance(order), expected=order.version, by=by, **keywords
    )


def test_an_advance_makes_a_task_of_the_new_statuss_department(order, sam, trigger, shipping):
    change = advance(order, sam)
    assert not Task.objects.exists()
    assert outbox.deliver_due() == 1
    task = Task.objects.get()
    assert (task.title, task.order, task.department) == ("Pack the parcel", order, shipping)
    assert task.due_date == date(2026, 6, 12)
    assert change.deliveries.get().state == State.SENT
    assert outbox.deliver_due() == 0


@pytest.mark.parametrize(
    ("kind", "email", "channel"),
    [
        ("email_call", "", "call"),
        ("email_call", "anna@example.com", "email"),
        ("sms_email", "anna@example.com", "email"),
        ("sms_email", "", "email"),
        ("email", "", "email"),
    ],
)
def test_it_says_by_which_way_it_will_probably_go(order, sam, trigger, session, kind, email, channel):
    Client.objects.update(phone="", email=email)
    template = MessageTemplate.objects.create(name="Here", subject="Proofs", text="They are here.")
    Trigger.objects.update(kind=kind, recipient=Trigger.Recipient.CLIENT, template=template)
    advance(order, sam)
    assert Delivery.objects.get().channel == channel


def test_a_rolled_back_advance_leaves_nothing_in_the_outbox(order, sam, trigger):
    with transaction.atomic():
        advance(order, sam)
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()
    assert StatusChange.objects.count() == 1


def test_the_database_refuses_a_second_delivery_for_the_same_change(order, sam, trigger):
    change = advance(order, sam)
    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.enqueue(change)
    assert Delivery.objects.count() == 1


def test_a_trigger_unticked_for_this_once_is_there_and_says_so(order, sam, trigger):
    advance(order, sam, left_out=[trigger.pk])
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == (State.SKIPPED, "Left out by Sam Okafor.")
    assert outbox.deliver_due() == 0


def test_inactive_triggers_and_those_of_other_statuses_do_not_fire(order, sam, trigger, statuses):
    Trigger.objects.update(is_active=False)
    Trigger.objects.create(description="Other", status=statuses["Delivered"], task_title="Other")
    advance(order, sam)
    assert not Delivery.objects.exists()


def test_enqueueing_costs_the_same_number_of_queries_for_one_trigger_and_for_many(make_order, sam, trigger):
    def queries():
        order = make_order()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            advance(order, sam)
        return len(captured)

    with_one = queries()
    Trigger.objects.bulk_create(
        Trigger(description=f"More {n}", status=trigger.status, task_title="More") for n in range(30)
    )
    assert queries() == with_one


def test_undo_skips_what_waits_and_names_what_is_done(make_order, sam, trigger):
    waiting, done = make_order(), make_order()
    advance(done, sam)
    outbox.deliver_due()
    advance(waiting, sam)
    _, sent = operations.undo_last_change(waiting, expected=2, by=sam)
    assert sent == []
    assert waiting.deliveries.get().state == State.SKIPPED
    # A task that nobody has touched would be closed with the change.
    Task.objects.update(done_at=timezone.now(), done_by=sam)
    _, sent = operations.undo_last_change(done, expected=2, by=sam)
    assert [delivery.trigger for delivery in sent] == [trigger]


def test_a_task_nobody_can_get_fails_with_the_reason_and_stops_nobody_else(
    make_order, sam, trigger, statuses
):
    Trigger.objects.create(
        description="Nobody",
        status=statuses["Sent to lab"],
        task_title="Nobody's",
        recipient=Trigger.Recipient.PHOTOGRAPHER,
    )
    order = make_order()
    order.session.photographer = None
    order.session.save()
    advance(order, sam)
    assert outbox.deliver_due() == 2
    failed = Delivery.objects.get(state=State.FAILED)
    assert failed.reason == "Nobody to give the task to: the order has no photographer."
    assert Task.objects.get().title == "Pack the parcel"


def test_an_error_is_tried_again_later(order, sam, trigger, monkeypatch):
    def send(message):
        raise TimeoutError("The server did not answer.")

    monkeypatch.setattr(channels.get("task"), "send", send)
    advance(order, sam)
    assert outbox.deliver_due() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.reason) == (
        State.PENDING,
        1,
        "The server did not answer.",
    )
    assert delivery.not_before > timezone.now()
    for _ in range(20):
        Delivery.objects.update(not_before=timezone.now())
        outbox.deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (State.FAILED, len(outbox.RETRY_AFTER))


def test_a_dead_workers_row_is_taken_over_and_the_dead_one_cannot_finish_it(order, sam, trigger):
    advance(order, sam)
    [dead] = claims.claim()
    assert outbox.deliver_due() == 0
    with time_machine.travel(timezone.now() + outbox.LEASE + timedelta(seconds=1), tick=False):
        assert outbox.deliver_due() == 1
    assert Task.objects.count() == 1
    assert not claims.finish(dead, state=State.SENT)
    assert Delivery.objects.get().state == State.SENT


def test_a_worker_thought_dead_cannot_finish_what_another_is_sending(order, sam, trigger):
    advance(order, sam)
    [dead] = claims.claim()
    with time_machine.travel(timezone.now() + outbox.LEASE + timedelta(seconds=1), tick=False):
        claims.release_stuck()
        [alive] = claims.claim()
        assert not claims.finish(dead, state=State.FAILED)
        assert claims.finish(alive, state=State.SENT)
    assert Delivery.objects.get().state == State.SENT
