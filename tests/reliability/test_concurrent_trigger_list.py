"""Eight administrators move, copy, make and delete triggers at once: positions are a permutation at every commit."""

import contextlib
import random
import time
import traceback

import pytest
from django.db import DatabaseError, transaction

from preproduction.models import Status
from studio.refusal import OperationRefused
from tests.reliability.processes import in_processes, needs_fork
from triggers.models import Trigger, TriggerList
from triggers.operations import trigger_list

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

PROCESSES = 8


def edit_properly(chance):
    version = TriggerList.current_version()
    trigger = chance.choice(list(Trigger.objects.all()))
    kind = chance.choice(["up", "up", "down", "copy", "new", "delete", "save"])
    if kind in ("up", "down"):
        trigger_list.move(trigger, by=-1 if kind == "up" else 1, expected=version)
    elif kind == "copy":
        trigger_list.make_copy(trigger)
    elif kind == "new":
        fresh = Trigger(description="New", status=Status.objects.first(), is_active=False, task_title="x")
        trigger_list.save(fresh, fires_afresh=False)
    elif kind == "delete":
        trigger_list.delete(trigger)
    else:
        trigger.description += "."
        with contextlib.suppress(DatabaseError):  # a colleague has deleted it: nothing is saved
            trigger_list.save(trigger, fires_afresh=False)


def edit_naively(chance):
    """The planted bug: number the list in another order, with nothing to hold others off."""
    triggers = list(Trigger.objects.all())
    chance.shuffle(triggers)
    for trigger in triggers:
        Trigger.objects.filter(pk=trigger.pk).update(position=None)
    time.sleep(0.05)  # let another process see it, however busy the machine is
    for position, trigger in enumerate(triggers, start=1):
        Trigger.objects.filter(pk=trigger.pk).update(position=position)


def edits_of(edit, count, seed=0):
    def administrator(index):
        chance = random.Random(seed * PROCESSES + index)
        tally = {"done": 0, "refused": 0, "torn": 0, "errors": []}
        for _ in range(count):
            try:
                edit(chance)
                tally["done"] += 1
            except OperationRefused:  # a colleague was quicker, or the row is at the end
                tally["refused"] += 1
            except Exception:
                tally["errors"].append(traceback.format_exc())
            tally["torn"] += not is_permutation()
        return tally

    return in_processes(PROCESSES, administrator)


def is_permutation():
    with transaction.atomic():
        positions = list(Trigger.objects.order_by("position").values_list("position", flat=True))
    return positions == list(range(1, len(positions) + 1))


@pytest.fixture
def long_list(statuses):
    for position in range(1, 13):
        Trigger.objects.create(
            description=f"Trigger {position}",
            status=statuses["Sent to lab"],
            task_title="x",
            position=position,
        )


def test_edits_by_8_processes_leave_a_permutation_at_every_commit(long_list, size, seed, record):
    edits = size("trigger list edits")
    tallies = edits_of(edit_properly, edits // PROCESSES, seed)
    assert not [error for tally in tallies for error in tally["errors"]]
    assert sum(tally["torn"] for tally in tallies) == 0
    total = {key: sum(tally[key] for tally in tallies) for key in ("done", "refused")}
    assert sum(total.values()) == edits // PROCESSES * PROCESSES
    assert total["done"] > edits / 8
    record(edits=edits, **total)


def test_control_edits_that_hold_nobody_off_are_caught(long_list, record):
    tallies = edits_of(edit_naively, 10)
    torn = sum(len(tally["errors"]) + tally["torn"] for tally in tallies)
    assert torn > 0
    record(contradictions=torn)
