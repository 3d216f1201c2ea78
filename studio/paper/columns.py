"""What a column holds, and its rows as plain values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice

from studio.paper.values import DATE, DATETIME, DECIMAL, INT, KINDS, TEXT, Plain, clean_text, plain_value

# Read ahead, so that kinds and widths are known before the first row is written.
SAMPLE_ROWS = 1000


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


def settle(
    columns: Sequence[Column | str], rows: Iterable[Sequence[object]]
) -> tuple[list[Column], list[list[Plain]], Iterator[list[Plain]]]:
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


def _kind_of(values: Iterable[object]) -> str:
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
