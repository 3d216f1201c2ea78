"""Sixteen administrators edit the status list at once: its positions are a permutation at every commit."""

import random
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction

from preproduction import operations
from preproduction.models import Status, StatusList
from preproduction.operations import OperationRefused, OutdatedPage
from preproduction.operations.rows import keep_status
from tests.reliability.processes import in_processes, needs_fork

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

PROCESSES = 16
THINKING = 0.1  # seconds between two edits of one process; see test_concurrent_advances.py


def edit_properly(chance, number):
    statuses = list(Status.objects.all())
    version = StatusList.current_version()
    status = chance.choice(statuses or [None])  # of thousands of edits some delete the last
    kind = chance.choice(["move", "move", "place", "create", "delete", "edit"]) if status else "create"
    if kind == "move":
        operations.move_status(
            status, expected=version, by=chance.choice([-1, 1]), hide_inactive=chance.random() < 0.5
        )
    elif kind == "place":
        operations.place_status(status, expected=version, before=chance.choice([*statuses, None]))
    elif kind == "create":
        operations.create_status(expected=version, above=status, description=f"Status {number}")
    elif kind == "delete":
        operations.delete_status(status, expected=version)
    else:
        operations.edit_status(status, expected=version, default_duration=chance.randint(0, 365))


def edit_naively(chance, number):
    """The planted bug: put the keys in another order and number them, with nothing to hold others off."""
    statuses = list(Status.objects.all())
    chance.shuffle(statuses)
    for position, status in enumerate(statuses, start=1):
        Status.objects.filter(pk=status.pk).update(position=1000 * number + position)
    time.sleep(0.05)  # let another process see it, however busy the machine is
    for position, status in enumerate(statuses, start=1):
        Status.objects.filter(pk=status.pk).update(position=position)


def edits_of(edit, count, seed=0):
    def administrator(index):
        chance = random.Random(seed * PROCESSES + index)
        tally = {"done": 0, "outdated": 0, "refused": 0, "errors": [], "torn": 0}
        for n in range(count):
            time.sleep(chance.uniform(0, THINKING))
            try:
                edit(chance, index * count + n + 1)
                tally["done"] += 1
            except OutdatedPage:
                tally["outdated"] += 1
            except (OperationRefused, ValidationError):
                tally["refused"] += 1
            except Exception:
                tally["errors"].append(traceback.format_exc())
            tally["torn"] += not is_permutation()
        return tally

    return in_processes(PROCESSES, administrator)


def is_permutation():
    with transaction.atomic():
        positions = sorted(Status.objects.values_list("position", flat=True))
    return positions == list(range(1, len(positions) + 1))


@pytest.fixture
def long_list(statuses):
    for position in range(6, 21):
        Status.objects.create(
            position=position, description=f"Step {position}", is_inactive=position % 4 == 0
        )


def test_edits_by_16_processes_leave_a_permutation_at_every_commit(long_list, size, seed, record):
    before, edits = StatusList.current_version(), size("list edits") // PROCESSES * PROCESSES
    tallies = edits_of(edit_properly, edits // PROCESSES, seed)
    assert not [error for tally in tallies for error in tally["errors"]]
    total = {key: sum(tally[key] for tally in tallies) for key in ("done", "outdated", "refused", "torn")}
    assert total["torn"] == 0, total
    assert sum(total.values()) == edits
    # Each edit that was done raised the version by one, and no other did.
    assert StatusList.current_version() == before + total["done"]
    assert total["outdated"] > 0
    record(edits=edits, done=total["done"], outdated=total["outdated"])


def test_control_edits_that_hold_nobody_off_are_caught(long_list, record):
    tallies = edits_of(edit_naively, 5)
    torn = sum(len(tally["errors"]) + tally["torn"] for tally in tallies)
    assert torn > 0
    record(contradictions=torn)


def kept_at_once(status, **how):
    """Whether another connection may keep `status` now, without a wait."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            keep_status(status, **how)
        return True
    except OperationalError:
        return False
    finally:
        connection.close()


def test_who_enters_a_status_waits_for_nobody_but_who_changes_it(statuses):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    status = statuses["Sent to lab"]
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            keep_status(status)
            assert elsewhere.submit(kept_at_once, status).result()
            assert not elsewhere.submit(kept_at_once, status, to_change=True).result()
        with transaction.atomic():
            keep_status(status, to_change=True)
            assert not elsewhere.submit(kept_at_once, status).result()
