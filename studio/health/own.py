"""What the studio's own part of the page Health finds."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from studio import readiness
from studio.backups import folder, nightly
from studio.checks import second_factors_can_be_read, sqlite_runs_in_wal_mode, stored_files_are_private
from studio.health.findings import Finding, State, moment_in_words

# Room on a disk: an import, a back-up being tried or an update may want a few hundred megabytes.
LITTLE, TOO_LITTLE = 2 * 1024**3, 300 * 1024**2


def findings() -> list[Finding]:
    return [*_database(), *_disks(), _backups(), _files_and_keys()]


def _database() -> list[Finding]:
    missing = readiness.missing_migrations()
    if missing:
        # What guards it cannot be asked for before.
        said = f"Migrations are not applied: {', '.join(missing)}."
        return [Finding("Database", State.BAD, said, "Run manage.py migrate.")]
    slow = sqlite_runs_in_wal_mode(None, databases=[DEFAULT_DB_ALIAS])
    database = Finding(
        "Database",
        State.GOOD,
        f"{connection.display_name} answers, and all migrations are applied."
        + (
            " It runs in its slower, safe mode, as this SQLite has a fault in the faster one." if slow else ""
        ),
    )
    wrong = list(readiness.problems())
    guards = Finding(
        "Guards of the database",
        State.BAD if wrong else State.GOOD,
        " ".join(problem.sentence for problem in wrong)
        or "Status Notes, History and Changes cannot be changed or removed, and searches see what is written.",
        " ".join(dict.fromkeys(problem.way_out for problem in wrong)),
    )
    return [database, guards]


def _disks() -> list[Finding]:
    """Return one finding for the disk of the data, and one for that of the back-ups if it is another."""
    data, kept = Path(settings.DATA_DIR), Path(settings.BACKUP_DIR)
    found = [_disk("Disk", data)]
    if kept.is_dir() and kept.stat().st_dev != data.stat().st_dev:
        found.append(_disk("Disk of the back-ups", kept))
    return found


def _disk(title: str, path: Path) -> Finding:
    usage = shutil.disk_usage(path)
    # A small disk is not full because it is small.
    state = (
        State.BAD
        if usage.free < TOO_LITTLE
        else State.LOOK
        if usage.free < LITTLE or usage.free < usage.total / 20
        else State.GOOD
    )
    return Finding(
        title,
        state,
        f"{_size(usage.free)} of {_size(usage.total)} are free.",
        ""
        if state == State.GOOD
        else f"Make room on the disk that {path} is on. Where it is full, nothing can be saved.",
    )


def _backups() -> Finding:
    now = timezone.now()
    last, refused, hour = nightly.last_good(now), folder.last_refused(), settings.BACKUP_HOUR
    said = (
        f"The last good one was made on {moment_in_words(last.made_at)} ({_size(last.size)}) and tried; "
        f"{settings.BACKUP_DIR} has {len(folder.kept())} in all."
        if last
        else "There is none yet."
    )
    is_refused = refused and (last is None or refused.at > last.made_at)
    if is_refused:
        said += f" On {moment_in_words(refused.at)} it could not be made: {refused.sentence}"
    if hour is None:
        way_out = "None is made by itself. Set BACKUP_HOUR, or run manage.py backup."
    elif is_refused:
        way_out = "Mend that, then run manage.py backup; the worker tries again by itself, too."
    elif nightly.is_overdue(now):
        way_out = "The worker makes one each night. See whether it runs, and what manage.py backup says."
    elif last is None:
        way_out = f"The worker makes the first one at {hour}:00."
    else:
        way_out = ""
    state = State.BAD if nightly.is_overdue(now) else State.LOOK if way_out else State.GOOD
    return Finding("Back-ups", state, said, way_out)


def _files_and_keys() -> Finding:
    wrong: Iterable[checks.CheckMessage] = [
        *stored_files_are_private(None),
        *second_factors_can_be_read(None, databases=[DEFAULT_DB_ALIAS]),
    ]
    return Finding(
        "Files and keys",
        State.BAD if wrong else State.GOOD,
        " ".join(problem.msg for problem in wrong)
        or "Nobody else on the computer may read what is stored, and no key is missing.",
        " ".join(str(problem.hint) for problem in wrong),
    )


def _size(size: int) -> str:
    return filesizeformat(size).replace("\xa0", " ")
