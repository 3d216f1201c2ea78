"""Which database the tests run on: that of DATABASE_URL, else an SQLite file per worker.

A file and not Django's database in memory, because there all threads of the live server would share one
connection, and with it one transaction.  A file gives each its own, as in use.

The migrated file is kept in pytest's cache until a migration or a requirement changes, since to migrate takes longer
than most files of tests do.

The worker's queue is kept apart, too: a test must not wake the worker of a studio that runs from this folder.
"""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from django.db import connection
from huey.contrib.djhuey import HUEY
from huey.storage import MemoryStorage

from studio.backups import states
from tests.programs import manage

ROOT = Path(__file__).resolve().parent.parent
# Fixtures that are there to open pages.
PAGES = {"as_staff", "as_manager", "as_administrator", "as_proven_administrator", "client", "as_role", "page"}


def pytest_collection_modifyitems(items):
    """Mark what asks for no database, and what `run.py test` leaves to the campaign on a second one.

    The latter are the variants of a test between the first and the last, and controls, which are about their tests
    (more_of_the_same); and all tests of a file that open pages but the first (more_pages): what a page says is decided
    above the database, and every address is opened on each in tests/security.
    """
    variants, opened = {}, set()
    for item in items:
        asks = {"db", "transactional_db", "live_server"} & set(item.fixturenames)
        if not asks and not item.get_closest_marker("django_db"):
            item.add_marker("any_database")
        opens_pages = PAGES & set(item.fixturenames)
        if item.name.startswith("test_control"):
            item.add_marker("more_of_the_same")
        if opens_pages and item.path in opened:
            item.add_marker("more_pages")
        if opens_pages:
            opened.add(item.path)
        variants.setdefault(item.nodeid.split("[")[0], []).append(item)
    for of_one_test in variants.values():
        for item in of_one_test[1:-1]:
            item.add_marker("more_of_the_same")


@pytest.fixture(scope="session")
def kept_database(request) -> Path | None:
    """Return where the migrated file is kept, or is to be; None where nothing is."""
    cache = getattr(request.config, "cache", None)
    if connection.vendor != "sqlite" or cache is None:
        return None
    digest = hashlib.sha256()
    for file in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "requirements" / "base.txt"]):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return cache.mkdir("database") / f"{digest.hexdigest()[:16]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, kept_database):
    return django_db_keepdb or bool(kept_database and kept_database.exists())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, tmp_path_factory, django_db_keepdb, kept_database
):
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)
        if django_db_keepdb and kept_database:
            shutil.copy(kept_database, file)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, kept_database):
    if kept_database and not kept_database.exists():
        with django_db_blocker.unblock():
            connection.close()
        for old in kept_database.parent.glob("*.sqlite3"):
            old.unlink(missing_ok=True)
        copy = kept_database.with_suffix(f".{os.getpid()}")
        shutil.copy(connection.settings_dict["NAME"], copy)
        copy.replace(kept_database)  # at once, beside other workers that do the same


@pytest.fixture(scope="session")
def migrated(kept_database, django_db_setup, tmp_path_factory) -> Path:
    """Return an SQLite file with all tables and no rows of a studio, for programs that begin with a copy of it."""
    if kept_database:
        return kept_database
    file = tmp_path_factory.mktemp("migrated") / "studio.sqlite3"
    done = manage("migrate", "-v0", database=f"sqlite:///{file}")
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture(scope="session")
def _made() -> dict[frozenset, Path]:
    """SQLite files with the tables that restores have made in this run, by the migrations that made them."""
    return {}


@pytest.fixture
def tables_made_once(_made, tmp_path_factory, monkeypatch):
    """Restores into SQLite copy the tables that one of them has made; to make them takes longer than all the rest."""
    build = states.build

    def copy_or_build(migrations):
        if connection.vendor != "sqlite":
            return build(migrations)
        key, here = frozenset(migrations), connection.settings_dict["NAME"]
        if key in _made:
            connection.close()
            shutil.copy(_made[key], here)
        else:
            build(migrations)
            connection.close()  # what is in the file is all there is
            _made[key] = Path(shutil.copy(here, tmp_path_factory.mktemp("made") / "tables.sqlite3"))

    monkeypatch.setattr(states, "build", copy_or_build)


@pytest.fixture(scope="session", autouse=True)
def _own_key(tmp_path_factory):
    """A key for secrets that is not the studio's own, here and in the programs that tests start."""
    file = tmp_path_factory.mktemp("secrets") / "secrets.key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.SECRETS_KEY_FILE", file)
        patch.setenv("SECRETS_KEY_FILE", str(file))
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_queue(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HUEY, "storage", MemoryStorage("tests"))
        patch.delenv("HUEY_URL", raising=False)
        # For the programs that tests start.
        patch.setenv("HUEY_FILE", str(tmp_path_factory.mktemp("queue") / "huey.sqlite3"))
        yield
