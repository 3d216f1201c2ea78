"""Imports for tests that go over all pages: one that waits for its answers, and one that is over."""

import json
from dataclasses import asdict

from django.utils import timezone

from preproduction.models import ImportRun
from preproduction.moving_in.importing import files
from preproduction.moving_in.importing.recognising import recognised
from preproduction.moving_in.importing.rehearsing import look
from studio.models import Client

ROWS = [["Name", "Phone"], ["Carl Dorn", "555 0188"], ["Dora <New>", "5" * 50], ["Eve", ""]]


def make_imports(by) -> None:
    """Make both; settings.DATA_DIR is the test's own."""
    ready = ImportRun(names=["clients.csv"])
    done = ImportRun(names=["vendors.csv"], state=ImportRun.State.DONE, finished_at=timezone.now())
    for run in (ready, done):
        run.by, run.by_name = by, str(by)
        run.save()
    Client.objects.create(name="Carl Dorn")
    files.folder(ready.key).mkdir(parents=True)
    lines = "".join(json.dumps([0, number, row]) + "\n" for number, row in enumerate(ROWS, start=1))
    (files.folder(ready.key) / files.ROWS).write_text(lines)
    ready.sheets = [asdict(layout) for layout in recognised(ready, ["clients"])]
    ready.save()
    look(ready)
