"""What is in deploy/: each file read by the program that it is for, and the studio behind the proxy as an office runs it.

No container engine and no systemd runs here: the image is not built, and the units are not started.  What they start is.
"""

import json
import os
import re
import select
import shutil
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from django.conf import settings

from tests.conftest import PASSWORD
from tests.postgresql import free_port
from tests.programs import ROOT
from tests.servers import HOST, database_address
from tests.set_ups import started

DEPLOY = ROOT / "deploy"
SITE = "localhost"  # for which Caddy makes a certificate of its own
MEGABYTE = 1024 * 1024
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())

pytestmark = [pytest.mark.any_database, pytest.mark.skipif(os.name == "nt", reason="for Linux")]


def tool(name):
    """Return where a program is.  In CI all of them are there, or a test fails."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if not found and os.environ.get("CI"):
        pytest.fail(f"CI needs {name}; .ci/run and requirements/test.in install it.")
    return found or pytest.skip(f"{name} is not installed")


def says(*command, **environment):
    """Return what a linter says, and whether it is content."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, env={**os.environ, **environment}, timeout=60
    )
    return done.stdout + done.stderr, not done.returncode


def lint_dockerfile(text, folder):
    (folder / "Dockerfile").write_text(text)
    return says(tool("hadolint"), folder / "Dockerfile")


def lint_caddyfile(text, folder):
    (folder / "Caddyfile").write_text(text)
    command = [tool("caddy"), "validate", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]
    return says(*command, SITE=SITE, XDG_DATA_HOME=str(folder), XDG_CONFIG_HOME=str(folder))


def lint_unit(text, folder):
    """systemd looks for the programs, too, which are not where an office has them."""
    unit, app = folder / "studio-x.service", folder / "app"
    (app / ".venv/bin").mkdir(parents=True, exist_ok=True)
    for name in ("gunicorn", "python"):
        (app / ".venv/bin" / name).touch(mode=0o755)
    unit.write_text(text.replace("/srv/studio/app", str(app)))
    said, is_content = says(tool("systemd-analyze"), "verify", unit)
    # It only remarks on a line that it ignores.
    return said, is_content and str(unit) not in said


FILES = [
    ("Dockerfile", lint_dockerfile, ("FROM python:3.11-slim-bookworm", "FROM python:latest")),
    ("Caddyfile", lint_caddyfile, ("reverse_proxy", "reverse_poxy")),
    ("systemd/studio-web.service", lint_unit, ("Restart=always", "Restart=sometimes")),
    ("systemd/studio-worker.service", lint_unit, ("KillSignal=SIGINT", "KillSignals=SIGINT")),
]


@pytest.mark.parametrize(("name", "lint", "mistake"), FILES)
def test_a_file_is_right_and_a_planted_mistake_is_noticed(tmp_path, name, lint, mistake):
    text = (DEPLOY / name).read_text()
    said, is_content = lint(text, tmp_path)
    assert is_content, said
    right, wrong = mistake
    assert right in text
    _, is_content = lint(text.replace(right, wrong), tmp_path)
    assert not is_content


def test_the_services_fit_together():
    """compose.yaml, as far as it can be read without an engine."""
    services, volumes = COMPOSE["services"], COMPOSE["volumes"]
    assert set(services) == {"database", "migrate", "web", "worker", "proxy"}
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= services.keys(), name
        mounted = {volume.split(":")[0] for volume in service["volumes"]}
        assert {each for each in mounted if not each.startswith(".")} <= volumes.keys(), name
        assert "image" in service, name
    # Only the proxy is reached from outside.
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    build = services["web"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    # What is asked of .env stands in the docs.
    asked = set(re.findall(r"\$\{(\w+):\?", (DEPLOY / "compose.yaml").read_text()))
    docs = (ROOT / "docs/office.md").read_text()
    assert all(f"\n{name}=" in docs for name in asked)
    variables = (ROOT / "README.md").read_text()
    given = services["web"]["environment"].keys() | dict(image_settings()).keys()
    assert all(f"`{name}" in variables for name in given if not name.startswith(("PIP_", "PYTHON")))


def test_units_image_and_readme_start_the_same_programs():
    readme = (ROOT / "README.md").read_text()
    units = [(DEPLOY / f"systemd/studio-{name}.service").read_text() for name in ("web", "worker")]
    [web, worker] = [re.search(r"^ExecStart=/srv/studio/app/(.*)$", unit, re.MULTILINE)[1] for unit in units]
    [image] = re.findall(r"^CMD (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert web.split(" --bind")[0] in readme
    assert " ".join(json.loads(image)).split(" --bind")[0] == web.split(" --bind")[0]
    assert worker in readme
    assert " ".join(COMPOSE["services"]["worker"]["command"]) == worker


def image_settings():
    """Return the settings that the image brings."""
    [lines] = re.findall(r"^ENV ((?:.*\\\n)*.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    return [pair.split("=") for pair in lines.replace("\\\n", " ").split()]


@contextmanager
def proxy(folder, upstream):
    """Run Caddy with the Caddyfile of deploy/ in front of a port; yield its two ports and a context that trusts it."""
    http, https = free_port(), free_port()
    log = (folder / "caddy.log").open("w")
    process = subprocess.Popen(
        [tool("caddy"), "run", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"],
        env={
            **os.environ,
            "SITE": SITE,
            "UPSTREAM": f"{HOST}:{upstream}",
            "HTTP_PORT": str(http),
            "HTTPS_PORT": str(https),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        },
        stdout=log,
        stderr=log,
    )
    root = folder / "caddy/pki/authorities/local/root.crt"
    try:
        deadline = time.monotonic() + 30
        while True:
            with suppress(OSError, ssl.SSLError):
                context = ssl.create_default_context(cafile=root)
                HTTPSConnection(SITE, https, context=context, timeout=5).connect()
                break
            assert process.poll() is None, Path(log.name).read_text()
            assert time.monotonic() < deadline, Path(log.name).read_text()
            time.sleep(0.1)
        yield http, https, context
    finally:
        process.kill()
        process.wait()
        log.close()


class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(dict(self.headers.items())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def test_the_proxy_says_itself_who_asks_and_how(tmp_path):
    """What a stranger writes into the headers does not arrive."""
    with HTTPServer((HOST, 0), Echo) as upstream:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        with proxy(tmp_path, upstream.server_port) as (_, https, context):
            wire = HTTPSConnection(SITE, https, context=context, timeout=20)
            wire.request("GET", "/", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"})
            heard = json.loads(wire.getresponse().read())
        upstream.shutdown()
    assert heard["X-Forwarded-For"] in (HOST, "::1")
    assert heard["X-Forwarded-Proto"] == "https"
    assert heard["Host"] == f"{SITE}:{https}"


class Visitor:
    """A browser, as far as this needs one."""

    def __init__(self, https, context):
        self.https, self.context, self.cookies = https, context, {}

    def ask(self, address, method="GET", body=None, content_type="application/x-www-form-urlencoded"):
        """Return the answer, read."""
        wire = HTTPSConnection(SITE, self.https, context=self.context, timeout=60)
        origin = f"https://{SITE}:{self.https}"
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, (value, _) in self.cookies.items())}
        headers |= {"Origin": origin, "Referer": f"{origin}/"}
        if body:
            headers["Content-Type"] = content_type
        wire.request(method, address, body, headers)
        answer = wire.getresponse()
        answer.text = answer.read().decode(errors="replace")
        for given in answer.headers.get_all("Set-Cookie", []):
            (name, _, value), *rules = [part.partition("=") for part in given.split("; ")]
            self.cookies[name] = (value, {rule for rule, _, _ in rules})
        wire.close()
        return answer

    def pour(self, size):
        """Send a file of `size` until an answer comes; return its status."""
        self.context.maximum_version = ssl.TLSVersion.TLSv1_2  # nothing but an answer makes it readable
        wire = HTTPSConnection(SITE, self.https, context=self.context, timeout=60)
        wire.putrequest("POST", "/accounts/login/")
        wire.putheader("Content-Type", "multipart/form-data; boundary=b")
        wire.putheader("Content-Length", str(size))
        wire.putheader("Origin", f"https://{SITE}:{self.https}")
        wire.putheader("Cookie", f"csrftoken={self.cookies['csrftoken'][0]}")
        wire.endheaders()
        chunk = b"x" * 65_536
        for _ in range(size // len(chunk)):
            if select.select([wire.sock], [], [], 0.001)[0]:
                break
            wire.send(chunk)
        return wire.getresponse().status

    def token(self, page):
        return page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]


@pytest.fixture
def office(sam, preferences, tmp_path):
    """Return the port of the web server, as the image starts it with its settings."""
    environment = {**os.environ, **dict(image_settings())}
    port = free_port()
    environment |= {
        "DATABASE_URL": database_address(),
        "DATA_DIR": str(tmp_path / "data"),
        "STATIC_ROOT": str(tmp_path / "static"),
        "BACKUP_DIR": str(tmp_path / "backups"),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": SITE,
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    web = ["-m", "gunicorn", "studio.wsgi", "--workers", "1", "--bind", f"{HOST}:{port}"]
    with started(tmp_path, port, web, environment):
        yield port


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_studio_behind_the_proxy(office, tmp_path):
    with proxy(tmp_path, office) as (http, https, context):
        # http leads to https, at the proxy and past it.
        for port in (http, office):
            wire = HTTPConnection(SITE, port, timeout=20)
            wire.request("GET", "/orders/")
            answer = wire.getresponse()
            assert answer.status in (301, 308)
            assert answer.headers["Location"].startswith(f"https://{SITE}")
        # Machines ask past the proxy, by whatever name.
        wire = HTTPConnection(HOST, office, timeout=20)
        wire.request("GET", "/readyz", headers={"Host": "10.0.0.7"})
        assert wire.getresponse().status == 200

        visitor = Visitor(https, context)
        page = visitor.ask("/accounts/login/")
        assert page.status == 200
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "X-Forwarded-For" not in page.text
        sent = {"csrfmiddlewaretoken": visitor.token(page), "login": "sam", "password": PASSWORD}
        assert visitor.ask("/accounts/login/", "POST", urlencode(sent)).status == 302
        for name in ("csrftoken", "sessionid"):
            assert {"Secure", "HttpOnly"} <= visitor.cookies[name][1], name
        home = visitor.ask("/")
        assert home.status == 200
        assert "Sam" in home.text
        # Styles are there, and packed.
        [style] = re.findall(r'href="(/static/[^"]+\.css)"', home.text)[:1]
        assert visitor.ask(style).status == 200

        # A file as large as any form takes comes through.
        part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"x" * 31 * MEGABYTE
        sent = (part + b"\r\n--b--\r\n", "multipart/form-data; boundary=b")
        assert visitor.ask("/accounts/login/", "POST", *sent).status != 413
        # One that is larger is refused before all of it has come.
        assert visitor.pour(33 * MEGABYTE) == 413
