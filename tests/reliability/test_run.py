"""Starting and stopping: run.py's web server and worker end within five seconds, however it was started or ended."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.postgresql import free_port
from tests.set_ups import AS_RUN

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads /proc"),
]


@pytest.fixture
def environment(migrated, tmp_path):
    """Return that of a studio of its own, whose tables are made."""
    shutil.copy(migrated, tmp_path / "studio.sqlite3")
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'studio.sqlite3'}",
        "HUEY_FILE": str(tmp_path / "huey.sqlite3"),
    }


@pytest.fixture
def studio(environment, tmp_path):
    """Return a function that starts the studio in an empty folder and waits until it is open."""
    started = []

    def start(port, *, ignoring=(), wait=True):
        def ignore():
            for number in ignoring:
                signal.signal(number, signal.SIG_IGN)

        (tmp_path / "as_run.py").write_text(AS_RUN)
        program = subprocess.Popen(
            [sys.executable, tmp_path / "as_run.py", tmp_path, str(port)],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=ignore,
        )
        started.append(program)
        if wait:
            while "is open at" not in (line := program.stdout.readline()):
                assert line, "It ended before it was open."
        return program

    yield start
    for program in started:
        program.kill()
        program.wait()


def children_of(folder, port):
    return json.loads((folder / f"running-{port}.json").read_text())["children"]


def is_alive(process):
    """Whether it runs; a zombie does not."""
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    return False


def seconds_until_gone(processes, most=20):
    begun = time.monotonic()
    while any(is_alive(process) for process in processes) and time.monotonic() - begun < most:
        time.sleep(0.05)
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("ignoring", "sent"),
    [
        ([], signal.SIGINT),
        ([], signal.SIGTERM),
        ([signal.SIGINT, signal.SIGQUIT], signal.SIGTERM),  # as a script's "&" starts it
        ([signal.SIGINT, signal.SIGQUIT], signal.SIGINT),
    ],
)
def test_it_ends_within_five_seconds_however_it_was_started(studio, tmp_path, ignoring, sent):
    port = free_port()
    program = studio(port, ignoring=ignoring)
    children = children_of(tmp_path, port)
    assert all(map(is_alive, children))
    begun = time.monotonic()
    program.send_signal(sent)
    assert program.wait(20) == 0
    assert time.monotonic() - begun < 5.5
    assert not any(map(is_alive, children))
    assert not (tmp_path / f"running-{port}.json").exists()


def test_a_killed_start_takes_its_children_along_and_the_next_one_starts(studio, tmp_path):
    port = free_port()
    program = studio(port)
    children = children_of(tmp_path, port)
    program.kill()
    program.wait()
    assert seconds_until_gone(children) < 5.5
    again = studio(port)
    asked = HTTPConnection("127.0.0.1", port, timeout=60)
    asked.request("GET", "/accounts/first/")
    assert asked.getresponse().status == 200
    again.send_signal(signal.SIGTERM)
    assert again.wait(20) == 0


def test_what_a_killed_start_left_behind_is_stopped_by_the_next(studio, tmp_path):
    """Stopped processes (SIGSTOP) stand for such as hang: they cannot notice that nobody attends them."""
    port = free_port()
    program = studio(port)
    children = children_of(tmp_path, port)
    for child in children:
        os.kill(child, signal.SIGSTOP)
    program.kill()
    program.wait()
    assert all(map(is_alive, children))
    again = studio(port, wait=False)
    said = ""
    while "is open at" not in said and (line := again.stdout.readline()):
        said += line
    assert "An earlier start was cut off; what it had left running is stopped" in said
    assert seconds_until_gone(children) < 1
    again.send_signal(signal.SIGTERM)
    again.wait(20)


def test_a_second_start_says_that_the_studio_runs_already_and_touches_nothing(studio, tmp_path):
    port = free_port()
    studio(port)
    children = children_of(tmp_path, port)
    second = studio(port, wait=False)
    said = second.communicate(timeout=30)[0]
    assert second.returncode == 1
    assert f"The studio is running already at http://127.0.0.1:{port}/" in said
    assert all(map(is_alive, children))


def test_no_process_of_somebody_else_is_stopped(studio, tmp_path):
    """The number of a process that ended may be another's by now."""
    port = free_port()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    noted = {"starter": 2**22 - 1, "children": [stranger.pid]}
    (tmp_path / f"running-{port}.json").write_text(json.dumps(noted))
    program = studio(port)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    program.send_signal(signal.SIGTERM)
    program.wait(20)


def test_each_line_of_the_worker_is_printed_once(environment):
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "run_huey"], cwd=ROOT, env=environment | {"LOG_LEVEL": "INFO"}, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    lines = []
    # Until the last it says of its start: before that, Ctrl-C ends it with a traceback that quotes its own lines.
    while "+ triggers.tasks.tick" not in (lines or [""])[-1]:
        line = worker.stderr.readline()
        assert line, lines
        lines.append(line)
    while worker.poll() is None:  # while it starts its threads huey ignores the signal, and then it is lost
        worker.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            worker.wait(10)
    lines += worker.stderr.readlines()
    assert sum("Huey consumer started" in line for line in lines) == 1
