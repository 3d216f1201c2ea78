"""How much of what was said held, by what one asks it of.  Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from preproduction.forecast.outcomes import WARNING, Outcome

# What stands in a row, in this order.
COLUMNS = (("leaving", 85), ("leaving", 95), ("completing", 85), ("completing", 95), (WARNING, WARNING))


class Share(NamedTuple):
    """held of cases."""

    held: int
    cases: int

    @property
    def per_cent(self) -> int | None:
        return round(100 * self.held / self.cases) if self.cases else None


def shares(found: Iterable[Outcome], by: Callable[[Outcome], Hashable]) -> dict[Hashable, list[Share]]:
    """Return the shares of COLUMNS by what `by` says of an outcome."""
    cases: dict[Hashable, Counter] = defaultdict(Counter)
    held: dict[Hashable, Counter] = defaultdict(Counter)
    for outcome in found:
        key, column = by(outcome), (outcome.of, outcome.said)
        cases[key][column] += 1
        held[key][column] += outcome.held
    return {
        key: [Share(held[key][column], count[column]) for column in COLUMNS] for key, count in cases.items()
    }
