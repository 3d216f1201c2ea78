"""Whole pages of a large studio beside those of one a tenth as large; a search beside an order; the hub beside its floor.

    python benchmarks/pages.py [--full] [--rounds 15]

The short form compares 30,000 orders with 3,000, --full a million with 100,000.  Each studio is served by a process of its
own, and they take turns.  With the address of a PostgreSQL server in DATABASE_URL both get a database there.
"""

import gzip
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from typing import NamedTuple

import databases
import measuring


class Row(NamedTuple):
    """at_most: times the page of the smaller studio."""

    words: str
    address: str
    at_most: float


AN_ORDER = "an order"
ROWS = (
    Row("hub", "/orders/", 1.2),
    Row("Complete", "/orders/?state=complete", 1.3),
    Row("Overdue", "/orders/overdue/", 1.2),
    Row("all", "/orders/?state=all", 1.3),
    Row("last page of all", "/orders/?state=all&page=last", 1.5),
    Row("all by client", "/orders/?state=all&sort=client", 1.5),
    Row("Home", "/", 1.5),
    Row("one order", AN_ORDER, 1.2),
)
# Of all orders, they find 1, 1, some 50, a fifth three times, and all.
TYPED = ("1001234", "S-1002345", "client 100012", "anna", "chloe", "bo", "c")
SEARCHES = ("/orders/?q=anna", *(f"/orders/?state=all&q={typed}" for typed in TYPED))
# Of fifty rows.
WEIGHED = {"hub": "/orders/", "Overdue": "/orders/overdue/"}
# tests/test_query_counts.py pins them.
QUERIES = {
    "hub": ("/orders/", 9),
    "Overdue": ("/orders/overdue/", 9),
    "Home": ("/", 13),
    "one order": (AN_ORDER, 13),
}


class Studio:
    """A studio in a process of its own, which does what it is told and answers with a figure."""

    def __init__(self, orders, folder):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(orders), folder],
            env={**os.environ, "DATABASE_URL": databases.new(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what, address="") -> float:
        """what: of a page "seconds", "processor seconds", "queries", "weight", "compressed weight", its "floor"; or
        "statistics" to be made."""
        print(what, address, sep="\t", file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def main(few, rounds):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        small, large = Studio(few, one), Studio(few * 10, other)
        table = measuring.Table()

        def compare(words, at_most, *sides):
            table.row(words, *measuring.medians(rounds, *sides), at_most)

        sizes = f"{few * 10:,} orders, against {few:,}"
        for words, address, at_most in ROWS:
            sides = [partial(studio.ask, "seconds", address) for studio in (large, small)]
            compare(f"{words}, {sizes}", at_most, *sides)
        by_key = partial(large.ask, "seconds", AN_ORDER)
        for search in SEARCHES:
            compare(f"{search}, against one order", 3, partial(large.ask, "seconds", search), by_key)
        sides = [partial(large.ask, what, "/orders/") for what in ("processor seconds", "floor")]
        compare("hub of 50 orders, processor, against a plain page", 1.3, *sides)
        for words, (address, most) in QUERIES.items():
            table.limit(f"queries of {words}", large.ask("queries", address), most, "{:.0f}".format)
        for words, address in WEIGHED.items():
            table.limit(f"weight of {words}", large.ask("weight", address), 80_000, measuring.kilobytes)
            compressed = large.ask("compressed weight", address)
            table.limit(f"weight of {words}, compressed", compressed, 20_000, measuring.kilobytes)
        without = measuring.medians(rounds, by_key)[0]
        large.ask("statistics")
        table.row(
            "one order with statistics, against without", measuring.medians(rounds, by_key)[0], without, 1.1
        )
        small.end()
        large.end()
    return table.end()


def serve(orders, folder):
    said, sys.stdout = sys.stdout, sys.stderr
    import copied_studio

    copied_studio.start_django(folder)
    copied_studio.make(orders)
    do = acts(orders)
    for line in sys.stdin:
        what, _, address = line.strip("\n").partition("\t")
        print(do[what](address), file=said, flush=True)


def acts(orders) -> dict:
    import copied_studio
    import plain_page
    from django.test import Client
    from django.utils import timezone

    from preproduction.models import Order
    from studio.models import User
    from triggers.models import WorkerHeartbeat

    browser, plain = Client(), {}
    browser.force_login(User.objects.get(username="user0"))
    order = Order.objects.order_by("pk")[orders // 2].get_absolute_url()

    def open_page(address):
        assert browser.get(address.replace(AN_ORDER, order)).status_code == 200, address

    def queries(address):
        # Making the studio took longer than a worker may be silent for, and pages that say so ask more.
        WorkerHeartbeat.objects.update(beat_at=timezone.now())
        return len(plain_page.statements_of(browser, address.replace(AN_ORDER, order)))

    def floor(address):
        if address not in plain:
            plain[address] = plain_page.add(browser, address)
        return measuring.seconds_of(lambda: open_page(plain[address]), time.process_time)

    return {
        "seconds": lambda address: measuring.seconds_of(lambda: open_page(address)),
        "processor seconds": lambda address: measuring.seconds_of(
            lambda: open_page(address), time.process_time
        ),
        "queries": queries,
        "floor": floor,
        "weight": lambda address: len(browser.get(address).content),
        "compressed weight": lambda address: len(gzip.compress(browser.get(address).content, 6)),
        "statistics": lambda _: measuring.seconds_of(copied_studio.analyze),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        sys.exit(serve(int(sys.argv[2]), sys.argv[3]))
    wanted = measuring.arguments(__doc__, rounds=15)
    sys.exit(main(100_000 if wanted.full else 3_000, wanted.rounds))
