"""kill -9 of the program that writes long files, before each SQL statement and around putting a file in its place.

What can be downloaded is whole; what was begun is begun anew, and nothing half is left beside it.
"""

import os
from io import BytesIO

import openpyxl
import pytest

from studio.exports import columns
from studio.long_work import files, rows
from studio.models import LongWork
from studio.refusal import OperationRefused
from tests.reliability.processes import needs_fork
from tests.reliability.test_killed_at_each_statement import run_killed

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True), pytest.mark.slow]

NUMBERS = ["A-0", "A-1", "A-2"]


@pytest.fixture
def work(make_order, ada, preferences, settings, tmp_path, monkeypatch):
    """A file that was just asked for, of three orders read one at a time, which may be begun as often as it takes."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(columns, "READ_AT_ONCE", 1)
    monkeypatch.setattr(files, "TELLS_EACH", -1)
    monkeypatch.setattr(rows, "MOST_TRIES", 1_000)
    for number in NUMBERS:
        make_order(number=number)
    return files.begin("/orders/?sort=number&export=xlsx", "Preproduction Orders", "xlsx", 3, by=ada)


def write():
    replace = os.replace

    def replaced(*names):
        LongWork.objects.exists()
        replace(*names)
        LongWork.objects.exists()

    os.replace = replaced
    files.write_waiting()


def downloaded(work):
    """Return the orders in the file; None where there is nothing to download."""
    try:
        with files.open_file(work) as content:
            book = openpyxl.load_workbook(BytesIO(content.read()))
            return [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)]
    except OperationRefused:
        return None


def killed_again_and_again(work, stride):
    """Return how many programs were killed before one came to the end, and what was wrong in between."""
    at = kills = 0
    while work.state in ("waits", "runs"):
        kills += run_killed(write, at)
        work.refresh_from_db()
        if (found := downloaded(work)) not in (NUMBERS, None):
            return kills, f"after kill {kills} there are {found}"
        at += stride
    left = {path.name for path in files.home().iterdir()} - {files.LOCK, f"{files.LOCK}-journal"}
    if left - {files.path_of(work).name}:
        return kills, f"there are {left}"
    return kills, "" if downloaded(work) == NUMBERS else f"{work.state}: {downloaded(work)}"


def test_a_program_killed_at_any_statement_leaves_no_half_file_and_the_next_one_writes_it(work, size, record):
    number = size("kills of a long file")
    kills, wrong = killed_again_and_again(work, max(1, 40 // number))
    assert wrong == ""
    assert kills >= min(number, 20) // 2
    record(kills=kills)


def test_control_a_file_said_to_be_there_before_it_is_would_be_missed(work, monkeypatch):
    begin = rows.start

    def too_early(work):
        begin(work)
        return rows.end(work, LongWork.State.DONE) or True

    monkeypatch.setattr(rows, "start", too_early)
    assert killed_again_and_again(work, 1)[1]
