"""What a column holds, and its rows as values that any kind of file can write.

Excel and PDF agree on the content of a list because both read it from here.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from inspect import signature
from itertools import chain, islice

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django_tables2.columns import BooleanColumn, DateColumn, DateTimeColumn, TemplateColumn

TEXT, DATE, DATETIME, INT, DECIMAL, MONEY = KINDS = ("text", "date", "datetime", "int", "decimal", "money")
NUMBERS = {INT, DECIMAL, MONEY}

# Read ahead, so that kinds and widths are known before the first row is written.
SAMPLE_ROWS = 1000

# Not allowed in XML 1.0 or not text at all: controls, half surrogate pairs and
# the two non-characters.  Tab and line ends are text.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    """One column of an exported list.

    kind:  one of KINDS; None takes it from the values.
    width: in characters, a hint; None takes it from the values.
    """

    header: str
    kind: str | None = None
    width: float | None = None

    def __post_init__(self) -> None:
        if self.kind is not None and self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is not a kind of column: {', '.join(KINDS)}.")


def clean_text(value: object) -> str:
    """Return `value` as text that every file format can hold.

    Line ends become "\\n".  Safe HTML, which a table made for the page, loses
    its tags; a plain string keeps every character that can be kept.
    """
    text = str(value)
    if isinstance(value, SafeString):
        text = html.unescape(strip_tags(text)).strip()
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain_value(value: object) -> str | int | float | Decimal | date | datetime | None:
    """Return `value` as what a cell holds.

    Moments become the studio's wall clock without a zone, for neither Excel nor
    paper has zones.  Yes and No are words.  What is no number (NaN) is empty.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, float | Decimal):
        return value if Decimal(value).is_finite() else None
    if isinstance(value, int | date):
        return value
    return clean_text(value)


def settle(
    columns: Sequence[Column | str], rows: Iterable[Sequence]
) -> tuple[list[Column], list[list], Iterator[list]]:
    """Return columns with their kinds, a sample of the rows, and all of the rows.

    columns: descriptions, or just headers.
    rows:    one sequence per row, a cell per column.  Read once, and not at
             once: the sample is the first SAMPLE_ROWS.
    """
    plain = ([plain_value(value) for value in row] for row in rows)
    sample = list(islice(plain, SAMPLE_ROWS))
    settled = []
    for index, column in enumerate(columns):
        column = Column(clean_text(column)) if not isinstance(column, Column) else column
        kind = column.kind or _kind_of(row[index] for row in sample)
        settled.append(replace(column, header=clean_text(column.header), kind=kind))
    return settled, sample, chain(sample, plain)


def _kind_of(values: Iterable) -> str:
    """Return the kind that all values have; text if they differ or are none."""
    kinds = {_kind_of_one(value) for value in values if value is not None}
    if kinds == {INT, DECIMAL}:
        return DECIMAL
    return kinds.pop() if len(kinds) == 1 else TEXT


def _kind_of_one(value: object) -> str:
    if isinstance(value, datetime):
        return DATETIME
    if isinstance(value, date):
        return DATE
    if isinstance(value, int):
        return INT
    return DECIMAL if isinstance(value, float | Decimal) else TEXT


def read_table(table) -> tuple[list[Column], Iterator[list]]:
    """Return the columns and rows of a django-tables2 table, as it shows them.

    All rows, not only the page.  Columns that are hidden or have
    `exclude_from_export` stay out.  Cells come from `value_<column>` where the
    table has it.  Dates, moments and yes/no come from the record itself, because
    tables2 would write them as text.
    """
    shown = [column for column in table.columns if not column.column.exclude_from_export]
    columns = [Column(clean_text(column.header)) for column in shown]
    cells = [_reader(table, column) for column in shown]
    return columns, ([read(row) for read in cells] for row in table.rows)


def _reader(table, column) -> Callable:
    """Return the function that reads the cell of `column` from a row.

    tables2 looks at the signature of `value_<column>` for every cell, which made a long export take twice as long;
    here it is looked at once.
    """
    own = getattr(table, f"value_{column.name}", None)
    wanted = set(signature(own).parameters) if own else set()
    if not own or not wanted <= {"record", "value"}:
        return lambda row: _cell(table, row, column)
    empty_values = column.column.empty_values

    def read(row):
        value = column.accessor.resolve(row.record, quiet=True)
        if value in empty_values:
            return None
        return own(**{name: row.record if name == "record" else value for name in wanted})

    return read


def _cell(table, row, column):
    own = hasattr(table, f"value_{column.name}")
    if not own and isinstance(column.column, BooleanColumn | DateColumn | DateTimeColumn):
        return column.accessor.resolve(row.record, quiet=True)
    value = row.get_cell_value(column.name)
    if not own and isinstance(column.column, TemplateColumn) and isinstance(value, str):
        return html.unescape(value)  # tables2 took the tags away, and left "&amp;"
    return value
