"""Business days: which day a status is due, and why."""

import gc
import random
import sys
from datetime import date, timedelta

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.business_days import BusinessDayError, WorkCalendar, due_date

MON_FRI = WorkCalendar()
TUE_FRI = WorkCalendar({1, 2, 3, 4})
WEEKENDS = WorkCalendar({5, 6})
EVERY_DAY = WorkCalendar(set(range(7)))
GOOD_FRIDAY = (date(2026, 4, 3), date(2026, 4, 3), "Good Friday")
EASTER_MONDAY = (date(2026, 4, 6), date(2026, 4, 6), "Easter Monday")
EASTER = WorkCalendar({0, 1, 2, 3, 4}, [GOOD_FRIDAY, EASTER_MONDAY])
SEASON = WorkCalendar({0, 1, 2, 3, 4}, [GOOD_FRIDAY, EASTER_MONDAY], [(date(2026, 4, 4), "Season Saturday")])
SUMMER = WorkCalendar(
    {0, 1, 2, 3, 4},
    [(date(2026, 7, 20), date(2026, 8, 7), "Summer break"), (date(2026, 8, 3), date(2026, 8, 14), "Move")],
    [(date(2026, 7, 29), "Passport day")],
)


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("calendar", "start", "days", "answer"),
    [
        # 2026-03-02 is a Monday.
        (MON_FRI, "2026-03-02", 1, "2026-03-03"),
        (MON_FRI, "2026-03-02", 4, "2026-03-06"),
        (MON_FRI, "2026-03-02", 5, "2026-03-09"),
        (MON_FRI, "2026-03-06", 1, "2026-03-09"),
        (MON_FRI, "2026-03-07", 1, "2026-03-09"),
        (MON_FRI, "2026-03-08", 5, "2026-03-13"),
        (MON_FRI, "2026-03-02", 365, "2027-07-26"),
        # No days: the start day if it counts, else the next that does.
        (MON_FRI, "2026-03-06", 0, "2026-03-06"),
        (MON_FRI, "2026-03-07", 0, "2026-03-09"),
        (EASTER, "2026-04-03", 0, "2026-04-07"),
        (SEASON, "2026-04-03", 0, "2026-04-04"),
        # Any subset of the seven days is a work week.
        (TUE_FRI, "2026-03-06", 1, "2026-03-10"),
        (WEEKENDS, "2026-03-02", 1, "2026-03-07"),
        (WEEKENDS, "2026-03-07", 3, "2026-03-15"),
        (WorkCalendar({6}), "2026-03-08", 1, "2026-03-15"),
        (EVERY_DAY, "2026-02-27", 2, "2026-03-01"),
        (EVERY_DAY, "2028-02-28", 1, "2028-02-29"),
        # Closed days are skipped, worked days count, also inside closed ranges.
        (EASTER, "2026-04-02", 1, "2026-04-07"),
        (SEASON, "2026-04-02", 1, "2026-04-04"),
        (SEASON, "2026-04-02", 2, "2026-04-07"),
        (SUMMER, "2026-07-17", 1, "2026-07-29"),
        (SUMMER, "2026-07-17", 2, "2026-08-17"),
        (SUMMER, "2026-07-29", 1, "2026-08-17"),
        # Back from a day.
        (MON_FRI, "2026-03-09", -1, "2026-03-06"),
        (MON_FRI, "2026-03-08", -1, "2026-03-06"),
        (EASTER, "2026-04-07", -1, "2026-04-02"),
        (SEASON, "2026-04-07", -1, "2026-04-04"),
    ],
)
def test_the_due_date_is_the_nth_business_day_after_the_start(calendar, start, days, answer):
    assert calendar.add_business_days(d(start), days) == d(answer)


@pytest.mark.parametrize(
    ("calendar", "after", "through", "answer"),
    [
        (MON_FRI, "2026-03-02", "2026-03-02", 0),
        (MON_FRI, "2026-03-02", "2026-03-03", 1),
        (MON_FRI, "2026-03-06", "2026-03-08", 0),
        (MON_FRI, "2026-03-06", "2026-03-09", 1),
        (MON_FRI, "2026-03-09", "2026-03-06", -1),
        (EASTER, "2026-04-02", "2026-04-07", 1),
        (SEASON, "2026-04-02", "2026-04-07", 2),
        (SEASON, "2026-04-07", "2026-04-02", -2),
        (SUMMER, "2026-07-17", "2026-08-16", 1),
    ],
)
def test_counting_leaves_out_the_first_day_and_takes_in_the_last(calendar, after, through, answer):
    assert calendar.count_business_days(d(after), d(through)) == answer


def test_a_blank_duration_or_start_gives_no_due_date():
    assert due_date(d("2026-03-02"), None, MON_FRI) is None
    assert due_date(None, 3, MON_FRI) is None


def test_the_explanation_reads_as_the_studio_would_say_it():
    calendar = WorkCalendar({1, 2, 3, 4}, [(d("2026-03-06"), d("2026-03-06"), "Inventory")])
    explanation = due_date(d("2026-03-03"), 4, calendar)
    assert str(explanation) == "Tue 3 + 4: Wed 1, Thu 2, Fri closed, Sat to Mon not worked, Tue 3, Wed 4"
    assert (explanation.start, explanation.days) == (d("2026-03-03"), 4)
    assert explanation.due_date == d("2026-03-11")


@pytest.mark.parametrize(
    ("calendar", "start", "days", "words"),
    [
        (
            WorkCalendar(closed=[(d("2026-03-06"), d("2026-03-06"), "Inventory")]),
            "2026-03-03",
            4,
            "Tue 3 + 4: Wed 1, Thu 2, Fri closed, Sat and Sun not worked, Mon 3, Tue 4",
        ),
        (
            WorkCalendar(worked=[(d("2026-11-28"), "Season")]),
            "2026-11-27",
            3,
            "Fri 27 + 3: Sat worked 1, Sun not worked, Mon 2, Tue 3",
        ),
        (
            SUMMER,
            "2026-07-17",
            1,
            "Fri 17 + 1: Sat and Sun not worked, Mon to Fri closed, Sat and Sun not worked, ",
        ),
    ],
)
def test_the_line_numbers_the_days_that_count_and_says_of_the_others_why_not(calendar, start, days, words):
    assert str(calendar.explain(d(start), days)).startswith(words)


def test_the_explanation_lists_each_day_and_why_it_counted():
    passed = due_date(d("2026-04-02"), 2, SEASON).passed
    assert [(p.day.day, p.counted, p.reason) for p in passed] == [
        (3, False, "closed: Good Friday"),
        (4, True, "worked: Season Saturday"),
        (5, False, "not worked"),
        (6, False, "closed: Easter Monday"),
        (7, True, "in the work week"),
    ]


def test_with_no_days_the_start_day_itself_is_looked_at():
    assert str(due_date(d("2026-03-06"), 0, MON_FRI)) == "Fri 6 + 0: Fri"
    assert str(due_date(d("2026-04-03"), 0, SEASON)) == "Fri 3 + 0: Fri closed, Sat worked"


def test_an_explanation_backwards_lists_the_days_backwards():
    assert (
        str(EASTER.explain(d("2026-04-07"), -1))
        == "Tue 7 - 1: Mon closed, Sun and Sat not worked, Fri closed, Thu 1"
    )


@pytest.mark.parametrize("worked", [(), [(date(2026, 4, 4), "Season Saturday")]])
def test_an_empty_work_week_is_refused_with_a_sentence(worked):
    with pytest.raises(BusinessDayError, match="The work week has no days"):
        WorkCalendar(set(), worked=worked)


def test_a_week_of_other_than_seven_days_is_refused():
    with pytest.raises(BusinessDayError, match="numbered 0"):
        WorkCalendar({0, 7})


def test_a_closed_range_that_ends_before_it_begins_is_refused_by_name():
    with pytest.raises(BusinessDayError, match="'Summer' end on Wed 1 Jul 2026, before"):
        WorkCalendar({0}, [(d("2026-07-02"), d("2026-07-01"), "Summer")])


def test_a_negative_duration_is_refused():
    with pytest.raises(BusinessDayError, match="0 business days or more"):
        due_date(d("2026-03-02"), -1, MON_FRI)


FOR_EVER = (date(2026, 1, 1), date.max, "Retired")


@pytest.mark.parametrize(
    ("calendar", "start", "days", "sentence"),
    [
        (MON_FRI, date.max, 1, "There is no day 1 business day after Fri 31 Dec 9999."),
        (MON_FRI, date(2026, 3, 2), 10**30, f"There is no day {10**30} business days after Mon 2 Mar 2026."),
        (MON_FRI, date.min, -1, "There is no day 1 business day before Mon 1 Jan 0001."),
        (WorkCalendar({0}, [FOR_EVER]), date(2026, 3, 2), 0, "no business day on or after Mon 2 Mar 2026."),
        (
            WorkCalendar({0}, [FOR_EVER]),
            date(2025, 12, 31),
            1,
            "no day 1 business day after Wed 31 Dec 2025.",
        ),
    ],
)
def test_a_date_outside_the_calendar_is_refused_with_a_sentence(calendar, start, days, sentence):
    with pytest.raises(BusinessDayError) as refusal:
        calendar.explain(start, days)
    assert sentence in str(refusal.value)


def test_the_first_and_the_last_day_of_time_can_be_reached():
    assert MON_FRI.add_business_days(date.max - timedelta(1), 1) == date.max
    assert MON_FRI.add_business_days(date.min, 0) == date.min
    assert EVERY_DAY.count_business_days(date.min, date.max) == (date.max - date.min).days


# Against a day-by-day oracle.


def counts(calendar, day):
    if any(day == worked for worked, _ in calendar.worked):
        return True
    closed = any(first <= day <= last for first, last, _ in calendar.closed)
    return day.weekday() in calendar.work_week and not closed


def walk(calendar, start, days):
    step = timedelta(-1 if days < 0 else 1)
    day, left = start, abs(days)
    if left == 0:
        while not counts(calendar, day):
            day += step
    while left:
        day += step
        left -= counts(calendar, day)
    return day


days_near = st.dates(date(2025, 6, 1), date(2027, 6, 1))
closed_ranges = st.builds(
    lambda first, length: (first, first + timedelta(length), "Closed"),
    days_near,
    st.sampled_from([0, 0, 0, 1, 2, 6, 13, 20, 90, 400]),
)
calendars = st.builds(
    WorkCalendar,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.lists(closed_ranges, max_size=12).map(tuple),
    st.lists(st.tuples(days_near, st.just("Worked")), max_size=12).map(tuple),
)


@settings(max_examples=400, deadline=None)
@given(calendars, days_near, st.integers(-60, 60))
def test_adding_agrees_with_walking_day_by_day(calendar, start, days):
    answer = walk(calendar, start, days)
    explanation = calendar.explain(start, days)
    assert explanation.due_date == answer
    assert explanation.passed[-1].day == answer
    assert sum(passed.counted for passed in explanation.passed) == (abs(days) or 1)
    assert all(passed.counted == counts(calendar, passed.day) for passed in explanation.passed)


@settings(max_examples=400, deadline=None)
@given(calendars, days_near, days_near)
def test_counting_agrees_with_walking_day_by_day(calendar, after, through):
    first, last = sorted([after, through])
    number = sum(counts(calendar, first + timedelta(n)) for n in range(1, (last - first).days + 1))
    assert calendar.count_business_days(first, last) == number
    assert calendar.count_business_days(last, first) == -number
    assert calendar.is_business_day(after) == counts(calendar, after)


@settings(max_examples=200, deadline=None)
@given(calendars, days_near, st.integers(1, 400_000))
def test_counting_undoes_adding(calendar, start, days):
    due = calendar.add_business_days(start, days)
    assert calendar.count_business_days(start, due) == days
    assert calendar.add_business_days(due, -days) <= start


# Against numpy: 500 calendars of 200 questions each are 100,000 cases.


def numpy_days(starts):
    return numpy.array(starts, dtype="datetime64[D]")


@pytest.fixture(scope="module")
def numpy_cases():
    rng = random.Random(20260303)
    near = [date(2020, 1, 1) + timedelta(n) for n in range(4000)]
    cases = []
    for _ in range(500):
        week = frozenset(rng.sample(range(7), rng.randint(1, 7)))
        holidays = rng.sample(near, rng.choice([0, 1, 5, 30, 200]))
        calendar = WorkCalendar(week, [(day, day, "Holiday") for day in holidays])
        busday = numpy.busdaycalendar([n in week for n in range(7)], holidays)
        starts = rng.choices(near, k=200)
        cases.append((calendar, busday, starts, rng))
    return cases


def test_adding_equals_numpy_in_100_000_random_cases(numpy_cases):
    compared = 0
    for calendar, busday, starts, rng in numpy_cases:
        lengths = [rng.choice([0, 1, 5, 20, 365, 2000]) or rng.randint(0, 30) for _ in starts]
        # From a day off, numpy must fall back before it counts on, and with no
        # length must go on: that is how it says "after the start day".
        ours = [calendar.add_business_days(start, n) for start, n in zip(starts, lengths, strict=True)]
        days, n = numpy_days(starts), numpy.array(lengths)
        back = numpy.busday_offset(days, n, roll="backward", busdaycal=busday)
        on = numpy.busday_offset(days, n, roll="forward", busdaycal=busday)
        assert (numpy_days(ours) == numpy.where(n > 0, back, on)).all()
        compared += len(ours)
    assert compared == 100_000


def test_counting_equals_numpy_in_100_000_random_cases(numpy_cases):
    compared = 0
    for calendar, busday, starts, rng in numpy_cases:
        ends = [start + timedelta(rng.choice([0, 1, 7, 40, 3000])) for start in starts]
        ours = [calendar.count_business_days(a, b) for a, b in zip(starts, ends, strict=True)]
        theirs = numpy.busday_count(numpy_days(starts) + 1, numpy_days(ends) + 1, busdaycal=busday)
        assert (numpy.array(ours) == theirs).all()
        compared += len(ours)
    assert compared == 100_000


def test_numpy_and_the_oracle_would_notice_a_counted_start_day():
    wrong = MON_FRI.add_business_days(d("2026-03-01"), 4)
    assert wrong != walk(MON_FRI, d("2026-03-02"), 4)
    assert wrong != numpy.busday_offset("2026-03-02", 4, roll="backward").item()


# Cost, in steps and not in seconds.


def steps(function, *args):
    """Count the lines run and the calls made, in Python or in C."""
    count = 0

    def on_line(frame, event, arg):
        nonlocal count
        count += 1
        return on_line

    tracing, profiling = sys.gettrace(), sys.getprofile()
    gc.disable()  # Hypothesis times each collection, in lines that would be counted
    sys.settrace(on_line)
    sys.setprofile(lambda frame, event, arg: on_line(frame, event, arg) and None)
    try:
        function(*args)
    finally:
        sys.settrace(tracing)
        sys.setprofile(profiling)
        gc.enable()
    return count


def explain_with_a_fresh_calendar(start, days, closed_until):
    closed = [(date(2026, 4, 3), closed_until, "Closed"), (date(2026, 5, 1), date(2026, 5, 1), "May")]
    calendar = WorkCalendar({1, 3, 5}, closed, [(date(2026, 4, 5), "Worked")])
    explanation = calendar.explain(start, days)
    return calendar.count_business_days(start, explanation.due_date)


def test_the_cost_does_not_grow_with_the_number_of_days():
    start = date(2026, 3, 2)
    few = steps(explain_with_a_fresh_calendar, start, 40, date(2026, 4, 3))
    many = steps(explain_with_a_fresh_calendar, start, 1_000_000, date(2026, 4, 3))
    closed_for_centuries = steps(explain_with_a_fresh_calendar, start, 1_000_000, date(2726, 4, 3))
    assert few == many
    assert closed_for_centuries <= few


def test_the_step_counter_notices_a_walk():
    assert steps(walk, MON_FRI, date(2026, 3, 2), 400) > 5 * steps(walk, MON_FRI, date(2026, 3, 2), 40)


def test_the_days_passed_are_listed_only_when_read():
    def explain():
        return EVERY_DAY.explain(date(2026, 3, 2), 5000)

    explain()
    assert steps(explain) < 200
    assert steps(lambda: explain().passed) > 5000
