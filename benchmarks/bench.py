"""Whole pages of a large studio beside those of one a tenth as large, in pairs that take turns; a large import beside a
small one (importing.py); and what OTHERS measure: many at once against one by one, long lists, files.

    python3 run.py bench [--full] [--rounds 15]

Prints a table: each row with its limit, and whether it was reached; ends with 1 where one was not.  The short form
compares 30,000 orders with 3,000 in some seven minutes, --full a million with 100,000.  Databases are made in a
temporary folder, or in the empty databases that --small and --large name.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import importing

HERE = Path(__file__).resolve().parent


# Programs beside this one, each with a table and limits of its own.
OTHERS = ("many_at_once.py", "reorder.py", "exports.py")


class Row(NamedTuple):
    """at_most: times the page of the smaller studio."""

    words: str
    address: str
    at_most: float


ROWS = (
    Row("hub", "/orders/", 1.2),
    Row("Complete", "/orders/?state=complete", 1.3),
    Row("Overdue", "/orders/overdue/", 1.2),
    Row("all", "/orders/?state=all", 1.3),
    Row("last page of all", "/orders/?state=all&page=last", 1.5),
    Row("all by client", "/orders/?state=all&sort=client", 1.5),
    Row("Home", "/", 1.5),
    Row("one order", "an order", 1.2),
)
# With the database's statistics, which made this page read all Status Notes once.
WITH_STATISTICS = Row("one order, with statistics", "an order", 1.3)


class Studio:
    """A studio in a process of its own, which opens pages when told to and says how long each took."""

    def __init__(self, orders, database, folder):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(orders), "--folder", str(folder)],
            env={**os.environ, "DATABASE_URL": database or f"sqlite:///{folder}/benchmark.sqlite3"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.vendor = self.process.stdout.readline().strip()

    def ask(self, words: str) -> float:
        """Return the milliseconds of a page; of "ANALYZE" those of making statistics."""
        print(words, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--full", action="store_true", help="a million orders against 100,000")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--small", default="", help="address of an empty database")
    parser.add_argument("--large", default="", help="address of another one")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        return serve(wanted.serve, wanted.folder)
    few = 100_000 if wanted.full else 3_000
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        small, large = Studio(few, wanted.small, one), Studio(few * 10, wanted.large, other)
        print(f"{large.vendor}: {few * 10:,} orders against {few:,}, median of {wanted.rounds}\n")
        missed = compare(small, large, wanted.rounds)
        small.end()
        large.end()
    missed += importing.compare(importing.LARGEST if wanted.full else importing.LARGE, rounds=1)
    for name in OTHERS:
        print(f"\n{name}\n", flush=True)
        missed += subprocess.run([sys.executable, HERE / name]).returncode
    return 1 if missed else 0


def compare(small, large, rounds) -> int:
    """Print the table, and return how many rows were not reached."""
    print("| page | small | large | times | at most | |\n|---|---|---|---|---|---|")
    missed = sum(tell(row, *medians(row, small, large, rounds)) for row in ROWS)
    large.ask("ANALYZE")
    return missed + tell(WITH_STATISTICS, *medians(WITH_STATISTICS, small, large, rounds))


def medians(row, small, large, rounds) -> list[float]:
    """Return the milliseconds of a page of both studios, which take turns.  The first round warms up."""
    taken = [(small.ask(row.address), large.ask(row.address)) for _ in range(rounds + 1)][1:]
    return [statistics.median(times) for times in zip(*taken, strict=True)]


def tell(row, small, large) -> bool:
    """Print a row, and return whether it was missed."""
    is_missed = large > small * row.at_most
    figures = f"{small:.0f} ms | {large:.0f} ms | {large / small:.2f} | {row.at_most}"
    print(f"| {row.words} | {figures} | {'missed' if is_missed else 'reached'} |", flush=True)
    return is_missed


def serve(orders, folder):
    import copied_studio

    said, sys.stdout = sys.stdout, sys.stderr
    copied_studio.start_django(folder)
    copied_studio.make(orders)
    from django.db import connection
    from django.test import Client

    from preproduction.models import Order
    from studio.models import User

    browser = Client()
    browser.force_login(User.objects.get(username="user0"))
    order = Order.objects.order_by("pk")[orders // 2].get_absolute_url()
    print(connection.vendor, file=said, flush=True)
    for line in sys.stdin:
        print(copied_studio.taken_by(browser, line.strip().replace("an order", order)), file=said, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
