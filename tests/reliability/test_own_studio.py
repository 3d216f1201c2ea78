"""`run.py --studio`: a studio of one's own, from nothing to the second day."""

import os
import re
import signal
import stat
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from studio import installation
from tests.postgresql import free_port
from tests.programs import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.any_database]

# All of run.py but what installs.
STARTS = """
import sys
from pathlib import Path
import run
run.PYTHON, run.DATA = Path(sys.executable), Path(sys.argv[1])
run.make_venv = run.fetch_sortable = run.install = lambda *what: None
sys.argv[1:] = sys.argv[2:]
run.main()
"""


@contextmanager
def started(folder, *arguments):
    """Start it with its data in `folder`; yield its port and what it says until it is open, and close it."""
    program, port = folder / "as_run.py", free_port()
    program.write_text(STARTS)
    taken = ("DATABASE_URL", "HUEY_FILE", "SECRETS_KEY_FILE")
    environment = {name: text for name, text in os.environ.items() if name not in taken}
    running = subprocess.Popen(
        [sys.executable, program, folder, *arguments, "--port", str(port)],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT), "DATA_DIR": str(folder / "own")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    try:
        while "is open at" not in said:
            line = running.stdout.readline()
            assert line, said
            said += line
        yield port, said + running.stdout.readline()
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(20)


class Visitor:
    """A browser, as far as forms need one."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, address, fields=None):
        """Return the page at the end of all redirects, and its address."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            fields = urlencode({"csrfmiddlewaretoken": self.cookies["csrftoken"], **fields})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        wire.request("POST" if fields else "GET", address, fields, headers)
        answer = wire.getresponse()
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _, value = given.split(";")[0].partition("=")
            self.cookies[name] = value
        text, there = answer.read().decode(), answer.headers.get("Location")
        wire.close()
        return self.ask(there) if there else (address, text)


def test_a_studio_of_ones_own_begins_with_the_code_and_is_kept(tmp_path):
    phrase = "a long enough pass phrase"
    with started(tmp_path, "--studio") as (port, said):
        code = re.search(r"with this code: (\S+)", said)[1]
        ada = Visitor(port)
        address, page = ada.ask("/")
        assert address == "/accounts/first/"
        assert "studio-demo" not in page
        who = {"first_name": "Ada", "last_name": "Vane", "username": "ada", "email": ""}
        passwords = {"password1": phrase, "password2": phrase}
        address, page = ada.ask(address, {"code": code, **who, **passwords})
        assert address == "/"
        assert "Hartley" not in page  # the studio of the demo
    own = tmp_path / "own"
    assert {"studio.sqlite3", "huey.sqlite3", "signing.key"} <= {path.name for path in own.iterdir()}
    opened = [path for path in [own, *own.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert not opened
    with started(tmp_path, "--studio") as (port, said):
        assert "with this code" not in said
        # The session is kept, too: what signs it is.
        assert Visitor(port).ask("/")[0].startswith("/accounts/login/")
        ada.port = port
        assert ada.ask("/")[0] == "/"


def test_manage_says_on_which_studio_it_works_and_only_where_nothing_else_does(tmp_path):
    environment = {name: text for name, text in os.environ.items() if name not in installation.SAYS_WHERE}
    for said in (True, False):
        given = {} if said else {"DATABASE_URL": f"sqlite:///{tmp_path / 'studio.sqlite3'}"}
        done = subprocess.run(
            [sys.executable, "manage.py", "version"],
            cwd=ROOT,
            env={**environment, **given},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr.startswith("This works on ") == said
        assert "This works" not in done.stdout
