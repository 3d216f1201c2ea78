"""The worker is seen when it comes round, and missed on every page when it does not."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from triggers import outbox, tasks
from triggers.models import Task, Trigger, WorkerHeartbeat
from triggers.outbox import heartbeat

WAITING = "No tasks are being made"


def beat(**ago):
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": timezone.now() - timedelta(**ago)})


def says_waiting(browser, address="/tasks/"):
    return WAITING in browser.get(address).content.decode()


@pytest.mark.parametrize(
    ("ago", "stopped"),
    [
        ({"seconds": 5}, False),
        ({"seconds": 110}, False),
        ({"seconds": 130}, True),
        # The clock was put right: a second or so ahead is nothing, an hour is no sign of life.
        ({"seconds": -5}, False),
        ({"hours": -1}, True),
    ],
)
def test_two_minutes_without_the_worker_are_too_long(as_manager, ago, stopped):
    beat(**ago)
    assert heartbeat.is_stopped(heartbeat.last_seen()) is stopped
    assert says_waiting(as_manager) is stopped


def test_a_worker_that_never_ran_is_missed(as_administrator):
    assert says_waiting(as_administrator)
    assert "has not run yet" in as_administrator.get("/").content.decode()


@pytest.mark.parametrize("address", ["/", "/orders/", "/sessions/", "/tasks/"])
def test_every_page_says_it_to_everybody(as_staff, as_manager, as_administrator, address):
    beat(hours=3)
    for browser in (as_staff, as_manager, as_administrator):
        assert says_waiting(browser, address)


def test_the_notice_is_gone_as_soon_as_the_worker_comes_round(as_manager):
    beat(hours=3)
    tasks.deliver_due.call_local()
    assert not says_waiting(as_manager)


@pytest.mark.django_db(transaction=True)  # the worker opens and closes connections of its own
def test_a_new_worker_is_seen_at_once_and_does_what_waited(make_order, statuses):
    Trigger.objects.create(description="Greet", status=statuses["Images selected"], task_title="Greet them")
    make_order()
    assert heartbeat.last_seen() is None
    for hook in HUEY._startup.values():
        hook()
    assert not heartbeat.is_stopped(heartbeat.last_seen())
    assert Task.objects.get().title == "Greet them"


def test_a_beat_moves_the_one_row(db):
    outbox.beat()
    first = heartbeat.last_seen()
    outbox.beat()
    assert WorkerHeartbeat.objects.count() == 1
    assert heartbeat.last_seen() >= first


def test_a_worker_that_is_long_at_work_beats_between(make_delivery, fakes, preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False) as clock:
        fakes["email"].fails = lambda message: clock.shift(30)
        for _ in range(2):
            make_delivery(tries=1)  # each by itself, as what has been tried before is
        outbox.beat()
        first = heartbeat.last_seen()
        outbox.deliver_due()
        assert heartbeat.last_seen() >= first + timedelta(seconds=30)


def test_a_worker_that_breaks_off_says_where_and_not_what(db, monkeypatch, caplog):
    def deliver_due():
        raise RuntimeError("anna@example.com")

    monkeypatch.setattr(outbox, "deliver_due", deliver_due)
    tasks.deliver_due.call_local()
    assert "RuntimeError at " in caplog.text
    assert "anna" not in caplog.text


def test_a_backlog_is_done_at_once(db, monkeypatch):
    rounds = [outbox.ROUND, outbox.ROUND, 7, 0]
    monkeypatch.setattr(outbox, "deliver_due", lambda: rounds.pop(0))
    tasks.deliver_due.call_local()
    assert rounds == [0]
