"""What our Excel and PDF files cost, against the same file written with the library's own calls and nothing else.

    python benchmarks/exports.py [rows, 10000 if not said]

Both sides write the same values in the same run, alternating, the best of three; the ratio is what counts, for it holds
on other machines.  Ours do more: text is kept from being a formula or markup, columns are fitted, scripts are shaped.
Ends with 1 if a file takes more than MOST times as long as by hand, or if a row costs more in a longer list.
"""

import gc
import os
import sys
import time
import tracemalloc
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")

ROUNDS = 3
MOST = {"Excel": 1.4, "PDF": 2}
MOST_GROWTH = 1.5
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


def seconds(function, rows):
    gc.collect()
    start = time.process_time()  # of this program alone, so that a busy machine matters less
    function(rows)
    return time.process_time() - start


def peak_megabytes(function, rows):
    tracemalloc.start()
    function(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def main():
    import django

    django.setup()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rows, few = orders(count), orders(count // 4)
    print(f"{count:,} rows of {len(COLUMNS)} columns\n")
    print(
        "| file | ours | by hand | ratio | a row's cost at four times the rows | ours, most of Python's memory |"
    )
    print("|---|---|---|---|---|---|")
    is_good = True
    for name, ours, plain in (("Excel", our_xlsx, plain_xlsx), ("PDF", our_pdf, plain_pdf)):
        ours(few[:50]), plain(few[:50])  # libraries and fonts are loaded once, and not counted
        times = [(seconds(ours, rows), seconds(plain, rows), seconds(ours, few)) for _ in range(ROUNDS)]
        mine, theirs, mine_few = (min(column) for column in zip(*times, strict=True))
        growth = mine / count / (mine_few / len(few))
        is_good = is_good and mine / theirs <= MOST[name] and growth <= MOST_GROWTH
        memory = peak_megabytes(ours, rows)
        print(
            f"| {name} | {mine:.2f} s | {theirs:.2f} s | {mine / theirs:.2f} | {growth:.2f} | {memory:.0f} MB |"
        )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
