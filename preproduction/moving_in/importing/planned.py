"""What the rows rehearsed so far would make, in a file: a hundred thousand of them take no memory.

Each has a key below zero, so that later rows can tell them apart, and from what is here.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import Existing, Judgement, Known
from studio import private_files, texts

NAME = "planned.sqlite3"
OF_ORDERS = ("number", "status", "order_date", "entered_on")
DAYS = {"date", "order_date", "entered_on"}
AT_ONCE = 400  # keys; SQLite limits the variables of a statement


class Planned:
    def __init__(self, folder: Path):
        self._path = folder / NAME
        self._path.unlink(missing_ok=True)
        private_files.make_file(self._path)
        self._file = sqlite3.connect(self._path)
        # Nobody needs it once the rehearsal is over, or broken off.
        self._file.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE planned (key INTEGER PRIMARY KEY, body TEXT);"
            "CREATE TABLE called (what TEXT, word TEXT, key INTEGER);"
            "CREATE INDEX called_by_word ON called (what, word);"
        )
        self._last = 0

    def __enter__(self) -> "Planned":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def keep(self, judged: Judgement, existing: Existing) -> None:
        """Give a key to what `judged` would make, and keep it for the rows of this chunk and of those after it."""
        self._last -= 1
        known = existing.add(judged, self._last)
        client = known.client.key if known.client else None
        body = json.dumps([_written(judged.row.kind, known.values), sorted(known.numbers), client])
        self._file.execute("INSERT INTO planned VALUES (?, ?)", (known.key, body))
        self._file.executemany(
            "INSERT INTO called VALUES (?, ?, ?)",
            [(what, word, known.key) for what, word in _words(judged.row.kind, known) if word],
        )

    def called(self, what: str, words: Collection[str]) -> Iterator[tuple[str, int]]:
        """Yield the word and the key of what is called by one of `words`, the first planned first."""
        words = sorted(words)
        for start in range(0, len(words), AT_ONCE):
            some = words[start : start + AT_ONCE]
            marks = ",".join("?" * len(some))
            yield from self._file.execute(
                f"SELECT word, key FROM called WHERE what = ? AND word IN ({marks}) ORDER BY key DESC",  # noqa: S608
                [what, *some],
            )

    def get(self, key: int) -> tuple[dict[str, Any], frozenset[str], int | None]:
        """Return values, numbers, and the key of the client."""
        (body,) = self._file.execute("SELECT body FROM planned WHERE key = ?", (key,)).fetchone()
        values, numbers, client = json.loads(body)
        for name in DAYS & values.keys():
            values[name] = values[name] and date.fromisoformat(values[name])
        return values, frozenset(numbers), client


def _written(kind: Kind, values) -> dict:
    """Return what later rows ask of it."""
    asked = OF_ORDERS if kind == Kind.ORDER else values.keys()
    return {name: value.isoformat() if isinstance(value := values[name], date) else value for name in asked}


def _words(kind: Kind, known: Known) -> list[tuple[str, str]]:
    values = known.values
    if kind == Kind.CLIENT:
        return [("name", texts.sort_key(values["name"])), *(("number", number) for number in known.numbers)]
    if kind == Kind.STATUS:
        return [("status", texts.unique_key(values["description"]))]
    if kind == Kind.VENDOR:
        return [("vendor", texts.unique_key(values["name"]))]
    if kind == Kind.ORDER:
        return [("order", texts.unique_key(values["number"]))]
    return [("session", texts.unique_key(values["number"])), ("day", values["date"].isoformat())]
