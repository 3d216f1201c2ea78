"""The Excel files of the pages as another program reads them: LibreOffice.

What our own reader says of our own files proves little.  A file with real formulas goes along, to show that the test
would see one.
"""

import os
import shutil
import subprocess
from datetime import date
from io import BytesIO

import pytest
from lxml import etree
from openpyxl import Workbook

from preproduction.models import Order, Status
from studio.models import Client, Department, Vendor

HYPERLINK = '=HYPERLINK("http://example.com","Jo")'
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

ORDERED, DUE = date(2020, 3, 2), date(2020, 3, 4)


@pytest.fixture
def convert(tmp_path):
    """Return a function that has LibreOffice rewrite workbooks, given by name, as XML."""
    soffice = shutil.which("soffice")
    if soffice is None:
        sentence = (
            "LibreOffice is not installed (Debian and Ubuntu: sudo apt install libreoffice-calc-nogui)."
        )
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)

    def converted(**workbooks):
        for name, content in workbooks.items():
            (tmp_path / f"{name}.xlsx").write_bytes(content)
        profile = (tmp_path / "profile").as_uri()
        command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "fods"]
        files = [f"{name}.xlsx" for name in workbooks]
        subprocess.run([*command, *files], cwd=tmp_path, check=True, capture_output=True, timeout=120)
        return {name: etree.fromstring((tmp_path / f"{name}.fods").read_bytes()) for name in workbooks}

    return converted


def rows_of(document):
    """Return the rows of a sheet, each as its cells by header."""
    rows = [cells for row in document.iter(f"{TABLE}table-row") if (cells := _cells(row))]
    headers = [text_of(cell) for cell in rows[0]]
    return [dict(zip(headers, cells, strict=False)) for cells in rows[1:]]


def _cells(row):
    """Return the cells up to the last that holds something; equal neighbours are stored as one."""
    cells = []
    for cell in row.iter(f"{TABLE}table-cell"):
        repeated = int(cell.get(f"{TABLE}number-columns-repeated", 1))
        cells += [cell] * min(repeated, 100)
    while cells and not kind_of(cells[-1]):
        cells.pop()
    return cells


def kind_of(cell):
    return cell.get(f"{OFFICE}value-type")


def text_of(cell):
    return "\n".join("".join(line.itertext()) for line in cell.iter(f"{TEXT}p"))


def formulas_in(document):
    return [cell.get(f"{TABLE}formula") for cell in document.iter() if cell.get(f"{TABLE}formula")]


def plain_workbook():
    """A workbook as it would be with text written the plain way."""
    book, out = Workbook(), BytesIO()
    book.active.append(["Client", "Sum"])
    book.active.append([HYPERLINK, "=1+1"])
    book.save(out)
    return out.getvalue()


def test_libreoffice_finds_real_dates_real_numbers_and_no_formula(
    convert, as_administrator, preferences, make_order, vendor
):
    Client.objects.update(name=HYPERLINK)
    Vendor.objects.update(name="@SUM(1+1)*cmd|' /C calc'!A0")
    Department.objects.filter(name="Retouching").update(name="-2+3")
    order = make_order(vendor=Vendor.objects.get(), order_date=ORDERED)
    Order.objects.update(status_due_date=DUE)
    Status.objects.filter(position=2).update(description="=1+1", default_duration=7)

    documents = convert(
        orders=as_administrator.get("/orders/?export=xlsx").content,
        statuses=as_administrator.get("/maintenance/preproduction-statuses/?export=xlsx").content,
        plain=plain_workbook(),
    )

    assert len(formulas_in(documents["plain"])) == 2  # so a formula would be seen
    assert formulas_in(documents["orders"]) == []
    assert formulas_in(documents["statuses"]) == []

    (row,) = rows_of(documents["orders"])
    for header, text in {
        "Order No.": order.number,
        "Client": HYPERLINK,
        "Vendor": "@SUM(1+1)*cmd|' /C calc'!A0",
        "Department": "-2+3",
        "Status": "Images selected",
    }.items():
        assert (kind_of(row[header]), text_of(row[header])) == ("string", text), header
    for header, day in {"Due Date": DUE, "Order Date": ORDERED}.items():
        assert kind_of(row[header]) == "date", header
        assert row[header].get(f"{OFFICE}date-value") == day.isoformat()
    assert text_of(row["Due Date"]) == "Wed 4 Mar 2020"
    assert kind_of(row["Business Days Late"]) == "float"
    assert float(row["Business Days Late"].get(f"{OFFICE}value")) > 20

    row = rows_of(documents["statuses"])[1]
    assert (kind_of(row["Description"]), text_of(row["Description"])) == ("string", "=1+1")
    assert (kind_of(row["Default Duration"]), row["Default Duration"].get(f"{OFFICE}value")) == ("float", "7")
