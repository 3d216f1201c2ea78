"""A token for each watched table, which triggers of the database change with every write, whoever writes.

Tokens are random and not counted: a number that was given back by a rollback would come again for something else.

On PostgreSQL, who writes a watched table waits for nobody because of its token: each adds one of their own, and takes
away those that nobody else is at.  With a single row to update, two who had rows of the table in another order would
wait for each other.  So a table has several for a while, and what counts is all of them together.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import Model

from studio import database_triggers

TABLE = "studio_set_up"
_SQLITE_TOKEN, _POSTGRESQL_TOKEN = (
    "lower(hex(randomblob(8)))",
    "md5(random()::text || clock_timestamp()::text)",
)

_watched: dict[str, type[Model]] = {}
# By table: columns that are written daily and that no part holds.
_left_out: dict[str, frozenset[str]] = {}


def watch(model: type[Model], *, left_out: Iterable[str] = ()) -> None:
    """Give the table of `model` a token.

    left_out: columns that change without it; said by whoever knows the model, before or after others only watch it.
    """
    table = model._meta.db_table
    _watched[table] = model
    if left_out:
        _left_out[table] = frozenset(left_out)


def read() -> dict[str, str]:
    """Return what stands for the state of each table, by the tables' names.  One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name, token FROM {TABLE} ORDER BY name, token")  # noqa: S608  a constant
        found = defaultdict(str)
        for name, token in cursor.fetchall():
            found[name] += token
        return dict(found)


def take_away(using: str, plan: Any = None, **kwargs: Any) -> None:
    """Receiver of pre_migrate: PostgreSQL drops no column that a trigger names."""
    if plan:
        connection = connections[using]
        there = database_triggers.names(connection)
        for table in _watched:
            _drop(connection, table, there)


def put_in_place(using: str, **kwargs: Any) -> None:
    """Receiver of post_migrate: make what is not there; a table that was not watched gets a new token."""
    connection = connections[using]
    tables, there = set(connection.introspection.table_names()), database_triggers.names(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE} (name text, token text, PRIMARY KEY (name, token))"
        )
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in sorted(_watched.keys() & tables):
            wanted = _triggers(connection.vendor, table)
            if not wanted.keys() <= there and _has_columns(connection, cursor, table):
                _drop(connection, table, there)
                cursor.execute(f"DELETE FROM {TABLE} WHERE name = %s", [table])  # noqa: S608
                token = _POSTGRESQL_TOKEN if connection.vendor == "postgresql" else _SQLITE_TOKEN
                cursor.execute(f"INSERT INTO {TABLE} (name, token) VALUES (%s, {token})", [table])  # noqa: S608
                for statement in wanted.values():
                    cursor.execute(statement)


def missing(connection) -> list[str]:
    """Return the names of triggers that should be there and are not.  For a check."""
    tables, there = set(connection.introspection.table_names()), database_triggers.names(connection)
    wanted = [name for table in _watched.keys() & tables for name in _triggers(connection.vendor, table)]
    return sorted(set(wanted) - there)


def _columns(table: str) -> list[str]:
    left_out = _left_out.get(table, frozenset())
    return [field.column for field in _watched[table]._meta.concrete_fields if field.column not in left_out]


def _triggers(vendor: str, table: str) -> dict[str, str]:
    """Return the statements that make the triggers of a table, by the triggers' names."""
    changed = f"UPDATE OF {', '.join(_columns(table))}"
    if vendor == "postgresql":
        name = f"{TABLE}_{table}"
        events = f"INSERT OR {changed} OR DELETE OR TRUNCATE"
        return {
            name: f"CREATE TRIGGER {name} AFTER {events} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_changed('{table}')"
        }
    # No INSERT OR REPLACE: within a trigger, the policy of the statement outside would be in force.
    act = f"BEGIN UPDATE {TABLE} SET token = {_SQLITE_TOKEN} WHERE name = '{table}'; END"  # noqa: S608
    return {
        f"{TABLE}_{table}_{name}": f"CREATE TRIGGER {TABLE}_{table}_{name} AFTER {event} ON {table} {act}"
        for name, event in {"made": "INSERT", "changed": changed, "gone": "DELETE"}.items()
    }


_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {TABLE}_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM {TABLE} WHERE ctid IN (SELECT ctid FROM {TABLE} WHERE name = TG_ARGV[0] FOR UPDATE SKIP LOCKED);
  INSERT INTO {TABLE} (name, token) VALUES (TG_ARGV[0], {_POSTGRESQL_TOKEN});
  RETURN NULL;
END $$
"""  # noqa: S608


def _drop(connection, table: str, there: set[str]) -> None:
    for name in _triggers(connection.vendor, table).keys() & there:
        database_triggers.drop(connection, name, table)


def _has_columns(connection, cursor, table: str) -> bool:
    """Whether the table is as its model says: not on the way through older states."""
    there = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    return set(_columns(table)) <= there
