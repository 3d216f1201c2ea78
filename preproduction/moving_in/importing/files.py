"""Where what was uploaded waits: in a folder of its run, for its owner alone, until the run is over.

The file itself is removed as soon as its rows are read; the rows when the run is over, or was left alone for a day.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from preproduction.moving_in.importing.reading.limits import WALL_SECONDS
from studio import private_files

BROKE_OFF = (
    "This file takes more time or memory than it may. Save only the sheets and rows you need in a new one."
)
GONE = "The file is not here any more. Send it again."
ROWS = "rows.jsonl"
CHAINS = "chains.sqlite3"  # of the rows, those of Status Notes by their orders
ORDERED = (
    "ordered.jsonl"  # the rows once more, in the order in which they are imported, as they were rehearsed
)


class FileRefused(Exception):
    """str() is a sentence that says why a file is not taken, and names it."""


class SheetRow(NamedTuple):
    """A row as it stands in a sheet.

    sheet: which one, from 0.  number: as Excel, or an editor, counts it.
    cells: texts, numbers, True, False and None; {"day": ...} and {"fault": ...} as reading/__init__.py has them.
    """

    sheet: int
    number: int
    cells: list
    others: tuple["SheetRow", ...] = ()


def folder(key: UUID) -> Path:
    return Path(settings.DATA_DIR) / "imports" / str(key)


def keep(key: UUID, uploads: Iterable) -> None:
    """Keep uploaded files for the worker, by their places."""
    home = folder(key)
    private_files.make_folder(home.parent)
    private_files.make_folder(home)
    for place, upload in enumerate(uploads):
        path = home / f"upload-{place}"
        private_files.make_file(path)
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)


def remove(key: UUID) -> None:
    shutil.rmtree(folder(key), ignore_errors=True)


def remove_others(kept: Collection[str], *, older_than: timedelta) -> None:
    """Remove the folders of no run: of a page that broke off after it had kept its files."""
    home, oldest = Path(settings.DATA_DIR) / "imports", (timezone.now() - older_than).timestamp()
    for path in home.iterdir() if home.is_dir() else ():
        if path.name not in kept and path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)


def remove_rows(key: UUID) -> None:
    for name in (ROWS, CHAINS, ORDERED):
        (folder(key) / name).unlink(missing_ok=True)


def are_read(key: UUID) -> bool:
    return (folder(key) / ROWS).exists()


def read_all(key: UUID, names: list[str]) -> list[str]:
    """Make rows of the uploaded files, and return the titles of their sheets, in their order.

    names: of the files, as they were sent.  Raises FileRefused.
    """
    home, titles = folder(key), []
    unfinished = home / f"{ROWS}.part"
    private_files.make_file(unfinished)
    with unfinished.open("w") as target:
        for place, name in enumerate(names):
            for said in _read(home / f"upload-{place}", name):
                if isinstance(said, dict):
                    titles.append(said["sheet"] or Path(name).stem)
                else:
                    target.write(json.dumps([len(titles) - 1, *said]) + "\n")
    os.replace(unfinished, home / ROWS)
    return titles


def remove_uploads(key: UUID) -> None:
    """Remove what was uploaded, once it is written down what its sheets are: whoever is killed before reads it again."""
    for path in folder(key).glob("upload-*"):
        path.unlink(missing_ok=True)


def rows(key: UUID) -> Iterator[SheetRow]:
    """Yield the rows of all sheets.  Raises FileRefused where they are gone."""
    return _rows_in(folder(key) / ROWS)


def ordered(key: UUID, *, after: int) -> Iterator[SheetRow]:
    """Yield the rows in the order in which they are imported, but for the first `after` of them, which are not looked at.

    Raises FileRefused where they are gone.
    """
    return _rows_in(folder(key) / ORDERED, after=after)


def _rows_in(path: Path, *, after: int = 0) -> Iterator[SheetRow]:
    try:
        with path.open() as lines:
            for line in islice(lines, after, None):
                sheet, number, found, *others = json.loads(line)
                yield SheetRow(sheet, number, found, tuple(SheetRow(*each) for each in chain(*others)))
    except FileNotFoundError:
        raise FileRefused(GONE) from None


def _read(path: Path, name: str) -> Iterator[dict | list]:
    """Yield sheets and rows of one file."""
    if not path.exists():
        raise FileRefused(GONE)
    answer = path.with_suffix(".lines")
    private_files.make_file(answer)
    try:
        _run(path, name, answer)
        is_whole = False
        with answer.open() as lines:
            for said in map(json.loads, _whole_lines(lines)):
                if isinstance(said, dict) and "refused" in said:
                    raise FileRefused(f"{name}: {said['refused']}")
                if isinstance(said, dict) and "end" in said:
                    is_whole = True
                else:
                    yield said
        if not is_whole:
            raise FileRefused(f"{name}: {BROKE_OFF}")
    finally:
        answer.unlink(missing_ok=True)


def _whole_lines(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if line.endswith("\n"))


def _run(path: Path, name: str, answer: Path) -> None:
    """Run the reading program; one that takes too much is ended, and its answer is then not whole."""
    with answer.open("w") as target, suppress(subprocess.TimeoutExpired):
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "preproduction.moving_in.importing.reading", str(path), Path(name).name],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=target,
            # What openpyxl says may quote what is in the file.
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
        )
