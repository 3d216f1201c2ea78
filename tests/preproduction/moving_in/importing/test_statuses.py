"""A sheet of statuses: what becomes of its rows, and an empty studio that gets its list and its orders in one import."""

from datetime import date

import pytest

from preproduction.models import Order, Status
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import EMPTY, Existing, Fate, Known
from preproduction.moving_in.importing.rehearsal import judge
from preproduction.moving_in.importing.rows import Row
from studio.models import MaintenanceChange
from tests.preproduction.moving_in.importing import books
from tests.preproduction.moving_in.importing.pages import send, start, undo

CASES = [
    ({"description": "Proofing", "default_duration": 3}, Fate.NEW, ""),
    ({"description": "sent to LAB"}, Fate.SAME, ""),
    ({"description": "Sent to lab", "default_duration": 4}, Fate.CHANGED, ""),
    (
        {"description": "Proofing", "default_department": "Lab desk", "default_user": "Sam Okafor"},
        Fate.NEW,
        "",
    ),
    ({"description": "Proofing", "default_department": "Nobody"}, Fate.REFUSED, "There is no “Nobody” here"),
    ({"description": "Proofing", "default_user": "Eve"}, Fate.REFUSED, "There is no “Eve” here"),
    ({"description": "Proofing", "is_initial": True}, Fate.REFUSED, "New orders start at “Entered”"),
    ({"description": "Entered", "is_initial": True}, Fate.SAME, ""),
    (
        {"description": "Entered", "is_initial": True, "is_final": True},
        Fate.REFUSED,
        "neither final nor inactive",
    ),
]


@pytest.mark.any_database
def test_each_status_is_new_the_same_changed_or_refused_in_a_sentence():
    other = []
    for said, fate, part in CASES:
        here = Existing(departments={"lab desk": 8}, people={"sam okafor": 7})
        for key, name in enumerate(("Entered", "Sent to lab"), start=1):
            values = {**EMPTY[Kind.STATUS], "description": name, "is_initial": name == "Entered"}
            here.keep_status(Known(key, values))
        judged = judge(Row(0, 2, Kind.STATUS, said), here)
        if judged.fate != fate or part not in " ".join(wrong.sentence for wrong in judged.wrong):
            other.append((said, judged.fate, judged.wrong))
    assert other == []


STATUSES = [
    ["Status", "Department", "Days", "Initial", "Final"],
    ["Images selected", "Retouching", 2, "x", ""],
    ["Sent to lab", "", 5, "", ""],
    ["Waiting list", "", "", "", ""],
    ["Delivered", "", "", "", "Yes"],
    ["Given up", "Nobody", 400, "", "Yes"],
]


def studio(delivered):
    orders = books.orders(4)
    orders[0][4] = delivered
    return books.workbook(
        Clients=[books.SPECTRA_CLIENTS, *books.clients(4)],
        Sessions=[books.SPECTRA_SESSIONS, *books.sessions(4)],
        Orders=[books.SPECTRA_ORDERS, *orders],
        Notes=[books.STATUS_NOTES, *books.notes(4)[3:]],
        Statuses=STATUSES,
    )


@pytest.mark.django_db
def test_an_empty_studio_gets_its_list_and_its_orders_in_one_import(as_administrator, retouching, mia):
    run = send(as_administrator, studio("Delivered"))
    assert run.rehearsed["status"] == {"new": 4, "refused": 1}
    assert (run.rehearsed["order"], run.rehearsed["note"]) == ({"new": 4}, {"new": 9})
    assert not {**run.rehearsed["statuses"], **run.rehearsed["former"]}
    start(as_administrator, run, types=list(run.rehearsed["types"]), vendors="northlight lab")
    assert run.done["status"] == {"new": 4, "refused": 1}
    assert [(each.description, each.position, each.default_duration) for each in Status.objects.all()] == [
        ("Images selected", 1, 2), ("Sent to lab", 2, 5), ("Waiting list", 3, None), ("Delivered", 4, None),
    ]  # fmt: skip
    first = Status.objects.initial()
    assert (str(first), first.default_department) == ("Images selected", retouching)
    assert MaintenanceChange.objects.filter(verb="made", name="Sent to lab").exists()
    complete = Order.objects.get(number="P-0001")
    assert (complete.is_complete, complete.completed_on) == (True, date(2026, 5, 28))
    assert Order.objects.get(number="P-0002").status_changes.count() == 3
    again = send(as_administrator, studio("Delivered"))
    assert again.rehearsed["status"] == {"same": 4, "refused": 1}
    undo(as_administrator, run)
    assert (run.state, run.done["stays"]) == ("undone", 0)
    assert not Status.objects.exists()
    assert send(as_administrator, studio("Delivered")).rehearsed["status"] == {"new": 4, "refused": 1}


@pytest.mark.django_db
def test_a_status_that_differs_is_changed_if_one_says_so_and_undo_puts_it_back(as_administrator, statuses):
    run = send(as_administrator, b"Status,Default Duration\nSent to lab,7\nDelivered,\n", "statuses.csv")
    assert run.rehearsed["status"] == {"changed": 1, "same": 1}
    start(as_administrator, run, overwrite="on")
    lab = Status.objects.get(description="Sent to lab")
    assert (lab.default_duration, lab.default_department) == (7, statuses["Sent to lab"].default_department)
    undo(as_administrator, run)
    lab.refresh_from_db()
    assert (run.state, lab.default_duration) == ("undone", 5)
