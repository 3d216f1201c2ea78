"""A list costs the same number of queries however long it is.  The numbers are pinned; a change is a decision."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preproduction import operations
from preproduction.models import Order
from preproduction.operations import CalendarChange
from triggers.models import Task, Trigger, WorkerHeartbeat

# Each: what was set up anew, session, user, and all that waits or is told in one; then its own.
PAGES = {
    # The tabs' counts, keys, rows, saved views, one's own columns.
    "/orders/?per_page=100": 9,
    # Another count: no tab shows this one.
    "/orders/?state=all&per_page=100": 10,
    # The keys that are found, and of those that are just so.
    "/orders/?q=anna&per_page=100": 11,
    # The matrix, count, keys, rows; what will be late.
    "/orders/overdue/?per_page=100": 9,
}


@pytest.fixture(autouse=True)
def worker_comes_round(db):
    WorkerHeartbeat.objects.create(pk=1, beat_at=datetime(2026, 6, 10, 12, tzinfo=UTC))


@pytest.fixture
def grow(make_order, sam, mia, statuses, retouching, vendor):
    """Return a function that adds overdue orders, half of them assigned, and a task for each."""

    def make(count):
        for at in range(count):
            order = make_order(order_date=date(2026, 5, 1), vendor=vendor)
            if at % 2:
                operations.assign_order(
                    order, by=order.entered_by, expected=1, department=retouching, assigned_user=mia
                )
            Task.objects.create(title=f"Call about {order}", order=order, assigned_user=mia)

    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield make


def know_the_set_up(browser):
    """Once in a process and after each change of Maintenance it is read; here `grow` has changed it."""
    browser.get("/help/")


@pytest.mark.parametrize("address", PAGES)
def test_lists_of_orders(as_manager, preferences, grow, django_assert_num_queries, address):
    for rows in (25, 100):
        grow(rows - 25 or 25)
        know_the_set_up(as_manager)
        with django_assert_num_queries(PAGES[address]):
            page = as_manager.get(address)
        assert len(page.context["table"].page) == rows


def test_home(as_manager, mia, retouching, preferences, grow, django_assert_num_queries):
    mia.departments.add(retouching)
    for rows in (25, 75):
        grow(rows)
        know_the_set_up(as_manager)
        with django_assert_num_queries(12):  # for managers one: what will be late
            as_manager.get("/")
    # What is on nobody's Home costs none more.
    Order.objects.update(department=None)
    with django_assert_num_queries(12):
        assert "Unassigned" in [each["title"] for each in as_manager.get("/").context["sections"]]


def test_an_order(as_manager, preferences, grow, django_assert_num_queries):
    """The order; its changes, events, tasks, holds, deliveries, images, communication; what its client refused."""
    grow(2)
    order = Order.objects.latest("pk")
    know_the_set_up(as_manager)
    for has_it in (order.assigned_user, None):
        Order.objects.filter(pk=order.pk).update(assigned_user=has_it)
        with django_assert_num_queries(13):
            as_manager.get(order.get_absolute_url())
    now = Order.objects.get(pk=order.pk)
    operations.advance_status(now, operations.plan_advance(now), expected=None, by=now.entered_by)
    with django_assert_num_queries(13):
        assert as_manager.get(order.get_absolute_url()).context["may_undo"]


@pytest.mark.parametrize(
    ("address", "kind", "queries"),
    [
        # Whoever has a long list waits for it elsewhere, so the rows are counted first; they are read by their keys.
        ("/orders/", "xlsx", 7),  # one for the columns
        ("/orders/", "pdf", 7),
        ("/orders/overdue/", "xlsx", 6),
        ("/orders/overdue/", "pdf", 7),  # one for its matrix
    ],
)
def test_exports(as_manager, preferences, grow, django_assert_num_queries, address, kind, queries):
    for rows in (25, 75):
        grow(rows)
        know_the_set_up(as_manager)
        with django_assert_num_queries(queries):
            as_manager.get(address, {"export": kind})


def statements(act):
    """Return the queries of `act` but those that begin and end a transaction."""
    with CaptureQueriesContext(connection) as captured:
        act()
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [query["sql"] for query in captured if not query["sql"].startswith(frame)]


# Status, order, request key, calendar (4: with those of vendors), Status Notes, order, outbox left, triggers; with some: hours, zone, outbox entered.
@pytest.mark.parametrize(("triggers", "queries"), [(0, 11), (3, 14), (20, 14)])
def test_an_advance(order, statuses, sam, client, preferences, triggers, queries):
    for number in range(triggers):
        Trigger.objects.create(
            description=f"Trigger {number}",
            status=statuses["Sent to lab"],
            timing=list(Trigger.Timing)[number % 3],
            days=2 if number % 3 else None,
            kind="email",
            recipient=Trigger.Recipient.CLIENT,
        )
    order = Order.objects.select_related("status").get(pk=order.pk)
    plan = operations.plan_advance(order)
    said = {"expected": order.version, "by": sam, "request_key": uuid4()}
    assert len(statements(lambda: operations.advance_status(order, plan, **said))) == queries
    assert order.deliveries.count() == triggers


def test_the_page_that_advances(as_manager, order, preferences):
    """What was set up, session, user, the form sent before (and now, and answered), the order; then as above."""
    address = f"/orders/{order.pk}/advance/"
    form = as_manager.get(address).context["form"]
    sent = {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    know_the_set_up(as_manager)
    made = statements(lambda: as_manager.post(address, {**sent, "to": form["to"].value()}))
    assert order.status_changes.count() == 2
    assert len(made) == 14, made


def hold(order, **who):
    operations.hold_order(order, reason="Client is away", **who)


def resume(order, **who):
    operations.resume_order(order, **who)


def assign(order, **who):
    operations.assign_order(order, department=None, assigned_user=who["by"], **who)


def move(order, **who):
    operations.change_due_date(order, due_date=date(2030, 5, 1), reason="Client asked", **who)


# Each: order, its row, what waits in the outbox, the verb's own, and one row of History.
@pytest.mark.parametrize(
    ("verb", "queries"),
    [(hold, 7), (assign, 3), (move, 4), (resume, 10)],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_history_costs_one_statement(order, mia, preferences, verb, queries):
    if verb is resume:
        hold(order, by=mia, expected=order.version)
    order = Order.objects.get(pk=order.pk)
    made = statements(lambda: verb(order, by=mia, expected=order.version))
    assert len(made) == queries
    assert sum("preproduction_orderevent" in each for each in made) == 1


def close_days(by):
    days = (date(2026, 5, 4), date(2026, 5, 5), "Move of the studio")
    change = CalendarChange(closed_to_add=(days,))
    return operations.change_calendar(change, by=by, move_open_orders=True)


def reassign(by):
    owner = {"department": None, "assigned_user": by}
    rows = [(order, order.version, owner) for order in Order.objects.all()]
    return operations.assign_orders(rows, by=by)[0]


@pytest.mark.parametrize("verb", [close_days, reassign])
def test_many_orders_that_get_the_same_cost_the_same_as_few(grow, ada, preferences, statuses, verb):
    made = {}
    for rows in (6, 30):
        grow(rows)
        orders = Order.objects.count()
        done = []
        doing = statements(lambda done=done: done.append(verb(by=ada)))
        undoing = statements(lambda done=done: operations.undo_batch(done[0], by=ada))
        assert done[0].events.count() == orders
        assert Order.objects.filter(events__batch__undoes=done[0]).count() == orders
        made[rows] = len(doing), len(undoing)
    assert made[6] == made[30]
