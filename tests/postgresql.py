"""Run a command against a PostgreSQL of its own, which lives only as long as the command.

    python tests/postgresql.py COMMAND [ARGUMENTS]

The command finds a new, empty cluster in DATABASE_URL: in a temporary folder, on a free loopback port, behind a
random password.  Where PostgreSQL's programs are not installed the command is skipped with a sentence; with
CI=true that is a failure.  Standard library only.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

# A crash of this server loses nothing that anybody wants, so it need not wait for the disk.  Nor need it tidy up: most
# tests are one transaction that is never committed, in whose middle it would note that the tables are empty, and plan a
# query over 50,000 rows accordingly.
SERVER_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300"
    " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
)
# Debian and Windows keep the server's programs off the PATH.
FOLDERS = (Path("/usr/lib/postgresql"), Path("C:/Program Files/PostgreSQL"))


def find_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, the newest if there are several, or None."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    for folder in FOLDERS:
        versions = [path for path in folder.glob("*/bin") if path.parent.name.isdigit()]
        found += sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    return next((folder for folder in found if shutil.which("pg_ctl", path=str(folder))), None)


@contextmanager
def private_server(programs: Path):
    """Start a cluster of our own and yield its address as DATABASE_URL wants it; stop and remove it at the end."""
    password = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "password").write_text(password)
        owner = {"cwd": folder, "stdout": subprocess.DEVNULL, "check": True, "start_new_session": True}
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # PostgreSQL refuses to run as root; its package makes this user.
            owner |= {"user": "postgres", "group": "postgres", "extra_groups": []}
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres", "postgres")
        initdb = [programs / "initdb", "--pgdata=data", "--username=studio", "--encoding=UTF8", "--no-sync"]
        # As a real one: letters of every script have an upper and a lower case.
        initdb += ["--locale=C.UTF-8"] if sys.platform == "linux" else []
        subprocess.run([*initdb, "--auth=scram-sha-256", "--pwfile=password"], **owner)
        port = free_port()
        pg_ctl = [programs / "pg_ctl", "--pgdata=data", "--wait", "--log=log"]
        subprocess.run([*pg_ctl, f"--options=-p {port} {SERVER_OPTIONS}", "start"], **owner)
        try:
            yield f"postgres://studio:{password}@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*pg_ctl, "--mode=immediate", "stop"], **owner)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(command: list[str]) -> int:
    programs = find_programs()
    if programs is None:
        print(
            "Skipped: PostgreSQL's server programs (initdb, pg_ctl) are not installed."
            "  On Debian and Ubuntu: sudo apt install postgresql"
        )
        return 1 if os.environ.get("CI") == "true" else 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server is stopped then, too
    with private_server(programs) as address:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": address}).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
