import json
import sys
from pathlib import Path

from preproduction.moving_in.importing.reading import archive, separated, workbook
from preproduction.moving_in.importing.reading.limits import Refused, capped, keep_within

TOO_MUCH_MEMORY = (
    "This file takes more memory than it may. Save only the sheets and rows you need in a new one."
)
EMPTY = "This file is empty."


def read(path: Path, name: str):
    """Yield what is said about the file, as reading/__init__.py has it."""
    start = path.read_bytes()[:8] if path.stat().st_size else b""
    if not start:
        raise Refused(EMPTY)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(archive.OLD_EXCEL)
    is_zip = start.startswith(b"PK")
    if not is_zip and name.lower().endswith((".xlsx", ".xlsm")):
        raise Refused(archive.NO_WORKBOOK)
    sheets = workbook.sheets(path) if is_zip else [("", separated.rows(path))]
    for title, rows in sheets:
        yield {"sheet": title}
        yield from capped(rows, f"The sheet “{title}”" if title else "This file")
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
