"""An export of everything, through its pages, with the worker run by the test."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from openpyxl import load_workbook

from preproduction import operations
from preproduction.models import CustomField, ExportRun, Order, Status, StatusChange
from preproduction.moving_in.leaving import files, work
from preproduction.moving_in.leaving.sheets import ORDERS, with_beside
from preproduction.operations.custom_fields import add_field
from studio import append_only
from studio.models import Client, CompanyPreferences, Department, PhotoSession, SessionType, User
from tests.preproduction.moving_in.leaving import studios
from triggers.models import Delivery


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(tmp_path, settings):
    settings.DATA_DIR = tmp_path


def sheet(archive, name):
    return list(load_workbook(io.BytesIO(archive.read(name))).active.iter_rows(values_only=True))


def administrator():
    browser = Browser()
    browser.force_login(User.objects.get(username="admin"))
    return browser


def an_empty_studio():
    """Empty the database, but for the people; return what the preferences of a new studio are made of."""
    people = list(User.objects.all())
    append_only.remove_guards(connection)
    call_command("flush", interactive=False, verbosity=0)
    for person in people:
        person.is_demo = False
    User.objects.bulk_create(people)
    CompanyPreferences.objects.create(pk=1, name="Elsewhere", time_zone="UTC", is_moved_in=True)


def awkward():
    """What is easily lost: two clients told apart by nothing, what looks like a formula, a status that was renamed, a
    change that was undone, an order of a department that is no more."""
    kind = SessionType.objects.first()
    for number in ("=1+1", "=1+2"):
        twin = Client.objects.create(name="=Twin", notes='=HYPERLINK("x")\n\nand -more')
        PhotoSession.objects.create(client=twin, number=number, date=date(2026, 5, 1), session_type=kind)
    Status.objects.filter(pk=StatusChange.objects.latest("pk").to_status_id).update(description="Renamed")
    by = User.objects.get(username="admin")
    order = Order.objects.open().filter(department__isnull=False, held_on=None).first()
    operations.advance_status(order, operations.plan_advance(order), expected=None, by=by)
    order.refresh_from_db()
    operations.undo_last_change(order, expected=order.version, by=by)
    order.refresh_from_db()
    Department.objects.filter(pk=order.department_id).update(is_inactive=True)


def nothing_is_missing(archive):
    readme = archive.read("README.txt").decode()
    for each in with_beside(work.SHEETS):
        folder, records = "to import" if each.comes_back else "to read", each.query().count()
        name = f"{folder}/{each.title}.xlsx"
        found = sheet(archive, name) if name in archive.namelist() else [()]
        undone = 2 if each.title == "Status Notes" else 0
        assert len(found) - 1 == records - undone, each.title
        assert each.comes_back or each.title in readme.partition("does not come back")[2]
    notes = sheet(archive, "to import/Status Notes.xlsx")
    assert notes[0] == (
        "Order No.",
        "From",
        "To",
        "Date Completed",
        "Due Date",
        "Department",
        "User",
        "Late Reason",
        "Reason",
        "Entered By",
        "Note",
    )
    assert {type(row[3]) for row in notes[1:]} == {datetime}
    # Neither passwords nor secrets.
    everything = b"".join(map(archive.read, archive.namelist()))
    inside = "".join(str(sheet(archive, name)) for name in archive.namelist() if name.endswith(".xlsx"))
    assert b"whsec_" not in everything
    assert "pbkdf2" not in inside


@pytest.mark.django_db(transaction=True)
def test_an_export_makes_the_same_studio_again():
    call_command("demo", orders=60, today=date(2026, 6, 10), verbosity=0)
    awkward()
    before = studios.contents()
    archive = studios.export(administrator())
    nothing_is_missing(archive)
    an_empty_studio()
    studios.set_up(administrator(), archive)
    run = studios.import_all(administrator(), archive)
    assert run.state == "done"
    assert {fate for fates in run.done.values() for fate in fates} == {"new"}
    after = studios.contents()
    for what in before:
        assert after[what] == before[what], what
    assert len(before["changes"]) > 200
    assert before["custom fields"]


def test_morning_mails_are_in_it_as_they_were_made(preferences, as_administrator, mia):
    words = {"subject": "1 order to look at", "text": "Order 1001 is late", "html": "<p>Order 1001</p>"}
    row = {"person": mia, "kind": "email", "channel": "email", "payload": {"message": words}}
    Delivery.objects.create(on=date(2026, 6, 9), state="sent", sent_to="mia@example.com", **row)
    Delivery.objects.create(on=date(2026, 6, 10), state="skipped", **row)
    archive = studios.export(as_administrator)
    _, *mails = sheet(archive, "to read/Morning Mails.xlsx")
    assert [(mail[0], mail[1].date(), mail[2], *mail[6:]) for mail in mails] == [
        ("Mia Lindqvist", date(2026, 6, 9), "Done", "mia@example.com", *words.values())[:6],
        ("Mia Lindqvist", date(2026, 6, 10), "Skipped", None, *words.values())[:6],
    ]


@pytest.fixture
def by_twos(monkeypatch):
    """Let a file have two records, so that a small studio takes many pieces."""
    monkeypatch.setattr(work, "ROWS_A_FILE", 2)
    monkeypatch.setattr(work, "READ_AT_ONCE", 1)


def test_what_is_made_and_moved_meanwhile_leaves_the_export_of_one_moment(
    by_twos, preferences, as_administrator, make_order, sam
):
    orders = [make_order(number=f"A-{n}") for n in range(5)]
    as_administrator.post("/maintenance/export/start/")
    run = ExportRun.objects.get()
    # Clients, sessions, and then the first two orders.
    while (run.sheet, run.files) != (work.SHEETS.index(ORDERS), 1):
        assert work.go_on()
        run.refresh_from_db()
    page = as_administrator.get("/maintenance/export/").content.decode()
    assert f"{run.position} of {run.rows} records" in page
    make_order(number="Later")
    for order in (orders[0], orders[4]):
        operations.advance_status(order, operations.plan_advance(order), expected=None, by=sam)
    archive = studios.export(as_administrator)
    found = [row for n in (1, 2, 3) for row in sheet(archive, f"to import/Orders {n}.xlsx")[1:]]
    notes = [row for n in (1, 2, 3) for row in sheet(archive, f"to import/Status Notes {n}.xlsx")[1:]]
    assert [(row[0], row[8]) for row in found] == [
        *((f"A-{n}", "Images selected") for n in range(4)),
        ("A-4", "Sent to lab"),
    ]
    # Of each order Status Notes end where its row says it is.
    assert {number: to for number, _, to, *_ in notes} == {row[0]: row[8] for row in found}
    assert ExportRun.objects.count() == 1


def test_when_the_set_up_changes_meanwhile_all_rows_are_named_by_the_new_one(
    by_twos, preferences, as_administrator, make_order
):
    for n in range(5):
        make_order(number=f"A-{n}")
    as_administrator.post("/maintenance/export/start/")
    run = ExportRun.objects.get()
    while (run.sheet, run.files) != (work.SHEETS.index(ORDERS), 1):
        assert work.go_on()
        run.refresh_from_db()
    initial = Status.objects.get(is_initial=True)
    operations.edit_status(initial, expected=None, description="Chosen")
    add_field(CustomField(label="Album colour"))
    archive = studios.export(as_administrator)
    found = [sheet(archive, f"to import/Orders {n}.xlsx") for n in (1, 2, 3)]
    assert {row[8] for rows in found for row in rows[1:]} == {"Chosen"}
    assert {rows[0] for rows in found} == {found[0][0]}
    assert "Album colour" in found[0][0]
    assert "Images selected" not in archive.read("set-up.toml").decode()


def test_a_file_is_for_its_owner_alone_and_is_gone_after_a_day(preferences, as_administrator, session):
    studios.export(as_administrator)
    run = ExportRun.objects.get()
    file = files.zip_of(run.key)
    assert [path.name for path in files.folder(run.key).iterdir()] == [file.name]
    assert [oct(path.stat().st_mode)[-3:] for path in (file, file.parent, files.home())] == [
        "600",
        "700",
        "700",
    ]
    ExportRun.objects.update(touched_at=timezone.now() - timedelta(days=1, minutes=1))
    assert not work.go_on()
    assert not any(files.home().iterdir())
    answer = as_administrator.get(f"/maintenance/export/{run.pk}/download/")
    assert answer.status_code == 409
    assert "not here any more, or not yet. Start another." in answer.content.decode()


def test_one_that_is_stopped_while_it_is_written_leaves_no_file(
    by_twos, preferences, as_administrator, session
):
    as_administrator.post("/maintenance/export/start/")
    run = ExportRun.objects.get()
    while not files.folder(run.key).exists():
        assert work.go_on()
    as_administrator.post(f"/maintenance/export/{run.pk}/remove/")
    work._piece(run, "a4")  # as a worker does that was at it just then
    assert not files.folder(run.key).exists()
    run.refresh_from_db()
    assert run.state == "removed"


def test_one_that_breaks_off_says_so_and_quotes_nobody(
    preferences, as_administrator, session, monkeypatch, caplog
):
    def fail(**_):
        raise ValueError(session.client.name)

    monkeypatch.setattr(work, "write_xlsx", fail)
    as_administrator.post("/maintenance/export/start/")
    while work.go_on():
        pass
    assert (
        "Something went wrong, and it was noted in the log."
        in as_administrator.get("/maintenance/export/").content.decode()
    )
    assert "export" in caplog.text
    assert session.client.name not in caplog.text
