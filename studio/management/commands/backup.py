from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from studio import backups, sealing
from studio.backups import nightly
from studio.only_program import AlreadyAtWork


class Command(BaseCommand):
    help = (
        "Write the database and the uploaded files into one file, while people go on working.  Without a name it is "
        "put into BACKUP_DIR, as that of each night: tried by restoring it to a scratch database, kept and taken away "
        "as BACKUP_KEEP says."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, help="where to; a name ending in .zip that does not exist yet"
        )
        parser.add_argument(
            "--if-due",
            action="store_true",
            help="only if none was made since BACKUP_HOUR; the worker asks so",
        )

        parser.add_argument(
            "--name-only", action="store_true", help="say nothing but where it is; for programs"
        )

    def handle(self, *, file, if_due, name_only, verbosity, **options):
        if file and if_due:
            raise CommandError("--if-due is for back-ups in BACKUP_DIR; leave the name out.")
        try:
            written = _write(file, if_due=if_due)
        except (backups.BackupRefused, sealing.KeyMissing) as refusal:
            raise CommandError(str(refusal)) from None
        except AlreadyAtWork:
            if if_due:
                return
            raise CommandError("Another program is making a back-up. Wait until it has.") from None
        if name_only:
            self.stdout.write(str(written))
        elif verbosity:
            self.tell(written, tried=not file)

    def tell(self, written, *, tried):
        if written is None:
            self.stdout.write("None is due.")
            return
        done = "Wrote and tried" if tried else "Wrote"
        self.stdout.write(f"{done} {written} ({max(1, written.stat().st_size // 1024):,} kB).")
        if sealing.key_name():
            self.stdout.write(
                f"The key of its secrets, {sealing.key_name()}, is not in it. It is in {settings.SECRETS_KEY_FILE}."
            )


def _write(file, *, if_due):
    """Return the path of what was written, None if nothing was due."""
    if file:
        backups.write_backup(file)
        return file
    made = nightly.make(timezone.now(), only_if_due=if_due)
    return made.path if made else None
