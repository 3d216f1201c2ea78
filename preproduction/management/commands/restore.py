from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection

from studio import backups, sealing, second_factors
from studio.models import User
from triggers import outbox
from triggers.operations import signing_secrets

AND_THEN = (second_factors.remove_unreadable, signing_secrets.clear_unreadable)


class Command(BaseCommand):
    """It lives here and not in studio because it knows the outbox, which must not send, and all secrets."""

    help = (
        "Put a back-up in the place of the database.  Stop the web server and the worker first.  "
        "Nothing that waited in the back-up is sent, unless one says so."
    )
    requires_system_checks = []  # the database may be empty, or broken

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="what manage.py backup wrote")
        parser.add_argument("--replace", action="store_true", help="overwrite a database that holds data")
        parser.add_argument(
            "--keep-waiting",
            action="store_true",
            help="leave what waited waiting, and do not skip it: only where nothing was sent since the back-up",
        )

    def handle(self, *, file, replace, keep_waiting, verbosity, **options):
        if not replace and _holds_data():
            raise CommandError(
                "The database holds data. Back it up, then run this again with --replace to overwrite it."
            )
        try:
            lost = backups.restore_backup(
                file, and_then=AND_THEN if keep_waiting else (outbox.skip_restored, *AND_THEN)
            )
        except (backups.BackupRefused, sealing.KeyMissing) as refusal:
            raise CommandError(f"{_plain(str(refusal))} Nothing was changed.") from None
        if verbosity:
            self.stdout.write("\n".join([f"Restored {file}. Everybody signs in again.", *map(_plain, lost)]))


def _plain(sentence: str) -> str:
    """Return `sentence` without what a terminal obeys: names in it are a stranger's."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in sentence)


def _holds_data():
    try:
        tables = connection.introspection.table_names()
        return User._meta.db_table in tables and User.objects.exists()
    except DatabaseError as error:
        raise CommandError(
            f"The database does not answer ({type(error).__name__}). Is it running, and is DATABASE_URL right?"
        ) from None
