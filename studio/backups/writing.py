import hashlib
import os
import sqlite3
import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from studio import private_files, sealing
from studio.backups import databases, note, states
from studio.backups.archive import CHUNK_BYTES, MEDIA, TABLES, BackupRefused, first_line
from studio.backups.tables import tables


def write_backup(target: Path) -> None:
    """Write a back-up of the database and of MEDIA_ROOT to `target`, readable by its owner only.

    Raises BackupRefused if `target` exists or cannot be written, if the database does not answer, or is newer than
    this program.
    """
    if target.exists():
        raise BackupRefused(f"{target} exists already; give the back-up a name of its own.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.")
    # Written under another name, so that nobody takes half a back-up for a whole one.
    half = target.with_name(f"{target.name}.part")
    half.unlink(missing_ok=True)
    try:
        with open(half, "xb", opener=_private) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                _write(archive)
            file.flush()
            os.fsync(file.fileno())
        half.rename(target)
    except (OSError, DatabaseError, sqlite3.Error) as error:
        raise BackupRefused(f"{target} could not be written: {first_line(error)}.") from error
    finally:
        half.unlink(missing_ok=True)


def _private(path, flags):
    # It holds people's addresses and the hashes of their passwords.
    return os.open(path, flags, private_files.FILE)


def _write(archive: zipfile.ZipFile) -> None:
    columns, members = {}, {}
    with databases.one_moment():
        migrations = sorted(MigrationLoader(connection).applied_migrations)
        for name, table in sorted(tables(states.apps_at(migrations)).items()):
            columns[name] = list(table.fields)
            members[TABLES + name] = _add(archive, TABLES + name, table.lines(), is_table=True)
    for path in _media_files():
        name = MEDIA + path.relative_to(settings.MEDIA_ROOT).as_posix()
        members[name] = _add(archive, name, _pieces(path), is_table=False)
    made_at = timezone.now().isoformat(timespec="seconds")
    whole = note.Note(connection.vendor, made_at, sealing.key_name(), migrations, columns, members)
    archive.writestr(note.NAME, whole.as_json())


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], *, is_table: bool) -> note.Member:
    """Write a member, one of `pieces` after the other; those of a table are its lines."""
    digest, size, count = hashlib.sha256(), 0, 0
    # Nobody knows before how large it will be.
    with archive.open(name, "w", force_zip64=True) as member:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            count += 1
            member.write(piece)
    return note.Member(size, digest.hexdigest(), count if is_table else None)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            yield piece


def _media_files() -> Collection[Path]:
    root = Path(settings.MEDIA_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else []
