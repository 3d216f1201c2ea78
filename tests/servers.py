"""The studio behind a real web server, as it is served: for what Django's own test client hides."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

from tests.postgresql import free_port

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
SERVERS = {
    "waitress": ["-m", "waitress", "--listen={host}:{port}", "studio.wsgi:application"],
    "gunicorn": ["-m", "gunicorn", "--bind={host}:{port}", "--keep-alive=5", "--threads=2", "studio.wsgi"],
}


@dataclass
class Server:
    port: int
    process: subprocess.Popen
    log: Path

    def connect(self, timeout: float = 60) -> HTTPConnection:
        return HTTPConnection(HOST, self.port, timeout=timeout)

    def ask(self, address: str, method: str = "GET", body=None, **headers) -> tuple[int, str]:
        """Return status and text of one answer, on a connection of its own."""
        asked = self.connect()
        try:
            asked.request(method, address, body=body, headers={"Connection": "close", **headers})
            answer = asked.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            asked.close()

    def sign_in(self, username: str, password: str, **headers) -> tuple[int, str, str]:
        """Send the form of the sign-in page as a browser does; return status, text and the cookies to go on with.

        headers: what a proxy adds.
        """
        cookies = {}

        def asked(method, body=None):
            wire = self.connect()
            cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
            form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            wire.request(
                method,
                "/accounts/login/",
                body=body,
                headers={"Connection": "close", "Cookie": cookie, **form, **headers},
            )
            answer = wire.getresponse()
            for given in answer.headers.get_all("Set-Cookie", []):
                name, _, value = given.split(";")[0].partition("=")
                cookies[name] = value
            return answer.status, answer.read().decode()

        _, page = asked("GET")
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        sent = {"csrfmiddlewaretoken": token, "login": username, "password": password}
        status, text = asked("POST", urlencode(sent))
        return status, text, "; ".join(f"{name}={value}" for name, value in cookies.items())


def database_address() -> str:
    """Return the tests' own database as DATABASE_URL names it."""
    stored = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{stored['NAME']}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{stored['NAME']}"


@contextmanager
def serving(kind: str, folder: Path, *, database: str = "", **environment) -> Iterator[Server]:
    """Run one of SERVERS on the tests' own database (or `database`); wait until it answers; end it.

    The test has to commit what it wants to see: pytest.mark.django_db(transaction=True).
    """
    port, log = free_port(), folder / f"{kind}.log"
    command = [part.format(host=HOST, port=port) for part in SERVERS[kind]]
    environment = {
        **os.environ,
        "DATABASE_URL": database or database_address(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "studio.settings",
        **environment,
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    server = Server(port, process, log)
    try:
        wait_until_served(server)
        yield server
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def wait_until_served(server: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.log.read_text()
        with suppress(OSError):
            probe = server.connect(timeout=1)
            probe.connect()
            probe.close()
            return
        time.sleep(0.1)
    raise AssertionError(f"No answer in a minute:\n{server.log.read_text()}")
