"""The back-up of each night: made at a quiet hour of the studio, tried, and the old ones taken away.

The worker only looks whether one is due; it is made by a program of its own, so that messages go out meanwhile and what
restores into a scratch database does so in nobody else's process.  Where the computer was off at that hour, it is made
once the worker runs again; one that was cut off is made anew.
"""

import logging
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from studio import sealing
from studio.backups import folder
from studio.backups.archive import BackupRefused
from studio.backups.folder import KeptBackup, Refused
from studio.backups.restoring import try_backup
from studio.backups.writing import write_backup
from studio.models import CompanyPreferences

TOO_OLD = timedelta(days=2)
AGAIN_AFTER = 60 * 60  # seconds from one start to the next, where it was not made

logger = logging.getLogger(__name__)


class _Child:
    """The program that this worker has started: its other end of a pipe, and when."""

    running: subprocess.Popen | None = None
    started_at = -float(AGAIN_AFTER)


def make(now: datetime, *, only_if_due: bool = False) -> KeptBackup | None:
    """Make a back-up in the folder, try it, and take away those that are too old; None where none is due.

    Raises AlreadyAtWork if another program does so, BackupRefused with a sentence if it could not be made or tried.
    """
    target = folder.path_of(now)
    try:
        with folder.held():
            # Asked under the lock: another program may have made it a moment ago.
            if only_if_due and not is_due(now):
                return None
            untried = target.with_name(target.name + folder.UNTRIED)
            write_backup(untried)
            try_backup(untried)
            untried.rename(target)
            _take_away_the_old()
    except (BackupRefused, sealing.KeyMissing) as refusal:
        folder.note_refused(Refused(now, str(refusal)))
        raise
    folder.note_refused(None)
    return next(backup for backup in folder.kept() if backup.path == target)


def is_due(now: datetime) -> bool:
    """Whether none was made since the last quiet hour, and there was a studio by then.  Two queries at most."""
    if settings.BACKUP_HOUR is None:
        return False
    today = now.astimezone(CompanyPreferences.load().zone)
    quiet = today.replace(hour=settings.BACKUP_HOUR, minute=0, second=0, microsecond=0)
    if quiet > now:
        quiet -= timedelta(days=1)
    last = last_good(now)
    return last.made_at < quiet if last else _set_up_at() < quiet


def last_good(now: datetime) -> KeptBackup | None:
    """Return the newest; one from the future is the fault of a clock, and counts for nothing.  No query."""
    return next((backup for backup in folder.kept() if backup.made_at <= now), None)


def is_overdue(now: datetime) -> bool:
    """Whether the last good one is older than two days, or the studio is and there is none.  One query then."""
    if settings.BACKUP_HOUR is None:
        return False
    last = last_good(now)
    return now - (last.made_at if last else _set_up_at()) > TOO_OLD


def start_if_due() -> None:
    """Start the program that makes it, where it is due; called by the worker each minute."""
    child = _Child.running
    if child and child.poll() is None:
        return
    if time.monotonic() - _Child.started_at < AGAIN_AFTER or not is_due(timezone.now()):
        return
    _Child.started_at = time.monotonic()
    # It ends with us: a worker that is stopped leaves nothing behind, and the next one starts it anew.
    command = [sys.executable, "-m", "studio.attended", "manage.py", "backup", "--if-due", "--verbosity", "0"]
    _Child.running = subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE)  # noqa: S603


def _take_away_the_old() -> None:
    days, weeks, months = settings.BACKUP_KEEP
    zone = CompanyPreferences.load().zone
    by_moment = {backup.made_at.astimezone(zone): backup.path for backup in folder.kept()}
    for moment in by_moment.keys() - folder.worth_keeping(by_moment, days=days, weeks=weeks, months=months):
        Path(by_moment[moment]).unlink(missing_ok=True)


def _set_up_at() -> datetime:
    return MigrationRecorder(None).Migration.objects.earliest("applied").applied
