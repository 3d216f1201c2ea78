"""Real processes on one database, for races and for kill -9.

A child is a fork of the test's own process with a connection of its own, so that a hundred of them cost seconds.
"""

import json
import os
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

try:
    import fcntl
except ImportError:  # Windows, where no process forks
    fcntl = None  # type: ignore[assignment]

# Never closed: that would end the session of the parent, on whose socket it stands.
_inherited: list = []

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork: Linux or macOS")


@contextmanager
def one_storm_at_a_time():
    """Wait until no other run on this machine has many processes going.

    Sixteen beside sixteen others on two cores wait for each other longer than the product lets anybody wait.
    """
    with open(Path(tempfile.gettempdir(), "studio-tests-storm"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)  # though the children, too, have it open


def in_processes(count: int, work: Callable[[int], object]) -> list:
    """Call work(0) to work(count - 1), each in a process of its own, all let go at once; return their answers.

    Answers must be plain JSON.  An exception in a child fails the test with the child's traceback.
    """
    with one_storm_at_a_time():
        return _in_processes(count, work)


def _in_processes(count, work) -> list:
    connections.close_all()
    gate_read, gate_write = os.pipe()
    children = []
    for index in range(count):
        answer_read, answer_write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(gate_write)
            os.read(gate_read, 1)  # returns when the parent opens the gate by closing its end
            _run(work, index, answer_write)
        os.close(answer_write)
        children.append((pid, answer_read))
    os.close(gate_read)
    os.close(gate_write)
    answers = []
    for pid, answer_read in children:
        with os.fdopen(answer_read) as pipe:
            text = pipe.read()
        os.waitpid(pid, 0)
        answers.append(json.loads(text or '{"error": "the process died"}'))
    # Not before all have ended: the tables are emptied next, and one at work would be in the way of that.
    for answer in answers:
        if "error" in answer:
            pytest.fail(f"A process failed:\n{answer['error']}")
    return [answer["value"] for answer in answers]


def killed_in_process(work: Callable[[], object]) -> bool:
    """Run `work` in a process of its own; return whether it was killed (True) or came to its end (False)."""
    connections.close_all()
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        _run(lambda _: work(), 0, write)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    answer = json.loads(text)
    if "error" in answer:
        pytest.fail(f"A process failed:\n{answer['error']}")
    return False


def killed_after(work: Callable[[Callable], object], share: float) -> None:
    """Run `work`, which does one thing again and again, in a process of its own, and kill that at some moment.

    work:  is given what to call after each of the things it does.
    share: of the time that the second took; so long after it the process is killed.
    """
    connections.close_all()
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        _run(lambda _: work(lambda: os.write(write, b" ")), 0, write)
    os.close(write)
    said = os.read(read, 1)
    first_done = time.monotonic()
    said += os.read(read, 1)
    time.sleep(share * (time.monotonic() - first_done))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    said += os.read(read, 10_000)
    os.close(read)
    if said.strip():
        pytest.fail(f"The process ended by itself:\n{said.decode()}")


def kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _run(work, index, answer_write) -> None:
    """The child's whole life.  It leaves by os._exit, past everything pytest would do at an end."""
    _leave_inherited_connections()
    try:
        answer = {"value": work(index)}
    except BaseException:
        answer = {"error": traceback.format_exc()}
    with os.fdopen(answer_write, "w") as pipe:
        json.dump(answer, pipe)
    connections.close_all()
    os._exit(0)


def _leave_inherited_connections() -> None:
    """Let the child open connections of its own, whatever the parent has open.

    Where a test before has started Playwright, whose loop goes on, the parent keeps two connections: one for code
    outside a loop, one for code in it, and closes the latter.  The child is in no loop, and would take up the former.
    """
    for connection in connections.all(initialized_only=True):
        _inherited.append(connection.connection)
        connection.connection = None
