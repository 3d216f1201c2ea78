"""8 workers share all messages: each goes out once.  A claim that compares nothing is caught by the same check."""

import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone

from tests.reliability.outbox_messages import (
    PROMISES,
    NotingTransport,
    make_messages,
    notes,
    wait_for_no_disk,
)
from tests.reliability.processes import in_processes, needs_fork
from tests.triggers.fakes import stand_in
from triggers import outbox
from triggers.models import Delivery
from triggers.outbox import claims

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

State = Delivery.State
WORKERS = 8


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Let transports note their messages in a file, and return it."""
    wait_for_no_disk(connection, monkeypatch)
    for channel, promise in PROMISES.items():
        stand_in(monkeypatch, channel, NotingTransport(promise, tmp_path / "notes"))
    # A machine that runs 8 workers and other tests at once is not a worker that died.
    monkeypatch.setattr(claims, "LEASE", timedelta(minutes=30))
    return tmp_path / "notes"


def work(_=None):
    """Come round like a worker until nothing is left; return how many rows this one did."""
    done = 0
    while Delivery.objects.filter(state=State.PENDING).exists():
        try:
            done += outbox.deliver_due()
        except OperationalError as error:
            # The minute's tick comes round again; what was under way is settled by its lease.
            if "locked" not in str(error):
                raise
        time.sleep(0.1)
    return done


def test_8_workers_send_each_message_once(make_order, statuses, file, size, record):
    messages = size("messages of eight workers")
    make_messages(make_order, ["email"] * 30 + ["webhook"] * 20, messages, statuses=statuses)
    shares = in_processes(WORKERS, work)
    sent = notes(file)
    assert sum(shares) == messages
    assert sum(1 for share in shares if share) >= WORKERS // 2  # else they had not shared anything
    assert set(sent.values()) == {1}
    assert set(sent) == {str(key) for key in Delivery.objects.values_list("message_id", flat=True)}
    assert set(Delivery.objects.values_list("state", "tries")) == {(State.SENT, 1)}
    record(messages=messages, by_workers=sum(1 for share in shares if share))


def claim_naively(limit=1):
    """The planted bug: look, think, and take, without comparing what was seen with what is."""
    seen = list(Delivery.objects.filter(state=State.PENDING).order_by("pk")[:5])
    time.sleep(0.02)
    keys = [row.pk for row in seen]
    Delivery.objects.filter(pk__in=keys).update(
        state=State.SENDING,
        lease_number=F("lease_number") + 1,
        lease_until=timezone.now() + claims.LEASE,
    )
    return list(Delivery.objects.filter(pk__in=keys).select_related("trigger__template", "order"))


def test_control_a_claim_that_compares_nothing_sends_twice(make_order, statuses, file, monkeypatch, record):
    monkeypatch.setattr(claims, "claim", claim_naively)
    make_messages(make_order, ["email"], 100, statuses=statuses)
    in_processes(4, work)
    doubled = sum(1 for count in notes(file).values() if count > 1)
    assert doubled
    record(contradictions=doubled)
