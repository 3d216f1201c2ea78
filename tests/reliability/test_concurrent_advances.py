"""Many processes advance the same orders.  Each promise stands beside a planted bug that the same check catches."""

import random
import time
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from preproduction import operations
from preproduction.models import Cause, Order, Status, StatusChange
from preproduction.operations import OutdatedPage
from preproduction.operations.rows import entering, signature
from studio import work_calendar
from studio.models import User
from tests.reliability.processes import in_processes, needs_fork

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

PROCESSES, ORDERS, PEOPLE = 16, 40, 8
# Between two advances of one process, in seconds.  SQLite asks for its lock at most ten times a second; somebody who
# came back at once would mostly take it from those who wait, and on a busy machine keep one of them waiting for ever.
THINKING = 0.1


def properly(order, *, by, to, calendar, expected=None, request_key=None):
    plan = operations.plan_advance(order, to=to, calendar=calendar)
    expected = order.version if expected is None else expected
    return operations.advance_status(
        order, plan, expected=expected, by=by, calendar=calendar, request_key=request_key
    )


def naively(order, *, by, to, calendar, expected=None, request_key=None):
    """The planted bug: read, move, save, without comparing what was seen with what is."""
    order = Order.objects.get(pk=order.pk)
    version = order.version + 1
    time.sleep(0.02)  # let another process in, as a slow page would
    order.status, order.status_sequence, order.version = to, order.status_sequence + 1, version
    order.save()
    return StatusChange.objects.create(
        order=order,
        sequence=StatusChange.objects.filter(order=order).count() + 1,
        version=StatusChange.objects.filter(order=order).count() + 1,
        cause=Cause.BY_HAND,
        completed_on=order.order_date,
        **entering({"status": to, "status_due_date": None, "department": None, "assigned_user": None}),
        **signature(by, by),
    )


def advance_until(enough, *, how, seed):
    """Advance random orders, each as it was just read, until `enough` have been advanced; count what happened."""
    chance = random.Random(seed)
    by, calendar = User.objects.get(username="sam"), work_calendar.load()
    statuses = list(Status.objects.active().filter(is_final=False))
    orders = list(Order.objects.values_list("pk", flat=True))
    count = {"advanced": 0, "refused": 0, "errors": 0}
    while count["advanced"] + count["errors"] < enough:
        time.sleep(chance.uniform(0, THINKING))
        order = Order.objects.select_related("status").get(pk=chance.choice(orders))
        to = statuses[(statuses.index(order.status) + 1) % len(statuses)]
        try:
            how(order, by=by, to=to, calendar=calendar)
            count["advanced"] += 1
        except OutdatedPage:
            count["refused"] += 1
        except Exception as error:
            if isinstance(error, OperationalError) and "locked" not in str(error):
                raise
            count["errors"] += 1
    return count


def contradictions(orders, counts):
    """Return what does not agree between the answers given and the rows written."""
    found = []
    rows = StatusChange.objects.exclude(cause=Cause.CREATED).count()
    advanced = sum(count["advanced"] for count in counts)
    errors = sum(count["errors"] for count in counts)
    if rows != advanced:
        found.append(f"{advanced} answers of success, {rows} rows")
    if errors:
        found.append(f"{errors} errors")
    for order in Order.objects.filter(pk__in=[order.pk for order in orders]):
        changes = list(StatusChange.objects.filter(order=order).order_by("sequence"))
        sequence = [change.sequence for change in changes]
        if sequence != list(range(1, len(changes) + 1)) or order.status_sequence != len(changes):
            found.append(f"{order}: sequence {order.status_sequence}, rows {sequence}")
        elif order.status_id != changes[-1].to_status_id:
            found.append(f"{order}: stands elsewhere than its last row says")
        elif any(b.from_status_id != a.to_status_id for a, b in pairwise(changes)):
            found.append(f"{order}: a row leaves a status that the row before did not enter")
    return found


def storm(make_order, how, advances, seed=0):
    orders = [make_order() for _ in range(ORDERS)]
    share = advances // PROCESSES
    counts = in_processes(
        PROCESSES, lambda index: advance_until(share, how=how, seed=seed * PROCESSES + index)
    )
    return contradictions(orders, counts), counts


def test_advances_by_16_processes_are_as_many_rows_without_gap_or_twin(make_order, size, seed, record):
    advances = size("advances") // PROCESSES * PROCESSES
    found, counts = storm(make_order, properly, advances, seed)
    assert found == []
    assert sum(count["advanced"] for count in counts) == advances
    # Without a single collision the test would have shown nothing.
    refused = sum(count["refused"] for count in counts)
    assert refused > 0
    record(advances=advances, refused=refused)


def test_control_advances_that_compare_nothing_are_caught(make_order, record):
    found, _ = storm(make_order, naively, 160)
    assert found
    record(contradictions=len(found))


def one_page(orders, to, *, how):
    """Let PEOPLE processes answer the same page of every order; return who won and what the others read."""

    def person(index):
        by, calendar = User.objects.get(username="sam"), work_calendar.load()
        answers = []
        for order in orders:
            time.sleep(random.uniform(0, THINKING))
            try:
                how(order, by=by, to=to, calendar=calendar, expected=1)
                answers.append("advanced")
            except OutdatedPage as refusal:
                answers.append(str(refusal))
        return answers

    return list(zip(*in_processes(PEOPLE, person), strict=True))


def test_of_8_people_on_one_page_one_wins_and_seven_read_who_was_quicker(make_order, statuses, size, record):
    orders = [make_order() for _ in range(size("rounds"))]
    for order, answers in zip(orders, one_page(orders, statuses["Sent to lab"], how=properly), strict=True):
        assert answers.count("advanced") == 1
        others = [answer for answer in answers if answer != "advanced"]
        assert all(f"Sam Okafor moved {order} to Sent to lab" in answer for answer in others)
    assert StatusChange.objects.exclude(cause=Cause.CREATED).count() == len(orders)
    record(rounds=len(orders))


def test_control_a_page_that_everybody_wins_is_caught(make_order, statuses, record):
    def forgiving(order, **keywords):
        try:
            naively(order, **keywords)
        except Exception:
            return

    orders = [make_order() for _ in range(10)]
    rounds = one_page(orders, statuses["Sent to lab"], how=forgiving)
    won_by_many = sum(answers.count("advanced") != 1 for answers in rounds)
    assert won_by_many
    record(contradictions=won_by_many)


def twice(orders, to, keys):
    def click(index):
        by, calendar = User.objects.get(username="sam"), work_calendar.load()
        answers = []
        for order, key in zip(orders, keys, strict=True):
            request_key = key and UUID(key)
            change = properly(order, by=by, to=to, calendar=calendar, expected=1, request_key=request_key)
            answers.append(change.pk)
            time.sleep(THINKING / 2)  # both alike, so that they stay in step
        return answers

    return list(zip(*in_processes(2, click), strict=True))


def test_double_submits_make_one_change_each_and_give_the_same_answer(make_order, statuses, size, record):
    orders = [make_order() for _ in range(size("double submits"))]
    keys = [str(uuid4()) for _ in orders]
    answers = twice(orders, statuses["Sent to lab"], keys)
    assert all(first == second for first, second in answers)
    assert StatusChange.objects.exclude(cause=Cause.CREATED).count() == len(orders)
    record(double_submits=len(orders))


def test_control_forms_without_a_request_key_are_caught(make_order, statuses, record):
    orders = [make_order() for _ in range(5)]
    with pytest.raises(pytest.fail.Exception, match="OutdatedPage"):
        twice(orders, statuses["Sent to lab"], [None] * len(orders))
    record(contradictions=1)
