"""A message that has gone out is never taken for one that has not, whatever happens while it is being marked."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError

from triggers import outbox
from triggers.models import Breaker, Delivery
from triggers.outbox import breakers, delivering

State = Delivery.State


@pytest.fixture(autouse=True)
def at_noon(preferences, session):
    type(session.client).objects.update(mobile_phone="(202) 555-0143")
    with time_machine.travel("2026-06-10 12:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def busy(monkeypatch):
    """Let the database be busy for the next marks; return how many it still refuses."""
    refusals = []

    def finish(delivery, _finish=delivering.finish, **values):
        if values.get("state") == State.SENT and refusals:
            refusals.pop()
            raise OperationalError("database is locked")
        return _finish(delivery, **values)

    monkeypatch.setattr(delivering, "finish", finish)
    return refusals


@pytest.mark.parametrize("kind", ["email", "sms"])
def test_a_mark_that_fails_is_written_again_and_nothing_goes_out_twice(make_delivery, fakes, busy, kind):
    row = make_delivery(trigger_kind=kind)
    busy.append(1)
    outbox.deliver_due()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert outbox.deliver_due() == 0
    assert sum(len(fake.sent) for fake in fakes.values()) == 1


@pytest.mark.parametrize(("kind", "becomes", "copies"), [("email", State.SENT, 2), ("sms", State.UNKNOWN, 1)])
def test_a_mark_that_cannot_be_written_counts_as_a_worker_that_died(
    make_delivery, fakes, busy, at_noon, kind, becomes, copies
):
    row = make_delivery(trigger_kind=kind)
    busy.extend([1, 1, 1])
    outbox.deliver_due()
    row.refresh_from_db()
    assert row.state == State.SENDING
    at_noon.shift(outbox.LEASE + timedelta(seconds=1))
    outbox.deliver_due()
    row.refresh_from_db()
    assert row.state == becomes
    sent = [message for channel in ("email", "sms") for message in fakes[channel].sent]
    assert [message.message_id for message in sent] == [row.message_id] * copies


def test_a_breaker_that_cannot_be_told_decides_nothing_about_the_message(make_delivery, fakes, monkeypatch):
    def busy(channel, trigger_id):
        raise OperationalError("database is locked")

    monkeypatch.setattr(breakers, "note_failure", busy)
    monkeypatch.setattr(breakers, "note_success", busy)
    errors = [RuntimeError("broke off"), None]
    fakes["sms"].fails = lambda message: errors.pop(0)
    lost, sent = (make_delivery(trigger_kind="sms") for _ in range(2))
    Breaker.objects.create(key="sms", failures=1)
    outbox.deliver_due()
    for row in (lost, sent):
        row.refresh_from_db()
    assert (lost.state, sent.state) == (State.UNKNOWN, State.SENT)
    assert outbox.deliver_due() == 0
