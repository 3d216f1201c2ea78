"""kill -9 at a random moment of somebody's advances: no half of one is there, and none that was answered is lost."""

import mmap
import os
import random
import time

import pytest
from django.db import connections, transaction

from preproduction import operations
from preproduction.models import Order, StatusChange
from studio.models import User
from tests.reliability.processes import killed_after, needs_fork
from tests.reliability.test_killed_at_each_statement import is_whole, to_and_fro

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

LONGEST = 2.5  # from the second advance to the kill, in times that an advance takes
LOOK_EVERY = 25  # kills; nothing mends what was half applied, so it is found later, too


def properly(order, *, by, answer):
    answer(operations.advance_status(order, to_and_fro(order), expected=order.version, by=by))


def in_halves(order, *, by, answer):
    """The planted bug: the order first, what is written about it later."""
    Order.objects.filter(pk=order.pk).update(status_sequence=order.status_sequence + 1)
    time.sleep(0.2)
    Order.objects.filter(pk=order.pk).update(status_sequence=order.status_sequence)
    properly(order, by=by, answer=answer)


def answered_before_it_is_stored(order, *, by, answer):
    """The planted bug: success is said, and then the transaction ends."""
    with transaction.atomic():
        properly(order, by=by, answer=answer)
        time.sleep(0.2)


def told(change) -> str:
    """Return what is answered: by its moment, too, for SQLite gives the key of a lost row to the next one."""
    return f"{change.pk} {change.recorded_at.timestamp()}"


def advance_until_killed(how, file, inside, done):
    connections.close_all()
    by = User.objects.get(username="sam")
    note = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        for order in Order.objects.select_related("status"):
            inside[0] = 1
            how(order, by=by, answer=lambda change: os.write(note, f"{told(change)}\n".encode()))
            inside[0] = 0
            done()


def play(how, kills, file, *, seed=0):
    """Kill so many; return how many landed in an advance, and what was promised and not kept."""
    chance, inside, landed = random.Random(seed), mmap.mmap(-1, 1), 0
    for number in range(1, kills + 1):
        killed_after(lambda begun: advance_until_killed(how, file, inside, begun), chance.uniform(0, LONGEST))
        landed += inside[0]
        if number % LOOK_EVERY == 0 or number == kills:
            answered = set(file.read_text().splitlines())
            lost = answered - {told(change) for change in StatusChange.objects.all()}
            found = [f"{len(lost)} answered and lost"] if lost else []
            found += [] if is_whole() else ["half applied"]
            if found:
                return landed, found
    return landed, []


def test_a_kill_at_any_moment_halves_no_advance_and_loses_no_answer(make_order, tmp_path, size, seed, record):
    orders, kills = [make_order() for _ in range(3)], size("kills of an advance")
    landed, found = play(properly, kills, tmp_path / "answers", seed=seed)
    assert found == []
    assert landed > kills / 4, "Hardly a kill landed in an advance, so nothing was shown."
    advances = StatusChange.objects.count() - len(orders)
    record(kills=kills, in_an_advance=landed, advances=advances)


@pytest.mark.parametrize(
    ("how", "found"), [(in_halves, "half applied"), (answered_before_it_is_stored, "answered and lost")]
)
def test_control_half_an_advance_or_a_lost_answer_is_noticed(make_order, tmp_path, record, how, found):
    for _ in range(3):
        make_order()
    _, said = play(how, LOOK_EVERY, tmp_path / "answers")
    assert any(found in each for each in said)
    record(contradictions=len(said))
