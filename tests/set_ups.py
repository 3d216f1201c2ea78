"""The product as it is run, whole: web server and worker, as the README starts them, and visitors from outside.

On SQLite that is run.py's way (waitress); on PostgreSQL it is production (gunicorn, https by a proxy, which the
visitors play by its headers).  So the tests that ask here meet each set-up on its own engine.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils.encoding import iri_to_uri

from tests.conftest import prove
from tests.postgresql import free_port
from tests.servers import HOST, ROOT, Server, database_address, wait_until_served

# As run.py does, with the Python that the tests run on, and without installing anything.
AS_RUN = """
import sys
from pathlib import Path
import run
run.PYTHON, run.DATA = Path(sys.executable), Path(sys.argv[1])
port = int(sys.argv[2])
run.stop_what_is_left(port)
run.refuse_busy_port(port)
sys.exit(run.serve(port))
"""
PROXY = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
FORM = "application/x-www-form-urlencoded"
TOKEN = "t" * 32  # as a browser has it from the first page it saw
LARGEST_BODY = 2 * 1024 * 1024  # DATA_UPLOAD_MAX_MEMORY_SIZE; gunicorn hangs up on more without reading it


@dataclass
class Running:
    """A set-up that runs: where to ask, what a proxy would add, and all its groups of processes, web server first."""

    server: Server
    headers: dict[str, str] = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return "https://localhost" if self.headers else f"http://{HOST}:{self.server.port}"

    def kill(self) -> None:
        """kill -9 of everything at once, as when the power fails."""
        for group in self.groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


class Visitor:
    """Somebody outside: asks over a socket of its own each time, with the session of a person or none.

    It can stand where tests have a Browser in the own process: the answers are Django's.
    """

    def __init__(self, running: Running, person=None):
        self.running, self.person, self.error, self.statuses = running, person, "", Counter()
        self.cookie = f"csrftoken={TOKEN}"
        if person:
            browser = Client()
            browser.force_login(person)
            self.cookie += f"; sessionid={prove(browser).cookies['sessionid'].value}"

    def ask(self, method, address, data=b"", content_type=FORM, **headers) -> HttpResponse:
        """Return the answer.  Headers are named as in Django's environment.

        Raises OSError or HTTPException where none came.
        """
        given = {"Cookie": self.cookie, "Origin": self.running.origin, "Connection": "close"}
        given |= {"Content-Type": content_type} if method == "POST" else {}
        given |= {
            name.removeprefix("HTTP_").replace("_", "-").title(): value for name, value in headers.items()
        }
        wire = self.running.server.connect()
        try:
            with suppress(BrokenPipeError):  # it may have answered without reading to the end
                body = data if method == "POST" else None
                wire.request(
                    method, iri_to_uri(address), body=body, headers={**self.running.headers, **given}
                )
            said = wire.getresponse()
            answer = HttpResponse(said.read(), status=said.status)
            for name, value in said.headers.items():
                answer[name] = value
        except (OSError, HTTPException):
            if len(data) <= LARGEST_BODY:
                raise
            answer = HttpResponse(status=413, content_type="text/plain")
        finally:
            wire.close()
        self.statuses[answer.status_code] += 1
        return answer


@contextmanager
def set_up(folder: Path, *, workers: int = 3, **environment) -> Iterator[Running]:
    """Run the set-up that belongs to the tests' engine on the tests' own database; end it, also if it was killed.

    The test has to commit what it wants to see: pytest.mark.django_db(transaction=True).

    workers: gunicorn's; as in the README, or one where nobody asks while somebody else does.
    """
    environment = {
        **os.environ,
        "DATABASE_URL": database_address(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "studio.settings",
        "PYTHONPATH": str(ROOT),
        **environment,
    }
    port = free_port()
    if connection.vendor == "sqlite":
        running = _as_run(folder, port, environment)
    else:
        running = _production(folder, port, environment, workers)
    with running as is_up:
        yield is_up


@contextmanager
def _as_run(folder, port, environment):
    program = folder / "as_run.py"
    program.write_text(AS_RUN)
    with ExitStack() as ends:
        server = ends.enter_context(
            started(folder, port, [str(program), str(folder), str(port)], environment)
        )
        worker, web = json.loads((folder / f"running-{port}.json").read_text())["children"]
        running = Running(server, groups=[web, worker, server.process.pid])
        ends.callback(running.kill)
        yield running


@contextmanager
def _production(folder, port, environment, workers):
    environment = {
        "STATIC_ROOT": str(folder / "static"),
        **environment,
        "PRODUCTION": "true",
        "BEHIND_PROXY": "true",
        "ALLOWED_HOSTS": "localhost",
        "SECRET_KEY": settings.SECRET_KEY,  # with which the tests sign sessions
    }
    web = ["-m", "gunicorn", "studio.wsgi", f"--workers={workers}", f"--bind={HOST}:{port}"]
    with ExitStack() as ends:
        server = ends.enter_context(started(folder, port, web, environment))
        log = ends.enter_context((folder / "worker.log").open("a"))
        worker = _program(["manage.py", "run_huey", "--quiet"], environment, log)
        running = Running(server, dict(PROXY), [server.process.pid, worker.pid])
        ends.callback(worker.wait)
        ends.callback(running.kill)
        yield running


@contextmanager
def started(folder: Path, port: int, command: list[str], environment: dict) -> Iterator[Server]:
    """Run a program of Python's in a group of its own until it answers on `port`; kill it in the end."""
    log = folder / "web.log"
    with log.open("a") as output:
        process = _program(command, environment, output)
    server = Server(port, process, log)
    try:
        wait_until_served(server)
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _program(command, environment, output) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
