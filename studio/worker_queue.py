"""By what the web server wakes the worker: an SQLite file, PostgreSQL or Redis, as HUEY_URL says.

What is to be done stands in our own database, so this queue may be lost, or be out of reach, without loss.
"""

from urllib.parse import urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured
from huey import Huey
from huey.storage import PostgresStorage

# Seconds.  A page that has committed does not wait long for a queue that does not answer.
CONNECT_TIMEOUT = 2


class PatientPostgresStorage(PostgresStorage):
    """Makes its tables when it first connects, and not, as huey's own, when Django starts."""

    def __init__(self, name="huey", **options):
        super().__init__(name, create_tables=False, **options)

    def _create_connection(self):
        connection = super()._create_connection()
        with connection.transaction():
            # Two that make a table at once would get in each other's way, "if not exists" or not.
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('huey'))")
            for statement in self.ddl:
                connection.execute(statement)
        return connection


class PostgresHuey(Huey):
    storage_class = PatientPostgresStorage


def storage(url: str, *, file: str) -> dict:
    """Return the settings of huey's storage for `url`; for "" those of an SQLite file.

    url: postgres://user:password@host/database or redis://host:6379/0 (rediss:// with TLS).
    """
    scheme = urlsplit(url).scheme
    if not url:
        return {"huey_class": "huey.SqliteHuey", "filename": file}
    if scheme in ("postgres", "postgresql"):
        return {
            "huey_class": "studio.worker_queue.PostgresHuey",
            "dsn": url,
            "connect_timeout": CONNECT_TIMEOUT,
        }
    if scheme in ("redis", "rediss"):
        # The worker waits a second for what comes, so a read may take longer than a connection.
        timeouts = {"socket_connect_timeout": CONNECT_TIMEOUT, "socket_timeout": 3 * CONNECT_TIMEOUT}
        return {
            "huey_class": "huey.RedisHuey",
            "url": f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(timeouts)}",
        }
    raise ImproperlyConfigured(
        "HUEY_URL must be empty (an SQLite file), or begin with postgres:// or redis://."
    )
