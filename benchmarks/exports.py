"""What our Excel and PDF files cost, against the same file written with the library's own calls and nothing else.

    python benchmarks/exports.py [--full] [--rounds 3]

First our writers of files, with rows that lie in memory: both sides write the same values in turn.  Ours do more: text is
kept from being a formula or markup, columns are fitted, scripts are shaped.  Then the whole list of orders of a studio, as
the worker writes it from the database, against openpyxl fed from memory with what came out; and how much memory the worker
takes, against a list of 1,000.  --full: 100,000 rows of Excel and 10,000 of PDF; else a tenth and a fifth.
"""

import sys
import tempfile
import time
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from subprocess import PIPE, run

import copied_studio
import measuring

WHOLE_LIST = "/orders/?state=all&export=xlsx"
A_THOUSAND = WHOLE_LIST + "&q=S-1000"  # 999
COLUMNS = [
    "Order No.",
    "Client",
    "Session",
    "Status",
    "Due Date",
    "Business Days Late",
    "User",
    "Department",
    "Vendor",
]
NAMES = ["Saoirse Quigley", "Łukasz Żółć", "Ελένη Παπαδοπούλου", "Алексей Щёголев", "Kofi Castellanos"]
WIDTHS = [45, 110, 60, 80, 90, 50, 80, 80, 100]


def orders(count):
    day = date(2026, 3, 3)
    return [
        [
            str(1000 + n),
            f"{NAMES[n % len(NAMES)]} {n}",
            f"S-{n}",
            "Sent to lab",
            day + timedelta(days=n % 90),
            n % 30 or None,
            "Sam Okafor",
            "Production",
            "Northlight Lab",
        ]
        for n in range(count)
    ]


def our_xlsx(rows):
    from studio.exports.xlsx import write_xlsx

    return write_xlsx(title="Orders", columns=COLUMNS, rows=rows)


def plain_xlsx(rows):
    from openpyxl import Workbook

    book, out = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def our_pdf(rows):
    from studio.paper.pdf import write_pdf_table

    return write_pdf_table(title="Orders", columns=COLUMNS, rows=rows, studio_name="Lumen & Sons")


def plain_pdf(rows):
    """Draw each cell at a fixed place: no header repeated, nothing measured, nothing broken."""
    from reportlab.pdfgen.canvas import Canvas

    from studio.paper.fonts import main_font

    font, out = main_font(False).fontName, BytesIO()
    canvas = Canvas(out, pagesize=(842, 595), pageCompression=1)
    for at in range(0, len(rows), 40):
        canvas.setFont(font, 8)
        for line, row in enumerate(rows[at : at + 40]):
            x = 38
            for value, width in zip(row, WIDTHS, strict=True):
                canvas.drawString(x, 550 - 13 * line, str(value or ""))
                x += width
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class Work:
    """A list to be written: what the program that writes it has of the row that asked for it."""

    def __init__(self, path):
        from studio.models import User

        self.asked, self.by = {"path": path}, User.objects.get(username="user0")


def written(path) -> bytes:
    """Return the list of orders at this address, as manage.py write_long_files writes it."""
    from studio.long_work import files

    files.Told.counting = lambda told, drawn: iter(drawn)  # nobody looks how far it is
    return files._content(Work(path))


def megabytes_of(path) -> float:
    """Return how much memory a program took at most that writes nothing but this list."""
    done = run([sys.executable, __file__, "--write", path], stdout=PIPE, check=True, text=True)
    return float(done.stdout.splitlines()[-1])


def write_only(path):
    copied_studio.start_django("")
    written(path)
    print(measuring.most_megabytes(Path("/proc/self/status").read_text()))


def values_of(content) -> list:
    from openpyxl import load_workbook

    return list(load_workbook(BytesIO(content), read_only=True).active.values)


def main(count, few, rounds):
    with tempfile.TemporaryDirectory() as folder:
        copied_studio.start_django(folder)
        table = measuring.Table()
        compare_writers(table, "Excel", our_xlsx, plain_xlsx, count, rounds, 1.4)
        compare_writers(table, "PDF", our_pdf, plain_pdf, few, rounds, 2)
        copied_studio.make(count)
        values = values_of(written(WHOLE_LIST))
        rows = len(values) - 1
        assert rows >= count
        ours, plain = measuring.in_turn(
            1, lambda: written(WHOLE_LIST), lambda: plain_xlsx(values), clock=time.process_time
        )
        table.row(f"Excel, {rows:,} orders from the database, against openpyxl from memory", ours, plain, 1.4)
        memory = [megabytes_of(path) for path in (WHOLE_LIST, A_THOUSAND)]
        table.row(f"memory of Excel, {rows:,} orders, against 1,000", *memory, 1.2, measuring.megabytes)
    return table.end()


def compare_writers(table, name, ours, plain, count, rounds, at_most):
    rows = orders(count)
    ours(rows[:50]), plain(rows[:50])  # libraries and fonts are loaded once, and not counted
    taken = measuring.in_turn(rounds, lambda: ours(rows), lambda: plain(rows), clock=time.process_time)
    table.row(f"{name}, {count:,} rows from memory, against the library", *taken, at_most)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        sys.exit(write_only(sys.argv[2]))
    wanted = measuring.arguments(__doc__, rounds=3)
    sys.exit(main(*((100_000, 10_000) if wanted.full else (10_000, 2_000)), wanted.rounds))
