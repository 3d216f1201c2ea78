"""The curves, against an estimate of Kaplan and Meier that is written down in another way, and by example."""

import random
from fractions import Fraction

import pytest

from preproduction.forecast import hazards
from preproduction.forecast.hazards import AGES, Visit, Window, learn

ALWAYS = Window(-10_000, -10_000)


def visit(days, *, came=True, last=0, vendor=None, stayed=None):
    return Visit(vendor, days, last, came, days if stayed is None else stayed)


def drawn(chance, *, vendors=(None,)):
    """Return visits of random lengths, a third of them still going on."""
    return [
        visit(int(chance.expovariate(0.2)), came=chance.random() < 0.7, vendor=chance.choice(vendors))
        for _ in range(chance.randint(20, 60))
    ]


def product_limit(visits, by):
    """Return the share of `visits` that is still there after day `by`: event by event, as in the paper of 1958."""
    there = Fraction(1)
    for day in sorted({each.days for each in visits if each.came and each.days <= by}):
        left = sum(each.came and each.days == day for each in visits)
        there *= 1 - Fraction(left, sum(each.days >= day for each in visits))
    return there


@pytest.fixture
def leaning_on_nothing(monkeypatch):
    monkeypatch.setattr(hazards, "WEIGHT", 1e-12)


@pytest.mark.usefixtures("leaning_on_nothing")
def test_a_curve_is_that_of_kaplan_and_meier():
    for seed in range(100):
        visits = drawn(random.Random(seed))
        curve = learn({1: visits}, ALWAYS)(1, None, 0)
        for by in range(min(12, max(each.days for each in visits))):
            assert curve.chance(by, 0) == pytest.approx(float(1 - product_limit(visits, by)), abs=1e-9)


@pytest.mark.usefixtures("leaning_on_nothing")
def test_control_visits_that_go_on_are_missed_where_they_are_left_out():
    visits = drawn(random.Random(1))
    curve = learn({1: [each for each in visits if each.came]}, ALWAYS)(1, None, 0)
    assert curve.chance(5, 0) != pytest.approx(float(1 - product_limit(visits, 5)), abs=0.01)


@pytest.mark.usefixtures("leaning_on_nothing")
def test_the_chance_of_an_order_is_that_of_those_as_old_as_it_is():
    for seed in range(100):
        chance = random.Random(seed)
        visits, age = drawn(chance), chance.randint(1, 5)
        curve = learn({1: visits}, ALWAYS)(1, None, 0)
        expected = 1 - product_limit(visits, age + 3) / product_limit(visits, age - 1)
        assert curve.chance(age + 3, age) == pytest.approx(float(expected), abs=1e-9)
        # Those that are as old are learned from alone, where that is asked.
        of_age = learn({1: visits}, ALWAYS)(1, None, AGES[age] if age < 4 else 3)
        assert of_age.chance(8, 5) == pytest.approx(curve.chance(8, 5), abs=1e-9)


@pytest.mark.usefixtures("leaning_on_nothing")
def test_only_the_days_of_the_last_year_count():
    for seed in range(50):
        chance = random.Random(seed)
        visits = [each._replace(last=chance.randint(-8, 12)) for each in drawn(chance)]
        curve = learn({1: visits}, Window(0, 0))(1, None, 0)
        # Walk with each through its days on the clock, of which `last` is the last.
        walked = [
            (day, each.came and day == each.days)
            for each in visits
            for day in range(each.days + 1)
            if each.last - each.days + day > 0
        ]
        there = Fraction(1)
        for day in range(12):
            at_risk = [left for at, left in walked if at == day]
            if at_risk:
                there *= 1 - Fraction(sum(at_risk), len(at_risk))
                assert curve.chance(day, 0) == pytest.approx(float(1 - there), abs=1e-6)
            else:
                break


def test_a_day_is_the_first_by_which_the_chance_is_nearly_reached():
    curve = learn({1: [visit(days) for days in range(10) for _ in range(1_000)]}, ALWAYS)(1, None, 0)
    assert (curve.day(0.5, 0), curve.day(0.85, 0), curve.day(0.95, 0)) == (4, 8, 9)
    # Of those there on the morning of day 5, five of ten days are left.
    assert (curve.day(0.5, 5), curve.day(0.85, 5)) == (7, 9)
    for age in range(9):
        day = curve.day(0.85, age)
        assert curve.chance(day, age) >= 0.8275 > curve.chance(day - 1, age)
    assert curve.chance(3, 4) == 0


def test_a_vendor_of_three_cases_leans_on_the_others_and_one_of_many_on_itself():
    others = [visit(4, vendor=1)] * 500
    few = learn({1: [*others, *[visit(9, vendor=2)] * 3]}, ALWAYS)
    many = learn({1: [*others, *[visit(9, vendor=2)] * 300]}, ALWAYS)
    assert few(1, 1, 0).chance(4, 0) > few(1, 2, 0).chance(4, 0) > 0.6
    assert many(1, 2, 0).chance(4, 0) < 0.1
    # A vendor that was never seen at the status is like all of them.
    assert few(1, 77, 0).chance(4, 0) == pytest.approx(few(1, None, 0).chance(4, 0))


def test_a_status_nobody_has_left_yet_is_like_the_studio():
    curve = learn({1: [visit(3)] * 200, 2: [visit(1, came=False)] * 2}, ALWAYS)(2, None, 0)
    assert curve.cases == 0
    assert curve.day(0.85, 0) == 3


def test_a_studio_without_history_answers_all_the_same():
    curve = learn({}, ALWAYS)(1, None, 0)
    assert (curve.cases, curve.day(0.85, 0), curve.chance(10, 0)) == (0, None, 0)


def test_cases_are_those_that_left_within_the_year():
    visits = [visit(3, last=5)] * 4 + [visit(3, last=-1)] * 2 + [visit(9, last=5, came=False)]
    assert learn({1: visits}, Window(0, 0))(1, None, 0).cases == 4


def test_what_has_happened_lately_moves_the_whole_curve():
    # Half of those there leave each day of the year, and nobody has left on the last ten days.
    year = [visit(days, last=1) for days in range(8) for _ in range(2 ** (8 - days))]
    lately = [visit(9, last=10, came=False)] * 40
    quick, slow = learn({1: year}, Window(0, 0)), learn({1: year + lately}, Window(0, 1))
    assert slow(1, None, 0).chance(3, 0) < 0.6 * quick(1, None, 0).chance(3, 0)


def test_a_status_of_few_cases_has_the_season_of_the_studio():
    """Of 40 orders at other statuses nobody has left one on the last ten days; of this one there is nothing to tell."""
    year = [visit(days, last=1) for days in range(8) for _ in range(2 ** (8 - days))]
    still = [visit(9, last=10, came=False)] * 40
    alone = learn({1: year, 2: year}, Window(0, 1))(1, None, 0)
    together = learn({1: year, 2: [*year, *still]}, Window(0, 1))(1, None, 0)
    assert together.chance(3, 0) < 0.7 * alone.chance(3, 0)


def test_an_order_slow_at_its_status_is_complete_later():
    """Orders are slow as a whole: half take 2 days here and 10 to the end, half 8 and 40."""
    visits = [visit(10, stayed=2)] * 200 + [visit(40, stayed=8)] * 200
    learned = learn({1: visits}, ALWAYS)
    assert learned(1, None, 0).day(0.4, 0) == 10
    assert learned(1, None, 3).day(0.4, 4) == 40
