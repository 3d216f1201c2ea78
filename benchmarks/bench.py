"""All that is measured here, as one table: each row with its limit, and whether it was reached.

    python3 run.py bench [--full] [--postgresql] [NAME ...]

The short form takes some five minutes of two quiet cores.  --full does all of it with a million orders and files of
100,000 rows.  --postgresql: on a PostgreSQL server that lives as long as this.  NAME: only these, as `pages exports`.
Ends with 1 where a row was not reached.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import databases
import measuring

HERE = Path(__file__).resolve().parent
NAMES = (
    "pages",
    "first_visit",
    "starting",
    "advance",
    "many_at_once",
    "writers",
    "reorder",
    "exports",
    "importing",
    "forecast",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--full", action="store_true", help="a million orders, files of 100,000 rows")
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own")
    parser.add_argument("names", nargs="*", choices=(*NAMES, []), metavar="NAME", help=", ".join(NAMES))
    wanted = parser.parse_args()
    if wanted.postgresql:
        again = [each for each in sys.argv if each != "--postgresql"]
        server = [sys.executable, HERE.parent / "tests" / "postgresql.py"]
        return subprocess.run([*server, sys.executable, *again]).returncode
    print(measuring.HEAD, flush=True)
    missed = [
        name for name in wanted.names or NAMES if not is_reached(name, ["--full"] if wanted.full else [])
    ]
    return 1 if missed else 0


def is_reached(name, options) -> bool:
    """Print the rows of a program beside this one.  It has a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATABASE_URL": databases.new(folder)}
        command = [sys.executable, HERE / f"{name}.py", *options]
        program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for line in program.stdout:
            if line.strip() not in measuring.HEAD:
                print(line, end="", flush=True)
        return program.wait() == 0


if __name__ == "__main__":
    sys.exit(main())
