"""What people do with an export: begin it, download it, remove it."""

from datetime import datetime

from django.db import transaction

from preproduction.models import ExportRun
from preproduction.moving_in.leaving import files, work
from studio.models import User
from studio.refusal import OperationRefused
from studio.tasks import wake_for_long_work

State = ExportRun.State


@transaction.atomic
def begin(*, by: User) -> ExportRun:
    """Let the worker write everything down.  Return the export that is being written already, if there is one."""
    if running := ExportRun.objects.filter(state=State.RUNS).first():
        return running
    last = work.until()
    run = ExportRun.objects.create(by=by, by_name=str(by), until=last, rows=work.count(last))
    wake_for_long_work()
    return run


def removed_at(run: ExportRun) -> datetime | None:
    """Return when the worker will remove a file that is ready."""
    return run.finished_at + work.KEPT_FOR if run.state == State.READY and run.finished_at else None


def open_file(run: ExportRun):
    """Return the file, opened.  Raises OperationRefused where it is not here, or not yet."""
    try:
        if run.state == State.READY:
            return files.zip_of(run.key).open("rb")
    except FileNotFoundError:
        pass
    raise OperationRefused("The file of this export is not here any more, or not yet. Start another.")
