"""Of the days that the forecast says, as many hold as it says: in six kinds of studios, of three sizes."""

from functools import cache

import pytest

from studio.business_days import WorkCalendar
from tests.preproduction.forecast import scoring
from tests.preproduction.forecast.scoring import Method
from tests.preproduction.forecast.worlds import DAYS, KINDS

A_YEAR = (60, 300, 2_000)
# Each size of each kind, such that the first of them are of every kind.
STUDIOS = [(kind, a_year) for a_year in A_YEAR for kind in KINDS]


@pytest.mark.parametrize("at", range(len(STUDIOS)), ids=[f"{kind}, {a_year}" for kind, a_year in STUDIOS])
def test_days_hold_as_often_as_is_said(at, seed, size, record):
    if at >= size("kinds of studios forecast"):
        pytest.skip("the campaign does")
    kind, a_year = STUDIOS[at]
    lines = list(
        scoring.lines(scoring.forecast(kind, a_year=a_year, seed=seed, stays=size("stays forecast")))
    )
    print(f"\n{kind}, {a_year} orders a year", *lines, sep="\n  ")
    assert not [wrong for line in lines for wrong in line.wrong]
    record(forecasts=lines[0].stays)


class AgeIgnored(Method):
    def age(self, stay, morning):
        return 0


class OtherClock(Method):
    """One that counts what it should not; Status Notes are written by it, too."""

    def notes(self, world, morning):
        return [
            note._replace(days_at_status=self.days(world).get(note.key))
            for note in super().notes(world, morning)
        ]

    @cache  # noqa: B019 - as long as the test
    def days(self, world):
        """Return the days of each stay by the key of the row that ended it."""
        return {stay.key + 1: self.clock(stay, stay.left) for stay in world.stays}


class HeldDaysCounted(OtherClock):
    def clock(self, stay, until):
        return until - stay.entered

    def holds(self, standing, morning):
        return {}


class WeekendsCounted(OtherClock):
    calendar = WorkCalendar(work_week=frozenset(range(7)))

    def clock(self, stay, until):
        return (DAYS[until] - DAYS[stay.entered]).days


class LaterRowsLeaked(Method):
    every = 8

    def notes(self, world, morning):
        return [note for _, note in world.notes]


@pytest.mark.parametrize(
    ("planted", "kind", "a_year", "held"),
    [
        (AgeIgnored, "independent", 300, 0.05),
        (HeldDaysCounted, "independent", 150, 0.3),
        (WeekendsCounted, "independent", 150, 0),
        (LaterRowsLeaked, "season", 600, 0),
    ],
)
def test_control_what_is_wrong_does_not_hold_as_often(planted, kind, a_year, held):
    found = scoring.forecast(kind, a_year=a_year, seed=0, stays=300, method=planted(), held=held)
    assert [wrong for line in scoring.lines(found) for wrong in line.wrong]
