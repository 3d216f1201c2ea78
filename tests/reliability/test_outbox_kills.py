"""kill -9 of the worker, again and again, at random steps: each SQL statement, commit and sending.

Emails and webhooks: none is lost, at most one copy too many for each kill, with the same id.  SMS: never twice, and
where nobody can know, a person is asked.  Tasks: exactly once.  With the planted bugs the same check finds both.
"""

import random
from collections import Counter

import pytest
from django.db import connection, connections

from tests.reliability.outbox_messages import (
    PROMISES,
    NotingTransport,
    let_leases_end,
    make_messages,
    notes,
    wait_for_no_disk,
)
from tests.reliability.processes import kill_myself, killed_in_process, needs_fork
from tests.triggers.fakes import stand_in
from triggers import channels, outbox
from triggers.channels.base import Promise
from triggers.models import Delivery, Task
from triggers.outbox import claims

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

State = Delivery.State
# Of the 50 messages about an order, so many of each.
KINDS = ["email"] * 20 + ["webhook"] * 15 + ["sms"] * 5 + ["task"] * 10


class Killer:
    """Kills the process at a step drawn beforehand."""

    def __init__(self):
        self.left = None  # never

    def step(self):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                kill_myself()

    def __call__(self, execute, sql, params, many, context):
        self.step()
        return execute(sql, params, many, context)


def work_until_killed(killer, after):
    """Run a worker in a process of its own that dies at its step number `after`; return whether it got that far."""

    def worker():
        connections.close_all()
        connection.ensure_connection()
        killer.left, commit = after, connection.commit

        def commit_between_steps():
            killer.step()
            commit()
            killer.step()

        connection.commit = commit_between_steps
        with connection.execute_wrapper(killer):
            while outbox.deliver_due():
                pass

    return killed_in_process(worker)


def play(kills, seed=0, *, steps=300):
    """Kill so many workers, then let one come to its end; return the kills by the number of rows then under way.

    steps: that a worker takes at the most before it is killed.
    """
    chance, landed = random.Random(seed), Counter()
    killer = Killer()
    for channel in channels.every():
        noting = channel.send.__self__
        if isinstance(noting, NotingTransport):
            noting.step = killer.step
    while sum(landed.values()) < kills and work_until_killed(killer, chance.randint(1, steps)):
        landed[Delivery.objects.filter(state=State.SENDING).count()] += 1
        let_leases_end()
    assert not work_until_killed(killer, None)
    return landed


def contradictions(file, kills):
    """Return what was promised and not kept."""
    sent = notes(file)
    found = []
    rows = Delivery.objects.values_list("message_id", "channel", "state", "pk")
    tasks = Counter(Task.objects.values_list("delivery_id", flat=True))
    copies = 0
    for message_id, channel, state, pk in rows:
        count = tasks[pk] if channel == "task" else sent[str(message_id)]
        if channel in ("email", "webhook"):
            copies += max(count - 1, 0)
            if not count or state != State.SENT:
                found.append(f"{channel} {pk} lost: sent {count} times, {state}")
        elif channel == "sms" and (count > 1 or state not in (State.SENT, State.UNKNOWN)):
            found.append(f"SMS {pk} sent {count} times, {state}")
        elif channel == "sms" and state == State.SENT and not count:
            found.append(f"SMS {pk} lost")
        elif channel == "task" and (count, state) != (1, State.SENT):
            found.append(f"task {pk} made {count} times, {state}")
    if copies > kills:
        found.append(f"{copies} copies too many for {kills} kills")
    if set(sent) - {str(row[0]) for row in rows}:
        found.append("an id that no row has")
    return found


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Let transports note their messages in a file, and return it."""
    wait_for_no_disk(connection, monkeypatch)
    for channel, promise in PROMISES.items():
        stand_in(monkeypatch, channel, NotingTransport(promise, tmp_path / "notes"))
    return tmp_path / "notes"


def test_kills_lose_no_message_and_double_no_sms(make_order, statuses, file, size, seed, record):
    messages, kills = size("messages under kills"), size("kills of the worker")
    make_messages(make_order, KINDS, messages, statuses=statuses)
    landed = play(kills, seed)
    assert sum(landed.values()) == kills
    assert contradictions(file, kills) == []
    # Else the kills would have shown nothing: most found the worker in the middle of a message, ...
    under_way = sum(count for rows, count in landed.items() if rows)
    assert under_way > kills / 2
    # ... some of them between sending and marking it.
    assert sum(notes(file).values()) > len(notes(file))
    unknown = Delivery.objects.filter(state=State.UNKNOWN).count()
    assert unknown >= 1
    copies = sum(notes(file).values()) - len(notes(file))
    record(messages=messages, kills=kills, under_way=under_way, copies=copies, sms_unknown=unknown)


# One step in about twelve lies where the planted bugs show; of so few kills that none hits it is one case in 200.
KILLS_OF_A_CONTROL = 60


class MarksFirst(NotingTransport):
    """The planted bug: what is marked and then sent is lost by a kill in between."""

    def send(self, message):
        claims.finish(message.delivery, state=State.SENT)
        super().send(message)


def test_control_a_mark_before_sending_loses_emails(make_order, statuses, file, monkeypatch, record):
    stand_in(monkeypatch, "email", MarksFirst(Promise.AT_LEAST_ONCE, file))
    make_messages(make_order, ["email"], 400, statuses=statuses)
    play(KILLS_OF_A_CONTROL, steps=100)
    lost = [each for each in contradictions(file, KILLS_OF_A_CONTROL) if "lost" in each]
    assert lost
    record(contradictions=len(lost))


def test_control_an_sms_that_is_tried_again_is_doubled(make_order, statuses, file, monkeypatch, record):
    stand_in(monkeypatch, "sms", NotingTransport(Promise.AT_LEAST_ONCE, file))
    make_messages(make_order, ["sms"], 400, statuses=statuses)
    play(KILLS_OF_A_CONTROL, steps=100)
    doubled = [
        each for each in contradictions(file, KILLS_OF_A_CONTROL) if "SMS" in each and "sent 2 times" in each
    ]
    assert doubled
    record(contradictions=len(doubled))
