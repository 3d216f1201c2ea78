"""Rows of an .xlsx file, one after the other: only the values that Excel stored, and never a formula's own words."""

import warnings
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from preproduction.moving_in.importing.reading import archive
from preproduction.moving_in.importing.reading.limits import MOST_CHARACTERS, MOST_SHEETS, Refused
from preproduction.moving_in.importing.reading.texts import Texts

NO_VALUE = (
    "A formula without a stored value. Open the file in Excel and save it, or put the value in its place."
)
TOO_LONG = f"More than {MOST_CHARACTERS:,} characters in one cell."
STRICT = (
    "This workbook is saved as Strict Open XML, which other programs hardly read. "
    "Save it as “Excel Workbook (.xlsx)”, without “Strict”."
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAST_ROW = 1_048_576
ONLY_CHARTS = "There is no sheet with rows in this workbook."


def sheets(path: Path) -> Iterator[tuple[str, Iterator[tuple[int, list]]]]:
    """Yield the title of each sheet, and its rows: number and cells.  Raises Refused."""
    archive.check(path)
    warnings.simplefilter("ignore")  # about styles and extensions, which nobody asks for
    try:
        # Opened here, because openpyxl goes by the end of a name.
        reader = _reader()(path.open("rb"), read_only=True, data_only=True, keep_links=False)
        reader.folder = path.parent
        reader.read()
        book = reader.wb
    except MemoryError:
        raise
    except Exception:
        # Whatever openpyxl stumbles over in a damaged file: KeyError, ValueError, TypeError, ParseError, ...
        raise Refused(archive.NO_WORKBOOK) from None
    if not book.worksheets:
        raise Refused(ONLY_CHARTS)
    if len(book.worksheets) > MOST_SHEETS:
        raise Refused(f"This workbook has {len(book.worksheets)} sheets; at most {MOST_SHEETS} are read.")
    for sheet in book.worksheets:
        yield str(sheet.title), _rows(book, sheet)


def _rows(book: Any, sheet: Any) -> Iterator[tuple[int, list]]:
    try:
        # Not sheet.rows: it makes up every empty row before one that stands at the far end of a sheet.
        with sheet._get_source() as source:
            parser = _parser()(
                source,
                sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for number, found in parser.rows():
                if not 1 <= number <= LAST_ROW:
                    raise Refused(archive.NO_WORKBOOK)
                yield number, _in_places(found)
    except (MemoryError, Refused):
        raise
    except Exception:
        raise Refused(archive.NO_WORKBOOK) from None


def _in_places(found: list[dict]) -> list:
    cells: list = []
    for cell in found:
        if cell["value"] is None:
            continue
        place = cell["column"]
        # A cell far to the right is told of by its column, and not by a list as long.
        cells += [None] * min(place - len(cells), 1000)
        cells[min(place, len(cells)) - 1] = _plain(cell)
    return cells


def _plain(cell: dict) -> object:
    value = cell["value"]
    if cell["data_type"] == "e":
        return {"fault": f"Excel shows an error here: {value}."}
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, float) and not isfinite(value):
        return {"fault": "This number is too large to be read."}
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return {"fault": TOO_LONG}
    if isinstance(value, str | int | float | bool | dict):
        return value
    return str(value)  # a time of the day, a duration


def _check_root(tag: str) -> None:
    if tag != f"{{{MAIN}}}worksheet":
        raise Refused(STRICT if tag.startswith("{http://purl.oclc.org/ooxml/") else archive.NO_WORKBOOK)


@cache
def _reader() -> type:
    from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader

    class Reader(ExcelReader):
        """Leaves the texts of a workbook in a file."""

        def read_strings(self):
            found = self.package.find(SHARED_STRINGS)
            self.shared_strings = Texts(self.folder)
            if found is not None:
                with self.archive.open(found.PartName[1:]) as source:
                    self.shared_strings.read(source)

    return Reader


@cache
def _parser() -> type:
    from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
    from openpyxl.xml.functions import iterparse

    class Parser(WorkSheetParser):
        """Reads the cells alone, and tells a formula that has no stored value from an empty cell."""

        def rows(self):
            """Yield number and cells of each row.  None is kept; openpyxl's own parse() keeps a little of each."""
            data = None
            for event, element in iterparse(self.source, events=("start", "end")):
                if data is None:
                    _check_root(element.tag)
                if event == "start" and (data is None or element.tag == DATA_TAG):
                    data = element
                elif event == "end" and element.tag == ROW_TAG:
                    row = self.parse_row(element)
                    data.clear()
                    self.row_dimensions.clear()
                    yield row
                elif event == "end" and element.tag == DATA_TAG:
                    return

        def parse_cell(self, element):
            cell = super().parse_cell(element)
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                cell["value"] = {"fault": NO_VALUE}
            return cell

    return Parser
