"""The Status Notes of a sheet, brought together by their orders, in a file: a hundred thousand of them take no memory.

Made when the rows are rehearsed, and kept as long as these are: an order is made with the whole of its past.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from uuid import UUID

from preproduction.moving_in.importing import cells, files
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.files import SheetRow
from preproduction.moving_in.importing.sheets import Layout
from studio import private_files, texts


def build(key: UUID, layouts: list[Layout], is_heading: Callable[[SheetRow, Layout], bool]) -> None:
    """Write the file anew.  Rows without the number of an order stand each for itself."""
    path = files.folder(key) / files.CHAINS
    path.unlink(missing_ok=True)
    sheets = {place for place, layout in enumerate(layouts) if layout.kind == Kind.NOTE}
    if not sheets:
        return
    private_files.make_file(path)
    target = sqlite3.connect(path)
    try:
        target.executescript(
            "PRAGMA synchronous=OFF;"
            "CREATE TABLE note (place INTEGER PRIMARY KEY, number_key TEXT, body TEXT);"
            "CREATE INDEX note_of_order ON note (number_key, place);"
        )
        target.executemany(
            "INSERT INTO note VALUES (?, ?, ?)",
            (
                (place, _order_of(found, layouts[found.sheet]) or f"\0{place}", json.dumps(found[:3]))
                for place, found in enumerate(files.rows(key))
                if found.sheet in sheets and not is_heading(found, layouts[found.sheet])
            ),
        )
        target.commit()
    finally:
        target.close()


def _order_of(found: SheetRow, layout: Layout) -> str:
    place = layout.columns["number"]
    try:
        return texts.unique_key(cells.text(found.cells[place])) if place < len(found.cells) else ""
    except cells.Fault:
        return ""


def in_order(key: UUID) -> Iterator[SheetRow]:
    """Yield the first row of each order, with its other ones.  Raises files.FileRefused."""
    source = _open(key)
    if source is None:
        raise files.FileRefused(files.GONE)
    try:
        firsts = source.execute("SELECT number_key, MIN(place) FROM note GROUP BY number_key ORDER BY 2")
        for number_key, _ in firsts:
            first, *others = _rows(source, number_key)
            yield first._replace(others=tuple(others))
    finally:
        source.close()


def of_order(key: UUID, number_key: str) -> list[SheetRow]:
    """Return the Status Notes of one order, as the sheet has them."""
    source = _open(key)
    if source is None:
        return []
    try:
        return _rows(source, number_key)
    finally:
        source.close()


def _open(key: UUID) -> sqlite3.Connection | None:
    path = files.folder(key) / files.CHAINS
    return sqlite3.connect(path) if path.exists() else None


def _rows(source: sqlite3.Connection, number_key: str) -> list[SheetRow]:
    found = source.execute("SELECT body FROM note WHERE number_key = ? ORDER BY place", (number_key,))
    return [SheetRow(*json.loads(body)) for (body,) in found.fetchall()]
