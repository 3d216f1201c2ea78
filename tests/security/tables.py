"""Tells what a request changed in the database, at the price of the tables that it wrote and not of all."""

import re
import zlib
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection

WRITES = re.compile(
    r"(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+\"?(\w+)", re.I
)


class Print(NamedTuple):
    """How many rows a table has, and a number that changes when any of them does."""

    count: int
    digest: int


class Tables:
    """All tables as they were at first, but for those named in `apart`, and those written since then.

    Whoever undoes what was written says forget(), who leaves it keep().
    """

    def __init__(self, *, apart=frozenset()):
        self.at_first = {
            name: _print(name) for name in sorted(set(connection.introspection.table_names()) - apart)
        }
        self._written = set()

    @contextmanager
    def watched(self):
        """Note each table that is written to meanwhile, whether or not that is undone."""
        with connection.execute_wrapper(self._note):
            yield

    def _note(self, execute, sql, params, many, context):
        self._written.update(WRITES.findall(str(sql)))
        return execute(sql, params, many, context)

    def now(self) -> dict[str, Print]:
        return self.at_first | {name: _print(name) for name in self._written & self.at_first.keys()}

    def forget(self):
        self._written.clear()

    def keep(self):
        self.at_first = self.now()
        self.forget()


def _print(table) -> Print:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        rows = sorted(map(repr, cursor.fetchall()))
    return Print(len(rows), zlib.crc32("\n".join(rows).encode()))
