"""Print and Export to Excel hold what the screen shows."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from preproduction.models import Status
from preproduction.tables.status import StatusTable

pytestmark = pytest.mark.django_db

LIST = "/maintenance/preproduction-statuses/"
HEADER = (
    "Description",
    "Default Department",
    "Default User",
    "Default Duration",
    "Initial Status",
    "Final Status",
    "Inactive",
    "Open Orders",
)


def sheet_rows(response):
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def test_excel_has_the_columns_and_rows_of_the_screen(as_administrator, order):
    response = as_administrator.get(LIST, {"export": "xlsx"})
    assert response["Content-Disposition"].startswith("attachment")
    assert sheet_rows(response) == [
        HEADER,
        ("Images selected", "Retouching", None, 2, "Yes", "No", "No", 1),
        ("Sent to lab", "Shipping", None, 5, "No", "No", "No", 0),
        ("On the shelf", None, None, 1, "No", "No", "Yes", 0),
        ("Proofs received", "Retouching", "Sam Okafor", 3, "No", "No", "No", 0),
        ("Delivered", None, None, None, "No", "Yes", "No", 0),
    ]
    table = as_administrator.get(LIST).context["table"]
    assert tuple(column.header for column in table.columns) == HEADER


def test_hidden_rows_stay_out_of_the_files(as_administrator, statuses):
    rows = sheet_rows(as_administrator.get(LIST, {"export": "xlsx", "hide_inactive": "on"}))
    assert [row[0] for row in rows] == [
        "Description",
        "Images selected",
        "Sent to lab",
        "Proofs received",
        "Delivered",
    ]


def test_description_is_never_a_formula(as_administrator, statuses):
    Status.objects.filter(description="Sent to lab").update(description='=HYPERLINK("http://x")')
    sheet = load_workbook(BytesIO(as_administrator.get(LIST, {"export": "xlsx"}).content)).worksheets[0]
    assert (sheet["A3"].data_type, sheet["A3"].value) == ("s", '=HYPERLINK("http://x")')


def test_pdf_is_shown_in_the_browser(as_administrator, statuses, preferences):
    response = as_administrator.get(LIST, {"export": "pdf"})
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert response.content.startswith(b"%PDF")


def test_empty_list_can_be_exported(as_administrator):
    assert sheet_rows(as_administrator.get(LIST, {"export": "xlsx"})) == [HEADER]
    assert as_administrator.get(LIST, {"export": "pdf"}).content.startswith(b"%PDF")


def test_long_and_marked_up_descriptions_print(as_administrator, statuses):
    Status.objects.filter(description="Sent to lab").update(description="Anna <3 & Bob <b> " + "W" * 42)
    Status.objects.filter(description="Delivered").update(description="Доставлено 已交付 تم التسليم")
    assert as_administrator.get(LIST, {"export": "pdf"}).status_code == 200


def test_every_column_of_the_table_has_a_value(order):
    table = StatusTable(Status.objects.with_open_orders())
    rows = list(table.as_values())
    assert rows[0] == list(HEADER)
    assert all(len(row) == len(HEADER) for row in rows)
