"""Rows of a CSV file, in whatever encoding and with whatever separator a program has written it."""

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from preproduction.moving_in.importing.reading.limits import MOST_CHARACTERS, Refused

SEPARATORS = ",;\t|"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MARK = "\ufeff"  # which two programs one after the other have put there
END_OF_DOS = "\x1a"
SAMPLE = 4096  # bytes by which an encoding without a mark is guessed
NO_TEXT = "This is no Excel workbook and no text that can be read. Save it as .xlsx, or as CSV (UTF-8)."


def rows(path: Path) -> Iterator[tuple[int, list]]:
    """Yield the number and the cells of each row, as the file is read.  Raises Refused, between rows, too.

    A row is counted by the line on which it begins, as an editor shows it.
    """
    with path.open(encoding=_encoding(path), newline="") as text:
        try:
            yield from _rows(text)
        except UnicodeError:
            raise Refused(NO_TEXT) from None


def _rows(text: TextIO) -> Iterator[tuple[int, list]]:
    separator, skipped = _separator(text.read(16 * SAMPLE))
    text.seek(0)
    lines = islice(_lines(text), skipped, None)
    csv.field_size_limit(MOST_CHARACTERS)
    # strict: a quote that is never closed would take in the rest of the file in silence.
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)
    begins = 1 + skipped
    try:
        for cells in reader:
            yield begins, list(cells)
            begins = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise Refused(_in_words(str(error), begins)) from None


def _lines(text: TextIO) -> Iterator[str]:
    for line in text:
        if "\0" in line:
            raise Refused(NO_TEXT)
        if line != END_OF_DOS:
            yield line.lstrip(MARK)


def _encoding(path: Path) -> str:
    with path.open("rb") as content:
        sample = content.read(SAMPLE)
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return encoding
    # Western text in UTF-16 is half NULs, in every second place.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = sample[start::2]
        if len(half) > 1 and half.count(0) > 0.4 * len(half):
            return encoding
    return "utf-8" if _is_utf_8(path) else "cp1252"


def _is_utf_8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as text:
            while text.read(16 * SAMPLE):
                pass
    except UnicodeError:
        return False
    return True


def _separator(start: str) -> tuple[str, int]:
    """Return the separator of a text that starts so, and how many lines are only about that."""
    first = start.partition("\n")[0].strip("\r")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 1
    lines = [line for line in start.splitlines()[:20] if line.strip()]
    # What divides most of the first lines into the same number of cells: the others stand inside of texts.
    return max(SEPARATORS, key=lambda mark: _evenness(lines, mark)), 0


def _evenness(lines: list[str], mark: str) -> tuple[int, int]:
    counts = [_outside_quotes(line, mark) for line in lines]
    filled = [count for count in counts if count]
    most = max(filled, key=filled.count, default=0)
    return counts.count(most) if most else 0, most


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])


def _in_words(error: str, row: int) -> str:
    if "unexpected end of data" in error:
        return f'A quote (") that opens in row {row} is never closed. Write two of them for one inside of a text.'
    if "field larger" in error:
        return (
            f"A cell of row {row} has more than {MOST_CHARACTERS:,} characters. "
            'Most likely a quote (") is not closed there.'
        )
    return f'Row {row} cannot be read: there is something between a closing quote (") and the next cell.'
