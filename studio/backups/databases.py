"""One moment of a database that people work on, and an empty database to fill in its place.

What is only tried is filled into an SQLite file that is thrown away, whatever the engine of the live one.

SQLite: a copy by its back-up call, and a file that is copied over the live one by the same call, in one transaction.
PostgreSQL: a transaction that sees one snapshot, and one in which everything is dropped and made again.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

# Several programs may be at work on the live database.
BUSY_SECONDS = 60
# Nobody reads the scratch file after a crash, so it need not wait for the disk.
_SCRATCH_PRAGMAS = (
    "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON"
)
_NO_TIMEOUT = ("SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0")
_EMPTY_POSTGRESQL = """
DO $$ DECLARE statement text; BEGIN
FOR statement IN
  SELECT format('DROP TABLE %I.%I CASCADE', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'
  UNION ALL
  SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
LOOP EXECUTE statement; END LOOP;
END $$
"""


@contextmanager
def one_moment() -> Iterator[None]:
    """Let Django's connection see the database as it is now, however long one reads."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            _run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", *_NO_TIMEOUT)
            yield
        return
    with _scratch_file() as file:
        # A reader would keep those who write waiting, so a copy is read.
        with closing(_open(_live_file())) as live, closing(_open(file)) as copy:
            live.backup(copy)
        with _connected_to(file):
            yield


@contextmanager
def replacement() -> Iterator[None]:
    """Let Django's connection lead to an empty database, which takes the place of the live one at the end.

    That is one transaction.  An exception leaves the live one as it was.
    """
    connection.close()
    if connection.vendor == "postgresql":
        with transaction.atomic():
            _run(*_NO_TIMEOUT, _EMPTY_POSTGRESQL)
            yield
        return
    with _scratch_file() as file:
        with _connected_to(file):
            yield
        with closing(_open(file)) as copy, closing(_open(_live_file())) as live:
            copy.backup(live)


@contextmanager
def scratch() -> Iterator[None]:
    """Let Django's connection lead to an empty SQLite database, which is gone afterwards."""
    with _scratch_file() as file, _connected_to(file):
        yield


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def _scratch_file() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder, "scratch.sqlite3")


@contextmanager
def _connected_to(file: Path) -> Iterator[None]:
    """Let Django's connection of this thread lead to the SQLite database `file` for a while."""
    live = connections[DEFAULT_DB_ALIAS]
    options = {"transaction_mode": "IMMEDIATE", "init_command": _SCRATCH_PRAGMAS}
    lead_there = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": options}
    there = SQLite({**live.settings_dict, **lead_there}, DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = there
    try:
        yield
    finally:
        there.close()
        connections[DEFAULT_DB_ALIAS] = live


def _live_file() -> str:
    return connection.settings_dict["NAME"]


def _open(path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS)
