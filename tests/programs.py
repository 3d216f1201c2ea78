"""manage.py as a program of its own, as whoever looks after the server runs it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def manage(*arguments, database, **environment) -> subprocess.CompletedProcess:
    """Run manage.py on the database at the address `database`, whatever the tests themselves run on."""
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
