"""An import from the files that are sent to the way back, through its pages, with the worker run by the test."""

import io
import os
import re
from contextlib import nullcontext
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from preproduction import operations, written
from preproduction.models import ImportRun, Order, OrderEvent
from preproduction.moving_in.importing import act, files, planned, rehearsing
from preproduction.moving_in.importing.columns import Kind
from preproduction.operations import CalendarChange
from preproduction.rebuild import rebuild
from studio.models import Client, PhotoSession, SessionType, Vendor
from tests.preproduction.moving_in.importing import books
from tests.preproduction.moving_in.importing.pages import page, run_worker, send, start, undo
from triggers.models import Delivery, MessageTemplate, Trigger

pytestmark = pytest.mark.django_db


def test_a_workbook_of_spectra_is_imported_whole(as_administrator, mia):
    run = send(as_administrator, books.studio(60))
    assert run.state == "ready", (run.refusal, run.sheets)
    assert Client.objects.count() == 0
    assert run.rehearsed["client"] == {"new": 60}
    types = list(run.rehearsed["types"])
    start(as_administrator, run, types=types)
    assert run.state == "done"
    assert run.done == {"client": {"new": 60}, "session": {"new": 60}, "vendor": {"new": 1}}
    anna = Client.objects.get(name="Anna Whitfield7")
    assert (anna.phone, anna.address) == ("732 555 0007", "7 Mill Lane\nRed Bank, NJ 07701")
    session = PhotoSession.objects.get(number="S-00007")
    assert (session.client, session.photographer, str(session.session_type)) == (anna, mia, "School")


def test_the_same_file_twice_makes_nothing_twice(as_administrator, mia):
    for _ in range(2):
        run = send(as_administrator, books.studio(12))
        start(as_administrator, run, types=list(run.rehearsed["types"]))
    assert run.done == {"client": {"same": 12}, "session": {"same": 12}, "vendor": {"same": 1}}
    assert (Client.objects.count(), PhotoSession.objects.count(), Vendor.objects.count()) == (12, 12, 1)


def test_undo_leaves_nothing_and_the_corrected_file_is_new(as_administrator, mia):
    run = send(as_administrator, books.studio(12))
    start(as_administrator, run, types=list(run.rehearsed["types"]))
    as_administrator.post(f"/maintenance/import/{run.pk}/undo/")
    run_worker()
    run.refresh_from_db()
    assert run.state == "undone"
    assert not any(model.objects.exists() for model in (Client, PhotoSession, Vendor, SessionType))
    assert send(as_administrator, books.studio(12)).rehearsed["client"] == {"new": 12}


def test_refused_rows_come_back_as_a_workbook_that_can_be_corrected_and_sent_again(as_administrator, mia):
    rows = books.clients(4)
    rows[1][5], rows[2][1], rows[2][2] = "not an address", "", ""
    run = send(as_administrator, books.workbook(Clients=[books.SPECTRA_CLIENTS, *rows]))
    assert run.rehearsed["client"] == {"new": 2, "refused": 2}
    text = page(as_administrator, run)
    assert "Enter a valid email address." in text
    assert "This field is required." in text
    start(as_administrator, run)
    content = as_administrator.get(f"/maintenance/import/{run.pk}/refused/?sheet=0").content
    sheet = load_workbook(io.BytesIO(content)).active
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in found] == ["Client #", 10002, 10003]
    assert found[1][-1] == "Email: Enter a valid email address."
    found[1][5], found[2][1] = "anna2@example.com", "Whitfield3"
    again = send(as_administrator, books.workbook(Clients=found))
    assert again.rehearsed["client"] == {"new": 2}


def test_a_doubtful_client_waits_for_an_answer(as_administrator):
    Client.objects.create(name="Carl Dorn")
    run = send(as_administrator, b"Name,Phone\nCarl Dorn,732 555 0199\nDora New,\nDora New,\n", "clients.csv")
    assert run.rehearsed["client"] == {"new": 1, "doubtful": 2}
    assert "Row 2: Carl Dorn (732 555 0199)" in page(as_administrator, run)
    start(as_administrator, run, **{"doubtful_0:2": "new", "doubtful_0:4": "twin"})
    assert run.done == {"client": {"new": 2, "same": 1}}
    assert Client.objects.filter(name="Carl Dorn").count() == 2


def test_what_differs_is_left_unless_one_says_so_and_undo_puts_it_back(as_administrator):
    anna = Client.objects.create(name="Anna", email="anna@example.com", phone="1")
    content = b"Name,Email,Phone\nAnna,anna@example.com,2\n"
    for overwrite, phone in (({}, "1"), ({"overwrite": "on"}, "2")):
        run = send(as_administrator, content, "clients.csv")
        start(as_administrator, run, **overwrite)
        assert run.done == {"client": {"changed": 1}}
        anna.refresh_from_db()
        assert anna.phone == phone
    undo(as_administrator, run)
    anna.refresh_from_db()
    assert anna.phone == "1"


def counts_of_every_list(browser):
    """Return what the lists and the search say they found."""
    pages = (
        "/clients/",
        "/sessions/",
        "/orders/",
        "/maintenance/vendors/",
        "/maintenance/session-types/",
        "/find/?q=Whitfield",
    )
    return {
        address: re.sub(r'(?s).*<main|</main>.*|value="[^"]{20,}"', "", text(browser.get(address)))
        for address in pages
    }


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("is_undone", [False, True])
def test_orders_stand_where_the_file_says_silently_and_undo_leaves_every_list_as_before(
    as_administrator, sam, mia, statuses, is_undone
):
    lab = statuses["Sent to lab"]
    template = MessageTemplate.objects.create(name="Proofs", subject="S", text="Dear {{ client.name }}")
    Trigger.objects.create(
        description="Tell", status=lab, kind="email", recipient="client", template=template
    )
    before = counts_of_every_list(as_administrator)
    run = send(as_administrator, books.studio(9, with_orders=9))
    assert run.rehearsed["order"] == {"new": 9}
    start(as_administrator, run, types=list(run.rehearsed["types"]))
    assert run.done["order"] == {"new": 9}
    assert not Delivery.objects.exists()
    overdue = {order.number for order in Order.objects.overdue(date(2026, 6, 10))}
    assert overdue == {"P-0003", "P-0006", "P-0009"} | {"P-0002", "P-0005", "P-0008"}, (
        "counted: 5 days after 28 May"
    )
    order = Order.objects.get(number="P-0002")
    assert (order.status, order.entered_status_on, order.order_date) == (
        lab,
        date(2026, 5, 28),
        date(2026, 5, 20),
    )
    assert (order.status_due_date, order.status_duration, order.assigned_user) == (date(2026, 6, 4), 5, sam)
    assert Order.objects.get(number="P-0001").studio_notes == "Assigned to: Ansel Adams"
    rebuilt = rebuild(order).columns
    assert all(written.of(order, [name])[name] == value for name, value in rebuilt.items())
    assert order.events.get().get_cause_display() == "Import"
    again = send(as_administrator, books.studio(9, with_orders=9))
    assert again.rehearsed["order"] == {"same": 9}
    if not is_undone:
        operations.hold_order(order, expected=None, by=mia, reason="Client is abroad")
        assert "Order P-0002 has been worked on since" in text(undo(as_administrator, run))
        return
    undo(as_administrator, run)
    assert (run.state, run.done["stays"]) == ("undone", 0)
    assert counts_of_every_list(as_administrator) == before
    again = send(as_administrator, books.studio(9, with_orders=9))
    assert again.rehearsed["order"] == {"new": 9}
    start(as_administrator, again, types=list(again.rehearsed["types"]))
    assert again.done == {
        kind: {"new": n} for kind, n in (("client", 9), ("session", 9), ("order", 9), ("vendor", 1))
    }


def test_undo_passes_over_what_the_calendar_has_moved(as_administrator, ada, sam, mia, statuses):
    run = send(as_administrator, books.studio(9, with_orders=9))
    start(as_administrator, run, types=list(run.rehearsed["types"]))
    flood = CalendarChange(closed_to_add=((date(2026, 6, 1), date(2026, 6, 1), "Flood"),))
    operations.change_calendar(flood, by=ada, move_open_orders=True)
    moved = Order.objects.get(number="P-0002")
    assert (moved.status_due_date, moved.version) == (date(2026, 6, 5), 2)
    undo(as_administrator, run)
    assert (run.state, run.done["stays"]) == ("undone", 0)
    assert not Order.objects.exists()


def test_an_order_whose_status_becomes_final_meanwhile_is_left_out(
    as_administrator, sam, mia, statuses, monkeypatch
):
    run = send(as_administrator, books.studio(9, with_orders=9))
    make = act.past_order

    def make_while_an_administrator_marks_the_status(values, *args, **keywords):
        made = make(values, *args, **keywords)
        if values["number"] == "P-0002":
            statuses["Sent to lab"].is_final = True
            statuses["Sent to lab"].save(update_fields=["is_final"])
        return made

    monkeypatch.setattr(act, "past_order", make_while_an_administrator_marks_the_status)
    start(as_administrator, run, types=list(run.rehearsed["types"]))
    assert run.done["order"] == {"new": 8, "refused": 1}
    assert not Order.objects.filter(status__is_final=True, is_complete=False).exists()


def test_erasing_reaches_a_client_whose_import_was_undone(as_administrator, ada, sam, mia, statuses):
    run = send(as_administrator, books.studio(2, with_orders=2))
    start(as_administrator, run, types=list(run.rehearsed["types"]))
    undo(as_administrator, run)
    withdrawn = Client.with_withdrawn.get(name="Anna Whitfield2")
    assert not Client.objects.filter(pk=withdrawn.pk).exists()
    operations.erase_client(withdrawn, by=ada)
    withdrawn.refresh_from_db()
    assert "Whitfield" not in str(vars(withdrawn))
    assert "Anna Whitfield" not in str(
        list(OrderEvent.objects.filter(order__session__client=withdrawn).values())
    )


def test_undo_is_refused_while_something_builds_on_the_import(as_administrator, ada, mia, statuses):
    run = send(as_administrator, books.studio(3))
    start(as_administrator, run, types=list(run.rehearsed["types"]))
    order = operations.create_order(PhotoSession.objects.get(number="S-00002"), by=ada)
    answer = undo(as_administrator, run)
    assert answer.status_code == 409
    assert f"{order} builds on this import" in answer.content.decode()
    other = send(as_administrator, b"Name\nCarl Dorn\n", "clients.csv")
    start(as_administrator, other)
    Client.objects.filter(name="Carl Dorn").update(phone="1")
    assert "Carl Dorn was changed since" in undo(as_administrator, other).content.decode()
    assert Client.objects.filter(name="Carl Dorn").exists()


def test_columns_that_are_not_known_are_said_once(as_administrator):
    content = b"Who;Cell;Seen on;What\nAnna;1;3/4/2026;Wedding\n"
    run = send(as_administrator, content, "odd.csv")
    assert run.state == "asks"
    address = f"/maintenance/import/{run.pk}/columns/"
    assert "Wedding" not in as_administrator.get(address).content.decode()
    for answers, state in (
        ({"sheet0-kind": "session"}, "asks"),
        (
            {
                "sheet0-kind": "session",
                "sheet0-day_order": "month",
                "sheet0-column_0": "client_name",
                "sheet0-column_2": "date",
                "sheet0-column_3": "session_type",
            },
            "ready",
        ),
    ):
        run.refresh_from_db()
        answer = as_administrator.post(address, {"seen": run.touched_at.isoformat(), **answers})
        assert answer.status_code == 302, answer.content.decode()
        run_worker()
        run.refresh_from_db()
        assert run.state == state
    assert "is called “Anna”" in page(as_administrator, run)
    again = send(as_administrator, content, "odd.csv")
    assert (again.state, again.sheets[0]["day_order"]) == ("ready", "month")


def test_where_the_files_are_gone_the_page_says_so(as_administrator):
    """They are in no back-up: after a restore the run is there, and they are not."""
    run = send(as_administrator, b"Who;Cell\nAnna;1\n", "odd.csv")
    files.remove(run.key)
    address = f"/maintenance/import/{run.pk}/columns/"
    for answer in (as_administrator.get(address), as_administrator.post(address)):
        assert answer.status_code == 409
        assert "The file is not here any more. Send it again." in answer.text
    assert as_administrator.get(f"/maintenance/import/{run.pk}/").status_code == 200
    as_administrator.post(f"/maintenance/import/{run.pk}/leave/")
    run.refresh_from_db()
    assert run.state == "left"


def test_days_that_can_be_read_in_two_ways_are_asked_about(as_administrator):
    content = b"Client,Session Date,Session Type\nAnna,3/4/2026,Wedding\n"
    assert send(as_administrator, content, "sessions.csv").state == "asks"
    shown = content + b"Anna,31/12/2026,Wedding\n"
    run = send(as_administrator, shown, "sessions.csv")
    assert (run.state, run.sheets[0]["day_order"]) == ("ready", "day")


def test_vendors_that_only_orders_name_are_made_if_one_says_so(as_administrator, ada, statuses):
    Client.objects.create(name="Anna")
    content = (
        b"Order #,Client,Session Type,Order Date,Status,Lab\nP-1,Anna,Wedding,2026-05-20,Sent to lab,My Lab\n"
    )
    run = send(as_administrator, content, "orders.csv")
    assert (run.state, run.rehearsed["vendors"]) == ("ready", {"my lab": "My Lab"})
    as_administrator.post(
        f"/maintenance/import/{run.pk}/start/",
        {"seen": run.touched_at.isoformat(), "types": "wedding", "again": "1"},
    )
    run_worker()
    run.refresh_from_db()
    assert "There is no vendor “My Lab”, and none is to be made." in page(as_administrator, run)
    start(as_administrator, run, types="wedding", vendors="my lab")
    order = Order.objects.get(number="P-1")
    assert (str(order.vendor), str(order.session.session_type), run.done["session"]) == (
        "My Lab",
        "Wedding",
        {"new": 1},
    )
    undo(as_administrator, run)
    assert not Vendor.objects.exists()
    assert Client.objects.count() == 1


class Killed(BaseException):
    """Stands for a kill -9: nothing catches it, and what was not committed is gone."""


def killed(run, statement) -> bool:
    """Import, and kill the worker at a statement; whether it came to that."""
    left = statement

    def kill(execute, *args):
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        return execute(*args)

    run.refresh_from_db()
    try:
        with connection.execute_wrapper(kill):
            for _ in act.steps(run):
                pass
    except Killed:
        return True
    return False


def made():
    return Client.objects.count() + PhotoSession.objects.count() + Vendor.objects.count()


def test_a_worker_that_is_killed_leaves_whole_chunks_and_the_next_one_goes_on(as_administrator, mia):
    run = send(as_administrator, books.studio(60))
    ImportRun.objects.update(state="runs")
    positions = set()
    for statement in range(5, 900, 71):
        if not killed(run, statement):
            break
        run.refresh_from_db()
        assert run.position == made()
        positions.add(run.position)
    assert len(positions) > 2, "kills landed before, between and after chunks"
    run_worker()
    run.refresh_from_db()
    assert run.done == {"client": {"new": 60}, "session": {"new": 60}, "vendor": {"new": 1}}
    assert made() == 121


def test_whoever_goes_on_looks_at_no_row_again_that_is_done(as_administrator, mia):
    """Else a long import would take the longer the further it is."""
    run = send(as_administrator, books.studio(120))
    path = files.folder(run.key) / files.ORDERED
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(["not a row any more\n"] * 100 + lines[100:]))
    left = [(row.sheet, row.number) for row in files.ordered(run.key, after=100)]
    assert len(left) == run.rows - 100
    assert set(left) < {(row.sheet, row.number) for row in files.rows(run.key)}


def test_control_without_a_transaction_for_each_chunk_a_kill_leaves_half_of_one(
    as_administrator, mia, monkeypatch
):
    run = send(as_administrator, books.studio(60))
    ImportRun.objects.update(state="runs")
    monkeypatch.setattr(act.transaction, "atomic", nullcontext)
    assert killed(run, 100)
    run.refresh_from_db()
    assert run.position != made()


def test_what_nobody_goes_on_with_is_removed_after_a_day(as_administrator):
    run = send(as_administrator, b"Name\nAnna\n", "clients.csv")
    assert files.folder(run.key).exists()
    of_none = files.folder(uuid4())
    of_none.mkdir()
    run_worker()
    assert files.folder(run.key).exists()
    assert of_none.exists()
    ImportRun.objects.update(touched_at=timezone.now() - timedelta(days=2))
    os.utime(of_none, times=(0, 0))
    run_worker()
    run.refresh_from_db()
    assert (run.state, files.folder(run.key).exists(), of_none.exists()) == ("left", False, False)


def test_a_file_that_cannot_be_read_says_so_and_leaves_nothing(as_administrator):
    run = send(as_administrator, b'Name,Phone\n"Anna,1\n', "clients.csv")
    assert run.state == "unreadable"
    assert "clients.csv: A quote (&quot;) that opens in row 2 is never closed." in page(as_administrator, run)
    assert not files.folder(run.key).exists()


def test_the_sheets_to_fill_in_are_taken_and_their_example_is_passed_over(as_administrator):
    for kind in Kind:
        content = as_administrator.get("/maintenance/import/example/", {"kind": kind.value}).content
        run = send(as_administrator, content)
        assert (run.state, run.sheets[0]["kind"], run.rows) == ("ready", kind.value, 0)


def test_what_an_outdated_page_starts_is_refused(as_administrator):
    run = send(as_administrator, b"Name\nAnna\n", "clients.csv")
    answer = as_administrator.post(
        f"/maintenance/import/{run.pk}/start/", {"seen": "2026-01-01T00:00:00+00:00"}
    )
    assert answer.status_code == 409
    assert not Client.objects.exists()


def test_the_rehearsal_is_the_same_however_few_rows_it_takes_at_once(as_administrator, statuses, monkeypatch):
    monkeypatch.setattr(rehearsing, "AT_ONCE", 2)
    rows = [*books.clients(5), *books.clients(2), ["", "Whitfield1", "Anna", *[""] * 7]]
    unnumbered = [["", *row[1:]] for row in books.sessions(3)]
    book = books.workbook(
        Clients=[books.SPECTRA_CLIENTS, *rows],
        Sessions=[books.SPECTRA_SESSIONS, *books.sessions(5), *unnumbered, *books.sessions(1)],
        Orders=[books.SPECTRA_ORDERS, *books.orders(6), *books.orders(1)],
    )
    run = send(as_administrator, book)
    counts = {kind: run.rehearsed[kind] for kind in ("client", "session", "order")}
    assert counts == {
        "client": {"new": 5, "same": 2, "doubtful": 1},
        "session": {"new": 5, "same": 4},
        "order": {"new": 5, "refused": 1, "same": 1},
    }
    start(as_administrator, run, types=list(run.rehearsed["types"]), vendors=list(run.rehearsed["vendors"]))
    assert {kind: run.done[kind] for kind in counts} == counts
    assert not (files.folder(run.key) / planned.NAME).exists()
