"""Rows of a CSV file, in whatever encoding and with whatever separator a program has written it."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from preproduction.moving_in.importing.reading.limits import MOST_CHARACTERS, Refused

SEPARATORS = ",;\t|"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 4096  # bytes by which an encoding without a mark is guessed
NO_TEXT = "This is no Excel workbook and no text that can be read. Save it as .xlsx, or as CSV (UTF-8)."


def rows(path: Path) -> Iterator[tuple[int, list]]:
    """Yield the number and the cells of each row.  Raises Refused.

    A row is counted by the line on which it begins, as an editor shows it.
    """
    text = _text(path.read_bytes())
    if "\0" in text:
        raise Refused(NO_TEXT)
    separator, text, skipped = _separator(text)
    csv.field_size_limit(MOST_CHARACTERS)
    # strict: a quote that is never closed would take in the rest of the file in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1 + skipped
    try:
        for cells in reader:
            yield begins, list(cells)
            begins = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise Refused(_in_words(str(error), begins)) from None


def _text(content: bytes) -> str:
    try:
        return content.decode(_encoding(content))
    except UnicodeError:
        raise Refused(NO_TEXT) from None


def _encoding(content: bytes) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    sample = content[:SAMPLE]
    # Western text in UTF-16 is half NULs, in every second place.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = sample[start::2]
        if len(half) > 1 and half.count(0) > 0.4 * len(half):
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeError:
        return "cp1252"
    return "utf-8"


def _separator(text: str) -> tuple[str, str, int]:
    """Return the separator, the text that it separates, and how many lines were only about that."""
    first, _end, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4], rest, 1
    lines = [line for line in text[: 16 * SAMPLE].splitlines()[:20] if line.strip()]
    # What divides most of the first lines into the same number of cells: the others stand inside of texts.
    return max(SEPARATORS, key=lambda mark: _evenness(lines, mark)), text, 0


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
