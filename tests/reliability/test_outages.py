"""A disk that is full, a file that is read-only, a database that is locked or away: 503 with the reason, one line in the
log, and all is right again without a restart."""

import errno
import os
import re
import shlex
import sqlite3
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import OperationalError, connection, connections
from django.test import Client as Browser
from django.urls import reverse

from studio.middleware import IdleMiddleware
from studio.models import Client, CompanyPreferences, Idle
from studio.outages import Outage, outage_of
from tests.conftest import PASSWORD
from tests.postgresql import find_programs, private_server
from tests.programs import manage
from tests.servers import serving

LONG_NOTES = "x" * 9_900  # more than two pages of an SQLite file


def raised_from(cause):
    try:
        raise OperationalError("words that may be a client's") from cause
    except OperationalError as error:
        return error


def of_sqlite(code):
    error = sqlite3.OperationalError()
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("cause", "outage"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), Outage.FULL),
        (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), Outage.READ_ONLY),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), Outage.BUSY),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), Outage.AWAY),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), Outage.FAILING),
        (of_sqlite(sqlite3.SQLITE_ERROR), None),
        (psycopg.errors.DiskFull(), Outage.FULL),
        (psycopg.errors.ReadOnlySqlTransaction(), Outage.READ_ONLY),
        (psycopg.errors.LockNotAvailable(), Outage.BUSY),
        (psycopg.errors.QueryCanceled(), Outage.BUSY),
        (psycopg.errors.AdminShutdown(), Outage.AWAY),
        (psycopg.errors.CannotConnectNow(), Outage.AWAY),
        (psycopg.OperationalError("connection refused"), Outage.AWAY),
        (psycopg.errors.UndefinedColumn(), None),
        (OSError(errno.ENOSPC, "No space left"), Outage.FULL),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError(), None),
    ],
)
def test_the_reason_is_read_from_what_the_error_was_raised_from(cause, outage):
    assert outage_of(raised_from(cause)) is outage
    assert outage_of(BadRequest()) is None


@contextmanager
def pragma(broken, mended):
    with connection.cursor() as cursor:
        cursor.execute(broken)
        try:
            yield
        finally:
            cursor.execute(mended)


@contextmanager
def postgresql_locked():
    """Hold what the writers want, in a connection of another thread."""
    holds, done = threading.Event(), threading.Event()

    def hold():
        with connections["default"].cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK studio_client, studio_signintry IN EXCLUSIVE MODE")
            holds.set()
            done.wait(60)
            cursor.execute("ROLLBACK")
        connections["default"].close()

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait(60)
    try:
        with pragma("SET lock_timeout='50ms'", "SET lock_timeout='10s'"):
            yield
    finally:
        done.set()
        thread.join()


@contextmanager
def sqlite_locked():
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pragma("PRAGMA busy_timeout=50", "PRAGMA busy_timeout=20000"):
        yield
        other.execute("ROLLBACK")
    other.close()


OUTAGES = {
    "sqlite": {
        Outage.FULL: lambda: pragma("PRAGMA max_page_count=1", "PRAGMA max_page_count=1073741823"),
        Outage.READ_ONLY: lambda: pragma("PRAGMA query_only=ON", "PRAGMA query_only=OFF"),
        Outage.BUSY: sqlite_locked,
    },
    "postgresql": {
        Outage.READ_ONLY: lambda: pragma(
            "SET default_transaction_read_only=on", "SET default_transaction_read_only=off"
        ),
        Outage.BUSY: postgresql_locked,
    },
}
VENDOR = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2].removesuffix("3")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outage", OUTAGES[VENDOR])
def test_what_cannot_be_saved_is_answered_with_the_reason(outage, sam, preferences, printed):
    browser = Browser(raise_request_exception=False)
    browser.force_login(sam)
    address, sent = reverse("studio:client_create"), {"name": "Anna", "notes": LONG_NOTES}
    # Then each page notes that somebody is there.
    CompanyPreferences.objects.update(sign_out_after=Idle.HALF)
    if connection.vendor == "sqlite":
        connection.cursor().execute("VACUUM")  # no page is free, so that these notes need new ones
    with OUTAGES[VENDOR][outage]():
        answer = browser.post(address, sent)
        assert answer.status_code == 503
        assert outage.title in answer.text
        assert "Try again" in answer.text
        # What is there can still be read.
        assert browser.get("/clients/").status_code == 200
        if outage is Outage.READ_ONLY:  # elsewhere there is room for so little
            assert IdleMiddleware.NOTED not in browser.session
    line = f"{outage.title} (OperationalError). {outage.advice}\n"
    assert printed() in (line, line.replace("OperationalError", "InternalError"))
    assert not Client.objects.exists()
    assert browser.post(address, sent).status_code == 302
    assert Client.objects.get().notes == LONG_NOTES


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outage", [Outage.READ_ONLY, Outage.BUSY])
def test_signing_in_says_so_as_well_and_not_that_there_were_too_many_tries(outage, sam, preferences):
    browser = Browser(raise_request_exception=False)
    sent = {"login": "sam", "password": PASSWORD}
    with OUTAGES[VENDOR][outage]():
        answer = browser.post(reverse("account_login"), sent)
        assert answer.status_code == 503
        assert outage.title in answer.text
    assert browser.post(reverse("account_login"), sent).status_code == 302


# Real servers


def _copy(folder: Path) -> str:
    """Copy the tests' database into `folder`; return its address."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "studio.sqlite3")])
    return f"sqlite:///{folder / 'studio.sqlite3'}"


def _session(person) -> str:
    browser = Browser()
    browser.force_login(person)
    return f"sessionid={browser.cookies['sessionid'].value}"


@contextmanager
def small_disk(size: str):
    """Yield the folder of a disk of its own, that every user may get to; None without the right to mount one."""
    with tempfile.TemporaryDirectory(prefix="disk-") as name:
        folder = Path(name)
        if subprocess.run(
            ["mount", "-ttmpfs", f"-osize={size}", "tmpfs", folder], capture_output=True
        ).returncode:
            yield None
            return
        try:
            yield folder
        finally:
            subprocess.run(["umount", folder], check=True)


@contextmanager
def no_room(folder: Path):
    room = os.statvfs(folder)
    (folder / "filler").write_bytes(b"x" * room.f_bavail * room.f_frsize)
    yield
    (folder / "filler").unlink()


@contextmanager
def read_only(folder: Path):
    subprocess.run(["mount", "-oremount,ro", folder], check=True)
    yield
    subprocess.run(["mount", "-oremount,rw", folder], check=True)


def _holds_503_and_recovers(server, cookie, *, stop, start):
    """Ask before, while and after the database is away."""
    assert server.ask("/orders/", Cookie=cookie)[0] == 200
    stop()
    for address in ("/orders/", "/", "/accounts/login/"):
        status, text = server.ask(address, Cookie=cookie)
        assert (status, Outage.AWAY.title in text) == (503, True), address
    log = server.log.read_text()
    assert "Traceback" not in log, log
    assert log.count(Outage.AWAY.title) == 3, log
    start()
    assert server.ask("/orders/", Cookie=cookie)[0] == 200


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(VENDOR != "sqlite", reason="about SQLite")
def test_a_file_that_is_away_is_503_and_right_again_without_a_restart(sam, preferences, tmp_path):
    folder, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    folder.mkdir()
    cookie = _session(sam)
    with serving("waitress", tmp_path, database=_copy(folder)) as server:
        _holds_503_and_recovers(
            server, cookie, stop=lambda: folder.rename(elsewhere), start=lambda: elsewhere.rename(folder)
        )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(VENDOR != "sqlite", reason="about SQLite")
def test_a_full_and_a_read_only_disk_are_503_and_right_again_without_a_restart(sam, preferences, tmp_path):
    with small_disk("8m") as disk:
        if disk is None:
            pytest.skip("A small disk of its own takes the right to mount one.")
        with serving("waitress", tmp_path, database=_copy(disk)) as server:
            _, _, cookie = server.sign_in("sam", PASSWORD)
            for outage, broken in ((Outage.FULL, no_room), (Outage.READ_ONLY, read_only)):
                with broken(disk):
                    status, text, _ = server.sign_in("sam", PASSWORD)
                    assert (status, outage.title in text) == (503, True)
                    assert server.ask("/orders/", Cookie=cookie)[0] == 200
                assert server.sign_in("sam", PASSWORD)[0] == 302
            assert "Traceback" not in server.log.read_text()


@pytest.mark.slow
@pytest.mark.any_database  # it starts its own
@pytest.mark.django_db
@pytest.mark.skipif(find_programs() is None, reason="needs PostgreSQL's programs")
def test_a_database_server_that_has_no_room_or_stops_is_503_and_right_again_without_a_restart(
    tmp_path, monkeypatch
):
    programs = find_programs()
    with small_disk("200m") as disk:
        if disk:
            monkeypatch.setattr("tempfile.tempdir", str(disk))
        with private_server(programs) as address:
            _has_no_room_or_stops(programs, address, tmp_path, disk)


def _has_no_room_or_stops(programs, address, logs, disk):
    assert manage("migrate", "-v0", database=address).returncode == 0
    made = manage(
        "createsuperuser", "--noinput", "--username=ada", "--email=a@example.com", database=address,
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    with psycopg.connect(address) as asked:
        folder = Path(asked.execute("SHOW data_directory").fetchone()[0])
    _, _, _, *options = shlex.split((folder / "postmaster.opts").read_text())
    with serving("gunicorn", logs, database=address) as server:
        _, _, cookie = server.sign_in("ada", PASSWORD)
        if disk:
            with no_room(disk):
                answers = [_new_client(server, cookie) for _ in range(12)]  # the first may find some room yet
                assert answers[-1] == 503
                assert server.ask("/orders/", Cookie=cookie)[0] == 200
            assert Outage.FULL.title in server.log.read_text()
            assert _new_client(server, cookie) == 302
        _holds_503_and_recovers(
            server,
            cookie,
            stop=lambda: _pg_ctl(programs, folder, "--mode=fast", "stop"),
            start=lambda: _pg_ctl(programs, folder, f"--options={shlex.join(options)}", "start"),
        )


def _new_client(server, cookie) -> int:
    token = re.search(r"csrftoken=(\w+)", cookie)[1]
    sent = {"csrfmiddlewaretoken": token, "name": "Zoe", "notes": os.urandom(4_900).hex()}
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    return server.ask("/clients/new/", "POST", urlencode(sent), **form)[0]


def _pg_ctl(programs, folder, *arguments):
    owner = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    command = [programs / "pg_ctl", f"--pgdata={folder}", "--wait", f"--log={folder / 'log'}", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **owner)
