"""kill -9 of the worker before each SQL statement of an act on many orders, its commits included.

What its row says is done is done, once, and nothing else; the next worker goes on after it.
"""

import pytest
from django.http import QueryDict

from preproduction import long_acts, operations
from preproduction.models import Batch, Cause, Order, OrderEvent, StatusChange, StatusList
from studio.long_work import rows
from studio.models import LongWork
from tests.reliability.processes import needs_fork
from tests.reliability.test_killed_at_each_statement import run_killed

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

ORDERS = 4


@pytest.fixture
def work(make_order, mia, shipping, preferences, monkeypatch):
    """Four orders that are being reassigned, two at a time."""
    monkeypatch.setattr(long_acts, "CHUNK", 2)
    orders = [make_order() for _ in range(ORDERS)]
    data = QueryDict(f"department={shipping.pk}&assigned_user=keep")
    return long_acts.begin("reassign", data, [f"{order.pk}-{order.version}" for order in orders], by=mia)


def work_on():
    while long_acts.go_on():
        pass


def killed_again_and_again(work, stride, commit_each=False):
    """Return how many workers were killed before one came to the end, and what was wrong in between."""
    at = kills = 0
    while work.state in rows.OPEN:
        position = work.position
        kills += run_killed(work_on, at, commit_each)
        work = LongWork.objects.get()
        done = OrderEvent.objects.filter(kind="assigned").count()
        if done != work.position:
            return kills, f"{done} are reassigned, and the row says {work.position}"
        at = at + stride if work.position == position else 0
    batches = Batch.objects.filter(kind=Batch.Kind.REASSIGNED).count()
    wrong = (work.state, work.result["done"], batches) != ("done", ORDERS, 1)
    return kills, f"{work.state}, {work.result}, {batches} batches" if wrong else ""


def test_a_worker_killed_at_any_statement_has_done_whole_chunks_and_the_next_goes_on(work, size, record):
    number = size("kills of acts on many")
    kills, wrong = killed_again_and_again(work, max(1, 60 // number))
    assert wrong == ""
    assert kills >= number // 4
    record(kills=kills)


def test_control_commits_within_a_chunk_are_found_out(work):
    assert killed_again_and_again(work, 4, commit_each=True)[1]


def test_an_undo_killed_at_any_statement_takes_each_order_back_once(
    make_order, statuses, mia, preferences, monkeypatch, size, record
):
    monkeypatch.setattr(long_acts, "CHUNK", 2)
    orders = [make_order() for _ in range(ORDERS)]
    rows_of = [(order, operations.plan_advance(order), {"expected": order.version}) for order in orders]
    operations.advance_statuses(rows_of, by=mia)
    batch = Batch.objects.get()
    long_acts.begin_undo(batch, by=mia)
    record(kills=killed_till_it_is_done(Cause.UNDO, size))
    assert batch.changes.filter(undone_by__batch=batch.undone_by).count() == ORDERS


def test_a_replacement_killed_at_any_statement_moves_each_order_once(
    make_order, statuses, ada, preferences, monkeypatch, size, record
):
    monkeypatch.setattr(long_acts, "CHUNK", 2)
    orders = [make_order() for _ in range(ORDERS)]
    replaced, asked = orders[0].status, {"expected": StatusList.current_version(), "fire_triggers": True}
    to = statuses["Sent to lab"]
    long_acts.begin_replacing(replaced, replacement=to, reason="", by=ada, **asked)
    record(kills=killed_till_it_is_done(Cause.REPLACED, size))
    assert (
        Order.objects.filter(status=to).count() == StatusChange.objects.filter(to_status=to).count() == ORDERS
    )


def killed_till_it_is_done(cause, size):
    """Kill the worker at one statement after another; return how often.  As many changes are there as its row says."""
    at = kills = position = 0
    while (work := LongWork.objects.get()).state in rows.OPEN:
        at = at + max(1, 60 // size("kills of acts on many")) if work.position == position else 0
        position = work.position
        kills += run_killed(work_on, at)
        assert StatusChange.objects.filter(cause=cause).count() == LongWork.objects.get().position
    assert kills
    return kills
