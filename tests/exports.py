"""Exports for tests that go over all pages: one of everything with its file, one that broke off; files of long lists."""

from django.utils import timezone

from preproduction.models import ExportRun
from preproduction.moving_in.leaving import files
from studio import private_files
from studio.long_work import files as long_files
from studio.models import LongWork, User


def make_exports(by) -> None:
    """Make both; settings.DATA_DIR is the test's own."""
    now, states = timezone.now(), ExportRun.State
    for state in (states.READY, states.BROKEN):
        run = ExportRun.objects.create(
            by=by, by_name=str(by), state=state, rows=7, position=7, finished_at=now
        )
        if state == states.READY:
            files.pack(run.key, [], {"README.txt": "Everything."})
    for person in User.objects.all():
        _make_long_files(person)


def _make_long_files(by) -> None:
    """Make one that is there, and one that broke off."""
    private_files.make_folder(long_files.home())
    for state in ("done", "broken"):
        work = LongWork.objects.create(
            kind="file",
            title="Preproduction Orders",
            by=by,
            permission="see_work",
            state=state,
            file_kind="xlsx",
            rows=7000,
            position=1200,
            finished_at=timezone.now(),
        )
        if state == "done":
            long_files.path_of(work).write_bytes(b"All of them.")
