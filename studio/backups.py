"""Back-ups: one zip file with the database, the uploaded files and a note of what made them.

A copy of a live database's file is often broken, so each engine's own means is used: SQLite's back-up call, or
PostgreSQL's pg_dump and psql.  Both read the database as it was at one moment, while people go on working.

A restore replaces the whole database in one transaction: afterwards it is as the back-up has it, or as it was.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

FORMAT = 1
NOTE, MEDIA = "backup.json", "media/"
DATABASE_FILES = {"sqlite": "studio.sqlite3", "postgresql": "studio.sql"}
# Several programs may be at work on the live database.
BUSY_SECONDS = 60
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


class BackupRefused(Exception):
    """str() is a sentence fit to show whoever runs the command."""


def write_backup(target: Path) -> None:
    """Write a back-up of the database and of MEDIA_ROOT to `target`, readable by its owner only.

    Raises BackupRefused if `target` exists or cannot be written, or if a program is missing or fails.
    """
    if target.exists():
        raise BackupRefused(f"{target} exists already; give the back-up a name of its own.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.")
    # Written under another name, so that nobody takes half a back-up for a whole one.
    half = target.with_name(f"{target.name}.part")
    half.unlink(missing_ok=True)
    try:
        with tempfile.TemporaryDirectory() as folder, open(half, "xb", opener=_private) as file:
            database = Path(folder, DATABASE_FILES[connection.vendor])
            _dump(database)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(NOTE, json.dumps(_note(), indent=2))
                archive.write(database, database.name)
                for path in _media_files():
                    archive.write(path, MEDIA + path.relative_to(settings.MEDIA_ROOT).as_posix())
            file.flush()
            os.fsync(file.fileno())
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)


def restore_backup(source: Path, *, and_then: Sequence[str] = ()) -> None:
    """Replace the database, and add the uploaded files, by what `source` holds.

    and_then: SQL statements of the same transaction; nobody ever sees the database restored without them.

    Raises BackupRefused, with the database as it was, if `source` is no back-up of this engine or of a newer version,
    or if a program is missing or fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(source) as archive:
                _check_note(json.loads(archive.read(NOTE)))
                archive.extractall(folder)  # checks the sums, and leaves no member outside the folder
        except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise BackupRefused(f"{source} cannot be read as a back-up ({error}).") from error
        connection.close()
        _load(Path(folder, DATABASE_FILES[connection.vendor]), and_then)
        if Path(folder, MEDIA).is_dir():
            shutil.copytree(Path(folder, MEDIA), settings.MEDIA_ROOT, dirs_exist_ok=True)


def _private(path, flags):
    # It holds people's addresses and the hashes of their passwords.
    return os.open(path, flags, 0o600)


def _note() -> dict:
    return {
        "format": FORMAT,
        "engine": connection.vendor,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "migrations": sorted(map(list, MigrationLoader(connection).applied_migrations)),
    }


def _check_note(note: dict) -> None:
    if note["format"] != FORMAT:
        raise BackupRefused("The back-up was made by a newer version of this product; update first.")
    if note["engine"] != connection.vendor:
        raise BackupRefused(
            f"The back-up is of a database on {note['engine']}, and DATABASE_URL names one on {connection.vendor}."
        )
    known = set(MigrationLoader(None).disk_migrations)
    newer = [name for name in map(tuple, note["migrations"]) if name not in known]
    if newer:
        raise BackupRefused(
            f"The back-up was made by a newer version of this product (migration {'.'.join(newer[0])}); update first."
        )


def _media_files() -> Collection[Path]:
    root = Path(settings.MEDIA_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else []


def _dump(target: Path) -> None:
    if connection.vendor == "postgresql":
        _run_program("pg_dump", "--no-owner", "--no-privileges", f"--file={target}")
        return
    with closing(_sqlite(connection.settings_dict["NAME"])) as live, closing(_sqlite(target)) as copy:
        live.backup(copy)


def _load(database: Path, and_then: Sequence[str]) -> None:
    if connection.vendor == "postgresql":
        # The dump leaves its session without a search path.
        steps = [f"--command={_EMPTY_POSTGRESQL}", f"--file={database}", "--command=RESET search_path"]
        steps += [f"--command={statement}" for statement in and_then]
        quiet = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"]
        _run_program("psql", *quiet, "--single-transaction", *steps)
        return
    try:
        with closing(_sqlite(database)) as copy, closing(_sqlite(connection.settings_dict["NAME"])) as live:
            if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise BackupRefused("The database inside the back-up is damaged.")
            for statement in and_then:
                copy.execute(statement)
            copy.commit()
            copy.backup(live)  # in one transaction of the live database
    except sqlite3.Error as error:
        raise BackupRefused(f"SQLite says: {error}.") from error


def _sqlite(path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS)


def _run_program(name: str, *arguments: str) -> None:
    command, variables = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, arguments)
    program = shutil.which(name)
    if program is None:
        raise BackupRefused(
            f"PostgreSQL's {name} is not installed. On Debian and Ubuntu: sudo apt install postgresql-client"
        )
    done = subprocess.run(  # noqa: S603  the arguments are ours and the settings'
        [program, *command[1:]],
        env={**os.environ, "PGOPTIONS": "-c lock_timeout=10s", **(variables or {})},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        # Its sentences may quote rows; the first says what is wrong.
        raise BackupRefused(f"{name} says: {(done.stderr.strip().splitlines() or ['nothing'])[0]}")
