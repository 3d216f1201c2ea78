"""When a trigger's moment is, and when a message may go out: dates in, moments out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.business_days import WorkCalendar
from triggers.models import MessagePreferences, Reason, Trigger
from triggers.rules import schedule
from triggers.rules.schedule import Timetable

BEFORE, AFTER = Trigger.Timing.BEFORE_DUE, Trigger.Timing.AFTER_DUE
BUSINESS, CALENDAR = Trigger.DayKind.BUSINESS, Trigger.DayKind.CALENDAR
NEW_YORK, UTC_ZONE = ZoneInfo("America/New_York"), ZoneInfo("UTC")
NINE = MessagePreferences(pk=1)
MONDAY_TO_FRIDAY = WorkCalendar()


def moment(due, days, timing=BEFORE, kind=BUSINESS, zone=NEW_YORK, calendar=MONDAY_TO_FRIDAY, at=None):
    trigger = Trigger(timing=timing, days=days, day_kind=kind)
    preferences = MessagePreferences(pk=1, fires_at=at) if at else NINE
    found = schedule.moment(trigger, date.fromisoformat(due), calendar, preferences, zone)
    return found and found.astimezone(zone).strftime("%a %Y-%m-%d %H:%M %Z")


@pytest.mark.parametrize(
    ("due", "days", "timing", "kind", "expected"),
    [
        # Business days, across a weekend.
        ("2026-06-15", 1, BEFORE, BUSINESS, "Fri 2026-06-12 09:00 EDT"),
        ("2026-06-12", 1, AFTER, BUSINESS, "Mon 2026-06-15 09:00 EDT"),
        ("2026-06-12", 0, AFTER, BUSINESS, "Fri 2026-06-12 09:00 EDT"),
        # Calendar days, weekends too.
        ("2026-06-15", 1, BEFORE, CALENDAR, "Sun 2026-06-14 09:00 EDT"),
        ("2026-06-12", 2, AFTER, CALENDAR, "Sun 2026-06-14 09:00 EDT"),
        # A change of clocks between the moment and the due date: nine stays nine.
        ("2026-03-09", 2, BEFORE, CALENDAR, "Sat 2026-03-07 09:00 EST"),
        ("2026-03-09", 1, BEFORE, CALENDAR, "Sun 2026-03-08 09:00 EDT"),
        ("2026-11-02", 1, BEFORE, BUSINESS, "Fri 2026-10-30 09:00 EDT"),
        ("2026-10-30", 1, AFTER, BUSINESS, "Mon 2026-11-02 09:00 EST"),
        # The end of a year, and a leap day.
        ("2026-01-02", 2, BEFORE, BUSINESS, "Wed 2025-12-31 09:00 EST"),
        ("2025-12-31", 3, AFTER, CALENDAR, "Sat 2026-01-03 09:00 EST"),
        ("2028-03-01", 1, BEFORE, CALENDAR, "Tue 2028-02-29 09:00 EST"),
        ("2028-02-28", 1, AFTER, BUSINESS, "Tue 2028-02-29 09:00 EST"),
        ("2027-03-01", 1, BEFORE, CALENDAR, "Sun 2027-02-28 09:00 EST"),
    ],
)
def test_the_moment_is_so_many_days_from_the_due_date_at_the_studios_hour(due, days, timing, kind, expected):
    assert moment(due, days, timing, kind) == expected


def test_closed_days_are_not_counted_and_worked_ones_are():
    holiday = WorkCalendar(
        closed=((date(2026, 7, 3), date(2026, 7, 3), "Independence Day"),),
        worked=((date(2026, 7, 4), "Season"),),
    )
    assert moment("2026-07-06", 1, calendar=holiday).startswith("Sat 2026-07-04")
    assert moment("2026-07-06", 2, calendar=holiday).startswith("Thu 2026-07-02")


def test_an_hour_that_the_clocks_leave_out_or_repeat_comes_once():
    assert moment("2026-03-08", 0, at=time(2, 30)) == "Sun 2026-03-08 03:30 EDT"
    assert moment("2026-11-01", 0, at=time(1, 30)) == "Sun 2026-11-01 01:30 EDT"


def test_there_is_no_moment_without_a_due_date_nor_beyond_the_calendar():
    trigger = Trigger(timing=AFTER, days=365)
    assert schedule.moment(trigger, None, MONDAY_TO_FRIDAY, NINE, NEW_YORK) is None
    assert moment("9999-12-30", 365, AFTER) is None
    assert moment("9999-12-30", 365, AFTER, CALENDAR) is None
    assert moment("0001-01-02", 365, BEFORE, CALENDAR) is None
    assert schedule.moment(Trigger(), date(2026, 6, 1), MONDAY_TO_FRIDAY, NINE, NEW_YORK) is None


@given(
    due=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    days=st.integers(0, 60),
    timing=st.sampled_from([BEFORE, AFTER]),
    kind=st.sampled_from([BUSINESS, CALENDAR]),
    zone=st.sampled_from([NEW_YORK, UTC_ZONE, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Africa/Cairo")]),
)
def test_it_is_nine_on_a_day_so_many_days_away_everywhere_and_always(due, days, timing, kind, zone):
    trigger = Trigger(timing=timing, days=days, day_kind=kind)
    local = schedule.moment(trigger, due, MONDAY_TO_FRIDAY, NINE, zone).astimezone(zone)
    assert local.time() == time(9)
    first, last = sorted((due, local.date()))
    way = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    if timing == BEFORE:
        way = [day - timedelta(days=1) for day in way]
    counted = [day for day in way if kind == CALENDAR or day.weekday() < 5]
    assert len(counted) == days


def allowed(at, send_at, quiet=("20:00", "08:00"), zone=NEW_YORK, calendar=MONDAY_TO_FRIDAY):
    hours = [time.fromisoformat(hour) for hour in quiet]
    preferences = MessagePreferences(pk=1, quiet_from=hours[0], quiet_until=hours[1])
    now = datetime.fromisoformat(at).replace(tzinfo=zone).astimezone(UTC)
    found, reason = schedule.next_allowed(now, send_at, Timetable(calendar, preferences, zone))
    assert found >= now
    return found.astimezone(zone).strftime("%a %d %H:%M"), reason


WAKING, OPEN = Trigger.SendAt.WAKING_HOURS, Trigger.SendAt.BUSINESS_DAYS


@pytest.mark.parametrize(
    ("at", "send_at", "expected", "reason"),
    [
        ("2026-06-12 19:59", WAKING, "Fri 12 19:59", ""),
        ("2026-06-12 20:00", WAKING, "Sat 13 08:00", Reason.QUIET_HOURS),
        ("2026-06-13 07:59", WAKING, "Sat 13 08:00", Reason.QUIET_HOURS),
        ("2026-06-13 08:00", WAKING, "Sat 13 08:00", ""),
        ("2026-06-13 08:00", OPEN, "Mon 15 08:00", Reason.CLOSED),
        ("2026-06-12 21:00", OPEN, "Mon 15 08:00", Reason.CLOSED),
        ("2026-06-14 23:00", OPEN, "Mon 15 08:00", Reason.CLOSED),
        ("2026-06-12 23:00", Trigger.SendAt.ANY_TIME, "Fri 12 23:00", ""),
    ],
)
def test_quiet_hours_and_closed_days_move_a_message_to_the_next_good_moment(at, send_at, expected, reason):
    assert allowed(at, send_at) == (expected, reason)


def test_quiet_hours_may_lie_within_a_day_or_be_none():
    assert allowed("2026-06-12 12:30", WAKING, quiet=("12:00", "14:00"))[0] == "Fri 12 14:00"
    assert allowed("2026-06-12 03:00", WAKING, quiet=("08:00", "08:00")) == ("Fri 12 03:00", "")
    assert allowed("2026-06-13 08:00", OPEN, quiet=("08:00", "08:00")) == ("Mon 15 00:00", Reason.CLOSED)


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    quiet=st.tuples(st.times(), st.times()).map(lambda pair: [t.replace(microsecond=0) for t in pair]),
    send_at=st.sampled_from([WAKING, OPEN]),
    zone=st.sampled_from([NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Havana")]),
)
def test_the_next_good_moment_is_never_past_and_good_itself(at, quiet, send_at, zone):
    timetable = Timetable(
        MONDAY_TO_FRIDAY, MessagePreferences(quiet_from=quiet[0], quiet_until=quiet[1]), zone
    )
    now = at.replace(tzinfo=UTC)
    found, reason = schedule.next_allowed(now, send_at, timetable)
    assert found >= now
    assert bool(reason) == (found > now)
    assert schedule.next_allowed(found, send_at, timetable) == (found, "")
