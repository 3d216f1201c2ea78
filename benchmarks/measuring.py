"""What all benchmarks share: sides that take turns, and a table in which each row has its limit.

Only rows go to the standard output, so that bench.py can make one table of them; anything else that is said goes to
the standard error.
"""

import argparse
import statistics
import sys
import time
from functools import partial

HEAD = "| what | ours | against | times | at most | |\n|---|---|---|---|---|---|"


def arguments(about, *, rounds=None, **more):
    """Return what was asked for.  more: numbers with their defaults, as `orders=3_000`."""
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--full", action="store_true", help="at the size of the README's tables")
    for name, default in {"rounds": rounds, **more}.items():
        if default is not None:
            parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def in_turn(rounds, *acts, clock=time.perf_counter) -> list[float]:
    """Return the median seconds of each act."""
    return medians(rounds, *(partial(seconds_of, act, clock) for act in acts))


def medians(rounds, *sides) -> list[float]:
    """Return the median figure of each side.  They take turns, and the first round only warms up."""
    figures = [[side() for side in sides] for _ in range(rounds + 1)][1:]
    return [statistics.median(column) for column in zip(*figures, strict=True)]


def seconds_of(act, clock=time.perf_counter) -> float:
    began = clock()
    act()
    return clock() - began


class Table:
    """Prints its rows as they come, and counts those that miss their limit."""

    def __init__(self):
        self.missed = 0
        print(HEAD, flush=True)

    def row(self, what, ours, against, at_most, shown=None):
        """Compare with the floor.  at_most: times; shown: writes both figures, as seconds if not said."""
        shown = shown or seconds
        times = ours / against
        self._print(times > at_most, what, shown(ours), shown(against), f"{times:.2f}", at_most)

    def limit(self, what, ours, at_most, shown=str):
        """Compare with a figure that holds on any machine."""
        self._print(ours > at_most, what, shown(ours), "", "", shown(at_most))

    def _print(self, is_missed, *cells):
        self.missed += is_missed
        print("|", " | ".join(map(str, (*cells, "**missed**" if is_missed else "reached"))), "|", flush=True)

    def end(self) -> int:
        """Return what the program ends with."""
        return 1 if self.missed else 0


def most_megabytes(status: str) -> float:
    """Return how much memory a program took at most, of what Linux says in /proc/PID/status."""
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def note(*words):
    print(*words, file=sys.stderr, flush=True)


def seconds(figure) -> str:
    if figure >= 1:
        return f"{figure:.1f} s"
    return f"{figure * 1000:.0f} ms" if figure >= 0.02 else f"{figure * 1000:.2f} ms"


def megabytes(figure) -> str:
    return f"{figure:.0f} MB"


def kilobytes(figure) -> str:
    return f"{figure / 1000:.1f} kB"
