"""Forecasts of simulated studios, each from what was known that morning, and how many of them held."""

from bisect import bisect_left
from collections import defaultdict
from math import sqrt
from typing import NamedTuple

from preproduction.forecast import history
from preproduction.forecast.experience import Experience
from tests.preproduction.forecast.worlds import CALENDAR, DAYS, DONE, YEAR, World

SAID = (85, 95)
FEW = 8  # cases under which nothing is said
MANY = 6_000  # stays, as many as the campaign forecasts of each kind and size
SETTLES = 43  # business days, 60 days, in which a lab that has become slower may spoil the forecasts


class Score(NamedTuple):
    """A day that was said of a stay.  chance: what its curve gave to the day, which is whole, so mostly more than said."""

    of: str
    said: int
    order: tuple
    morning: int
    chance: float
    held: bool


class Method:
    """The method as it is; a control overrides what it gets wrong."""

    calendar = CALENDAR
    every = 5  # business days between the mornings of which it forecasts

    def notes(self, world, morning):
        """Return the rows of Status Notes that were there on the morning."""
        return [note for _, note in world.notes[: bisect_left(world.recorded, morning)]]

    def clock(self, stay, until):
        """Return the business days that the clock of `stay` has run up to a day, its hold taken out."""
        begins, ends = (min(day, until) for day in stay.held)
        return until - stay.entered - (ends - begins)

    def age(self, stay, morning):
        return self.clock(stay, morning)

    def holds(self, standing, morning):
        """Return the holds of stays as they are known on the morning."""
        return {
            stay.key: (ends - begins, None) if ends < morning else (0, DAYS[begins])
            for stay in standing
            for begins, ends in [stay.held]
            if begins < min(ends, morning)
        }

    def learn(self, world, standing, morning):
        """Return the experience of the morning."""
        known = history.Known({DONE}, holds=self.holds(standing, morning))
        return Experience.of(self.notes(world, morning), known, on=DAYS[morning], calendar=self.calendar)


def scores(world, method):
    """Yield two Scores of each kind for each stay of the second year, once: on the first morning that meets it."""
    stays = sorted(world.stays, key=lambda stay: stay.entered)
    entered = [stay.entered for stay in stays]
    standing, first, met = [], 0, set()
    for morning in range(YEAR, 2 * YEAR, method.every):
        upto = bisect_left(entered, morning)
        standing = [stay for stay in standing + stays[first:upto] if stay.left >= morning]
        first = upto
        learned = method.learn(world, standing, morning)
        for stay in standing:
            if stay.key in met or stay.held[0] < morning <= stay.held[1]:  # on hold, the clock stands still
                continue
            met.add(stay.key)
            yield from said_of(stay, world, method.age(stay, morning), learned, morning)


def said_of(stay, world, age, learned, morning):
    leaving = learned.leaving(stay.status, stay.vendor)
    completing = learned.completing(stay.status, stay.vendor, age)
    for of, curve, days in (("leaving", leaving, stay.days), ("completing", completing, stay.to_complete)):
        if curve.cases < FEW:
            continue
        for said in SAID:
            day = curve.day(said / 100, age)
            if day is not None:
                order = (world.name, stay.order)
                yield Score(of, said, order, morning, curve.chance(day, age), days <= day)


def forecast(kind, *, a_year, seed, stays, method=None, held=0.05):
    """Return the scores of at least so many stays, of as many studios of the kind as that takes."""
    found, studio = [], 0
    while len(found) < 4 * stays:
        world = World(kind, a_year=a_year, seed=f"{seed}/{studio}", held=held)
        found += [
            score
            for score in scores(world, method or Method())
            if kind != "slower lab" or not world.changed <= score.morning < world.changed + SETTLES
        ]
        studio += 1
    return found


class Line(NamedTuple):
    """A line of the table: in per cent, how many held of those of whom so many were said, and by quarter.

    gap:      how far off luck alone would be, one standard deviation.  Stays of one order are complete together, so
              that for completing it is orders that count.
    """

    of: str
    said: int
    stays: int
    chance: float
    held: float
    gap: float
    quarters: tuple[float, ...]
    quarter_gap: float

    def __str__(self):
        quarters = " ".join(f"{held:5.1f}" for held in self.quarters)
        return (
            f"{self.of:10} says {self.said} (its days {self.chance:4.1f}), keeps {self.held:4.1f} +-{self.gap:.1f}; "
            f"quarters {quarters} +-{self.quarter_gap:.1f}; {self.stays} stays"
        )

    @property
    def wrong(self):
        """Say what is further off than it may be: 3 points in all, 5 points and twice what luck does in a quarter.

        Of fewer stays than MANY, twice what luck does in all, too.
        """
        found = []
        if abs(self.held - self.said) > 3 + (2 * self.gap if self.stays < MANY else 0):
            found.append(f"in all: {self}")
        if any(abs(held - self.said) > 5 + 2 * self.quarter_gap for held in self.quarters):
            found.append(f"a quarter: {self}")
        return found


def lines(found):
    """Return the table of one kind of studio."""
    by_kind = defaultdict(list)
    for score in found:
        by_kind[score.of, score.said].append(score)
    for (of, said), among in sorted(by_kind.items()):
        quarters = defaultdict(list)
        for score in among:
            quarters[(score.morning - YEAR) * 4 // YEAR].append(score)
        yield Line(
            of,
            said,
            len(among),
            100 * sum(score.chance for score in among) / len(among),
            share_held(among),
            luck(said, of, among),
            tuple(share_held(quarters[at]) for at in sorted(quarters)),
            max(luck(said, of, each) for each in quarters.values()),
        )


def share_held(among):
    return 100 * sum(score.held for score in among) / len(among)


def luck(said, of, among):
    cases = len({score.order for score in among}) if of == "completing" else len(among)
    return sqrt(said * (100 - said) / cases)
