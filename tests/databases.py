"""Which database the tests run on, and how it is emptied between those that commit.

It is that of DATABASE_URL, else an SQLite file per worker.  A file and not Django's database in memory, because
there all threads of the live server would share one connection, and with it one transaction.
"""

import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _status_notes_may_be_emptied_between_tests():
    """Lift the append-only guard for Django's flush, which puts it back by sending post_migrate."""
    from django.db import connection
    from django.test import TransactionTestCase

    from preproduction import append_only

    flush = TransactionTestCase._fixture_teardown

    def lift_guard_and_flush(test_case):
        append_only.remove_guard(connection)
        flush(test_case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lift_guard_and_flush)
        yield
