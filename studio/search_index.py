"""Indexes of words inside the database: which rows hold what somebody types, found in any part of any of their texts.

An index is a table beside the one that is searched, with a line of words for each row: its own stored form (`found_by`,
stored_texts.py) and those of the rows it points at, so that "anna 1001" needs no join.  SQLite keeps it in FTS5 by
trigrams, PostgreSQL under pg_trgm where that extension may be made; where not, and for one or two letters, the lines
are read through, which are narrow.  Triggers of the database keep it in step, whoever writes.

Apps declare theirs with `keep()` when they are ready.  Every migration puts all in place again, because Django drops an
SQLite table's triggers when it remakes the table; check studio.E021 verifies it.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from django.db import DatabaseError, connection, connections, transaction
from django.db.models import BooleanField, F, Func
from django.db.models.expressions import RawSQL

from studio import database_triggers

TRIGRAM = 3  # letters; shorter needles are in no index of trigrams
# One needle has to be in a line, in one of its spellings; of several needles each.
Needles = list[tuple[str, ...]]


@dataclass(frozen=True)
class SearchIndex:
    """name: of the index's table.

    chain: the table that is searched, then those its rows point at, one after the other, each with the column that
    points on ("" in the last).  All of them have `found_by`.
    """

    name: str
    chain: tuple[tuple[str, str], ...]

    def keys(self, ways: list[Needles], *, at_most: int) -> list[int]:
        """Return the keys of rows that hold all needles of one of the `ways`.  One query, which stops at `at_most`."""
        sql, params = self._selects(ways)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} LIMIT {at_most}", params)
            return [key for (key,) in cursor.fetchall()]

    def subquery(self, ways: list[Needles]) -> RawSQL:
        """Return all these keys, for `pk__in`."""
        return RawSQL(*self._selects(ways))  # noqa: S611  what was typed is in the parameters

    def row_by_row(self, ways: list[Needles]) -> Func:
        """Return the same as a condition that looks up the line of each row it is asked about."""
        return _Holds(self, ways)

    def _selects(self, ways: list[Needles]) -> tuple[str, list[str]]:
        parts = [self._matches(needles) for needles in ways]
        # A union: an OR of both would be answered by reading all.
        selects = (f"SELECT {self.key} FROM {self.name} WHERE {sql}" for sql, _ in parts)  # noqa: S608
        return " UNION ".join(selects), [param for _, params in parts for param in params]

    def _matches(self, needles: Needles) -> tuple[str, list[str]]:
        """Return the condition that a line holds all of `needles`, by the index where it can say so."""
        if connection.vendor == "postgresql" or not has_trigrams(connection):
            return _each_in_line(needles)
        long = [each for each in needles if all(len(way) >= TRIGRAM for way in each)]
        if not long:
            return _each_in_line(needles)
        match = " AND ".join(f"({' OR '.join(map(_quoted, each))})" for each in long)
        others, params = _each_in_line([each for each in needles if each not in long])
        return " AND ".join(filter(None, (f"{self.name} MATCH %s", others))), [match, *params]

    @property
    def key(self) -> str:
        return "id" if connection.vendor == "postgresql" else "rowid"

    # What is in the database.

    @property
    def table(self) -> str:
        return self.chain[0][0]

    def lines(self, key: str) -> str:
        """Return the statement that reads the key and the words of each row, `key` being its name in the index."""
        words = " || ".join(
            f"COALESCE({table}.found_by, '')" + ("" if table == self.chain[-1][0] else " || '\n'")
            for table, _ in self.chain
        )
        joins = "".join(
            f" LEFT JOIN {target} ON {target}.id = {table}.{column}"
            for (table, column), (target, _) in pairwise(self.chain)
        )
        return f"SELECT {self.table}.id AS {key}, {words} AS words FROM {self.table}{joins}"  # noqa: S608

    def triggers(self, vendor: str) -> dict[str, tuple[str, str]]:
        """Return the triggers by name: each its table, and the statement that makes it."""
        made = {}
        for table, column in self.chain:
            columns = ", ".join(filter(None, ("found_by", column)))
            events = {"changed": f"AFTER UPDATE OF {columns}", "made": "AFTER INSERT"}
            if table == self.table:
                events["gone"] = "AFTER DELETE"
            if vendor == "postgresql" and table == self.table:
                events["emptied"] = "AFTER TRUNCATE"
            for event, when in events.items():
                name = f"{self.name}_{table}_{event}"
                make = _on_postgresql if vendor == "postgresql" else _on_sqlite
                made[name] = table, f"CREATE TRIGGER {name} {when} ON {table} {make(self, table, event)}"
        return made


class _Holds(Func):
    output_field = BooleanField()

    def __init__(self, index: SearchIndex, ways: list[Needles]) -> None:
        super().__init__(F("pk"))
        self.index, self.ways = index, ways

    def as_sql(self, compiler, connection, **context: Any) -> tuple[str, list[str]]:
        key, params = compiler.compile(self.source_expressions[0])
        parts = [_each_in_line(needles) for needles in self.ways]
        either = " OR ".join(f"({sql})" for sql, _ in parts)
        name = self.index.name
        sql = f"EXISTS (SELECT 1 FROM {name} WHERE {name}.{self.index.key} = {key} AND ({either}))"  # noqa: S608
        return sql, [*params, *(param for _, its in parts for param in its)]


def _each_in_line(needles: Needles) -> tuple[str, list[str]]:
    """Return the condition that a line holds all of `needles`, by reading it."""
    is_like = connection.vendor == "postgresql"
    one = "words LIKE %s" if is_like else "instr(words, %s)"
    params = [f"%{_escaped(way)}%" if is_like else way for each in needles for way in each]
    return " AND ".join(f"({' OR '.join([one] * len(each))})" for each in needles), params


def _on_sqlite(index: SearchIndex, table: str, event: str) -> str:
    if event == "gone":
        return f"BEGIN DELETE FROM {index.name} WHERE rowid = OLD.id; END"  # noqa: S608
    lines = f"{index.lines('id')} WHERE {table}.id = NEW.id"
    old = f"SELECT id FROM ({lines})"  # noqa: S608
    return (
        f"BEGIN DELETE FROM {index.name} WHERE rowid IN ({old}); "  # noqa: S608
        f"INSERT INTO {index.name} (rowid, words) {lines}; END"
    )


def _on_postgresql(index: SearchIndex, table: str, event: str) -> str:
    if event == "emptied":
        return f"FOR EACH STATEMENT EXECUTE FUNCTION {index.name}_emptied()"
    return f"FOR EACH ROW EXECUTE FUNCTION {index.name}_{'gone' if event == 'gone' else table}()"


def _functions(index: SearchIndex) -> list[str]:
    """Return what PostgreSQL's triggers call."""
    bodies = {
        f"{index.name}_gone": f"DELETE FROM {index.name} WHERE id = OLD.id;",  # noqa: S608
        f"{index.name}_emptied": f"TRUNCATE {index.name};",
    }
    for table, _ in index.chain:
        bodies[f"{index.name}_{table}"] = (
            f"INSERT INTO {index.name} (id, words) {index.lines('id')} WHERE {table}.id = NEW.id "
            "ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words;"
        )
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN NULL; END $$"
        for name, body in bodies.items()
    ]


_indexes: dict[str, SearchIndex] = {}


def keep(index: SearchIndex) -> SearchIndex:
    """Name an index that the database keeps.  Call from AppConfig.ready()."""
    _indexes[index.name] = index
    return index


def take_away(using: str, plan: Any = None, **kwargs: Any) -> None:
    """Receiver of pre_migrate: SQLite remakes no table that a trigger of another names."""
    if plan:
        for index in _indexes.values():
            _drop(connections[using], index)


def put_in_place(using: str, **kwargs: Any) -> None:
    """Receiver of post_migrate: make the indexes that are not there whole, and fill them."""
    connection = connections[using]
    there = database_triggers.names(connection)
    for index in _indexes.values():
        if not index.triggers(connection.vendor).keys() <= there and _can_be_made(connection, index):
            with transaction.atomic(using=using):
                _drop(connection, index)
                _make(connection, index)


def missing(connection) -> list[str]:
    """Return the names of triggers that should be there and are not.  For a check.  One query where none is missing."""
    there = database_triggers.names(connection)
    return sorted(
        name
        for index in _indexes.values()
        if (lacking := index.triggers(connection.vendor).keys() - there) and _can_be_made(connection, index)
        for name in lacking
    )


def rebuild(connection) -> None:
    """Make the trigrams of SQLite's indexes anew from their lines: what a line has lost is then in none of them."""
    if has_trigrams(connection):
        with connection.cursor() as cursor:
            for name in _indexes.keys() & set(connection.introspection.table_names(cursor)):
                cursor.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")  # noqa: S608


def out_of_step(connection) -> list[int]:
    """Return the keys of rows whose line is not what it should be, and of lines without a row.  Reads all."""
    wrong = []
    for index in _indexes.values():
        key = "id" if connection.vendor == "postgresql" else "rowid"
        kept, should = f"SELECT {key} AS id, words FROM {index.name}", index.lines("id")  # noqa: S608
        with connection.cursor() as cursor:
            for one, other in ((kept, should), (should, kept)):
                cursor.execute(f"SELECT id FROM ({one} EXCEPT {other}) AS differing")  # noqa: S608
                wrong += [key for (key,) in cursor.fetchall()]
    return wrong


def _make(connection, index: SearchIndex) -> None:
    vendor = connection.vendor
    with connection.cursor() as cursor:
        if vendor == "postgresql":
            cursor.execute(
                f'CREATE TABLE {index.name} (id bigint PRIMARY KEY, words text COLLATE "C" NOT NULL)'
            )
            for statement in _functions(index):
                cursor.execute(statement)
        elif has_trigrams(connection):
            cursor.execute(
                f"CREATE VIRTUAL TABLE {index.name} USING fts5(words, tokenize='trigram case_sensitive 1')"
            )
        else:
            cursor.execute(f"CREATE TABLE {index.name} (rowid integer PRIMARY KEY, words text NOT NULL)")
        key = "id" if vendor == "postgresql" else "rowid"
        cursor.execute(f"INSERT INTO {index.name} ({key}, words) {index.lines('id')}")
        for _, statement in index.triggers(vendor).values():
            cursor.execute(statement)
    if vendor == "postgresql" and _has_pg_trgm(connection):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE INDEX {index.name}_trgm ON {index.name} USING gin (words gin_trgm_ops)")


def _drop(connection, index: SearchIndex) -> None:
    there = database_triggers.names(connection)
    for name, (table, _) in index.triggers(connection.vendor).items():
        if name in there:
            database_triggers.drop(connection, name, table)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {index.name}")


def _has_pg_trgm(connection) -> bool:
    """Make the extension; False where this user may not, or it is not installed."""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False
    return True


@cache
def _fts5_has_trigrams() -> bool:
    with closing(sqlite3.connect(":memory:")) as memory:
        try:
            memory.execute(
                "CREATE VIRTUAL TABLE tried USING fts5(words, tokenize='trigram case_sensitive 1')"
            )
        except sqlite3.OperationalError:
            return False
    return True


def has_trigrams(connection) -> bool:
    """Whether this SQLite was built with them; where not, lines are read through."""
    return connection.vendor == "sqlite" and _fts5_has_trigrams()


def _can_be_made(connection, index: SearchIndex) -> bool:
    """Whether all tables are there, with the columns that it needs: not on the way through older states."""
    there = set(connection.introspection.table_names())
    if not {table for table, _ in index.chain} <= there:
        return False
    with connection.cursor() as cursor:
        for table, _ in index.chain:
            if "found_by" not in {
                column.name for column in connection.introspection.get_table_description(cursor, table)
            }:
                return False
    return True


def _quoted(needle: str) -> str:
    return '"' + needle.replace('"', '""') + '"'


def _escaped(needle: str) -> str:
    return needle.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
