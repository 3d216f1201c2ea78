from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from studio import backups, sealing


class Command(BaseCommand):
    help = "Write the database and the uploaded files into one file, while people go on working."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="where to; a name ending in .zip that does not exist yet")

    def handle(self, *, file, verbosity, **options):
        try:
            backups.write_backup(file)
        except (backups.BackupRefused, sealing.KeyMissing) as refusal:
            raise CommandError(str(refusal)) from None
        if verbosity:
            self.stdout.write(f"Wrote {file} ({max(1, file.stat().st_size // 1024):,} kB).")
            if sealing.key_name():
                self.stdout.write(
                    f"The key of its secrets, {sealing.key_name()}, is not in it. It is in {settings.SECRETS_KEY_FILE}."
                )
