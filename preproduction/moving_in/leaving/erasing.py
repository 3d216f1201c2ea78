"""Erasing a client: what goes with them, what stays, and what still holds their words."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from preproduction import operations
from preproduction.models import ExportRun, ImportRun
from preproduction.moving_in.importing.work import remove_files
from preproduction.moving_in.leaving import work
from preproduction.moving_in.leaving.sheets import ORDERS, SESSIONS, STATUS_NOTES, Sheet
from preproduction.moving_in.leaving.sheets_to_read import (
    COMMUNICATION,
    CUSTOM,
    HISTORY,
    HOLDS,
    IMAGES,
    LETTERS,
    MESSAGES,
    REFUSALS,
    TASKS,
    WITHDRAWN,
)
from studio.backups import folder
from studio.backups.folder import KeptBackup
from studio.long_work import files
from studio.models import Client, Erasure, User
from studio.tasks import wake_for_long_work

# What goes of the records of each sheet, and what stays of them.
GOES: Sequence[tuple[Sheet, str, str]] = (
    (SESSIONS, "Location, notes", "Session No., date, type, photographer"),
    (
        ORDERS,
        "Notes, reason, what it is needed for",
        "Order No., days, status, vendor and its numbers, whose it is",
    ),
    (WITHDRAWN, "As of orders", "As of orders"),
    (STATUS_NOTES, "Notes, reasons", "Statuses, days, due dates, who did it"),
    (HISTORY, "Notes, and words before and after", "What happened, when, by whom"),
    (IMAGES, "File names", "Quantities, proof types and sizes"),
    (CUSTOM, "What was filled in", "That there was something"),
    (HOLDS, "Reasons", "Days"),
    (TASKS, "All that is written", "Days, whose it is; one that waits still waits"),
    (COMMUNICATION, "With whom, what was said", "When, who wrote it down"),
    (MESSAGES, "To whom, all words, what was known then", "When, by which trigger; what waits is skipped"),
    (LETTERS, "To whom, address, all words", "When it was written and printed"),
    (REFUSALS, "All of it", "Nothing"),
)
OVER = (ImportRun.State.DONE, ImportRun.State.UNDONE, ImportRun.State.LEFT, ImportRun.State.UNREADABLE)


class Part(NamedTuple):
    """Some records about a client: how many, what goes of them and what stays."""

    title: str
    count: int
    goes: str
    stays: str


class Remains(NamedTuple):
    """What still holds the words of a client after they are erased."""

    backups: list[KeptBackup]
    imports: list[ImportRun]


def parts(client: Client) -> list[Part]:
    """Return what there is about a client.  A query for each."""
    counted = [(sheet.title, sheet.of_client(client).count(), goes, stays) for sheet, goes, stays in GOES]
    return [Part(*part) for part in counted if part[1]]


def remains(at: datetime | None = None) -> Remains:
    """Return what was made before `at`, now if None, and has words that no erasing reaches."""
    at = at or timezone.now()
    waiting = ImportRun.objects.filter(files_removed=False, made_at__lte=at).exclude(state__in=OVER)
    return Remains(folder.made_before(at), list(waiting))


def exports() -> int:
    """Return how many exports of everything are here, or being written; they go, too."""
    return ExportRun.objects.filter(state__in=(ExportRun.State.RUNS, ExportRun.State.READY)).count()


@transaction.atomic
def erase(client: Client, *, by: User) -> Erasure:
    """Erase a client, and remove what files of exports and imports that are over hold of them.

    Raises OperationRefused as operations.erase_client does.
    """
    erasure = operations.erase_client(client, by=by)
    transaction.on_commit(_remove_files)
    wake_for_long_work()
    return erasure


def _remove_files() -> None:
    files.remove_all()
    for run in ExportRun.objects.filter(state__in=(ExportRun.State.RUNS, ExportRun.State.READY)):
        work.remove(run)
    for run in ImportRun.objects.filter(files_removed=False, state__in=OVER):
        remove_files(run)
