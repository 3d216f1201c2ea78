"""What a file may take of the machine, and how much may be in it."""

import sys
from collections.abc import Iterator
from contextlib import suppress

try:
    import resource
except ImportError:  # Windows has none; the time limit of whoever started this holds there, too
    resource = None

MEMORY = 768 * 1024 * 1024  # bytes of address space; Python with openpyxl takes about 150 MB of them
CPU_SECONDS = 60
WALL_SECONDS = 120
OUTPUT = 300 * 1024 * 1024  # bytes of lines

MOST_SHEETS = 20
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_CHARACTERS = 32_767  # of a cell, as Excel has it


class Refused(Exception):
    """The file cannot be taken.  str() is a sentence fit to show the user."""


def keep_within() -> None:
    """Let the system end this process where it takes more."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, hard if sys.platform == "darwin" else most))


def capped(rows: Iterator[tuple[int, list]], where: str) -> Iterator[tuple[int, list]]:
    """Yield the rows that hold anything, without the empty cells at their ends.

    Raises Refused for the first row or column beyond the caps.
    """
    for count, (number, cells) in enumerate(_filled(rows), start=1):
        if count > MOST_ROWS + 1:  # and the names of the columns
            raise Refused(
                f"{where} has more than {MOST_ROWS:,} rows. Divide it into several files, and import one by one."
            )
        if len(cells) > MOST_COLUMNS:
            raise Refused(
                f"{where} has something in column {len(cells)} of row {number}; at most {MOST_COLUMNS} columns "
                "are read. Delete what stands far to the right."
            )
        yield number, cells


def _filled(rows):
    for number, cells in rows:
        while cells and _is_empty(cells[-1]):
            cells.pop()
        if cells:
            yield number, cells


def _is_empty(cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
