"""Whatever is sent is read, or refused in a sentence; and it takes no more than it may."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from preproduction.moving_in.importing.reading import __main__ as program
from preproduction.moving_in.importing.reading.limits import Refused
from tests.preproduction.moving_in.importing import books, hostile, odd

pytestmark = pytest.mark.any_database
on_linux = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="says how much memory a process has on Linux only"
)


def read(path, content, name):
    path.write_bytes(content)
    return list(program.read(path, name))


def test_what_cannot_be_read_is_refused_in_a_sentence(tmp_path):
    other = {}
    for what, (name, content, part) in hostile.refused().items():
        try:
            other[what] = read(tmp_path / "upload", content, name)[:3]
        except Refused as refused:
            if part not in str(refused) or not str(refused).endswith("."):
                other[what] = str(refused)
    assert other == {}


def test_what_is_odd_is_read(tmp_path):
    other = {}
    for what, (name, content, rows) in odd.read().items():
        found = [said[1] for said in read(tmp_path / "upload", content, name) if not isinstance(said, dict)]
        if not _alike(found, rows):
            other[what] = found
    assert other == {}


def _alike(found, rows):
    """Of a fault a part of its sentence is enough."""
    return len(found) == len(rows) and all(
        cell == wanted or (isinstance(wanted, dict) and wanted.get("fault", "!") in str(cell))
        for got, row in zip(found, rows, strict=True)
        for cell, wanted in zip(got, row, strict=True)
    )


def run(path: Path, *, limit: str = "") -> list:
    """Run the program as the worker does; with `limit`, a line that sets another."""
    start = [sys.executable, "-m", "preproduction.moving_in.importing.reading"]
    if limit:
        code = f"from preproduction.moving_in.importing.reading import __main__ as m, limits; {limit}; m.main(*__import__('sys').argv[1:])"
        start = [sys.executable, "-c", code]
    done = subprocess.run(
        [*start, str(path), path.name], cwd=settings.BASE_DIR, capture_output=True, check=False
    )
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@on_linux
def test_a_file_that_takes_too_much_memory_is_refused_and_control_is_read(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(",".join(["😀" * 10_000] * 100))  # a single row, for of many one after the other is kept
    assert run(path)[-1] == {"end": True}
    now = "int(open('/proc/self/statm').read().split()[0]) * 4096"
    assert "memory" in run(path, limit=f"limits.MEMORY = {now} + 6_000_000")[-1]["refused"]


def read_all(folder, files, *, naive=False) -> dict:
    """Let the worker's part read files, in a process of its own; return what it said, by their places."""
    for place, (name, content) in enumerate(files):
        (folder / f"{place:03}_{name}").write_bytes(content)
    program = [sys.executable, "-m", "tests.preproduction.moving_in.importing.reads_all", str(folder)]
    done = subprocess.run(program + ["naive"] * naive, cwd=settings.BASE_DIR, capture_output=True, check=True)
    return json.loads(done.stdout)


@on_linux
@pytest.mark.slow
def test_hostile_files_leave_the_worker_as_it_was_and_nothing_of_them_is_kept(tmp_path, size, seed, record):
    kinds = [*hostile.refused().values(), *odd.read().values()]
    chosen = random.Random(seed).sample(kinds, min(size("hostile files"), len(kinds)))
    found = read_all(tmp_path, [(name, content) for name, content, _ in chosen])
    other = {
        name: (said, wanted)
        for (name, said), (_, _, wanted) in zip(found["said"].items(), chosen, strict=True)
        if (wanted not in str(said) if isinstance(wanted, str) else said != len(wanted))
    }
    assert other == {}
    early, late = found["megabytes"]
    assert late <= early + 8
    record(files=len(chosen), megabytes_more=round(late - early))


@on_linux
def test_control_a_worker_that_reads_them_itself_grows(tmp_path):
    small, large = books.workbook(A=[["x"]]), hostile.sheet_of(" " * 12_000_000)
    found = read_all(tmp_path, [("a.xlsx", small)] * 6 + [("a.xlsx", large)], naive=True)
    early, late = found["megabytes"]
    assert late > early + 8
