"""Which database the tests run on: that of DATABASE_URL, else an SQLite file per worker.

A file and not Django's database in memory, because there all threads of the live server would share one
connection, and with it one transaction.  A file gives each its own, as in use.

The worker's queue is kept apart, too: a test must not wake the worker of a studio that runs from this folder.
"""

import pytest
from huey.storage import MemoryStorage


def pytest_collection_modifyitems(items):
    """Mark what asks for no database: it need not be run on each."""
    for item in items:
        asks = {"db", "transactional_db", "live_server"} & set(item.fixturenames)
        if not asks and not item.get_closest_marker("django_db"):
            item.add_marker("any_database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _own_queue(tmp_path_factory):
    from huey.contrib.djhuey import HUEY

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HUEY, "storage", MemoryStorage("tests"))
        patch.delenv("HUEY_URL", raising=False)
        # For the programs that tests start.
        patch.setenv("HUEY_FILE", str(tmp_path_factory.mktemp("queue") / "huey.sqlite3"))
        yield
