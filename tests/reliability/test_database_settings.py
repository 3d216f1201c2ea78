"""Each setting of the database that a promise rests on, read back from the connection in use."""

import threading

import pytest
from django.conf import settings
from django.db import connection, transaction

from studio.models import Department


def ask(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("synchronous", 2),  # FULL
        ("busy_timeout", 20_000),
        ("journal_mode", "wal" if settings.SQLITE_WAL_IS_SAFE else "delete"),
    ],
)
def test_sqlite_keeps_what_was_acknowledged(pragma, value):
    if connection.vendor != "sqlite":
        pytest.skip("a setting of SQLite")
    assert ask(f"PRAGMA {pragma}") == value


@pytest.mark.django_db
def test_sqlite_begins_transactions_as_a_writer():
    if connection.vendor != "sqlite":
        pytest.skip("a setting of SQLite")
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [("statement_timeout", "30s"), ("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "1min")],
)
def test_postgresql_waits_for_nobody_for_ever(name, value):
    if connection.vendor != "postgresql":
        pytest.skip("a setting of PostgreSQL")
    assert ask(f"SHOW {name}") == value


@pytest.mark.django_db(transaction=True)
def test_threads_see_only_what_was_committed():
    """The tests' own database, too, gives each thread a connection; in memory they would share a transaction."""
    seen = []

    def look():
        seen.append(Department.objects.count())
        connection.close()

    def look_from_another_thread():
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    with transaction.atomic():
        Department.objects.create(name="Retouching")
        look_from_another_thread()
    look_from_another_thread()
    assert seen == [0, 1]
