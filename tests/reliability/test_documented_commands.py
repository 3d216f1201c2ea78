"""Each command of README and docs, run word for word in a clone of its own; or named here, with why it is not."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import CommandError, get_commands, load_command_class

from tests.clones import cloned, environment, published
from tests.postgresql import free_port
from tests.programs import ROOT

DOCS = (
    "docs/office.md",
    "README.md",
    "docs/contributing.md",
    "docs/trust.md",
)  # the quickest to follow first
BLOCK = re.compile(
    r"(?:<!-- needs: (?P<needs>[^\n]+) -->\n)?```sh\n(?P<commands>.+?)^```$", re.MULTILINE | re.DOTALL
)
# What an office has that a test has not; the docs say so above the block, and nobody sees it on the page.
NEEDS = {"root", "systemd", "a container engine", "a public host", "uv and a package index"}
# These are done elsewhere: by whom, or why not at all.
ELSEWHERE = {
    "python3 run.py test": ".ci/run",
    "python3 run.py test tests/preproduction -k advance": "a part of what .ci/run does",
    "python3 run.py test tests/preproduction/test_undo.py": "a part of what .ci/run does",
    "python3 run.py campaign": "takes hours",
    "python3 run.py campaign kills fuzz": "takes hours",
    "python3 run.py campaign --share 0.1 --seed 7": "takes hours",
    "python3 run.py campaign --resume": "takes hours",
    "python3 run.py update": "tests/reliability/test_update.py",
}
# These go on until somebody stops them.
SERVE = {
    "python3 run.py",
    "python3 run.py --studio",
    ".venv/bin/gunicorn studio.wsgi --workers 3",
    ".venv/bin/python manage.py run_huey",
}
PRODUCTION = {
    "PRODUCTION": "true",
    "BEHIND_PROXY": "true",
    "ALLOWED_HOSTS": "proofs.example.com",
    "SECRET_KEY": "only-to-run-what-the-docs-say-and-long-enough-for-the-checks",
}

pytestmark = [pytest.mark.any_database, pytest.mark.skipif(os.name == "nt", reason="a shell's commands")]


class Block(NamedTuple):
    needs: str
    commands: str

    @property
    def lines(self):
        """The commands, without what is said of them; a block with a here-document is one."""
        if "<<" in self.commands:
            return [self.commands]
        return [line.partition("  #")[0].strip() for line in self.commands.splitlines()]


def blocks(name):
    text = (ROOT / name).read_text()
    found = [Block(match["needs"] or "", match["commands"]) for match in BLOCK.finditer(text)]
    assert len(found) == text.count("```sh"), f"{name} has a block that cannot be read"
    return found


def test_what_is_not_run_is_named_with_why():
    documented = {line for name in DOCS for block in blocks(name) if not block.needs for line in block.lines}
    assert {block.needs for name in DOCS for block in blocks(name)} - {""} == NEEDS
    # Nothing is excused that is not there any more, or that would run.
    assert documented >= ELSEWHERE.keys() | SERVE
    assert "run.py test" in (ROOT / ".ci/run").read_text()
    assert len(documented - ELSEWHERE.keys()) > 12


def in_sentences(text):
    """Return the commands of manage.py that a text names beside its blocks, each as its words."""
    return [found.split() for found in re.findall(r"`(?:\.venv/bin/python )?manage\.py ([^`]+)`", text)]


def takes(name, *arguments):
    """Whether there is such a command, and it takes these arguments; without any it is only named."""
    if name not in get_commands():
        return False
    with suppress(CommandError):
        command = load_command_class(get_commands()[name], name)
        command.create_parser("manage.py", name).parse_args(arguments)
        return True
    return not arguments


def test_what_a_sentence_names_is_a_command_and_takes_what_is_said():
    named = [words for name in DOCS for words in in_sentences((ROOT / name).read_text())]
    assert len(named) > 8
    assert [words for words in named if not takes(*words)] == []


def test_control_commands_that_are_none_or_take_something_else_are_noticed():
    wrong = in_sentences(
        "`manage.py unlok NAME`, `manage.py unlock NAME AND MORE`, `manage.py health --loud`"
    )
    assert [takes(*words) for words in wrong] == [False] * 3


def test_each_document_is_looked_at():
    assert {
        str(path.relative_to(ROOT)) for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    } == set(DOCS)


def commands_of(name):
    found = [line for block in blocks(name) if not block.needs for line in block.lines]
    return [command for command in found if command not in ELSEWHERE]


class Reader:
    """Somebody who has a fresh clone and does what the document says."""

    def __init__(self, clone):
        self.clone, self.home = clone, clone.parent / "home"
        self.home.mkdir()
        self.data = clone.parent / "office"

    def environment(self, command):
        given = {"HOME": str(self.home), "PATH": f"{self.programs()}:{os.environ['PATH']}"}
        if command.startswith(".venv/"):
            given |= {**PRODUCTION, "DATA_DIR": str(self.data), "STATIC_ROOT": str(self.home / "static")}
        return environment(**given)

    def programs(self):
        """python3 is the Python that the tests run on."""
        folder = self.home / "bin"
        folder.mkdir(exist_ok=True)
        if not (folder / "python3").exists():
            (folder / "python3").symlink_to(Path(sys.executable).resolve())
        return folder

    def do(self, command):
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=self.clone,
            env=self.environment(command),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    def serve(self, command):
        """Start it, wait until it does what it is for, and stop it as one does: with Ctrl-C."""
        port, given = free_port(), self.environment(command)
        if command.startswith("python3"):
            # Word for word, unless somebody else has the port.
            command, port = (command, 8000) if is_free(8000) else (f"{command} --port {port}", port)
        given["GUNICORN_CMD_ARGS"] = f"--bind 127.0.0.1:{port}"
        log = self.home / "log"
        with log.open("w") as output:
            running = subprocess.Popen(
                ["sh", "-ec", f"exec {command}"], cwd=self.clone, env=given, stdout=output, stderr=output
            )
        try:
            deadline = time.monotonic() + 240
            works = self.worker_came_round if "run_huey" in command else lambda: answers(port)
            while not works():
                assert running.poll() is None, f"{command}\n{log.read_text()}"
                assert time.monotonic() < deadline, f"{command}\n{log.read_text()}"
                time.sleep(0.2)
            running.send_signal(signal.SIGINT)
            assert running.wait(30) == 0, log.read_text()
        finally:
            running.kill()
            running.wait()

    def worker_came_round(self):
        with closing(sqlite3.connect(self.data / "studio.sqlite3")) as rows:
            return rows.execute("SELECT 1 FROM triggers_workerheartbeat").fetchone()


def is_free(port):
    with suppress(OSError):
        HTTPConnection("127.0.0.1", port, timeout=5).connect()
        return False
    return True


def answers(port):
    with suppress(OSError):
        wire = HTTPConnection("127.0.0.1", port, timeout=30)
        wire.request("GET", "/readyz")
        return wire.getresponse().status == 200
    return False


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_they_work_word_for_word(tmp_path, size, record):
    upstream, done = published(tmp_path), 0
    with_commands = [name for name in DOCS if commands_of(name)]
    for name in with_commands[: size("documents followed")]:
        reader = Reader(cloned(upstream, tmp_path / name / "clone"))
        for command in commands_of(name):
            (reader.serve if command in SERVE else reader.do)(command)
            done += 1
    record(commands=done)


def test_control_a_command_that_fails_is_noticed(tmp_path):
    (tmp_path / "clone").mkdir()
    with pytest.raises(AssertionError, match="no-such-file"):
        Reader(tmp_path / "clone").do("python3 no-such-file.py")
