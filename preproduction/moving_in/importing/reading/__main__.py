import json
import sys
from pathlib import Path

from preproduction.moving_in.importing.reading import archive, separated, workbook
from preproduction.moving_in.importing.reading.limits import Refused, capped, keep_within

TOO_MUCH_MEMORY = (
    "This file takes more memory than it may. Save only the sheets and rows you need in a new one."
)
EMPTY = "This file is empty."
NO_CELLS = "There is nothing in this file but empty cells."
# What some programs call .xls or .csv all the same, by how it starts.
OTHERS = {
    b"%pdf": "This is a PDF. Save what it was made of as .xlsx, or as CSV.",
    b"{\\rtf": "This is a text of a word processor. Copy its table into Excel, and save it as .xlsx.",
    **dict.fromkeys(
        (b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml"),
        "This is a web page or XML, whatever it is called. Open it in Excel, and save it as .xlsx.",
    ),
}


def read(path: Path, name: str):
    """Yield what is said about the file, as reading/__init__.py has it."""
    with path.open("rb") as content:
        start = content.read(64)
    if not start:
        raise Refused(EMPTY)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(archive.OLD_EXCEL)
    for other, sentence in OTHERS.items():
        if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(other):
            raise Refused(sentence)
    is_zip = start.startswith(b"PK")
    if not is_zip and name.lower().endswith((".xlsx", ".xlsm")):
        raise Refused(archive.NO_WORKBOOK)
    sheets = workbook.sheets(path) if is_zip else [("", separated.rows(path))]
    has_cells = False
    for title, rows in sheets:
        yield {"sheet": title}
        for row in capped(rows, f"The sheet “{title}”" if title else "This file"):
            has_cells = True
            yield row
    if not has_cells:
        raise Refused(NO_CELLS)
    yield {"end": True}


def main(path: str, name: str) -> None:
    keep_within()
    try:
        for said in read(Path(path), name):
            sys.stdout.write(json.dumps(said, allow_nan=False) + "\n")
    except Refused as refused:
        sys.stdout.write(json.dumps({"refused": str(refused)}) + "\n")
    except MemoryError:
        sys.stdout.write(json.dumps({"refused": TOO_MUCH_MEMORY}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
