"""How long orders take, from how long others took: the chance of leaving by each business day.  Pure: integers in.

Of those that got as far as a business day, how many left on it?  That share is the hazard of the day.  Orders that are
still there count among those that got as far (Kaplan and Meier), and what is asked is asked of an order as old as it is.
A vendor's hazards lean on those of all vendors, a status's on the studio's, by as much as WEIGHT visits would.  So does
the season: how many left a status lately, compared with what the year's hazards expected, leans on the same of the
studio where that is slow.  A quick one is believed of a status's own cases only: of few it is mostly luck, and too early
a day is worse than one too late.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from math import prod
from operator import mul
from typing import NamedTuple

WEIGHT = 8  # visits
ALL = 0  # in the place of a vendor: all of them, whatever the season
TAIL = 250  # business days past the longest visit for which a curve goes on
# Days are whole, and the first that reaches a chance would mostly pass it: by two or three points, measured in simulated
# studios.  One that misses it by this part of what is missing to certainty counts: 82.75 of 100 are said as 85.
NEARLY = 0.15
# Orders of about one age at their status: the youngest of each group, in business days.
AGES = (0, 1, 2, 3, 5, 8, 12, 18, 27, 40)


class Visit(NamedTuple):
    """One order's way from entering a status to leaving it, or to its completion.

    days:   business days on its clock, holds taken out: until that came, or so far.
    last:   the number of the business day on which it came, or until which is known that it did not.
    came:   False where the order is still on its way, or ended otherwise than by being done.
    stayed: business days at the status itself, so far or in all.
    """

    vendor: int | None
    days: int
    last: int
    came: bool
    stayed: int


Counts = tuple[list[int], list[int]]  # how many were at risk, and for how many it came, by business day
# Visits that count alike, and how many: the vendor, days at the status as far as they matter, days in all, how many of the
# last of these lie in the time that counts, and whether it came.
Kinds = Iterable[tuple[tuple[int | None, int, int, int, bool], int]]


class Window(NamedTuple):
    """What counts: what happened after the business day numbered `year`; after `lately`, for the season."""

    year: int
    lately: int


@dataclass(frozen=True)
class Curve:
    """The chances of orders that were there on the morning of business day `since` on their clock.

    hazards: by business day from then on.  cases: for how many of the status it has come within the year.
    own:     for how many of these it was the vendor's; all of them where no vendor is asked for.
    """

    hazards: Sequence[float]
    cases: int
    own: int
    since: int = 0
    # Orders of one age ask the same.
    _days: dict[tuple[float, int], int | None] = field(default_factory=dict, init=False, compare=False)

    def chance(self, by: int, age: int) -> float:
        """Return the chance of leaving by business day `by` for an order that is there on the morning of day `age`."""
        if by < age:
            return 0.0
        return 1 - prod(1 - hazard for hazard in self.hazards[age - self.since : by - self.since + 1])

    def day(self, chance: float, age: int) -> int | None:
        """Return the first business day by which an order of this age leaves with nearly this chance; None if never."""
        if (chance, age) not in self._days:
            self._days[chance, age] = self._find_day(chance, age)
        return self._days[chance, age]

    def _find_day(self, chance: float, age: int) -> int | None:
        there, enough = 1.0, chance - NEARLY * (1 - chance)
        for day, hazard in enumerate(self.hazards[age - self.since :], age):
            there *= 1 - hazard
            if 1 - there >= enough:
                return day
        return None


Learned = Callable[[int, int | None, int], Curve]


def learn(visits: Mapping[int, Sequence[Visit]], window: Window) -> Learned:
    """Return a function from a status, a vendor, none or ALL, and one of AGES to the curve of such orders.

    Each is made when it is first asked for, from counts: a year's visits themselves are not kept.
    """
    longest = max((visit.days for each in visits.values() for visit in each), default=0)
    kinds = {status: _kinds(visits[status], window.year) for status in sorted(visits)}
    late = {status: _kinds(visits[status], window.lately) for status in kinds}

    def counted(among: Kinds, since: int = 0) -> Counts:
        return _count(among, since, longest)

    @cache
    def studio() -> list[float]:
        each = [counted(among.items()) for among in kinds.values()] or [([0], [0])]
        at_risk, came = ([sum(day) for day in zip(*part, strict=True)] for part in zip(*each, strict=True))
        rate = sum(came) / max(sum(at_risk), 1)
        return _leaning((at_risk, came), [rate] * (longest + 1 + TAIL))

    @cache
    def among(status: int, since: int) -> Kinds:
        return [each for each in kinds.get(status, Counter()).items() if each[0][1] >= since]

    @cache
    def of_status(status: int, since: int) -> list[float]:
        # Of those that stayed nearly as long, as many days on.
        prior = of_status(status, _younger(since)) if since else studio()
        return _leaning(counted(among(status, since), since), prior)

    @cache
    def cases_of(status: int) -> int:
        return sum(counted(among(status, 0))[1])

    @cache
    def lately(status: int) -> tuple[int, float]:
        """Return for how many it came, and for how many the year's hazards expected it."""
        at_risk, came = counted(late.get(status, Counter()).items())
        return sum(came), sum(map(mul, at_risk, of_status(status, 0)))

    @cache
    def season(status: int | None) -> float:
        """Return by what hazards are to be multiplied; those of all statuses for None."""
        if status is None:
            each = [lately(status) for status in kinds]
            came, expected = sum(came for came, _ in each), sum(expected for _, expected in each)
        else:
            came, expected = lately(status)
        usual = 1.0 if status is None else min(season(None), 1.0)
        return (came + WEIGHT * usual) / (expected + WEIGHT)

    @cache
    def curve(status: int, vendor: int | None, since: int) -> Curve:
        cases = cases_of(status)
        if vendor == ALL:
            return Curve(of_status(status, since), cases, cases, since)
        theirs = [each for each in among(status, since) if each[0][0] == vendor]
        at_risk, came = counted(theirs, since)
        factor = season(status)
        seasonal = [
            min(hazard * factor, 1.0) for hazard in _leaning((at_risk, came), of_status(status, since))
        ]
        return Curve(seasonal, cases, sum(came), since)

    return curve


def _younger(since: int) -> int:
    return AGES[AGES.index(since) - 1]


def _kinds(visits: Iterable[Visit], after: int) -> Counter[tuple[int | None, int, int, int, bool]]:
    """Count visits that count alike, those that went on after the business day numbered `after`."""
    oldest = AGES[-1]
    return Counter(
        (vendor, min(stayed, oldest), days, min(last - after, days + 1), came)
        for vendor, days, last, came, stayed in visits
        if last > after
    )


def _count(among: Kinds, since: int, longest: int) -> Counts:
    """Count visits by business day from day `since` on, to which all of them came."""
    change, came = [0] * (longest + 2), [0] * (longest + 1)
    for (_, _, days, inside, has_come), cases in among:
        days -= since
        change[days - inside + 1 if inside <= days else 0] += cases
        change[days + 1] -= cases
        if has_come:
            came[days] += cases
    return list(accumulate(change[:-1])), came


def _leaning(counted: Counts, prior: list[float]) -> list[float]:
    """Return the hazards of what was counted, each with WEIGHT visits' worth of `prior`, which is as long or longer."""
    hazards = [
        (came + WEIGHT * usual) / (at_risk + WEIGHT)
        for at_risk, came, usual in zip(*counted, prior, strict=False)
    ]
    return hazards + prior[len(hazards) :]
