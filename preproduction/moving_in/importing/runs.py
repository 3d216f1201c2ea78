"""What people do with an import: begin it, answer, start it, leave it."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from preproduction.models import ImportRun
from preproduction.moving_in.importing import files
from preproduction.moving_in.importing.sheets import Layout
from preproduction.moving_in.importing.work import remove_files
from studio.models import User
from studio.refusal import OperationRefused, OutdatedPage
from studio.tasks import wake_for_long_work

State = ImportRun.State
OPEN = (State.ASKS, State.READY)
CHANGED = "Somebody has gone on with this import meanwhile. Nothing was changed; look at it again."


def begin(uploads: Sequence, *, by: User) -> ImportRun:
    """Keep the files, and let the worker read them."""
    run = ImportRun(by=by, by_name=str(by), names=[upload.name for upload in uploads])
    # Before the row: a worker that happens to look around would not find them.
    files.keep(run.key, uploads)
    run.save()
    wake_for_long_work()
    return run


@transaction.atomic
def set_layouts(run: ImportRun, layouts: Sequence[Layout], *, seen: str) -> None:
    """Say what is in the columns; the worker rehearses anew.  Raises OutdatedPage."""
    _keep(run, seen)
    _look_again(run, sheets=[asdict(layout) for layout in layouts])


@transaction.atomic
def answer(run: ImportRun, choices: dict, *, seen: str) -> None:
    """Keep what was answered; the worker rehearses anew.  Raises OutdatedPage."""
    _keep(run, seen)
    _look_again(run, choices=choices)


@transaction.atomic
def start(run: ImportRun, choices: dict, *, seen: str) -> None:
    """Let the worker import.  Raises OutdatedPage, or OperationRefused while something has to be said first."""
    now = _keep(run, seen)
    if now.state != State.READY:
        raise OperationRefused("Say first what is in the columns.")
    ImportRun.objects.filter(pk=run.pk).update(
        state=State.RUNS, choices=choices, position=0, done={}, touched_at=timezone.now()
    )
    wake_for_long_work()


@transaction.atomic
def leave(run: ImportRun) -> None:
    """Give up an import that has not begun; its files are removed at once."""
    left = ImportRun.objects.filter(pk=run.pk, state__in=(State.WAITS, *OPEN)).update(
        state=State.LEFT, touched_at=timezone.now()
    )
    if not left:
        raise OutdatedPage(CHANGED)
    transaction.on_commit(lambda: remove_files(run))


def _keep(run: ImportRun, seen: str) -> ImportRun:
    now = ImportRun.objects.select_for_update().get(pk=run.pk)
    if now.touched_at.isoformat() != seen or now.state not in OPEN:
        raise OutdatedPage(CHANGED)
    if not files.are_read(now.key):
        raise OperationRefused(files.GONE)
    return now


def _look_again(run: ImportRun, **columns) -> None:
    ImportRun.objects.filter(pk=run.pk).update(state=State.WAITS, touched_at=timezone.now(), **columns)
    wake_for_long_work()
