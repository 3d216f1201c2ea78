"""Keeps Status Notes append-only inside the database itself, on SQLite and on PostgreSQL.

Neither the ORM, nor a console, nor a careless script changes or removes a row.  `restore_guard` runs after every
migration, because Django drops an SQLite table's triggers when it remakes the table; check preproduction.E001 verifies it.
"""

from django.db import connections

TABLE = "preproduction_statuschange"
REFUSAL = "Status Notes are append-only: no row is ever changed or removed."

_SQLITE = {
    "statuschange_no_update": f"CREATE TRIGGER statuschange_no_update BEFORE UPDATE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "statuschange_no_delete": f"CREATE TRIGGER statuschange_no_delete BEFORE DELETE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    # INSERT OR REPLACE removes the old row without asking the delete trigger, unless recursive_triggers is on;
    # another program's connection may not have it on.
    "statuschange_no_replace": f"CREATE TRIGGER statuschange_no_replace BEFORE INSERT ON {TABLE} "  # noqa: S608
    f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id "
    "OR (order_id = NEW.order_id AND sequence = NEW.sequence) OR request_key = NEW.request_key "
    "OR undoes_id = NEW.undoes_id) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
}
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION statuschange_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRESQL = {
    "statuschange_no_change": f"CREATE TRIGGER statuschange_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION statuschange_is_append_only()",
    "statuschange_no_truncate": f"CREATE TRIGGER statuschange_no_truncate BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION statuschange_is_append_only()",
}


def install_guard(connection) -> None:
    """(Re)create the triggers.  Does nothing while the table does not exist yet."""
    if TABLE not in connection.introspection.table_names():
        return
    remove_guard(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for statement in _triggers(connection).values():
            cursor.execute(statement)


def remove_guard(connection) -> None:
    """Drop the triggers.  For tests that empty the tables between them, and for nothing else."""
    suffix = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _triggers(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{suffix}")


def guard_is_missing(connection) -> list[str]:
    """Return the names of triggers that should be there and are not.  One query."""
    question = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(_triggers(connection)) - present)


def restore_guard(using, **kwargs) -> None:
    """Receiver of post_migrate."""
    install_guard(connections[using])


def _triggers(connection) -> dict[str, str]:
    return _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
