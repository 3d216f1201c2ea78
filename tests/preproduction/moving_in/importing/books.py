"""Makes the workbooks and text files that studios have: Spectra's words, and dirt that is known."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl import Workbook

SPECTRA_CLIENTS = [
    "Client #",
    "Last Name",
    "First Name",
    "Home Phone",
    "Cell Phone",
    "E-Mail",
    "Address",
    "City",
    "State",
    "Zip",
]
SPECTRA_SESSIONS = [
    "Session #",
    "Client #",
    "Client Name",
    "Session Date",
    "Session Type",
    "Photographer",
    "Notes",
]
SPECTRA_VENDORS = ["Vendor Name", "Account Number", "Contact", "Phone", "E-Mail"]


def workbook(**sheets: Iterable[Sequence]) -> bytes:
    """Return an .xlsx of the given rows, by the titles of its sheets."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


INLINE = re.compile(rb't="inlineStr"><is>(<t[^>]*>.*?</t>|<t */>)</is>', re.DOTALL)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OF_TEXTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def with_shared_texts(content: bytes) -> bytes:
    """Return a workbook as Excel itself saves it: each text once, in a member of its own."""
    places: dict[bytes, int] = {}

    def named(found: re.Match) -> bytes:
        return b't="s"><v>%d</v>' % places.setdefault(found[1], len(places))

    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            member = old.read(name)
            if name.startswith("xl/worksheets/"):
                member = INLINE.sub(named, member)
            elif name == "[Content_Types].xml":
                override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{OF_TEXTS}"/></Types>'
                member = member.replace(b"</Types>", override.encode())
            new.writestr(name, member)
        texts = b"".join(b"<si>%b</si>" % text for text in places)
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">'.encode() + texts + b"</sst>")
    return target.getvalue()


def clients(count: int, *, first: int = 1) -> list[list]:
    return [
        [
            10000 + n,
            f"Whitfield{n}",
            "Anna",
            f"732 555 {n:04}",
            "",
            f"anna{n}@example.com",
            f"{n} Mill Lane",
            "Red Bank",
            "NJ",
            "07701",
        ]
        for n in range(first, first + count)
    ]


def sessions(count: int) -> list[list]:
    return [
        [
            f"S-{n:05}",
            10000 + n,
            "",
            date(2026, 1 + n % 12, 1 + n % 28),
            ("Wedding", "School")[n % 2],
            "Mia Lindqvist",
            "",
        ]
        for n in range(1, count + 1)
    ]


SPECTRA_ORDERS = [
    "Order #",
    "Session #",
    "Lab",
    "Order Date",
    "Current Status",
    "Status Date",
    "Due Date",
    "Assigned To",
]


def orders(count: int) -> list[list]:
    """Return orders that are all still open, one in three overdue on 10 June 2026."""
    return [
        [
            f"P-{n:04}",
            f"S-{n:05}",
            "Northlight Lab",
            date(2026, 5, 20),
            "Sent to lab",
            date(2026, 5, 28),
            (date(2026, 6, 9), date(2026, 6, 10), "")[n % 3],
            ("Sam Okafor", "Ansel Adams")[n % 2],
        ]
        for n in range(1, count + 1)
    ]


STATUS_NOTES = [
    "Order No.",
    "From",
    "To",
    "Date Completed",
    "Due Date",
    "Department",
    "User",
    "Entered By",
    "Note",
]


def notes(count: int) -> list[list]:
    """Return the past of the orders above: through the lab's waiting list, which nobody here has, to the lab."""
    return [
        [f"P-{n:04}", *row]
        for n in range(1, count + 1)
        for row in (
            ["", "Images selected", date(2026, 5, 20), "", "", "", "Sam Okafor", ""],
            ["Images selected", "Waiting list", date(2026, 5, 22), date(2026, 5, 21), "Old dept", "Ansel Adams", "Eve", "Full"],
            ["Waiting list", "Sent to lab", date(2026, 5, 28), "", "", "Sam Okafor", "Sam Okafor", ""],
        )
    ]  # fmt: skip


def studio(count: int, *, with_orders: int = 0) -> bytes:
    """Return a workbook of vendors, clients, their sessions, and orders of the first of these."""
    return workbook(
        Clients=[SPECTRA_CLIENTS, *clients(count)],
        Sessions=[SPECTRA_SESSIONS, *sessions(count)],
        **({"Preproduction Orders": [SPECTRA_ORDERS, *orders(with_orders)]} if with_orders else {}),
        Vendors=[SPECTRA_VENDORS, ["Northlight Lab", "LS-2291", "Iris Kim", "555 0199", "lab@example.com"]],
    )
