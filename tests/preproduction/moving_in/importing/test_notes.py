"""Status Notes of orders: which are taken, as a table of cases, and what becomes of those that are, by the pages."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from preproduction import operations
from preproduction.models import CustomField, Order, OrderEvent, Status, StatusChange
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import Existing, Fate, Standing
from preproduction.moving_in.importing.histories import standing_of
from preproduction.moving_in.importing.rehearsal import judge
from preproduction.moving_in.importing.rows import Row
from tests.preproduction.moving_in.importing import books
from tests.preproduction.moving_in.importing.pages import page, send, start, undo
from tests.promises import history_rebuilds
from triggers.models import Delivery

A, B, C, D = (date(2026, 5, day) for day in (20, 21, 25, 28))
PAST = [("", "Entered", A), ("Entered", "Retouching", B), ("Retouching", "Lab", D)]
TAKEN = [
    PAST,
    PAST[::-1],  # the newest on top
    PAST[1:],  # from where it was, since its order date
    [("", "entered", A), ("", "RETOUCHING", B), ("", "Lab", D)],
    [("", "Entered", A), ("Entered", "Retouching", A), ("Retouching", "Lab", D)],  # two on one day
    [("", "Entered", A), ("Entered", "Waiting list", B), ("Waiting list", "Lab", D)],  # to be made
    [
        ("", "Entered", A),
        ("Entered", "Lab", B),
        ("Lab", "Retouching", C),
        ("Retouching", "Lab", D),
    ],  # and back
    [("", "Lab", D)],
]
REFUSED = [
    # the past, which row is to blame, its column and a part of the sentence
    ([PAST[0], PAST[2]], 1, "From", "row 2, goes to “Entered”"),
    ([PAST[0], ("Entered", "Retouching", D), ("Retouching", "Lab", C), ("Lab", "Entered", D)], 2, "Date Completed", "before the change in row 3, Thu 28 May 2026"),
    ([("", "Entered", date(2026, 5, 19)), *PAST[1:]], 0, "Date Completed", "before the order date, Wed 20 May 2026"),
    ([*PAST[:2], ("Retouching", "Lab", date(2026, 6, 11))], 2, "Date Completed", "in the future"),
    (PAST[:2], 1, "To", "which stands at “Lab”"),
    ([*PAST[:2], ("Retouching", "Lab", C)], 2, "Date Completed", "there since Thu 28 May 2026"),
    ([*PAST[:2], ("Retouching", "Retouching", D)], 2, "To", "at this status already"),
    ([("", "Given up", A), ("Given up", "Lab", D)], 0, "To", "There is no status “Given up”"),
]  # fmt: skip


def existing(**order):
    return Existing(
        statuses={"entered": (1, False), "retouching": (2, False), "lab": (3, False)},
        status_names={1: "Entered", 2: "Retouching", 3: "Lab"},
        statuses_left_out=frozenset(["given up"]),
        standing={"p-1": Standing(**{"key": -1, "status": 3, "order_date": A, "entered_on": D, **order})},
        today=date(2026, 6, 10),
    )


def judged(past, here):
    rows = [
        Row(0, number, Kind.NOTE, {"number": "P-1", "from": left, "to": to, "completed_on": day})
        for number, (left, to, day) in enumerate(past, start=2)
    ]
    rows[0].others = rows[1:]
    return judge(rows[0], here)


@pytest.mark.any_database
def test_a_past_is_taken_whole_or_its_fault_is_named_and_the_rest_left_out_with_it():
    other = [past for past in TAKEN if judged(past, existing()).fate != Fate.NEW]
    for past, place, column, part in REFUSED:
        found = judged(past, existing())
        by_row = {each.row.number - 2: each.wrong[0] for each in found.parts}
        blamed = by_row.pop(place)
        if (blamed.column, part in blamed.sentence) != (column, True):
            other.append((past, blamed))
        other += [
            past for wrong in by_row.values() if "come whole" not in wrong.sentence and wrong.column == ""
        ]
        assert {each.fate for each in found.parts} == {Fate.REFUSED}
    assert other == []


@pytest.mark.any_database
def test_an_order_that_is_here_takes_a_past_once_and_only_while_it_has_none():
    stood, whole = ((3, D),), ((1, A), (2, B), (3, D))
    for order, fate in (
        ({"history": stood, "takes_notes": True}, Fate.NEW),
        ({"history": stood}, Fate.REFUSED),  # somebody has worked on it, or made it here
        ({"history": whole}, Fate.SAME),
        ({"history": (*whole, (1, D)), "status": 1}, Fate.SAME),  # and has moved on since
        ({"history": whole, "is_of_this_run": True}, Fate.NEW),
        ({"history": ((1, A), (3, D)), "takes_notes": False}, Fate.REFUSED),
        ({"entered_on": A}, Fate.NEW),  # a sheet of orders without Status Date
    ):
        assert judged(PAST, existing(**order)).fate == fate, order
    assert "There is no order P-1" in judged(PAST, Existing()).parts[0].wrong[0].sentence


def studio(count):
    """Return a workbook of orders with their Status Notes, one row of the last order's missing."""
    return books.workbook(
        Clients=[books.SPECTRA_CLIENTS, *books.clients(count)],
        Sessions=[books.SPECTRA_SESSIONS, *books.sessions(count)],
        Orders=[books.SPECTRA_ORDERS, *books.orders(count)],
        **{"Status Notes": [books.STATUS_NOTES, *books.notes(count)[:-2], books.notes(count)[-1]]},
    )


def start_all(browser, run):
    made = {what: list(run.rehearsed[what]) for what in ("types", "vendors", "statuses", "former")}
    return start(browser, run, **made)


@pytest.mark.django_db
def test_orders_are_made_with_their_past_silently_and_the_same_file_makes_nothing(
    as_administrator, sam, mia, statuses
):
    run = send(as_administrator, studio(5))
    assert run.rehearsed["note"] == {"new": 12, "refused": 2}
    assert run.rehearsed["former"] == {"waiting list": "Waiting list"}
    assert "goes to “Images selected”" in page(as_administrator, run)
    start_all(as_administrator, run)
    assert (run.done["order"], run.done["note"]) == ({"new": 5}, {"new": 12, "refused": 2})
    assert not Delivery.objects.exists()
    order = Order.objects.get(number="P-0002")
    rows = list(order.status_changes.order_by("sequence"))
    assert [(row.to_status_name, row.completed_on) for row in rows] == [
        ("Images selected", date(2026, 5, 20)), ("Waiting list", date(2026, 5, 22)), ("Sent to lab", date(2026, 5, 28)),
    ]  # fmt: skip
    left = rows[1]
    assert (left.due_date, left.days_late, left.department_name, left.assigned_user_name) == (
        date(2026, 5, 21), 1, "Old dept", "Ansel Adams",
    )  # fmt: skip
    assert (left.updated_by_name, left.recorded_by_name, left.note) == ("Eve", str(run.by), "Full")
    assert (rows[2].days_at_status, rows[2].updated_by) == (4, sam)
    assert (order.status, order.entered_status_on, order.status_due_date, order.assigned_user) == (
        statuses["Sent to lab"], date(2026, 5, 28), date(2026, 6, 4), sam,
    )  # fmt: skip
    assert Status.objects.get(description="Waiting list").is_inactive
    assert Order.objects.get(number="P-0005").status_changes.count() == 1, "its past has a hole"
    for each in Order.objects.all():
        history_rebuilds(each)
    again = send(as_administrator, studio(5))
    assert (again.rehearsed["order"], again.rehearsed["note"]) == ({"same": 5}, {"same": 12, "refused": 2})
    refusal = operations.undo_refusal(order, operations.last_change(order), by=run.by)
    assert "came here by an import" in refusal
    undo(as_administrator, run)
    assert (run.state, run.done["stays"]) == ("undone", 0)
    assert not Order.objects.exists()
    assert set(Status.objects.all()) == set(statuses.values())
    assert [*Status.objects.values_list("position", flat=True)] == [*range(1, len(statuses) + 1)]
    assert send(as_administrator, studio(5)).rehearsed["order"] == {"new": 5}


@pytest.mark.django_db
def test_a_past_that_comes_later_is_taken_while_nobody_has_worked_on_the_order(
    as_administrator, sam, mia, statuses
):
    before = send(as_administrator, books.studio(3, with_orders=3))
    start_all(as_administrator, before)
    worked_on = Order.objects.get(number="P-0003")
    operations.hold_order(worked_on, expected=None, by=mia, reason="Client is abroad")
    later = books.workbook(Notes=[books.STATUS_NOTES, *books.notes(3)])
    run = send(as_administrator, later)
    assert run.rehearsed["note"] == {"new": 6, "refused": 3}
    start_all(as_administrator, run)
    assert run.done["note"] == {"new": 6, "refused": 3}
    order = Order.objects.get(number="P-0002")
    assert (order.status_changes.count(), order.assigned_user, order.status_due_date) == (
        3,
        sam,
        date(2026, 6, 4),
    )
    assert Order.objects.count() == 3
    assert "builds on this import" in undo(as_administrator, before).content.decode()
    assert send(as_administrator, later).rehearsed["note"] == {"same": 6, "refused": 3}
    undo(as_administrator, run)
    assert (run.state, run.done["stays"]) == ("undone", 0)
    assert StatusChange.objects.filter(order__in=Order.objects.all()).count() == 3
    assert send(as_administrator, later).rehearsed["note"] == {"new": 6, "refused": 3}


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="asks SQLite, which goes by no statistics, how it looks"
)
def test_where_orders_stand_is_looked_up_by_these_orders_alone(as_administrator, sam, mia, statuses):
    """Else each fifty rows would read all that was imported before them."""
    run = send(as_administrator, studio(2))
    start_all(as_administrator, run)
    with CaptureQueriesContext(connection) as asked:
        assert standing_of({"p-0001", "p-0002"}, run)
    with connection.cursor() as cursor:
        plans = [
            line[3]
            for query in asked.captured_queries
            for line in cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}").fetchall()
        ]
    assert [
        plan for plan in plans if "SCAN preproduction" in plan or "(kind=?)" in plan or "(run_id=?)" in plan
    ] == []
    naive = OrderEvent.objects.filter(order__in=[1, 2], kind=OrderEvent.Kind.CREATED)
    assert "(kind=?)" in naive.explain(), "this would find it"


@pytest.mark.django_db
def test_custom_fields_come_with_the_order_and_stay_where_it_is_made_anew(
    as_administrator, sam, mia, statuses
):
    CustomField.objects.create(label="Album", position=1)
    orders = [[*row, words] for row, words in zip(books.orders(2), ("Leather", ""), strict=True)]
    book = books.workbook(
        Clients=[books.SPECTRA_CLIENTS, *books.clients(2)],
        Sessions=[books.SPECTRA_SESSIONS, *books.sessions(2)],
        Orders=[[*books.SPECTRA_ORDERS, "album"], *orders],
    )
    run = send(as_administrator, book)
    start_all(as_administrator, run)
    later = send(as_administrator, books.workbook(Notes=[books.STATUS_NOTES, *books.notes(2)]))
    start_all(as_administrator, later)
    assert later.done["note"] == {"new": 6}
    for order, words in zip(Order.objects.order_by("number"), (["Leather"], []), strict=True):
        assert [*order.custom_values.values_list("value", flat=True)] == words
        assert order.status_changes.count() == 3
        history_rebuilds(order)
    for each in (later, run):
        undo(as_administrator, each)
    assert (later.state, run.state) == ("undone", "undone")
    assert not Order.objects.exists()
    assert "Album" in sheet_to_fill_in(as_administrator)


def sheet_to_fill_in(browser):
    content = browser.get("/maintenance/import/example/", {"kind": "order"}).content
    rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [cell for row in rows for cell in row]
