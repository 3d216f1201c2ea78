"""How long whoever advances an order waits: at worst when sixteen do so at once, and beside an export of a whole list.

    python benchmarks/writers.py [--full] [--advances 25]

Sixteen people send the form of an advance, one order after the other with no pause, to as many threads as waitress has;
what counts is the time from sending to the answer.  Then a process of its own advances an order every 20 milliseconds
for ten seconds, from reading the order to the end of the commit: with nothing else on the database, and while all orders
are written into a workbook as the worker does it.  --full: 100,000 orders; else a tenth.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import quantiles

import copied_studio
import databases
import measuring

WRITERS, THREADS = 16, 4
WORST, BESIDE = 1.0, 0.1  # seconds
PAUSE, LONG = 0.02, 10
EXPORT = (Path(__file__).with_name("exports.py"), "--write", "/orders/?state=all&export=xlsx")


class Writer:
    """A process that advances orders of its own, once it is told to."""

    def __init__(self, number):
        command = [sys.executable, __file__, "--advance", str(number)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def begin(self):
        print("go", file=self.process.stdin, flush=True)

    def waits(self) -> list[float]:
        return [float(line) for line in self.process.communicate()[0].split()]


def main(orders, advances):
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = databases.new(folder)
        copied_studio.start_django(folder)
        copied_studio.make(orders)
        table = measuring.Table()
        waits = all_at_once(advances)
        told("sixteen at once", waits)
        table.limit(
            f"worst wait of {WRITERS} writers, {len(waits)} advances", max(waits), WORST, measuring.seconds
        )
        with_nothing, beside = alone(), beside_an_export()
        told("with nothing else", with_nothing)
        told("beside an export", beside)
        words = f"longest wait of a writer beside an export of {orders:,} orders"
        table.limit(words, max(beside), BESIDE, measuring.seconds)
        words = f"wait beside an export of {orders:,} orders, 99 of 100, against with nothing else"
        table.row(words, quantiles(beside, n=100)[-1], quantiles(with_nothing, n=100)[-1], 2)
    return table.end()


def told(words, waits):
    middle, most = quantiles(waits, n=100)[49], quantiles(waits, n=100)[-1]
    measuring.note(
        f"{words}: {len(waits)} advances, half within {middle * 1000:.0f} ms, 99 of 100 within {most * 1000:.0f}, "
        f"at most {max(waits) * 1000:.0f}"
    )


def all_at_once(advances) -> list[float]:
    from django.test import Client
    from django.test.utils import setup_test_environment, teardown_test_environment

    from preproduction.models import Order
    from studio.models import User

    browsers = []
    for at in range(WRITERS):
        browsers.append(Client())
        browsers[-1].force_login(User.objects.get(username=f"user{at % 8}"))
    orders = list(Order.objects.open()[: WRITERS * (advances + 1)])
    setup_test_environment()  # answers tell their forms
    forms = [form_of(browsers[0], order) for order in orders]
    teardown_test_environment()
    with ThreadPoolExecutor(THREADS) as server, ThreadPoolExecutor(WRITERS) as people:
        # The first of each only warms up.
        lists = people.map(partial(send_all, server), browsers, (forms[at::WRITERS] for at in range(WRITERS)))
        return [wait for waits in lists for wait in waits[1:]]


def form_of(browser, order) -> tuple[str, dict]:
    """Return the address of an order's advance, and what its form sends if nobody types anything."""
    address = f"{order.get_absolute_url()}advance/"
    form = browser.get(address).context["form"]
    values = {field.html_name: field.value() for field in form}
    return address, {name: value for name, value in values.items() if value not in (None, "", False)}


def send_all(server, browser, forms) -> list[float]:
    def send(address, values):
        answer = server.submit(browser.post, address, values).result()
        assert answer.status_code == 302, f"{answer.status_code} {address}"

    return [measuring.seconds_of(partial(send, *form)) for form in forms]


def alone() -> list[float]:
    writer = Writer(0)
    writer.begin()
    return writer.waits()


def beside_an_export() -> list[float]:
    """The export begins with the writer and is written again until that is done."""
    writer, written = Writer(1), 0
    writer.begin()
    while writer.process.poll() is None:
        with subprocess.Popen([sys.executable, *EXPORT], stdout=subprocess.DEVNULL) as export:
            while export.poll() is None and writer.process.poll() is None:
                time.sleep(0.05)
            written += export.poll() == 0
            export.kill()
    measuring.note(f"exports that ended meanwhile: {written}")
    return writer.waits()


def advance(number):
    """Advance every other open order from `number`, as its page does, until it has been LONG enough."""
    copied_studio.start_django("")
    from preproduction import operations
    from preproduction.models import Order, Status
    from studio import work_calendar
    from studio.models import User

    by, calendar, statuses = (
        User.objects.get(username="user0"),
        work_calendar.load(),
        list(Status.objects.all()),
    )
    keys = list(Order.objects.open().order_by("-pk").values_list("pk", flat=True)[number::2])

    def next_one():
        order = Order.objects.for_page().get(pk=keys.pop(0))
        to = next(each for each in statuses[1:] if each.pk != order.status_id)
        plan = operations.plan_advance(order, to=to, calendar=calendar)
        operations.advance_status(order, plan, expected=order.version, by=by, calendar=calendar)

    next_one()  # warms up
    print("ready", flush=True)
    sys.stdin.readline()
    until, waits = time.perf_counter() + LONG, []
    while keys and time.perf_counter() < until:
        waits.append(measuring.seconds_of(next_one))
        time.sleep(PAUSE)
    print(*waits, sep="\n", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--advance"]:
        sys.exit(advance(int(sys.argv[2])))
    wanted = measuring.arguments(__doc__, advances=25)
    sys.exit(main(100_000 if wanted.full else 10_000, wanted.advances))
