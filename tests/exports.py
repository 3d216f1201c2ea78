"""Exports for tests that go over all pages: one with its file, and one that broke off."""

from django.utils import timezone

from preproduction.models import ExportRun
from preproduction.moving_in.leaving import files


def make_exports(by) -> None:
    """Make both; settings.DATA_DIR is the test's own."""
    now, states = timezone.now(), ExportRun.State
    for state in (states.READY, states.BROKEN):
        run = ExportRun.objects.create(
            by=by, by_name=str(by), state=state, rows=7, position=7, finished_at=now
        )
        if state == states.READY:
            files.pack(run.key, [], {"README.txt": "Everything."})
