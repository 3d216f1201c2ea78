"""Files of lists too long for a page to wait for: asked for on the page, written by the worker, fetched within a day."""

from datetime import timedelta
from io import BytesIO
from typing import ClassVar

import openpyxl
import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from preproduction.models import Order
from preproduction.moving_in.leaving import erasing
from studio.access import Role
from studio.exports import columns, list_file
from studio.long_work import files, rows
from studio.models import LongWork
from studio.only_program import only_program

HUB, OVERDUE, LONG_WORK, START = "/orders/", "/orders/overdue/", "/long-work/", "/long-work/start/"


@pytest.fixture(autouse=True)
def short_patience(preferences, settings, tmp_path, monkeypatch):
    """Three rows are long here, and are read one at a time."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(list_file, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(columns, "READ_AT_ONCE", 1)
    monkeypatch.setattr(files, "TELLS_EACH", -1)  # after each row


@pytest.fixture
def orders(make_order):
    return [make_order(number=f"{number}") for number in (1001, 1002, 1003, 1004)]


def ask(browser, address=HUB, kind="xlsx", **query):
    """Ask for the file of a list, by its page and the form that this answers with; return the row of the work."""
    page = browser.get(address, {**query, "export": kind})
    assert page.templates[0].name == "studio/long_file.html"
    answer = browser.post(START, {"asked": page.context["form"]["asked"].value()})
    assert answer.url == LONG_WORK
    return LongWork.objects.latest("pk")


def download(browser, work):
    answer = browser.get(f"/long-work/{work.pk}/file/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    return b"".join(answer.streaming_content)


def numbers(content):
    first, *found = openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    assert first[0] == "Order No."
    return [row[0] for row in found]


def test_a_list_too_long_to_wait_for_is_written_by_the_worker(as_staff, orders):
    work = ask(as_staff, q="100", sort="-number")
    assert "Waits for the worker" in as_staff.get(LONG_WORK).content.decode()
    files.write_waiting()
    page = as_staff.get(LONG_WORK).content.decode()
    assert f"/long-work/{work.pk}/file/" in page
    assert "every 2s" not in page
    assert numbers(download(as_staff, work)) == ["1004", "1003", "1002", "1001"]


def test_it_is_the_file_that_the_page_would_have_answered(as_staff, orders, monkeypatch):
    work = ask(as_staff)
    files.write_waiting()
    monkeypatch.setattr(list_file, "MOST_AT_ONCE", 100)
    short = openpyxl.load_workbook(BytesIO(as_staff.get(HUB, {"export": "xlsx"}).content)).active
    long = openpyxl.load_workbook(BytesIO(download(as_staff, work))).active
    assert list(long.values) == list(short.values)


def test_asking_by_an_address_changes_nothing(as_staff, orders):
    page = as_staff.get(HUB, {"export": "xlsx", "late": "any", "q": ""})
    assert page.status_code == 200
    assert as_staff.get(HUB, {"export": "xlsx"}).context["count"] == 4
    assert as_staff.get(HUB, {"export": "xlsx"}).context["back"] == HUB
    assert not LongWork.objects.exists()


def test_a_print_of_overdue_is_written_with_its_matrix(as_manager, make_order):
    for number in range(3):
        make_order(number=f"L-{number}", order_date=timezone.localdate() - timedelta(days=40))
    work = ask(as_manager, OVERDUE, "pdf")
    files.write_waiting()
    text = PdfReader(BytesIO(download(as_manager, work))).pages[0].extract_text()
    assert "Business days late, by department and user" in text
    assert all(f"L-{number}" in text for number in range(3))


def test_two_tabs_ask_for_one_file(as_staff, orders):
    first, second = ask(as_staff), ask(as_staff)
    assert first == second
    assert ask(as_staff, sort="-number") != first
    files.write_waiting()
    assert ask(as_staff) != first  # what there is now may be something else


def test_progress_is_how_many_rows_have_been_read(as_staff, orders, monkeypatch):
    work, told = ask(as_staff), []
    move_on = rows.move_on

    def noted(work, position):
        move_on(work, position)
        page = as_staff.get(LONG_WORK).content.decode()
        told.append(f"{position} of 4 rows read" in page)

    monkeypatch.setattr(rows, "move_on", noted)
    files.write_waiting()
    work.refresh_from_db()
    assert (told, work.position, work.state) == ([True] * 4, 4, "done")


def test_a_file_is_for_whoever_asked_for_it(as_staff, as_manager, orders):
    work = ask(as_manager)
    files.write_waiting()
    assert as_staff.get(f"/long-work/{work.pk}/file/").status_code == 404
    assert as_staff.post(f"/long-work/{work.pk}/remove/").status_code == 404
    assert work.title not in as_staff.get(LONG_WORK).content.decode().partition('id="long-work"')[2]
    assert download(as_manager, work)


def test_who_may_not_see_the_list_any_more_gets_no_file(as_manager, make_order, people):
    for number in range(3):
        make_order(number=f"L-{number}", order_date=timezone.localdate() - timedelta(days=40))
    written = ask(as_manager, OVERDUE)
    files.write_waiting()
    waits = ask(as_manager, OVERDUE)
    person = written.by
    person.role = Role.STAFF
    person.save()
    browser = Browser()
    browser.force_login(person)
    answer = browser.get(f"/long-work/{written.pk}/file/")
    assert answer.status_code == 409
    assert "You may not see this list any more." in answer.content.decode()
    files.write_waiting()
    waits.refresh_from_db()
    assert waits.state == "broken"
    assert not files.path_of(waits).exists()


def test_what_nobody_signed_is_not_asked_of_the_worker(as_staff, orders):
    answer = as_staff.post(START, {"asked": "WyIvb3JkZXJzLyJd:forged"})
    assert answer.status_code == 422
    assert "Open the list again" in answer.content.decode()
    assert not LongWork.objects.exists()


def test_files_are_for_their_owner_alone_and_go_after_a_day(as_staff, orders):
    work = ask(as_staff)
    files.write_waiting()
    path = files.path_of(work)
    assert path.stat().st_mode & 0o77 == 0
    assert path.parent.stat().st_mode & 0o77 == 0
    LongWork.objects.update(finished_at=timezone.now() - timedelta(hours=23))
    files.go_on()
    assert path.exists()
    LongWork.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    files.go_on()
    assert not path.exists()
    assert as_staff.get(f"/long-work/{work.pk}/file/").status_code == 404


def test_what_was_searched_for_is_forgotten_once_the_file_is_there(as_staff, orders):
    work = ask(as_staff, q="100")
    assert "100" in work.asked["path"]
    files.write_waiting()
    work.refresh_from_db()
    assert work.asked == {}


@pytest.mark.django_db(transaction=True)
def test_erasing_a_client_removes_every_file_that_may_name_them(as_staff, ada, session, orders):
    written = ask(as_staff)
    files.write_waiting()
    waits = ask(as_staff)
    Order.objects.update(is_complete=True, status_due_date=None)
    erasing.erase(session.client, by=ada)
    assert not files.path_of(written).exists()
    files.write_waiting()
    waits.refresh_from_db()
    assert (waits.state, waits.asked) == ("removed", {})
    assert [path.name for path in files.home().iterdir()] == [files.LOCK]


def test_a_file_that_is_removed_while_it_is_written_is_not_there_after(as_staff, orders, monkeypatch):
    work = ask(as_staff)
    move_on = rows.move_on

    def removed(work, position):
        as_staff.post(f"/long-work/{work.pk}/remove/")
        move_on(work, position)

    monkeypatch.setattr(rows, "move_on", removed)
    files.write_waiting()
    assert not files.path_of(work).exists()
    assert LongWork.objects.get().state == "removed"


def test_what_a_killed_program_began_is_begun_anew_three_times_and_then_given_up(as_staff, orders):
    work = ask(as_staff)
    LongWork.objects.update(state="runs", position=3, tries=1)
    (files.home()).mkdir(exist_ok=True)
    (files.home() / f"{work.key}.xlsx.0a1b").write_bytes(b"half of it")
    files.write_waiting()
    assert numbers(download(as_staff, work)) == ["1001", "1002", "1003", "1004"]
    assert len(list(files.home().iterdir())) == 2  # with the lock
    LongWork.objects.update(state="runs", tries=3)
    files.write_waiting()
    assert LongWork.objects.get().state == "broken"
    assert "Something went wrong" in as_staff.get(LONG_WORK).content.decode()


def test_one_program_at_a_time_writes(as_staff, orders):
    work = ask(as_staff)
    files.home().mkdir(exist_ok=True)
    with only_program(files.home() / files.LOCK):
        files.write_waiting()
        work.refresh_from_db()
        assert work.state == "waits"
    files.write_waiting()
    work.refresh_from_db()
    assert work.state == "done"


def test_rows_are_read_in_short_queries_by_their_keys(as_staff, orders, monkeypatch):
    monkeypatch.setattr(columns, "READ_AT_ONCE", 3)
    ask(as_staff)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        files.write_waiting()
    reads = [each["sql"] for each in asked if '"preproduction_order"."studio_notes"' in each["sql"]]
    assert len(reads) == 2
    assert all('"preproduction_order"."id" IN (' in sql for sql in reads)


def test_a_list_that_is_no_longer_than_a_page_waits_for_comes_at_once(as_staff, make_order):
    make_order()
    make_order()
    assert as_staff.get(HUB, {"export": "xlsx"})["Content-Type"].endswith("spreadsheetml.sheet")


class Program:
    """Stands in for the program that the worker starts, which runs until it is told to end."""

    started: ClassVar = []

    def __init__(self, command, **how):
        self.command, self.ended = command, None
        self.started.append(self)

    def poll(self):
        return self.ended


def test_the_worker_starts_one_program_and_only_for_what_waits(as_staff, orders, monkeypatch):
    monkeypatch.setattr(files.subprocess, "Popen", Program)
    monkeypatch.setattr(files._Child, "running", None)
    monkeypatch.setattr(Program, "started", [])
    assert not files.go_on()
    assert Program.started == []
    work = ask(as_staff)
    for _ in range(2):
        assert not files.go_on()  # the worker does other things meanwhile
    (program,) = Program.started
    assert program.command[-2:] == ["manage.py", "write_long_files"]
    program.ended = -9  # killed before it began
    files.go_on()
    assert len(Program.started) == 2
    files.write_waiting()
    Program.started[1].ended = 0
    files.go_on()
    assert len(Program.started) == 2
    work.refresh_from_db()
    assert work.state == "done"
