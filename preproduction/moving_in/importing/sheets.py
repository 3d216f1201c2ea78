"""How a sheet is read: what it holds, in which columns."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from preproduction.moving_in.importing.columns import Kind, SheetKind, fold
from preproduction.moving_in.importing.kinds import CUSTOM, KINDS, with_custom

# Of the rows at the top of a sheet, one has the names of the columns.
SEARCHED_FOR_NAMES = 10
# What a workbook of refused rows has beside the columns of the sheet.
WRONG = "What is wrong"


@dataclass
class Layout:
    """How one sheet is read.  As plain values in ImportRun.sheets.

    header:    the number of the row with the names of the columns; 0 where none was found.
    columns:   {field: place of its column, from 0}
    custom:    {field: label} of the fields of the studio's own, which a sheet of orders may have columns for
    day_order: a DayOrder; "" where none is known or needed.
    asks:      whether a person has to look at it before anything is imported.
    """

    title: str
    kind: str = ""
    header: int = 0
    digest: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    day_order: str = ""
    asks: bool = False

    @property
    def sheet_kind(self) -> SheetKind | None:
        return with_custom(Kind(self.kind), self.custom) if self.kind in KINDS else None

    def look_for_custom(self, labels: Mapping[str, str], names: Sequence[object]) -> None:
        """Take columns for fields of the studio's own that are new to this layout; forget those that are gone."""
        self.columns = {
            name: place
            for name, place in self.columns.items()
            if name in labels or not name.startswith(CUSTOM)
        }
        new = {name: label for name, label in labels.items() if name not in self.custom}
        self.custom = dict(labels)
        folded = [fold(name) if isinstance(name, str) else "" for name in names]
        for name, label in new.items() if self.kind == Kind.ORDER else ():
            if fold(label) in folded:
                place = folded.index(fold(label))
                self.columns = {field: at for field, at in self.columns.items() if at != place} | {
                    name: place
                }


def digest(names: Sequence[object]) -> str:
    """Return what is the same for two sheets with the same names of columns."""
    folded = [name for name in map(fold, names) if name != fold(WRONG)]
    return hashlib.sha256("\n".join(folded).encode()).hexdigest()[:32]


def recognise(title: str, top: Sequence[tuple[int, Sequence[object]]]) -> Layout:
    """Return how a sheet is most likely to be read.  top: number and cells of its first rows."""
    best, score = Layout(title, asks=True), 0
    for number, cells in top[:SEARCHED_FOR_NAMES]:
        for sheet_kind in KINDS.values():
            columns = match(sheet_kind, cells)
            fits = all(any(name in columns for name in names) for names in sheet_kind.needs)
            named = fold(title) in sheet_kind.words or any(word in fold(title) for word in sheet_kind.words)
            points = len(columns) + 3 * named + 3 * fits if len(columns) > 1 or (fits and named) else 0
            if points > score:
                best = Layout(title, sheet_kind.kind.value, number, digest(cells), columns, asks=not fits)
                score = points
    return best


def match(sheet_kind: SheetKind, cells: Sequence[object]) -> dict[str, int]:
    """Return {field: place} of the columns that are known by their names; of two that fit, the more telling one."""
    names = [fold(cell) if isinstance(cell, str) else "" for cell in cells]
    found: dict[str, int] = {}
    for rank in range(max(len(column.words) for column in sheet_kind.columns)):
        for column in sheet_kind.columns:
            if column.name in found or rank >= len(column.words):
                continue
            places = [
                place for place, name in enumerate(names)
                if name == column.words[rank] and place not in found.values()
            ]  # fmt: skip
            if places:
                found[column.name] = places[0]
    return found


def missing(sheet_kind: SheetKind, columns: Mapping[str, int]) -> str:
    """Say which columns a sheet still needs; "" where it has all."""
    lacking = [
        " or ".join(sheet_kind.column(name).label for name in names)
        for names in sheet_kind.needs
        if not any(name in columns for name in names)
    ]
    return f"Say which column is {' and which is '.join(lacking)}." if lacking else ""
