"""What was overwritten leaves the bytes of the database file, too.

SQLite only marks the room of old rows as free: their words stay in the file, and in the trigrams of its search indexes,
until something else is written there.  Written anew, the file has none of that.  PostgreSQL's own clean-up does so by
itself (autovacuum).
"""

from django.db import connection

from studio import search_index


def clean_file() -> None:
    """Write SQLite's file anew.  Not inside a transaction; raises OperationalError where somebody writes for too long."""
    if connection.vendor != "sqlite":
        return
    search_index.rebuild(connection)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        # Where there is a write-ahead log, it has the old pages still.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
