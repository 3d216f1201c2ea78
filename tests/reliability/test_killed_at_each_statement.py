"""kill -9 before each SQL statement, before the commit and after it: nothing is ever half applied.

The planted bug commits after every statement, as code without a transaction would; the same check catches it.
"""

from datetime import date

import pytest
from django.db import connection, connections

from preproduction import operations
from preproduction.models import Batch, Order, OrderEvent, Status, StatusChange, StatusList
from preproduction.operations import Behind, Target, Telling, advance_statuses, plan_advance
from studio import work_calendar
from studio.models import NumberSeries, PhotoSession, User, Vendor
from tests.reliability.processes import kill_myself, killed_in_process, needs_fork
from triggers.models import Delivery, MessageTemplate, Task, Trigger
from triggers.outbox.by_hand import Wanted

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

WRITTEN = (Order, StatusChange, OrderEvent, Batch, Delivery, Task, Status, StatusList, NumberSeries)


def everything():
    """Return every row that the verbs write, in a form that can be compared."""
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in WRITTEN}


class Killer:
    """Counts statements and commits, and kills the process at the given one."""

    def __init__(self, at, commit_each=False):
        self.at, self.commit_each, self.count = at, commit_each, 0
        self.has_written = False

    def step(self):
        if self.count == self.at:
            kill_myself()
        self.count += 1

    def __call__(self, execute, sql, params, many, context):
        if self.commit_each and self.has_written:
            # Not right after the write: SQLite commits only once its rows have been read.
            context["connection"].connection.commit()
        self.step()
        self.has_written = sql.startswith(("INSERT", "UPDATE", "DELETE"))
        return execute(sql, params, many, context)


def run_killed(work, at, commit_each=False):
    """Run `work` in a process that dies at its step number `at`; return whether it got that far."""

    def doomed():
        connections.close_all()
        connection.ensure_connection()
        killer = Killer(at, commit_each)
        commit = connection.commit

        def commit_between_steps():
            killer.step()
            commit()
            killer.step()

        connection.commit = commit_between_steps
        with connection.execute_wrapper(killer):
            work()

    return killed_in_process(doomed)


def to_and_fro(order):
    """Plan a move between the first two statuses, for verbs that are run again and again."""
    first, second = Status.objects.order_by("position")[:2]
    return plan_advance(order, to=second if order.status == first else first)


def advance():
    order = Order.objects.select_related("status").order_by("pk").first()
    by = User.objects.get(username="sam")
    operations.advance_status(order, to_and_fro(order), expected=order.version, by=by)


def advance_many():
    by = User.objects.get(username="sam")
    rows = [
        (order, to_and_fro(order), {"expected": order.version})
        for order in Order.objects.select_related("status").order_by("pk")
    ]
    advance_statuses(rows, by=by)


def reorder():
    last = Status.objects.order_by("position").last()
    first = Status.objects.order_by("position").first()
    operations.place_status(last, expected=StatusList.current_version(), before=first)


def create():
    operations.create_order(
        PhotoSession.objects.get(), by=User.objects.get(username="sam"), order_date=date(2026, 6, 1)
    )


def behind(targets=None):
    """Move the due dates of two orders by a day, each in a transaction of its own, and tell their clients."""
    telling = Telling(Wanted(MessageTemplate.objects.get(name="Later"), "email", "client"))
    by = User.objects.get(username="sam")
    operations.put_behind(targets or to_put_behind(), what="Behind", reason="Ill", by=by, telling=telling)


def to_put_behind():
    vendor, status = Vendor.objects.get(), Status.objects.order_by("position").first()
    moves = operations.plan_behind(Behind(vendor, status, days=1), work_calendar.load())
    return [Target(move.order.pk, move.order.version, move.after.due_date) for move in moves[:2]]


@pytest.fixture
def by_one(monkeypatch):
    """Each order that is behind is moved in a transaction of its own, so that kills come between them, too."""
    monkeypatch.setattr("preproduction.operations.behind.CHUNK", 1)


@pytest.fixture
def studio(make_order, statuses, vendor, by_one):
    """Three orders of a vendor, and triggers at the statuses they start at and go to."""
    MessageTemplate.objects.create(name="Later", subject="Later", text="It takes longer.")
    for name in ("Images selected", "Sent to lab"):
        Trigger.objects.create(description=name, status=statuses[name], task_title=name)
    return [make_order(order_date=date(2026, 6, 1), vendor=vendor) for _ in range(3)]


def is_whole():
    """Whether each order agrees with its Status Notes and its outbox, and the list is a permutation."""
    for order in Order.objects.all():
        changes = list(StatusChange.objects.filter(order=order).order_by("sequence"))
        if [change.sequence for change in changes] != list(range(1, order.status_sequence + 1)):
            return False
        if any(change.deliveries.count() != change.to_status.triggers.count() for change in changes):
            return False
        moved = list(order.events.filter(kind=OrderEvent.Kind.DUE_DATE).order_by("version"))
        if order.version != max(row.version for row in [*changes, *order.events.all()]):
            return False
        if moved and moved[-1].after["status_due_date"] != order.status_due_date.isoformat():
            return False
        told = order.deliveries.filter(batch__isnull=False).order_by("pk").values_list("batch", flat=True)
        if list(told) != [event.batch_id for event in moved]:
            return False
    positions = sorted(Status.objects.values_list("position", flat=True))
    return positions == list(range(1, len(positions) + 1))


@pytest.mark.parametrize("verb", [advance, advance_many, reorder, create, behind])
def test_a_kill_at_any_statement_leaves_nothing_half_applied(studio, verb, record, size):
    every = 60 // size("kills of a vendor behind") if verb is behind else 1
    kills = landed_before_commit = 0
    while True:
        before = everything()
        if not run_killed(verb, at=kills * every):
            break
        kills += 1
        assert is_whole(), f"half applied by kill number {kills}"
        landed_before_commit += everything() == before
    # At least: begin, read, write the order, its history and its outbox, before and after the commit.
    assert kills >= 6
    assert landed_before_commit >= 4
    # The run that was not killed did its work, so the kills were real hindrances.
    assert everything() != before
    record(kills=kills, before_commit=landed_before_commit)


@pytest.mark.parametrize("verb", [advance, reorder, create, behind])
def test_control_work_outside_a_transaction_is_caught(studio, verb, record):
    halves = 0
    for at in range(0, 60, 3 if verb is behind else 1):
        killed = run_killed(verb, at=at, commit_each=True)
        halves += not is_whole()
        if not killed or halves:
            break
    assert halves
    record(contradictions=halves)


def test_killed_between_two_orders_and_sent_again_it_goes_on_in_the_same_batch(studio):
    targets, moved, at = to_put_behind(), OrderEvent.objects.filter(kind="due_date"), 20
    while moved.count() != 1:
        assert run_killed(lambda: behind(targets), at=at)
        at += 3
    behind(targets)
    assert is_whole()
    assert Batch.objects.count() == 1
    assert [event.order_id for event in moved.order_by("pk")] == [row.order for row in targets]
