import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction

from studio import private_files, sealing
from studio.backups import databases, states
from studio.backups.archive import MEDIA, TABLES, Archive, BackupRefused, first_line, open_archive
from studio.backups.tables import RowRefused, Table, tables


def restore_backup(source: Path, *, and_then: Sequence[Callable[[], list[str]]] = ()) -> list[str]:
    """Replace the database, and add the uploaded files, by what `source` holds; bring an older one up to date.

    Returns a sentence for each thing that could not be brought back.

    and_then: called once it is up to date, and before anybody sees it; each returns such sentences, too.

    Raises BackupRefused, with everything as it was, if `source` is no back-up, or damaged, or of a newer version.
    """
    with open_archive(source) as archive:
        expected = tables(states.apps_at(archive.note.migrations))
        _check_tables(archive, expected)
        _check_rows(archive, expected)
        with _unpacked_media(archive) as folder:
            lost = _replace_database(archive, expected, and_then)
            # They can be named now only, when the database knows them.
            if folder:
                lost += _put_media(folder)
    return lost


def try_backup(source: Path) -> None:
    """Restore `source` to a scratch database, and compare what is there with what its note says.  Nothing is changed.

    Raises BackupRefused if it could not be restored whole.
    """
    with open_archive(source) as archive:
        expected = tables(states.apps_at(archive.note.migrations))
        _check_tables(archive, expected)
        for _, pieces in archive.media():
            for _ in pieces:
                pass  # read to their ends, they are checked
        with _refusals(), databases.scratch():
            states.build(archive.note.migrations)
            with transaction.atomic():
                _fill(archive, expected)
            _compare(archive, expected)
            states.bring_up_to_date()


def _check_tables(archive: Archive, expected: dict[str, Table]) -> None:
    found = archive.note.columns
    for name in sorted(found.keys() ^ expected.keys()):
        where = "is missing" if name in expected else "is none of this product's"
        raise BackupRefused(f"The table {name!r} {where}.")
    for name, table in expected.items():
        for column in sorted(set(found[name]) ^ set(table.fields)):
            where = "is missing" if column in table.fields else "is none of this product's"
            raise BackupRefused(f"The column {column!r} of {name} {where}.")


def _check_rows(archive: Archive, expected: dict[str, Table]) -> None:
    for name, table in expected.items():
        try:
            for _ in table.rows(archive.note.columns[name], archive.lines(name)):
                pass
        except RowRefused as refusal:
            raise BackupRefused(str(refusal)) from refusal


@contextmanager
def _unpacked_media(archive: Archive) -> Iterator[Path | None]:
    """Yield a folder with the uploaded files, which is gone afterwards; None if there are none."""
    files = list(archive.media())
    if not files:
        yield None
        return
    with tempfile.TemporaryDirectory() as name:
        for path, pieces in files:
            target = Path(name, path)
            # A name may be a file's and a folder's: that is an error here, before anything is touched.
            private_files.make_folder(target.parent)
            with open(target, "xb") as file:
                file.writelines(pieces)
            target.chmod(private_files.FILE)
        yield Path(name)


def _put_media(folder: Path) -> list[str]:
    try:
        shutil.copytree(folder, settings.MEDIA_ROOT, dirs_exist_ok=True)
    except OSError as error:
        # The database stands by now, and nobody shall read that nothing was changed.
        return [
            f"Not all uploaded files could be put into {settings.MEDIA_ROOT} ({error.strerror or 'see there'})."
        ]
    return []


def _replace_database(
    archive: Archive, expected: dict[str, Table], and_then: Sequence[Callable[[], list[str]]]
) -> list[str]:
    with _refusals(), databases.replacement():
        states.build(archive.note.migrations)
        with transaction.atomic():
            lost = _fill(archive, expected)
        states.bring_up_to_date()
        if archive.note.secrets_key and not sealing.key_is_here(archive.note.secrets_key):
            lost.append(
                f"The key of its secrets, {archive.note.secrets_key}, is not in {settings.SECRETS_KEY_FILE}."
            )
        lost += [sentence for act in and_then for sentence in act()]
    return lost


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what a database refuses into BackupRefused."""
    try:
        yield
    # SQLite's own comes from the copy over the live file; the last three are how Django and the databases' drivers
    # refuse a value that a column does not take.
    except (DatabaseError, sqlite3.Error, CommandError, ValueError, TypeError, ArithmeticError) as error:
        raise BackupRefused(f"The database refuses it: {first_line(error)}.") from error


def _compare(archive: Archive, expected: dict[str, Table]) -> None:
    for name, table in expected.items():
        digest, count = hashlib.sha256(), 0
        for line in table.lines():
            digest.update(line)
            count += 1
        written = archive.note.members[TABLES + name]
        if (count, digest.hexdigest()) != (written.rows, written.sha256):
            raise BackupRefused(f"Restored, {name} holds other rows than were backed up.")


def _fill(archive: Archive, expected: dict[str, Table]) -> list[str]:
    lost = []
    with connection.cursor() as cursor:
        # Migrations may have made rows; the back-up has them, as they have become.
        for name in expected:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608  a name of our models'
    # On PostgreSQL this also defers again what a migration wanted checked at once.
    connection.check_constraints()
    for name, table in expected.items():
        table.insert(archive.note.columns[name], archive.lines(name))
        lost += _missing_files(archive, table)
    # Foreign keys; all at once, because tables point at each other.
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [t.model for t in expected.values()]):
            cursor.execute(statement)
    return lost


def _missing_files(archive: Archive, table: Table) -> Iterator[str]:
    for field in table.fields.values():
        if isinstance(field, models.FileField):
            named = table.model._base_manager.exclude(**{field.attname: ""})
            for path in named.values_list(field.attname, flat=True):
                if MEDIA + path not in archive.note.members:
                    yield f"The file {path!r} ({field.verbose_name}) was not in the back-up."
