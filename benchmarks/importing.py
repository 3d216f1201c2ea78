"""A large import beside a small one: how much memory the worker and the reader of files take, and how long a row takes.

    python benchmarks/importing.py [--full] [--rounds 1]

The rows are those of tests/preproduction/moving_in/importing/a_year.py: clients, sessions, orders and their Status Notes,
one in twenty dirty.  The short form compares 10,000 with 1,000, --full 100,000 with 1,000; each is imported in an empty
studio and in a process of its own, and the two take turns.  Linux says how much memory a
program took at most; others do not.
"""

import csv
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import measuring
from copied_studio import start_django

ROOT = Path(__file__).resolve().parents[1]
SMALL, LARGE, LARGEST = 1_000, 10_000, 100_000
ROWS_OF_A_THOUSANDTH = 25.9  # of such a year
MEMORY = ("reader of .xlsx", "reader of .csv", "worker of an import")
READ = (
    "import sys; from preproduction.moving_in.importing.reading.__main__ import main; main(*sys.argv[1:]); "
    "print(open('/proc/self/status').read(), file=sys.stderr)"
)


def main():
    if sys.argv[1:2] == ["--import"]:
        return import_what_is_in(sys.argv[2])
    wanted = measuring.arguments(__doc__, rounds=1)
    return compare(LARGEST if wanted.full else LARGE, wanted.rounds)


def compare(count, rounds) -> int:
    # The small one before and after: a long run sees more of what else the machine does.
    taken = [[measured(size) for size in (SMALL, count, SMALL)] for _ in range(rounds)]
    small, large = (
        {what: statistics.median(each[what] for each in column) for what in column[0]}
        for column in (
            [each for one, _, other in taken for each in (one, other)],
            [each[1] for each in taken],
        )
    )
    table = measuring.Table()
    for what in small:
        is_memory = what in MEMORY
        shown = measuring.megabytes if is_memory else measuring.seconds
        at_most = 1.3 if is_memory else 1.5
        table.row(f"{what}, {count:,} rows against {SMALL:,}", large[what], small[what], at_most, shown)
    return table.end()


def measured(size) -> dict[str, float]:
    """Import so many rows into an empty studio."""
    with tempfile.TemporaryDirectory() as folder:
        rows, paths = make_files(size, Path(folder))
        told = {f"reader of {path.suffix}": megabytes_of_reading(path) for path in paths}
        command = [sys.executable, __file__, "--import", folder]
        done = subprocess.run(command, env=environment(folder), stdout=subprocess.PIPE, check=True)
        told |= json.loads(done.stdout.splitlines()[-1])
        return {what: figure if what in MEMORY else figure / rows for what, figure in told.items()}


def environment(folder):
    import_data = {"DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/benchmark.sqlite3"}
    environment = {**os.environ, **import_data, "HUEY_FILE": f"{folder}/huey.sqlite3"}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    return environment


def make_files(size, folder) -> tuple[int, list[Path]]:
    """Write a year of so many rows twice: as a studio sends it, and its longest sheet as CSV."""
    sys.path.insert(0, str(ROOT))
    from tests.preproduction.moving_in.importing import a_year, books

    share = round(size / ROWS_OF_A_THOUSANDTH)
    year = a_year.make(
        clients=3 * share,
        sessions=2 * share,
        open_=150 * share // 1000,
        complete=2 * share,
        today=date(2026, 11, 28),
    )
    for name, content in year.workbooks().items():
        (folder / name).write_bytes(books.with_shared_texts(content))
    text = io.StringIO()
    csv.writer(text).writerows(year.rows["Status Notes"])
    (folder / "notes.csv").write_text(text.getvalue())
    return sum(map(len, year.rows.values())), [folder / "orders.xlsx", folder / "notes.csv"]


def megabytes_of_reading(path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), path.name],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
        text=True,
    )
    return measuring.most_megabytes(done.stderr)


def import_what_is_in(folder):
    """Do what the pages and the worker do, and print what it took."""
    start_django(folder)
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.test.utils import setup_test_environment, teardown_test_environment

    from preproduction.models import ImportRun
    from preproduction.moving_in.importing import act, rehearsing
    from studio.models import CompanyPreferences, User
    from tests.preproduction.moving_in.importing.pages import take_the_ready_made_list

    CompanyPreferences.objects.create(pk=1, time_zone="UTC", is_moved_in=True)
    by = User.objects.create(username="ada", role="administrator")
    browser = Client()
    browser.force_login(by)
    setup_test_environment()  # keeps what a page knew
    take_the_ready_made_list(browser)
    teardown_test_environment()
    names = ("clients.xlsx", "orders.xlsx")
    uploads = [SimpleUploadedFile(name, Path(folder, name).read_bytes()) for name in names]
    assert browser.post("/maintenance/import/", {"files": uploads}).status_code == 302
    del uploads
    run, told = ImportRun.objects.get(), {}
    with CompanyPreferences.load().in_force():
        began = time.process_time()
        rehearsing.look(run)
        told["rehearsing a row"] = time.process_time() - began
        ImportRun.objects.update(state=ImportRun.State.RUNS, position=0)
        run.refresh_from_db()
        began = time.process_time()
        for _ in act.steps(run):
            pass
        told["importing a row"] = time.process_time() - began
    run.refresh_from_db()
    assert run.state == run.State.DONE, (run.state, run.refusal, run.rehearsed)
    told["worker of an import"] = measuring.most_megabytes(Path("/proc/self/status").read_text())
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
