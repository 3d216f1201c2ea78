"""Exports of the hub and of Overdue: exactly what is shown, with real dates, and nothing that runs."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
import time_machine
from pypdf import PdfReader

from preproduction import operations
from studio.models import Client, PhotoSession

HUB, OVERDUE = "/orders/", "/orders/overdue/"


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def session_of(session):
    def make(name, number):
        client = Client.objects.create(name=name, phone="555 0100")
        return PhotoSession.objects.create(
            number=number, client=client, date=date(2026, 6, 1), session_type=session.session_type
        )

    return make


@pytest.fixture
def orders(make_order, session_of, vendor, mia):
    """An overdue one, one on hold, one on time."""
    late = make_order(
        number="1001", order_date=date(2026, 6, 1), vendor=vendor, vendor_order_number="=1+1", priority=4
    )
    operations.note_delay_reason(late, by=late.entered_by, stay=None, reason="@SUM(A1) is not paper")
    held = make_order(number="1002", order_date=date(2026, 6, 1), session=session_of("=HYPERLINK(0)", "S-2"))
    operations.hold_order(held, expected=None, by=mia, reason="Waiting")
    make_order(number="1003", session=session_of("Ελένη Παπαδοπούλου", "S-3"))
    return late, held


def sheet(response):
    """Return the rows of a workbook as dictionaries by header."""
    assert response.status_code == 200
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    header, *rows = openpyxl.load_workbook(BytesIO(response.content)).active.iter_rows()
    return [dict(zip([cell.value for cell in header], row, strict=True)) for row in rows]


def pdf_text(response):
    assert response.status_code == 200
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


def test_the_workbook_holds_what_is_shown_in_its_order(as_staff, orders):
    rows = sheet(as_staff.get(HUB, {"export": "xlsx"}))
    assert [row["Order No."].value for row in rows] == ["1001", "1002", "1003"]
    late = {header: cell.value for header, cell in rows[0].items()}
    assert late == {
        "Order No.": "1001",
        "Client": "Anna <3 & Bob <b>",
        "Session": "S-100",
        "Session Type": "Portrait",
        "Priority": "Rush",
        "Status": "Images selected",
        "Due Date": datetime(2026, 6, 3),
        "Business Days Late": 5,
        "On Hold Since": None,
        "User": "Unassigned",
        "Department": "Retouching",
        "Vendor": "Northlight Lab",
        "Vendor Order No.": "=1+1",
        "Order Date": datetime(2026, 6, 1),
    }
    assert rows[1]["On Hold Since"].value == datetime(2026, 6, 10)
    assert rows[0]["Due Date"].is_date


def test_text_of_people_never_becomes_a_formula(as_manager, orders):
    for address in (HUB, OVERDUE):
        for row in sheet(as_manager.get(address, {"export": "xlsx"})):
            assert all(cell.data_type != "f" for cell in row.values())
    rows = sheet(as_manager.get(HUB, {"export": "xlsx", "on_hold": "on"}))
    assert rows[0]["Client"].value == "=HYPERLINK(0)"


@pytest.mark.parametrize(
    ("filters", "answer"),
    [
        ({"late": "any"}, ["1001"]),
        ({"q": "παπα"}, ["1003"]),
        ({"sort": "-number"}, ["1003", "1002", "1001"]),
        ({"state": "complete"}, []),
    ],
)
def test_filters_and_sort_are_kept(as_staff, orders, filters, answer):
    rows = sheet(as_staff.get(HUB, {**filters, "export": "xlsx"}))
    assert [row["Order No."].value for row in rows] == answer


def test_all_rows_leave_and_not_only_the_page(as_staff, make_order):
    for _ in range(60):
        make_order()
    assert len(sheet(as_staff.get(HUB, {"export": "xlsx", "page": 2, "per_page": 25}))) == 60


@pytest.mark.parametrize("state", ["open", "complete", "all"])
@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_every_state_can_be_exported(as_staff, orders, sam, statuses, state, kind):
    plan = operations.plan_advance(orders[0], to=statuses["Delivered"])
    operations.advance_status(orders[0], plan, expected=1, by=sam)
    answer = as_staff.get(HUB, {"state": state, "export": kind})
    assert answer.status_code == 200
    if (state, kind) == ("complete", "xlsx"):
        (row,) = sheet(answer)
        assert row["Completed Date"].value == datetime(2026, 6, 10)
        assert "Due Date" not in row


def test_the_pdf_says_what_was_filtered_and_by_whose_studio(as_staff, orders, statuses):
    text = pdf_text(
        as_staff.get(HUB, {"export": "pdf", "late": "any", "status": statuses["Images selected"].pk})
    )
    assert "Preproduction Orders" in text
    assert "Lumen & Sons Photography" in text
    assert "Open orders; Late by any time; Status: Images selected" in " ".join(text.split())
    assert "Anna <3 & Bob <b>" in " ".join(text.split())
    assert "Page 1 of 1" in text
    assert "1002" not in text


def test_a_client_of_any_script_is_in_the_pdf(as_staff, orders):
    assert "Παπαδοπούλου" in pdf_text(as_staff.get(HUB, {"export": "pdf"}))


def test_an_empty_list_is_a_file_all_the_same(as_manager, db):
    for address in (HUB, OVERDUE):
        assert sheet(as_manager.get(address, {"export": "xlsx"})) == []
        assert "Nothing to show." in pdf_text(as_manager.get(address, {"export": "pdf"}))


def test_the_overdue_list_leaves_with_the_people_to_call(as_manager, orders):
    (row,) = sheet(as_manager.get(OVERDUE, {"export": "xlsx"}))
    assert {header: cell.value for header, cell in row.items()} == {
        "Order No.": "1001",
        "Business Days Late": 5,
        "Due Date": datetime(2026, 6, 3),
        "Needed By": None,
        "Promise": None,
        "Status": "Images selected",
        "Late Reason": None,
        "Reason": "@SUM(A1) is not paper",
        "User": "Unassigned",
        "Department": "Retouching",
        "Client": "Anna <3 & Bob <b>",
        "Client Phone": "555 0142",
        "Mobile Phone": None,
        "Vendor": "Northlight Lab",
        "Lab Contact": "Iris Kim",
        "Lab Phone": "555 0199",
    }
    assert "1001" in pdf_text(as_manager.get(OVERDUE, {"export": "pdf", "late": "3-5"}))


def test_the_page_links_to_its_own_exports(as_staff, orders):
    page = as_staff.get(HUB, {"late": "any", "page": 1}).content.decode()
    assert 'href="?late=any&amp;export=xlsx"' in page
    assert 'href="?late=any&amp;export=pdf"' in page


def test_a_view_of_overdue_orders_is_for_managers_also_as_a_file(as_staff, orders):
    assert as_staff.get(OVERDUE, {"export": "xlsx"}).status_code == 403
