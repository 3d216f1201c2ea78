"""Files as studios have them, imported whole: what is odd about one changes nothing of what it says."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from preproduction.models import ImportRun
from studio.models import Client, PhotoSession, SessionType
from tests.preproduction.moving_in.importing import books
from tests.preproduction.moving_in.importing.pages import run_worker, start

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LAST_DAY = date(2025, 12, 31)


def days(*written) -> bytes:
    """Return a sheet of sessions whose days are written so."""
    rows = (f"{n},Anna Whitfield,{day},Wedding\n" for n, day in enumerate(written))
    return ("Session No.,Client,Session Date,Session Type\n" + "".join(rows)).encode()


def merged() -> bytes:
    """A title across the columns, and below it their names and the data."""
    book = Workbook()
    sheet = book.active
    for row in ([], ["Our clients in 2025"], [], ["Name", "Phone", "Email"], ["Merged Cell", 7325550142, ""]):
        sheet.append(row)
    sheet.merge_cells("A2:C2")
    return books.saved(book)


def since_1904() -> bytes:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)
    book.active.append(["Session No.", "Client", "Session Date", "Session Type"])
    book.active.append(["1904", "Anna Whitfield", LAST_DAY, "Wedding"])
    return books.saved(book)


def imported(browser, files):
    sent = [SimpleUploadedFile(name, content) for name, content in files.items()]
    assert browser.post("/maintenance/import/", {"files": sent}).status_code == 302
    run_worker()
    run = ImportRun.objects.latest("pk")
    assert run.state == "ready", (run.state, run.refusal, [sheet for sheet in run.sheets if sheet["asks"]])
    start(browser, run)
    return run


def test_clients_are_who_they_are_however_their_file_is_written(as_administrator):
    files = {
        "two_headings.csv": b"The Studio\n\nName,Phone\nFirst Page,0732\nName,Phone\nSecond Page,1\n",
        "merged.xlsx": merged(),
        "utf16.csv": "Name;Phone\nЩёголев Ńoël;2\n".encode("utf-16"),
        "windows.csv": "Name;Notes\nŒuvre Müller;“12 €”\n".encode("cp1252"),
        "dos.csv": b"Name,Phone\r\nOf Dos,3\r\n\x1a",
        "formula.csv": b"Name,Notes\nCalc,=1+1\n",
        "texts.xlsx": books.with_shared_texts(
            books.workbook(A=[["Name", "Phone"], ["Shared Text", "0044 1"]])
        ),
        "quotes.csv": b'Name, Notes\n"Blank, Before", "a ""b"", c"\n',
    }
    imported(as_administrator, files)
    assert dict(Client.objects.values_list("name", "phone")) == {
        "First Page": "0732",
        "Second Page": "1",
        "Merged Cell": "7325550142",
        "Щёголев Ńoël": "2",
        "Œuvre Müller": "",
        "Of Dos": "3",
        "Calc": "",
        "Shared Text": "0044 1",
        "Blank, Before": "",
    }
    notes = dict(Client.objects.exclude(notes="").values_list("name", "notes"))
    assert notes == {"Œuvre Müller": "“12 €”", "Calc": "=1+1", "Blank, Before": 'a "b", c'}


def test_a_day_is_the_same_in_whichever_order_it_is_written(as_administrator):
    Client.objects.create(name="Anna Whitfield")
    SessionType.objects.create(name="Wedding")
    files = {
        "day_first.csv": days("31/12/2025", "31.12.2025", "31-12-2025"),
        "month_first.csv": days("12/31/2025").replace(b"0,Anna", b"10,Anna"),
        "year_first.csv": days("2025-12-31", "2025/12/31")
        .replace(b"0,Anna", b"20,Anna")
        .replace(b"1,A", b"21,A"),
        "since_1904.xlsx": since_1904(),
    }
    run = imported(as_administrator, files)
    assert run.done == {"session": {"new": 7}}
    assert {*PhotoSession.objects.values_list("date", flat=True)} == {LAST_DAY}
