"""Whoever wants to write waits for a turn in the process, and only then asks SQLite for the file.

SQLite has no queue: who finds the file locked sleeps, up to a tenth of a second, and tries again, and who comes in between
goes first.  With sixteen people advancing at once the last was answered after 4.1 to 4.9 seconds where half were after 0.6;
in turn the last is after 1.0 to 1.6 (29 November 2026, two busy cores, four threads).

The turn is a courtesy.  Other processes, as the worker, know nothing of it; and who does not get it in TURN seconds asks
SQLite all the same, which says that the database is locked when its own timeout is over, counted from the beginning.
"""

import sqlite3
from collections import defaultdict
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from django.db.backends.sqlite3 import base, features
from django.utils.functional import cached_property

# In one statement.  Django asks for 999, the limit of SQLite before 3.32; a bulk_update of many more would compare each
# row with all of them.
MOST_PARAMETERS = 4_000
TURN = 10  # seconds

_turns = defaultdict(Lock)  # by file


def turn_of(connection):
    return _turns[str(connection.settings_dict["NAME"])]


class DatabaseFeatures(features.DatabaseFeatures):
    @cached_property
    def max_query_params(self):
        self.connection.ensure_connection()
        allowed = self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        return min(allowed, MOST_PARAMETERS)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    _turn = None  # while it is ours

    def _start_transaction_under_autocommit(self):
        began, turn = monotonic(), turn_of(self)
        if self._turn is None and turn.acquire(timeout=TURN):
            self._turn = turn
        try:
            with self._patience(monotonic() - began):
                super()._start_transaction_under_autocommit()
        except BaseException:
            self._pass_on()
            raise

    @contextmanager
    def _patience(self, waited):
        """Let SQLite wait so many seconds less than otherwise."""
        if waited < 1:
            yield
            return
        timeout = self.settings_dict["OPTIONS"].get("timeout", 5)  # seconds; sqlite3's own
        self.connection.execute(f"PRAGMA busy_timeout = {max(timeout - waited, 0) * 1000:.0f}")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {timeout * 1000:.0f}")

    def _commit(self):
        try:
            super()._commit()
        finally:
            self._pass_on()

    def _rollback(self):
        try:
            super()._rollback()
        finally:
            self._pass_on()

    def _close(self):
        try:
            super()._close()
        finally:
            self._pass_on()

    def _pass_on(self):
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()
