"""Lets one program at a time do what must not be done twice at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from studio import private_files


class AlreadyAtWork(Exception):
    """Another program is doing this."""


@contextmanager
def only_program(file: Path) -> Iterator[None]:
    """Keep `file`, in a folder that is there, to this program.

    The lock is SQLite's: the system lets go of it however a program ends, on every system.

    Raises AlreadyAtWork if another program has it; OSError or sqlite3.Error if the file cannot be used.
    """
    private_files.make_file(file)
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise AlreadyAtWork from None
            raise
        yield
