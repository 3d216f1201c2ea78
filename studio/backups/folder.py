"""The folder of back-ups, settings.BACKUP_DIR: what lies in it, and how long each is kept.

The folder is the only list of them, so that it says what is there and nothing else, also after a restore.  A file gets
its name, studio-20261128T030005Z.zip, once it has been tried; until then, it is called otherwise.
"""

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from studio import private_files
from studio.backups.archive import BackupRefused, first_line
from studio.only_program import only_program

_NAME = re.compile(r"studio-(\d{8}T\d{6})Z\.zip")
_MOMENT = "%Y%m%dT%H%M%S"
UNTRIED = ".untried"
LOCK, REFUSED = "lock.sqlite3", "refused.json"


@dataclass(frozen=True)
class KeptBackup:
    """A back-up that was tried and lies in the folder.  made_at: an aware moment; size: in bytes."""

    path: Path
    made_at: datetime
    size: int


@dataclass(frozen=True)
class Refused:
    """Why the last back-up was not made.  at: an aware moment; sentence: without a client's words."""

    at: datetime
    sentence: str


def kept() -> list[KeptBackup]:
    """Return the back-ups in the folder, the newest first; none where there is no folder.  No query."""
    found = []
    with suppress(OSError), os.scandir(settings.BACKUP_DIR) as entries:
        for entry in entries:
            name = _NAME.fullmatch(entry.name)
            if name:
                with suppress(FileNotFoundError):  # taken away this moment
                    found.append(KeptBackup(Path(entry), _moment(name[1]), entry.stat().st_size))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def made_before(moment: datetime) -> list[KeptBackup]:
    """Return the back-ups that hold the studio as it was before `moment`, the newest first.  No query.

    Those that somebody copied elsewhere, or wrote with a name of their own, nobody here knows of.
    """
    return [backup for backup in kept() if backup.made_at <= moment]


def path_of(moment: datetime) -> Path:
    return Path(settings.BACKUP_DIR, f"studio-{moment.astimezone(UTC):{_MOMENT}}Z.zip")


def worth_keeping(moments: Iterable[datetime], *, days: int, weeks: int, months: int) -> set[datetime]:
    """Return which of `moments`, in the studio's time, are kept: the newest of all, and the newest of each of the last
    `days` days, `weeks` weeks and `months` months that have one.
    """
    newest_first = sorted(moments, reverse=True)
    worth = set(newest_first[:1])
    periods: tuple[tuple[int, Callable], ...] = (
        (days, lambda moment: moment.date()),
        (weeks, lambda moment: moment.isocalendar()[:2]),
        (months, lambda moment: (moment.year, moment.month)),
    )
    for most, period in periods:
        newest: dict = {}
        for moment in newest_first:
            newest.setdefault(period(moment), moment)
        worth.update(list(newest.values())[:most])
    return worth


@contextmanager
def held() -> Iterator[None]:
    """Keep the folder to this program, and clear away what one that was cut off has left.

    Raises AlreadyAtWork if another has it, BackupRefused if the folder cannot be written to.
    """
    folder = Path(settings.BACKUP_DIR)
    try:
        private_files.make_folder(folder)
        with only_program(folder / LOCK):
            for left in [*folder.glob(f"*{UNTRIED}"), *folder.glob("*.part")]:
                left.unlink()
            yield
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(f"The folder {folder} cannot be used: {first_line(error)}.") from error


def note_refused(refused: Refused | None) -> None:
    """Keep why the last one was not made, for the page Health; None where it was."""
    path = Path(settings.BACKUP_DIR, REFUSED)
    with suppress(OSError):  # a disk that is full tells by itself
        if refused is None:
            path.unlink(missing_ok=True)
        else:
            text = json.dumps({"at": refused.at.isoformat(), "sentence": refused.sentence})
            private_files.written_beside(path, text.encode()).replace(path)


def last_refused() -> Refused | None:
    try:
        read = json.loads(Path(settings.BACKUP_DIR, REFUSED).read_text())
        return Refused(datetime.fromisoformat(read["at"]), str(read["sentence"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
