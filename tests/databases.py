"""Which database the tests run on: that of DATABASE_URL, else an SQLite file per worker.

A file and not Django's database in memory, because there all threads of the live server would share one
connection, and with it one transaction.  A file gives each its own, as in use.
"""

import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
