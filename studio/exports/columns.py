"""The columns and rows of a table on a page, as any kind of file writes them."""

import html
from collections.abc import Callable, Iterable, Iterator
from inspect import signature
from typing import Any

from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django_tables2 import Table
from django_tables2.columns import BooleanColumn, BoundColumn, DateColumn, DateTimeColumn, TemplateColumn
from django_tables2.rows import BoundRow, BoundRows

from studio.paper.columns import Column
from studio.paper.values import clean_text

READ_AT_ONCE = 200  # whoever writes to SQLite waits as long as it takes to read so many


def read_table(
    table: Table, counting: Callable[[Iterable[BoundRow]], Iterable[BoundRow]] = iter
) -> tuple[list[Column], Iterator[list[object]]]:
    """Return the columns and rows of a django-tables2 table, as it shows them.

    counting: is given all rows and yields them, so that it sees how many have been read.

    All rows, not only the page.  Columns that are hidden or have
    `exclude_from_export` stay out.  Cells come from `value_<column>` where the
    table has it.  Dates, moments and yes/no come from the record itself, because
    tables2 would write them as text.
    """
    shown = [column for column in table.columns if not column.column.exclude_from_export]
    columns = [Column(clean_text(column.header)) for column in shown]
    cells = [_reader(table, column) for column in shown]
    return columns, ([read(row) for read in cells] for row in counting(_rows(table)))


def count_rows(table: Table) -> int:
    """Return how many rows `table` has.  One query; to tables2 the length of a queryset is that of all it reads."""
    data = table.data.data
    return data.order_by().count() if isinstance(data, QuerySet) else len(table.rows)


def _rows(table: Table) -> Iterator[BoundRow]:
    """Yield all rows of `table`, READ_AT_ONCE of them in a query by their keys, which are read first.

    Whoever writes to SQLite waits for a query until its last row is read, and a long list's would be a long one.  A row
    that has left the list meanwhile is left out.
    """
    data = table.data.data
    if not (isinstance(data, QuerySet) and issubclass(data._iterable_class, ModelIterable)):
        yield from table.rows
        return
    keys = list(data.values_list("pk", flat=True))
    unsorted = data.order_by()
    for start in range(0, len(keys), READ_AT_ONCE):
        chunk = keys[start : start + READ_AT_ONCE]
        found = unsorted.in_bulk(chunk)
        yield from BoundRows([found[key] for key in chunk if key in found], table)


def _reader(table: Table, column: BoundColumn) -> Callable[[Any], object]:
    """Return the function that reads the cell of `column` from a row.

    tables2 looks at the signature of `value_<column>` for every cell, which made a long export take twice as long;
    here it is looked at once.
    """
    own = getattr(table, f"value_{column.name}", None)
    wanted = set(signature(own).parameters) if own else set()
    if not own or not wanted <= {"record", "value"}:
        return lambda row: _cell(table, row, column)
    empty_values = column.column.empty_values

    def read(row: Any) -> object:
        value = column.accessor.resolve(row.record, quiet=True)
        if value in empty_values:
            return None
        return own(**{name: row.record if name == "record" else value for name in wanted})

    return read


def _cell(table: Table, row: Any, column: BoundColumn) -> object:
    own = hasattr(table, f"value_{column.name}")
    if not own and isinstance(column.column, BooleanColumn | DateColumn | DateTimeColumn):
        return column.accessor.resolve(row.record, quiet=True)
    value = row.get_cell_value(column.name)
    if not own and isinstance(column.column, TemplateColumn) and isinstance(value, str):
        return html.unescape(value)  # tables2 took the tags away, and left "&amp;"
    return value
