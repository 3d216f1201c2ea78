"""The worker is woken through each queue that HUEY_URL can name, by a status change in another process."""

import os
import secrets
import shutil
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.module_loading import import_string
from huey.contrib.djhuey import HUEY

from studio import worker_queue
from tests.postgresql import free_port
from tests.programs import ROOT
from triggers.models import Task, Trigger, WorkerHeartbeat
from triggers.outbox import heartbeat


@pytest.fixture
def redis_url(tmp_path):
    """A Redis of our own, which lives only as long as the test."""
    program = shutil.which("redis-server")
    if program is None:
        sentence = "Redis' server is not installed.  On Debian and Ubuntu: sudo apt install redis-server"
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    port, password = free_port(), secrets.token_hex(16)
    options = ["--bind", "127.0.0.1", "--port", str(port), "--requirepass", password, "--save", ""]
    server = subprocess.Popen([program, *options], cwd=tmp_path, stdout=subprocess.DEVNULL)
    yield f"redis://:{password}@127.0.0.1:{port}/0"
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture
def sqlite_url(monkeypatch, tmp_path):
    monkeypatch.setenv("HUEY_FILE", str(tmp_path / "queue.sqlite3"))
    return ""


@pytest.fixture
def postgresql_url():
    if connection.vendor != "postgresql":
        pytest.skip("This run has no PostgreSQL: python tests/postgresql.py pytest ...")
    return database_url()


def database_url():
    """Return the address of the database that this test works on."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@pytest.fixture
def start_worker():
    """Return a function that starts the worker as a program of its own, and waits until it has come round."""
    started = []

    def start(url):
        environment = {**os.environ, "DATABASE_URL": database_url(), "HUEY_URL": url}
        program = subprocess.Popen(
            [sys.executable, "manage.py", "run_huey", "--quiet"], cwd=ROOT, env=environment
        )
        started.append(program)
        wait_for(heartbeat.last_seen)

    yield start
    for program in started:
        program.terminate()
        program.wait(timeout=20)


def wait_for(what, seconds=30):
    """Wait far less than the minute in which the worker would come round without being woken."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("queue", ["sqlite", "redis", "postgresql"])
def test_a_status_change_wakes_the_worker(request, monkeypatch, start_worker, make_order, statuses, queue):
    url = request.getfixturevalue(f"{queue}_url")
    Trigger.objects.create(description="Greet", status=statuses["Images selected"], task_title="Greet them")
    chosen = worker_queue.storage(url, file=os.environ["HUEY_FILE"])
    storage = import_string(chosen.pop("huey_class")).storage_class
    monkeypatch.setattr(HUEY, "storage", storage(settings.HUEY["name"], **chosen))
    start_worker(url)
    # Not right before the minute's tick, which would do it, too.
    while time.gmtime().tm_sec > 45:
        time.sleep(0.5)
    make_order()
    wait_for(Task.objects.exists, seconds=10)
    assert Task.objects.get().title == "Greet them"
    HUEY.storage.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:{port}/0", "postgres://nobody:x@127.0.0.1:{port}/nothing"]
)
def test_a_queue_out_of_reach_fails_no_status_change(monkeypatch, make_order, statuses, url, caplog):
    Trigger.objects.create(description="Greet", status=statuses["Images selected"], task_title="Greet them")
    chosen = worker_queue.storage(url.format(port=free_port()), file="")
    storage = import_string(chosen.pop("huey_class")).storage_class
    monkeypatch.setattr(HUEY, "storage", storage("studio", **chosen))
    began = time.monotonic()
    order = make_order()
    assert order.deliveries.count() == 1
    assert time.monotonic() - began < 10
    assert not WorkerHeartbeat.objects.exists()


def test_a_queue_that_nobody_knows_is_refused_in_a_sentence():
    with pytest.raises(ImproperlyConfigured, match="must be empty"):
        worker_queue.storage("amqp://localhost", file="")
