"""kill -9 of the worker before each SQL statement of an export of everything, and where it puts files.

What can be downloaded is whole, and there is nothing to download before.
"""

import os
import random
import zipfile

import pytest

from preproduction.models import ExportRun
from preproduction.moving_in.leaving import files, runs, work
from studio.refusal import OperationRefused
from tests.reliability.processes import needs_fork
from tests.reliability.test_killed_at_each_statement import run_killed

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

STATEMENTS = 150  # about as many are in all of it
ORDERS = 3


@pytest.fixture
def export(make_order, ada, preferences, settings, tmp_path, monkeypatch):
    """An export that was just asked for, of two records a file."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(work, "ROWS_A_FILE", 2)
    for number in range(ORDERS):
        make_order(number=f"A-{number}")
    return runs.begin(by=ada)


def go_on():
    replace, unlink = os.replace, os.unlink

    def replaced(*names):
        ExportRun.objects.exists()
        replace(*names)
        ExportRun.objects.exists()

    def unlinked(*names, **options):
        ExportRun.objects.exists()
        unlink(*names, **options)

    os.replace, os.unlink = replaced, unlinked
    while work.go_on():
        pass


def downloaded(run) -> list[str] | None:
    """Return the names of what is in the file, each read to its end; None where there is nothing to download."""
    try:
        with runs.open_file(run) as content, zipfile.ZipFile(content) as archive:
            assert archive.testzip() is None
            return sorted(archive.namelist())
    except OperationRefused:
        return None


def whole(run) -> list[str]:
    """Return what a worker puts into the file that nobody disturbs."""
    while work.go_on():
        pass
    run.refresh_from_db()
    names = downloaded(run)
    files.remove(run.key)
    ExportRun.objects.update(state="runs", sheet=0, after=0, files=0, position=0)
    return names


def killed_again_and_again(run, names, chance, stride) -> tuple[int, str]:
    """Return how many workers were killed before one came to the end, and what was wrong in between."""
    at = kills = 0
    while run.state == "runs":
        before = (run.sheet, run.after, run.files)
        kills += run_killed(go_on, at)
        run.refresh_from_db()
        if (found := downloaded(run)) not in (names, None):
            return kills, f"after kill {kills} there are {found}"
        step = chance.randrange(1, 2 * stride)
        at = at + step if (run.sheet, run.after, run.files) == before else step - 1
    return kills, "" if downloaded(run) == names else f"{run.state}: {downloaded(run)}"


def test_a_worker_killed_at_any_statement_leaves_no_half_file_and_the_next_one_ends_it(
    export, size, seed, record
):
    number = size("kills of an export")
    names = whole(export)
    assert {"to import/Orders 1.xlsx", "to import/Orders 2.xlsx", "README.txt", "set-up.toml"} < set(names)
    stride = max(1, STATEMENTS // number)
    export.refresh_from_db()
    kills, wrong = killed_again_and_again(export, names, random.Random(seed), stride)
    assert wrong == ""
    assert kills >= min(STATEMENTS, number) // 4
    assert files.zip_of(export.key).exists()
    record(kills=kills)


def test_control_files_that_go_before_the_run_is_ready_are_missed(export, monkeypatch):
    names = whole(export)
    while ExportRun.objects.get().sheet < len(work.SHEETS):  # nothing is left but to pack
        work.go_on()
    export.refresh_from_db()
    pack = files.pack

    def pack_and_clear(key, *given):
        size = pack(key, *given)
        for path in files.folder(key).glob("*.xlsx"):
            path.unlink()
        return size

    monkeypatch.setattr(files, "pack", pack_and_clear)
    _, wrong = killed_again_and_again(export, names, random.Random(1), 1)
    assert wrong
