"""Closed days that come back, against days found by walking."""

import calendar
from datetime import date, timedelta

import pytest

from studio import recurring
from studio.recurring import NoSuchRule, Recurring

pytestmark = pytest.mark.any_database


def walked(first, last, fits):
    days = ((first + timedelta(days=n)) for n in range((last - first).days + 1))
    return [day for day in days if fits(day)]


def is_place(day, place, weekday):
    length = calendar.monthrange(day.year, day.month)[1]
    nth = (day.day - 1) // 7 + 1 if place > 0 else -((length - day.day) // 7 + 1)
    return day.weekday() == weekday and nth == place


@pytest.mark.parametrize(
    ("which", "rule", "words", "fits"),
    [
        (
            Recurring(12, day=25),
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25",
            "Every year on 25 December",
            lambda day: (day.month, day.day) == (12, 25),
        ),
        (
            Recurring(9, place=1, weekday=0),
            "FREQ=YEARLY;BYMONTH=9;BYDAY=1MO",
            "First Monday of September",
            lambda day: day.month == 9 and is_place(day, 1, 0),
        ),
        (
            Recurring(None, place=-1, weekday=4),
            "FREQ=MONTHLY;BYDAY=-1FR",
            "Last Friday of each month",
            lambda day: is_place(day, -1, 4),
        ),
        (
            Recurring(2, day=29),
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "Every year on 29 February",
            lambda day: (day.month, day.day) == (2, 29),
        ),
    ],
)
def test_a_rule_makes_the_days_that_its_words_say(which, rule, words, fits):
    assert (which.rule, str(which), recurring.read(rule)) == (rule, words, which)
    start, last = date(2026, 3, 2), date(2031, 12, 31)
    made = [day for day in recurring.days_of(rule, start) if day <= last]
    assert made == walked(start, last, fits)


def test_it_ends_where_days_can_be_typed_no_more():
    assert recurring.days_of(Recurring(12, day=25).rule, date(2026, 1, 1))[-1] == date(2100, 12, 25)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=DAILY",
        "FREQ=SECONDLY;BYDAY=1MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=7MO",
        "x",
        "FREQ=YEARLY;BYMONTH=9;BYDAY=1MO;COUNT=99",
        "FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1",
    ],
)
def test_what_cannot_be_said_in_words_is_refused(rule):
    with pytest.raises(NoSuchRule, match="is no rule for days that come back"):
        recurring.read(rule)
