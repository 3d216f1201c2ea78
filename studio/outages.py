"""Why the studio cannot be used for the moment, read from what an exception holds: the disk, the database, or a key.

Such a fault is nobody's mistake and no traceback finds it.  Whoever meets it reads the reason on a page of ours (503),
and the log one line.
"""

import errno
import logging
import sqlite3
from enum import Enum

from studio.sealing import KeyMissing

logger = logging.getLogger(__name__)


class Outage(Enum):
    """Each with what the page says, and what whoever looks after the computer can do."""

    FULL = (
        "The disk is full",
        "Nothing more can be saved until there is room on it. What is saved is safe and can be read.",
        "Make room on the disk that the database is on.",
    )
    READ_ONLY = (
        "The studio can only be read",
        "The database accepts no changes for the moment. What is saved is safe and can be read.",
        "See whether the database's file or disk has become read-only, or the server is a standby.",
    )
    BUSY = (
        "The studio is busy",
        "The database was at work on something else for too long, and this was given up.",
        "See what holds the database: a long import, a back-up of another program, a transaction left open.",
    )
    AWAY = (
        "The database does not answer",
        "It is being restarted, or cannot be reached. What is saved is safe.",
        "See whether the database runs, and whether DATABASE_URL is right.",
    )
    SEALED = (
        "A key is missing",
        "What this needs is sealed with a key that is not on this computer. If it is your second factor, an "
        "administrator of your studio can remove it (Users, your name); then your password is enough.",
        "Put the former SECRETS_KEY_FILE back, which no back-up holds. For somebody whom no administrator can help: "
        "manage.py remove_second_factor NAME.",
    )
    FAILING = (
        "The disk or the database is failing",
        "The database could not read or write what it should.",
        "Look at the disk now, and keep the last back-up safe: manage.py health says more.",
    )

    @property
    def title(self) -> str:
        return self.value[0]

    @property
    def sentence(self) -> str:
        return self.value[1]

    @property
    def advice(self) -> str:
        return self.value[2]


# Primary result codes, https://www.sqlite.org/rescode.html
SQLITE = {
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_READONLY: Outage.READ_ONLY,
    sqlite3.SQLITE_BUSY: Outage.BUSY,
    sqlite3.SQLITE_LOCKED: Outage.BUSY,
    sqlite3.SQLITE_CANTOPEN: Outage.AWAY,
    sqlite3.SQLITE_IOERR: Outage.FAILING,
    sqlite3.SQLITE_CORRUPT: Outage.FAILING,
    sqlite3.SQLITE_NOTADB: Outage.FAILING,
}
# By the beginning of an SQLSTATE, the longest that fits, https://www.postgresql.org/docs/15/errcodes-appendix.html
POSTGRESQL = {
    "53100": Outage.FULL,
    "25006": Outage.READ_ONLY,
    "55P03": Outage.BUSY,
    "57014": Outage.BUSY,  # longer than statement_timeout
    "40P01": Outage.BUSY,
    "25P03": Outage.BUSY,  # longer than idle_in_transaction_session_timeout
    "53": Outage.BUSY,  # too many connections, out of memory
    "57P": Outage.AWAY,
    "08": Outage.AWAY,
    "58": Outage.FAILING,
    "XX": Outage.FAILING,
}
SYSTEM = {
    errno.ENOSPC: Outage.FULL,
    errno.EDQUOT: Outage.FULL,
    errno.EROFS: Outage.READ_ONLY,
    errno.EIO: Outage.FAILING,
}


def outage_of(error: BaseException | None) -> Outage | None:
    """Return what `error`, or what it was raised from, says of disk, database and keys; None if it is about none."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        found = _of_one(error)
        if found:
            return found
        error = error.__cause__ or error.__context__
    return None


def log(outage: Outage, error: BaseException) -> None:
    """Write one line, with the kind of the error and not its words, which may quote a client's."""
    logger.error("%s (%s). %s", outage.title, type(error).__name__, outage.advice)


def _of_one(error) -> Outage | None:
    if isinstance(error, sqlite3.Error):
        # An extended code has the primary one in its lowest byte.
        return SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
    if hasattr(error, "sqlstate"):  # psycopg's, which is not loaded where SQLite is used
        return _of_postgresql(error)
    if isinstance(error, OSError):
        return SYSTEM.get(error.errno)
    return Outage.SEALED if isinstance(error, KeyMissing) else None


def _of_postgresql(error) -> Outage | None:
    state = error.sqlstate
    if state is None:
        # No server has spoken: there was no connection, or it broke.
        return Outage.AWAY if type(error).__name__ in ("OperationalError", "InterfaceError") else None
    return next((POSTGRESQL[state[:length]] for length in (5, 3, 2) if state[:length] in POSTGRESQL), None)
