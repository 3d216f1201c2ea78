"""The plan backwards from Needed By, against an oracle that walks day by day."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from preproduction import promise
from preproduction.promise import last_days
from studio.business_days import CutOff, WorkCalendar

DAY = timedelta(days=1)
FRIDAY = date(2026, 6, 12)
ZONES = [
    ZoneInfo(name) for name in ("America/New_York", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Kiritimati")
]


def entered_and_left(entered, duration, calendar):
    """The oracle: walk to the day on which a status entered that day is left, if it takes its whole duration."""
    day, left = entered, duration
    while left > 0 or not calendar.is_business_day(day):
        day += DAY
        left -= calendar.is_business_day(day)
    return day


def complete_on(first, durations, clocks):
    """Return the day of completion where the present status is left on `first`, and each other takes its duration."""
    day = first
    for duration, clock in zip(durations, clocks, strict=True):
        day = entered_and_left(day, duration or 0, clock)
    return day


def a_business_day(day, calendar, step):
    day += step
    while not calendar.is_business_day(day):
        day += step
    return day


def one_calendar(chance, near):
    """Return a calendar with closed and worked days among `near`."""
    closed = tuple((day, day + timedelta(days=chance.randrange(9)), "Closed") for day in near[::2])
    worked = tuple((day, "Worked") for day in dict.fromkeys(near[1::2]))
    return WorkCalendar(frozenset(chance.sample(range(7), chance.randint(1, 7))), closed, worked)


def drawn(chance):
    """Return a promise, the durations after the present status, and the clock of each status: the studio's, a vendor's."""
    needed_by = date(2026, 1, 1) + timedelta(days=chance.randrange(1000))

    def some_days():
        return [needed_by - timedelta(days=chance.randrange(60)) for _ in range(chance.randrange(6))]

    studio, vendor = one_calendar(chance, some_days()), one_calendar(chance, some_days())
    vendor = replace(vendor, cut_off=CutOff(time(chance.randrange(24)), chance.choice(ZONES)), whose="Lab")
    durations = [chance.choice([None, 0, 0, 1, 1, 2, 3, 5, 8]) for _ in range(chance.randrange(7))]
    return needed_by, durations, [chance.choice((studio, vendor)) for _ in range(len(durations) + 1)]


def kept_and_broken(needed_by, durations, clocks):
    """Whether each status left on its last day keeps the promise, and a business day of its clock later breaks it.

    Both day by day: so the last day is the one that a search from the promise back would find first.
    """
    days = last_days(needed_by, durations, clocks)
    assert len(days) == len(durations) + 1
    return all(
        clock.is_business_day(day)
        and complete_on(day, durations[at:], clocks[at + 1 :]) <= needed_by
        and complete_on(a_business_day(day, clock, DAY), durations[at:], clocks[at + 1 :]) > needed_by
        for at, (day, clock) in enumerate(zip(days, clocks, strict=True))
    )


def counted_forward(chance, needed_by, duration, clock):
    """Whether a moment before the promise leads to the due date that counting day by day from it does."""
    at = datetime.combine(needed_by, time(), tzinfo=UTC) - timedelta(minutes=chance.randrange(60 * 24 * 60))
    day = at.astimezone(chance.choice(ZONES)).date()
    start = day
    if clock.cut_off:
        there = at.astimezone(clock.cut_off.zone)
        start = there.date()
        if (there.hour, there.minute) >= (clock.cut_off.hour.hour, 0):
            start = a_business_day(start, clock, DAY)
    due = entered_and_left(start, duration or 0, clock)
    told_later = entered_and_left(day, duration or 0, clock)
    return (
        clock.explain(day, duration or 0, at).due_date == due
        and clock.explain(day, duration or 0).due_date == told_later
    )


def test_leaving_each_status_on_its_last_day_keeps_the_promise_and_a_day_later_breaks_it(seed, size, record):
    chance, pairs, wrong = random.Random(seed), size("pairs of plans"), []
    for _ in range(pairs):
        found = needed_by, durations, clocks = drawn(chance)
        if not kept_and_broken(*found):
            wrong.append(found)
        if not counted_forward(chance, needed_by, durations[0] if durations else 1, clocks[-1]):
            wrong.append(("forward", found))
    assert not wrong, wrong[:3]
    record(pairs=pairs)


def test_control_a_plan_by_the_studios_days_alone_is_caught(seed):
    chance = random.Random(seed)
    found = [drawn(chance) for _ in range(200)]
    studio = WorkCalendar()
    caught = 0
    for needed_by, durations, clocks in found:
        days = promise.last_days(needed_by, durations, [studio] * len(clocks))
        done = [complete_on(day, durations[at:], clocks[at + 1 :]) for at, day in enumerate(days)]
        caught += any(day > needed_by for day in done)
    assert caught


def test_control_days_that_count_a_blank_duration_as_one_are_caught(monkeypatch):
    monkeypatch.setitem(
        globals(),
        "last_days",
        lambda day, durations, clocks: promise.last_days(
            day, [1 if each is None else each for each in durations], clocks
        ),
    )
    assert not kept_and_broken(FRIDAY, [None, 2], [WorkCalendar()] * 3)


@pytest.mark.parametrize(
    ("needed_by", "durations", "expected"),
    [
        (FRIDAY, [], ["2026-06-12"]),
        (FRIDAY, [1], ["2026-06-11", "2026-06-12"]),
        # Over a weekend; a blank one is left on the day it was entered.
        (FRIDAY, [3, None, 4], ["2026-06-03", "2026-06-08", "2026-06-08", "2026-06-12"]),
        # A promise for a Sunday is kept on Friday.
        (date(2026, 6, 14), [1], ["2026-06-11", "2026-06-12"]),
    ],
)
def test_the_last_days(needed_by, durations, expected):
    clocks = [WorkCalendar()] * (len(durations) + 1)
    assert [day.isoformat() for day in last_days(needed_by, durations, clocks)] == expected


def test_a_lab_that_is_closed_for_a_week_is_left_the_more_time():
    lab = WorkCalendar(closed=((date(2026, 6, 8), date(2026, 6, 10), "Stocktaking"),), whose="Lab")
    studio = WorkCalendar()
    # It works on Thursday and Friday; for a third day it has to work on the Friday before, and have the images by then.
    assert last_days(FRIDAY, [2, 0], [studio, lab, studio])[0] == date(2026, 6, 10)
    assert last_days(FRIDAY, [3, 0], [studio, lab, studio])[0] == date(2026, 6, 4)


@dataclass(frozen=True)
class Row:
    """What of a status the plan reads."""

    position: int
    default_duration: int | None = None
    is_final: bool = False
    is_inactive: bool = False

    def clock_of(self, vendor, calendar):
        return calendar

    def duration_of(self, vendor, rush):
        return self.default_duration

    def next(self, statuses):
        return next((row for row in statuses if row.position > self.position and not row.is_inactive), None)


LIST = [Row(1, 2), Row(2, 5), Row(3, 9, is_inactive=True), Row(4, 3), Row(5, is_final=True), Row(6, 1)]


@dataclass(frozen=True)
class Waiting:
    status: Row | None
    status_due_date: date | None
    needed_by: date | None = FRIDAY
    needed_for: str = ""
    is_complete: bool = False
    vendor_id: int | None = None

    def rush(self, calendar):
        return 100


@pytest.mark.parametrize(
    ("order", "today", "words", "first"),
    [
        # Of Fri 12 June, 3 + 5 business days back is Tue 2 June.
        (Waiting(LIST[0], date(2026, 5, 29)), date(2026, 5, 28), "2 business days of slack", "2026-06-02"),
        (Waiting(LIST[0], date(2026, 6, 2)), date(2026, 5, 28), "no slack", "2026-06-02"),
        (
            Waiting(LIST[0], date(2026, 6, 3)),
            date(2026, 5, 28),
            "the plan passes it by 1 business day",
            "2026-06-02",
        ),
        # It was due, and will not be left before today; one without a due date neither.
        (Waiting(LIST[0], date(2026, 5, 1)), date(2026, 6, 1), "1 business day of slack", "2026-06-02"),
        (Waiting(LIST[0], None), date(2026, 6, 4), "the plan passes it by 2 business days", "2026-06-02"),
        (Waiting(LIST[3], date(2026, 6, 12)), FRIDAY, "no slack", "2026-06-12"),
        (Waiting(LIST[3], date(2026, 6, 12)), FRIDAY + DAY, "promise broken", "2026-06-12"),
        # Nothing final lies ahead; no status; complete.
        (Waiting(LIST[5], date(2026, 6, 2)), date(2026, 6, 1), "", None),
        (Waiting(None, None), date(2026, 6, 1), "", None),
        (Waiting(LIST[4], None, is_complete=True), date(2026, 7, 1), "", None),
    ],
)
def test_what_becomes_of_a_promise(order, today, words, first):
    found = promise.of(order, statuses=LIST, calendar=WorkCalendar(), today=today)
    assert found.words == words
    assert [step.last_day.isoformat() for step in found.steps[:1]] == ([first] if first else [])


def test_an_inactive_status_is_passed_over():
    found = promise.of(Waiting(LIST[0], None), statuses=LIST, calendar=WorkCalendar(), today=date(2026, 6, 1))
    assert [step.status.position for step in found.steps] == [1, 2, 4]


def test_without_needed_by_there_is_no_promise():
    order = Waiting(LIST[0], None, needed_by=None)
    assert promise.of(order, statuses=LIST, calendar=WorkCalendar(), today=FRIDAY) is None
