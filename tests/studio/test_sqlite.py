"""What our backend of SQLite adds to Django's: threads of a process write in turn, and statements may be long."""

import sqlite3
from contextlib import suppress
from threading import Event, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from studio.databases.sqlite3 import base
from studio.models import Department

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite's own backend"),
]


class Writer:
    """A thread with a connection of its own that writes a department."""

    def __init__(self):
        self.began, self.written = Event(), Event()
        self.thread = Thread(target=self.write)

    def write(self):
        def asked(execute, sql, *given):
            if sql.startswith("BEGIN"):
                self.began.set()
            return execute(sql, *given)

        with connection.execute_wrapper(asked), transaction.atomic():
            Department.objects.create(name="Retouching")
        self.written.set()
        connection.close()


@pytest.fixture
def writer():
    writer = Writer()
    yield writer
    writer.thread.join(timeout=20)
    assert writer.written.is_set()


def ends_well():
    with transaction.atomic():
        yield


def ends_in_an_error():
    with suppress(ZeroDivisionError), transaction.atomic():
        yield
        raise ZeroDivisionError


def loses_its_connection():
    with suppress(DatabaseError), transaction.atomic():
        yield
        connection.close()


def is_refused_at_the_end():
    with suppress(DatabaseError), transaction.atomic():
        connection.check_constraints()
        connection.cursor().execute("PRAGMA defer_foreign_keys = ON")
        connection.cursor().execute(
            "INSERT INTO studio_user_departments (user_id, department_id) VALUES (999, 999)"
        )
        yield


@pytest.mark.parametrize("way", [ends_well, ends_in_an_error, loses_its_connection, is_refused_at_the_end])
def test_the_next_one_begins_when_a_transaction_has_ended_in_whatever_way(writer, way):
    transaction_of_mine = way()
    next(transaction_of_mine)
    writer.thread.start()
    assert not writer.began.wait(0.3)
    assert next(transaction_of_mine, None) is None
    assert writer.written.wait(10)


def test_a_transaction_that_could_not_begin_keeps_no_turn(writer, monkeypatch):
    def locked(self):
        raise DatabaseError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(base.base.DatabaseWrapper, "_start_transaction_under_autocommit", locked)
        with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
            pass
    writer.thread.start()
    assert writer.written.wait(10)


def test_who_waits_too_long_for_a_turn_asks_sqlite(writer, monkeypatch):
    monkeypatch.setattr(base, "TURN", 0.1)
    with transaction.atomic():
        Department.objects.create(name="Printing")
        writer.thread.start()
        assert writer.began.wait(10)
        assert not writer.written.wait(0.3)
    assert writer.written.wait(10)
    with transaction.atomic():  # nothing was passed on that was not had
        assert base.turn_of(connection).locked()


def test_a_transaction_that_ends_unseen_leaves_its_turn_to_the_next_of_the_same_connection(
    writer, monkeypatch
):
    monkeypatch.setattr(base, "TURN", 1_000)
    transaction.atomic().__enter__()
    connection.connection.rollback()  # as SQLite does by itself where the disk is full
    connection.in_atomic_block = False
    connection.set_autocommit(True)
    with transaction.atomic():
        Department.objects.create(name="Printing")
        writer.thread.start()
        assert not writer.began.wait(0.3)
    assert writer.written.wait(10)


def test_the_wait_for_a_turn_counts_as_waiting(writer, monkeypatch):
    monkeypatch.setattr(base, "TURN", 1.1)
    patience = []

    def begin(self):
        patience.append(self.connection.execute("PRAGMA busy_timeout").fetchone()[0])

    with monkeypatch.context() as patched, base.turn_of(connection):
        patched.setattr(base.base.DatabaseWrapper, "_start_transaction_under_autocommit", begin)
        connection.ensure_connection()
        connection._start_transaction_under_autocommit()
    assert 18_000 < patience[0] <= 18_900  # of 20,000 ms
    assert connection.connection.execute("PRAGMA busy_timeout").fetchone()[0] == 20_000
    writer.thread.start()


def test_reading_waits_for_nobody():
    read = Event()

    def count():
        Department.objects.count()
        read.set()
        connection.close()

    with transaction.atomic():
        Department.objects.count()
        reader = Thread(target=count)
        reader.start()
        assert read.wait(10)
    reader.join()


def test_many_rows_are_written_by_one_statement():
    with CaptureQueriesContext(connection) as asked:
        Department.objects.bulk_create([Department(name=f"Department {at}") for at in range(600)])
    assert sum("INSERT" in query["sql"] for query in asked) == 1
    assert Department.objects.count() == 600


def test_no_statement_has_more_parameters_than_sqlite_takes():
    connection.ensure_connection()
    limit = sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER
    before = connection.connection.setlimit(limit, 999)
    try:
        assert base.DatabaseFeatures(connection).max_query_params == 999
    finally:
        connection.connection.setlimit(limit, before)
    assert base.DatabaseFeatures(connection).max_query_params == base.MOST_PARAMETERS
