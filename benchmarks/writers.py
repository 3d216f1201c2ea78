"""How long whoever advances an order waits: at worst when sixteen do so at once, and beside an export of a whole list.

    python benchmarks/writers.py [--full] [--advances 25]

Each writer is a process of its own, and what counts is the time from reading the order to the end of the commit.  Sixteen
advance one order after the other, with no pause.  Then one advances an order every 20 milliseconds for ten seconds: with
nothing else on the database, and while all orders are written into a workbook as the worker does it.  --full: 100,000
orders; else a tenth.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import copied_studio
import databases
import measuring

WRITERS, WORST, BESIDE = 16, 1.0, 0.1  # seconds
PAUSE, LONG = 0.02, 10
EXPORT = (Path(__file__).with_name("exports.py"), "--write", "/orders/?state=all&export=xlsx")


class Writer:
    """A process that advances orders of its own once it is told to; the first reading of anything does not count."""

    def __init__(self, number, of, count, pause=0.0, seconds=0.0):
        command = [sys.executable, __file__, "--advance", *map(str, (number, of, count, pause, seconds))]
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
    writers = [Writer(number, WRITERS, advances) for number in range(WRITERS)]
    for writer in writers:
        writer.begin()
    return [wait for writer in writers for wait in writer.waits()]


def alone() -> list[float]:
    writer = Writer(0, 2, 0, PAUSE, LONG)
    writer.begin()
    return writer.waits()


def beside_an_export() -> list[float]:
    """The export begins with the writer and is written again until that is done."""
    writer, written = Writer(1, 2, 0, PAUSE, LONG), 0
    writer.begin()
    while writer.process.poll() is None:
        with subprocess.Popen([sys.executable, *EXPORT], stdout=subprocess.DEVNULL) as export:
            while export.poll() is None and writer.process.poll() is None:
                time.sleep(0.05)
            written += export.poll() == 0
            export.kill()
    measuring.note(f"exports that ended meanwhile: {written}")
    return writer.waits()


def advance(number, of, count, pause, seconds):
    """Advance every `of`-th open order from `number`, as its page does: `count` of them, or for so many seconds."""
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
    keys = list(Order.objects.open().order_by("pk").values_list("pk", flat=True)[number::of])

    def next_one(key):
        order = Order.objects.for_page().get(pk=key)
        to = next(each for each in statuses[1:] if each.pk != order.status_id)
        plan = operations.plan_advance(order, to=to, calendar=calendar)
        operations.advance_status(order, plan, expected=order.version, by=by, calendar=calendar)

    next_one(keys.pop())
    print("ready", flush=True)
    sys.stdin.readline()
    until, waits = time.perf_counter() + seconds, []
    while keys and (len(waits) < count or time.perf_counter() < until):
        key = keys.pop()
        waits.append(measuring.seconds_of(lambda: next_one(key)))  # noqa: B023 - called here
        time.sleep(pause)
    print(*waits, sep="\n", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--advance"]:
        sys.exit(advance(*map(int, sys.argv[2:5]), *map(float, sys.argv[5:7])))
    wanted = measuring.arguments(__doc__, advances=25)
    sys.exit(main(100_000 if wanted.full else 10_000, wanted.advances))
