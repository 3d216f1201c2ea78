"""kill -9 of the worker before each SQL statement of an import, before and after each commit, and where it puts files.

From the files that were sent over the rehearsal and the import to its undoing: a chunk is whole or not there, whoever
goes on makes no twins, and the undone import leaves nothing.
"""

import os
import random
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from preproduction.models import ImportedRow, ImportRun, Order, OrderEvent, Status, StatusChange
from preproduction.moving_in.importing import act, files, runs, undo, work
from studio.models import Client, PhotoSession, SessionType, Vendor
from tests.preproduction.moving_in.importing import books
from tests.reliability.processes import needs_fork
from tests.reliability.test_killed_at_each_statement import run_killed
from triggers.models import Delivery, Task, Trigger

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

State = ImportRun.State
STATEMENTS = 470  # about as many are in all of it
CHUNK = 2
CLIENTS, ORDERS = 3, 2
# In the order in which they are imported.
MADE = [
    ("vendor", "Northlight Lab"),
    *(("client", f"Anna Whitfield{n}") for n in range(1, CLIENTS + 1)),
    *(("session", f"S-{n:05}") for n in range(1, CLIENTS + 1)),
    *(("order", f"P-{n:04}", 3, 1) for n in range(1, ORDERS + 1)),
]


@pytest.fixture
def run(ada, sam, mia, statuses, preferences, settings, tmp_path, monkeypatch):
    """An import whose files were just sent, which is taken two rows at a time."""
    settings.DATA_DIR = tmp_path
    for module in (act, undo):
        monkeypatch.setattr(module, "CHUNK", CHUNK)
    Trigger.objects.create(description="Tell", status=statuses["Sent to lab"], task_title="Tell")
    book = books.workbook(
        Vendors=[
            books.SPECTRA_VENDORS,
            ["Northlight Lab", "LS-2291", "Iris Kim", "555 0199", "lab@example.com"],
        ],
        Clients=[books.SPECTRA_CLIENTS, *books.clients(CLIENTS)],
        Sessions=[books.SPECTRA_SESSIONS, *books.sessions(CLIENTS)],
        Orders=[books.SPECTRA_ORDERS, *books.orders(ORDERS)],
        Notes=[books.STATUS_NOTES, *books.notes(ORDERS)],
    )
    return runs.begin([SimpleUploadedFile("studio.xlsx", book)], by=ada)


def made():
    """Return what is there of what the import makes, an order with the number of its Status Notes and of its History."""
    orders = (
        ("order", order.number, order.status_changes.count(), order.events.count())
        for order in Order.objects.all()
    )
    return Counter(
        [
            *(("vendor", name) for name in Vendor.objects.values_list("name", flat=True)),
            *(("client", name) for name in Client.objects.values_list("name", flat=True)),
            *(("session", number) for number in PhotoSession.objects.values_list("number", flat=True)),
            *orders,
        ]
    )


def stored():
    """Return how much is there in all, and how far the import has come."""
    models = (Vendor, Client, PhotoSession, SessionType, Status, StatusChange, OrderEvent, ImportedRow)
    now = ImportRun.objects.get()
    return [
        now.state,
        now.position,
        now.done,
        now.sheets,
        *(model._base_manager.count() for model in models),
        Order.with_withdrawn.values_list("pk", "withdrawn_on").count(),
    ]


def half_done() -> str:
    """Say what is there otherwise than the run says; "" where all is whole."""
    now, found = ImportRun.objects.get(), made()
    if Delivery.objects.exists() or Task.objects.exists():
        return "something was told"
    if now.state in (State.WAITS, State.READY) and (found or now.imported.exists()):
        return "made before it was started"
    if now.state in (State.RUNS, State.DONE):
        counted = sum(sum(fates.values()) for kind, fates in now.done.items() if kind != "note")
        if found != Counter(MADE[: now.position]) or counted != found.total():
            return f"at {now.position}, {now.done}: {found}"
    if now.state in (State.GOES_BACK, State.UNDONE) and now.imported.count() != now.rows - now.position:
        return f"{now.imported.count()} are left of {now.rows} at {now.position}"
    return ""


class Kills:
    """Kills whoever works on the import, at one step after another of each piece of it."""

    def __init__(self, chance, number):
        self.chance, self.stride = chance, max(1, STATEMENTS // number)
        self.landed = self.left_nothing = 0

    def next(self):
        return self.chance.randrange(1, 2 * self.stride)

    def until(self, over, *, commit_each=False) -> str:
        """Let workers go on, each killed a little later than the one before; say what is half done, if anything is."""
        at = self.next() - 1
        while ImportRun.objects.get().state not in over:
            before = stored()
            killed = run_killed(go_on, at, commit_each)
            if wrong := half_done():
                return wrong
            self.landed += killed
            is_as_before = stored() == before
            self.left_nothing += killed and is_as_before
            # What was committed begins anew; where nothing was, the next one comes a little further.
            at = at + self.next() if is_as_before else self.next() - 1
        return ""


def go_on():
    """Do what the worker does, with a step of its own before each file that is put in place."""
    replace = os.replace

    def replaced(*names):
        ImportRun.objects.exists()
        replace(*names)
        ImportRun.objects.exists()

    os.replace = replaced
    while work.go_on():
        pass


def test_a_worker_killed_at_any_statement_leaves_whole_chunks_and_whoever_goes_on_makes_no_twins(
    run, ada, size, seed, record
):
    kills = Kills(random.Random(seed), size("kills of an import"))
    assert kills.until([State.READY]) == ""
    run.refresh_from_db()
    assert run.rehearsed["order"] == {"new": ORDERS}, (run.state, run.rehearsed)
    runs.start(run, {}, seen=run.touched_at.isoformat())
    assert kills.until([State.DONE]) == ""
    run.refresh_from_db()
    assert made() == Counter(MADE)
    assert run.done == {
        "vendor": {"new": 1},
        "client": {"new": CLIENTS},
        "session": {"new": CLIENTS},
        "order": {"new": ORDERS},
        "note": {"new": 3 * ORDERS},
    }
    assert list(Status.objects.values_list("description", flat=True)).count("Waiting list") == 1
    undo.begin(run, by=ada)
    assert kills.until([State.UNDONE]) == ""
    assert not made()
    assert run.imported.count() == 0
    assert not {path.name for path in files.folder(run.key).iterdir()} & {files.ROWS, files.ORDERED}
    assert kills.landed >= min(STATEMENTS, size("kills of an import")) // 4
    assert kills.left_nothing
    record(kills=kills.landed, before_commit=kills.left_nothing)


def test_control_chunks_outside_a_transaction_are_caught(run, record):
    while work.go_on():
        pass
    run.refresh_from_db()
    runs.start(run, {}, seen=run.touched_at.isoformat())
    kills = Kills(random.Random(1), STATEMENTS // 3)
    assert kills.until([State.DONE], commit_each=True).startswith("at ")
    record(contradictions=1)


def test_control_a_worker_that_starts_from_the_first_row_again_is_caught(run, monkeypatch):
    """Nobody is made twice, and yet the run would say so."""
    while work.go_on():
        pass
    run.refresh_from_db()
    runs.start(run, {}, seen=run.touched_at.isoformat())
    ordered = files.ordered
    monkeypatch.setattr(files, "ordered", lambda key, *, after: ordered(key, after=0))
    assert Kills(random.Random(1), STATEMENTS // 30).until([State.DONE]).startswith("at ")
