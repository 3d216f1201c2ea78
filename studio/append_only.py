"""Keeps tables append-only inside the database itself, on SQLite and on PostgreSQL.

Neither the ORM, nor a console, nor a careless script changes or removes a row of a guarded table.  Apps name their
tables with `guard()` when they are ready.  `restore_guards` runs after every migration, because Django drops an SQLite
table's triggers when it remakes the table; check studio.E010 verifies it.

One act is let through: while an Erasure is open, in its own transaction, words about a client may be overwritten.  No
row is ever removed.
"""

from dataclasses import dataclass

from django.db import connections

from studio import database_triggers

ERASURES = "studio_erasure"


@dataclass(frozen=True)
class Guard:
    """A table to be guarded.

    name:   as people know it, for the refusal.
    unique: each a tuple of columns that are unique together, for SQLite's INSERT OR REPLACE.
    """

    table: str
    name: str
    unique: tuple[tuple[str, ...], ...] = ()

    @property
    def refusal(self) -> str:
        return f"{self.name} is append-only: no row is ever changed or removed."

    def triggers(self, connection) -> dict[str, str]:
        """Return the statements that make the triggers, by the triggers' names."""
        return self._postgresql() if connection.vendor == "postgresql" else self._sqlite()

    def _sqlite(self) -> dict[str, str]:
        table, stop = self.table, f"BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
        twins = [("id",), *self.unique]
        is_twin = " OR ".join(
            "(" + " AND ".join(f"{column} = NEW.{column}" for column in columns) + ")" for columns in twins
        )
        when = {
            "no_update": f"BEFORE UPDATE ON {table} WHEN NOT EXISTS "  # noqa: S608
            f"(SELECT 1 FROM {ERASURES} WHERE finished_at IS NULL)",
            "no_delete": f"BEFORE DELETE ON {table}",
            # INSERT OR REPLACE removes the old row without asking the delete trigger, unless recursive_triggers is
            # on; another program's connection may not have it on.
            "no_replace": f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {is_twin})",  # noqa: S608
        }
        return {
            f"{table}_{name}": f"CREATE TRIGGER {table}_{name} {condition} {stop}"
            for name, condition in when.items()
        }

    def _postgresql(self) -> dict[str, str]:
        table, call = self.table, f"EXECUTE FUNCTION studio_is_append_only('{self.refusal}')"
        return {
            f"{table}_no_change": f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW {call}",
            f"{table}_no_truncate": f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT {call}",
        }


_FUNCTION = f"""
CREATE OR REPLACE FUNCTION studio_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM {ERASURES} WHERE finished_at IS NULL) THEN RETURN NEW; END IF;
  RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""  # noqa: S608

_guards: dict[str, Guard] = {}


def guard(table: str, name: str, *, unique: tuple[tuple[str, ...], ...] = ()) -> None:
    """Name a table whose rows are never changed or removed.  Call from AppConfig.ready()."""
    _guards[table] = Guard(table, name, unique)


def guarded() -> tuple[Guard, ...]:
    return tuple(_guards.values())


def install_guards(connection) -> None:
    """(Re)create the triggers of the tables that exist.  Does nothing before the first migration."""
    there = set(connection.introspection.table_names())
    if ERASURES not in there:
        return
    remove_guards(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for each in guarded():
            if each.table in there:
                for statement in each.triggers(connection).values():
                    cursor.execute(statement)


def remove_guards(connection) -> None:
    """Drop the triggers.  For tests that empty the tables between them, for a restore, and for nothing else."""
    there = set(connection.introspection.table_names())
    for each in guarded():
        for name in each.triggers(connection) if each.table in there else ():
            database_triggers.drop(connection, name, each.table)


def missing_guards(connection) -> list[str]:
    """Return the names of triggers that should be there and are not.  One query beside the list of tables."""
    there = set(connection.introspection.table_names())
    wanted = {name for each in guarded() if each.table in there for name in each.triggers(connection)}
    return sorted(wanted - database_triggers.names(connection))


def is_open(connection) -> bool:
    """Whether an Erasure that was never finished lets guarded tables be changed; nothing of ours leaves one behind."""
    if ERASURES not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {ERASURES} WHERE finished_at IS NULL")  # noqa: S608
        return cursor.fetchone() is not None


def restore_guards(using, **kwargs) -> None:
    """Receiver of post_migrate."""
    install_guards(connections[using])
