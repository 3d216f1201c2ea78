"""Triggers of the database itself, by which append_only, search_index and set_up keep what every writer has to keep."""


def names(connection) -> set[str]:
    """Return the names of all that are there and switched on."""
    question = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return {name for (name,) in cursor.fetchall()}


def drop(connection, name: str, table: str) -> None:
    """Drop a trigger of `table`, if it is there."""
    suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}{suffix}")
