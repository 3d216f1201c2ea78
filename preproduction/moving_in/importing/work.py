"""What the worker does of imports, a piece at a time, so that messages are not kept waiting by a long one."""

import logging
import time
from datetime import timedelta

from django.utils import timezone

from preproduction.models import ImportRun
from preproduction.moving_in.importing import act, files, undo
from preproduction.moving_in.importing.rehearsing import look
from studio.models import CompanyPreferences

logger = logging.getLogger(__name__)
State = ImportRun.State

PIECE_SECONDS = 5
LEFT_AFTER = timedelta(days=1)
WENT_WRONG = "Something went wrong while this was read, and it was noted in the log. Send the files again."
GONE = "The rows were removed before all of them were imported. Send the files again: what is here is not made twice."


def go_on() -> bool:
    """Do a piece of what waits; return whether there is more."""
    _leave_old()
    run = (
        ImportRun.objects.filter(state__in=(State.WAITS, State.RUNS, State.GOES_BACK))
        .select_related("by")
        .order_by("touched_at")
        .first()
    )
    if run is None:
        return False
    with CompanyPreferences.load().in_force():
        _piece(run)
    return True


def _piece(run: ImportRun) -> None:
    if run.state == State.WAITS:
        _look(run)
        return
    until = time.monotonic() + PIECE_SECONDS
    steps = act.steps(run) if run.state == State.RUNS else undo.steps(run)
    try:
        for _ in steps:
            if time.monotonic() > until:
                break
    except files.FileRefused:
        now = timezone.now()
        ImportRun.objects.filter(pk=run.pk).update(
            state=State.DONE, refusal=GONE, finished_at=now, touched_at=now
        )


def _look(run: ImportRun) -> None:
    try:
        look(run)
    except Exception as error:
        # Its words may quote what is in the file.
        logger.error("import %s was not read: %s", run.pk, type(error).__name__)
        ImportRun.objects.filter(pk=run.pk).update(state=State.UNREADABLE, refusal=WENT_WRONG)


def _leave_old() -> None:
    """Remove the files of what nobody has gone on with for a day, or that is over for as long."""
    old = ImportRun.objects.filter(touched_at__lt=timezone.now() - LEFT_AFTER, files_removed=False)
    for run in old.exclude(state__in=(State.RUNS, State.GOES_BACK)):
        remove_files(run)
        ImportRun.objects.filter(pk=run.pk, state__in=(State.WAITS, State.ASKS, State.READY)).update(
            state=State.LEFT
        )
    kept = set(map(str, ImportRun.objects.filter(files_removed=False).values_list("key", flat=True)))
    files.remove_others(kept, older_than=LEFT_AFTER)


def remove_files(run: ImportRun) -> None:
    files.remove(run.key)
    ImportRun.objects.filter(pk=run.pk).update(files_removed=True, choices={})
