"""Excel files.  The one module that makes cells.

User text is always written as a string, never as a formula: openpyxl would take
a client called "=HYPERLINK(...)" for one.  Dates and numbers are real ones.
Rows are streamed (write-only mode): 100,000 of them take about 45 MiB.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

from django_tables2 import Table

from studio import dates
from studio.exports.columns import read_table
from studio.paper.columns import Column, settle
from studio.paper.values import DATE, DATETIME, DECIMAL, INT, MONEY, NUMBERS, TEXT, Plain, clean_text

NUMBER_FORMATS = {
    INT: "0",
    DECIMAL: "#,##0.00",
    MONEY: "#,##0.00",
    TEXT: "General",
}
KIND_WIDTHS = {DATE: 17, DATETIME: 23}  # what the longest way to write a day needs
MIN_WIDTH, MAX_WIDTH = 8, 60  # characters
WIDEST_UPRIGHT = 90  # characters that stand side by side on a sheet before it is laid
PAPER_SIZES = {"letter": 1, "a4": 9}  # ECMA-376, 18.3.1.63
FILTER_ARROW = 3  # characters that the filter's button covers in the header

MAX_CELL_TEXT = 32_767  # Excel's limit, counted in UTF-16 units
MAX_SHEET_TITLE = 31
MAX_EXACT_INT = 10**15  # Excel keeps 15 digits and makes zeros of the rest
FIRST_EXCEL_DAY = date(1900, 3, 1)  # before it Excel counts a 29 February 1900, or nothing at all

# Excel would run these if a person edited the cell and pressed Enter.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")
# Of these openpyxl would make formulas, and errors such as #N/A.
_NOT_TEXT_ALONE = (*_FORMULA_STARTS, "#")


def write_xlsx(
    *,
    title: str,
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[object]],
    sheet_title: str | None = None,
    paper: str = "a4",
) -> bytes:
    """Return a workbook of one sheet: a frozen header, a filter, then the rows.

    title:   property of the file; also names the sheet, unless `sheet_title` does.
    columns: a Column or just its header.
    rows:    one sequence per row, cells as str, int, Decimal, date, datetime,
             bool or None; anything else is written as its str().
    paper:   "a4" or "letter", for who prints the sheet.
    """
    return write_book(title=title, sheets=[SheetRows(sheet_title or title, columns, rows)], paper=paper)


class SheetRows(NamedTuple):
    """One sheet of a workbook; as write_xlsx has them."""

    title: str
    columns: Sequence[Column | str]
    rows: Iterable[Sequence[object]]


def write_book(*, title: str, sheets: Iterable[SheetRows], paper: str = "a4") -> bytes:
    """Return a workbook of several sheets, one at least, whose titles differ; each as write_xlsx has it."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title = clean_text(title)
    book.properties.creator = ""
    for each in sheets:
        _write_sheet(book.create_sheet(safe_sheet_title(each.title)), each, paper)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write_sheet(sheet: Any, content: SheetRows, paper: str) -> None:
    settled, sample, values = settle(content.columns, content.rows)
    _set_widths(sheet, settled, sample)
    _set_up_print(sheet, paper)
    sheet.append([_header_cell(sheet, column) for column in settled])
    styles: dict[str, Any] = {}
    count = 0
    for row in values:
        sheet.append(
            [_cell(sheet, value, column.kind, styles) for value, column in zip(row, settled, strict=True)]
        )
        count += 1
    sheet.auto_filter.ref = f"A1:{_letter(len(settled))}{count + 1}"


def table_to_xlsx(table: Table, *, title: str, paper: str = "a4", counting: Any = iter) -> bytes:
    """Return a django-tables2 table as a workbook: its columns, all its rows.  counting: as read_table has it."""
    columns, rows = read_table(table, counting)
    return write_xlsx(title=title, columns=columns, rows=rows, paper=paper)


def safe_sheet_title(title: str) -> str:
    """Return `title` as Excel lets a sheet be called; "Sheet" if nothing is left."""
    title = re.sub(r"\s+", " ", re.sub(r"[\[\]:*?/\\]", " ", clean_text(title))).strip()
    # An apostrophe at either end and the name History are refused by Excel.
    title = _cut(title, MAX_SHEET_TITLE).strip("' ")
    return "Sheet" if not title or title.lower() == "history" else title


def _set_widths(sheet: Any, columns: list[Column], sample: list[list[Plain]]) -> None:
    """Set what write-only mode must know before the first row."""
    sheet.freeze_panes = "A2"
    for index, column in enumerate(columns):
        values = [row[index] for row in sample]
        sheet.column_dimensions[_letter(index + 1)].width = _width(column, values)


def _set_up_print(sheet: Any, paper: str) -> None:
    """Fit the columns, whose widths are set, on one sheet of the studio's paper, however many rows follow."""
    width = sum(dimension.width for dimension in sheet.column_dimensions.values())
    sheet.page_setup.paperSize = PAPER_SIZES[paper]
    sheet.page_setup.orientation = "landscape" if width > WIDEST_UPRIGHT else "portrait"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0  # as many sheets as it takes
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.right.text = "Page &P of &N"


def _width(column: Column, values: list[Plain]) -> float:
    if column.width:
        return column.width
    lengths = [len(column.header) + FILTER_ARROW, KIND_WIDTHS.get(column.kind or TEXT, MIN_WIDTH)]
    if column.kind not in KIND_WIDTHS:
        lengths += [len(line) for value in values if value is not None for line in str(value).split("\n")]
    if column.kind in NUMBERS:
        lengths[1:] = [length + 4 for length in lengths[1:]]  # room for separators and cents
    return min(max(lengths) + 1, MAX_WIDTH)


def _header_cell(sheet: Any, column: Column) -> Any:
    from openpyxl.styles import Font

    cell = _text_cell(sheet, column.header)
    cell.font = Font(bold=True)
    cell.alignment = _alignment(horizontal="right" if column.kind in NUMBERS else "left")
    return cell


def _cell(sheet: Any, value: Plain, kind: str | None, styles: dict[str, Any]) -> Any:
    """Make the cell of one value, as settle() gives them.

    styles: of this sheet's cells, by their kinds; openpyxl takes longer to find one again than to write the cell.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value if _is_plain_text(value) else _text_cell(sheet, value)
    # Not for each text: in a long list that is felt.
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils.datetime import to_excel

    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        if day < FIRST_EXCEL_DAY:
            return _text_cell(
                sheet, value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
            )
        kind = DATETIME if isinstance(value, datetime) else DATE
    elif not -MAX_EXACT_INT < value < MAX_EXACT_INT:
        return _text_cell(sheet, str(value))
    elif kind not in NUMBERS:
        kind = TEXT
    is_date = isinstance(value, date)
    cell = WriteOnlyCell(sheet, to_excel(value) if is_date else value)
    if kind not in styles:
        cell.number_format = _number_format(kind)
        if is_date:
            cell.alignment = _alignment(horizontal="left")
        styles[kind] = cell._style
    cell._style = styles[kind]
    return cell


def _number_format(kind: str) -> str:
    if kind == DATE:
        return dates.excel_format()
    return f"{dates.excel_format()} hh:mm" if kind == DATETIME else NUMBER_FORMATS[kind]


def _is_plain_text(text: str) -> bool:
    """Whether openpyxl makes of `text` by itself what _text_cell does, in less time: a string, without a style."""
    return len(text) <= MAX_WIDTH and not text.startswith(_NOT_TEXT_ALONE) and "\n" not in text


def _text_cell(sheet: Any, value: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    text = _cut(value, MAX_CELL_TEXT)
    cell = WriteOnlyCell(sheet)
    cell.value = text
    cell.data_type = "s"  # assigning the value has just made a formula of "=..."
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    if "\n" in text or len(text) > MAX_WIDTH:
        cell.alignment = _alignment(wrap_text=True)
    return cell


@cache
def _alignment(**how: Any) -> Any:
    from openpyxl.styles import Alignment

    return Alignment(**{"vertical": "top", **how})


def _cut(text: str, limit: int) -> str:
    """Cut to `limit` UTF-16 units, which is how Excel counts."""
    if len(text) * 2 <= limit:
        return text
    return text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", errors="ignore")


def _letter(index: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(max(index, 1)))
