"""Process, Skip and Retry change what is still as the person saw it, and nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from triggers import outbox
from triggers.models import Delivery, MessagePreferences, Reason, because
from triggers.operations import steering

State = Delivery.State
EVERY = list(State)


@pytest.fixture(autouse=True)
def at_noon(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def in_every_state(make_delivery):
    """Return a row in each state, by state."""
    finished = {State.SENT, State.FAILED, State.SKIPPED, State.EXPIRED, State.UNKNOWN}
    return {
        state: make_delivery(state, tries=3, finished_at=timezone.now() if state in finished else None)
        for state in EVERY
    }


@pytest.mark.parametrize(
    ("verb", "becomes", "of"),
    [
        (steering.process, State.PENDING, {State.HELD}),
        (steering.skip, State.SKIPPED, {State.PENDING, State.HELD, State.FAILED, State.UNKNOWN}),
        (steering.retry, State.PENDING, {State.FAILED, State.UNKNOWN, State.EXPIRED, State.SKIPPED}),
    ],
)
def test_each_verb_changes_the_states_it_is_for(in_every_state, ada, verb, becomes, of):
    assert verb(Delivery.objects.all(), by=ada) == len(of)
    for state, row in in_every_state.items():
        row.refresh_from_db()
        assert row.state == (becomes if state in of else state)
        assert row.steered_by == (ada if state in of else None)
    # A second press of the same button finds nothing any more.
    assert verb(list(in_every_state.values()), by=ada) == 0


def test_skip_says_who_and_ends_it(make_delivery, ada):
    row = make_delivery(State.HELD)
    steering.skip([row], by=ada)
    row.refresh_from_db()
    assert (row.reason, row.finished_at) == ("Skipped by Ada Moreau.", timezone.now())


def test_retry_begins_anew(make_delivery, ada, fakes):
    row = make_delivery(
        State.FAILED,
        tries=10,
        **because(Reason.SAID, "No."),
        finished_at=timezone.now(),
        expires_at=timezone.now() - timedelta(days=3),
    )
    steering.retry([row], by=ada)
    row.refresh_from_db()
    assert (row.tries, row.reason, row.finished_at) == (0, "", None)
    assert row.expires_at == timezone.now() + timedelta(hours=24)
    assert outbox.deliver_due() == 1
    assert len(fakes["email"].sent) == 1


def test_what_a_worker_is_sending_is_not_taken_from_it(make_delivery, ada):
    row = make_delivery()
    seen = list(Delivery.objects.all())
    Delivery.objects.update(state=State.SENDING)
    assert steering.skip(seen, by=ada) == 0
    row.refresh_from_db()
    assert row.state == State.SENDING


def test_a_processed_message_is_not_late_for_having_waited_for_a_person(make_delivery, ada, fakes, at_noon):
    late = make_delivery(State.HELD, expires_at=timezone.now() + timedelta(hours=24))
    early = make_delivery(
        State.HELD,
        not_before=timezone.now() + timedelta(days=9),
        expires_at=timezone.now() + timedelta(days=10),
    )
    at_noon.shift(timedelta(days=3))
    assert steering.process([late, early], by=ada) == 2
    for row in (late, early):
        row.refresh_from_db()
    assert late.expires_at == timezone.now() + timedelta(hours=24)
    assert early.expires_at == timezone.now() + timedelta(days=7)
    assert outbox.deliver_due() == 1  # the other still has its moment
    assert Delivery.objects.get(pk=late.pk).is_reviewed


def test_a_processed_row_of_an_order_on_hold_says_what_it_waits_for(make_delivery, ada):
    row = make_delivery(State.HELD, not_before=None, follows_due_date=True)
    steering.process([row], by=ada)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.PENDING, Reason.ON_HOLD.label)


def test_pausing_notes_who_and_when(ada):
    assert steering.pause(by=ada)
    preferences = MessagePreferences.load()
    assert (preferences.is_paused, preferences.paused_by, preferences.paused_at) == (
        True,
        ada,
        timezone.now(),
    )
    assert steering.resume(by=ada)
    assert not steering.resume(by=ada)
    assert not MessagePreferences.load().is_paused
