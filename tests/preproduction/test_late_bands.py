"""How late, as ranges of due dates: each agrees with counting the business days one by one."""

from datetime import date, timedelta

import pytest

from preproduction.late_bands import late_bands
from studio.business_days import WorkCalendar

CALENDARS = {
    "Monday to Friday": WorkCalendar(),
    "closed for two weeks": WorkCalendar(closed=[(date(2026, 6, 1), date(2026, 6, 14), "Summer")]),
    "Saturdays only": WorkCalendar(work_week=[5]),
    "every day": WorkCalendar(work_week=range(7)),
    "a Sunday is worked": WorkCalendar(worked=[(date(2026, 6, 14), "Fair")]),
}


def counted(calendar, after, through):
    days = (after + timedelta(days=step) for step in range(1, (through - after).days + 1))
    return sum(calendar.look_at(day).counted for day in days)


def expected_key(days):
    return "1-2" if days <= 2 else "3-5" if days <= 5 else "6-10" if days <= 10 else "11"


@pytest.mark.parametrize("calendar", CALENDARS.values(), ids=CALENDARS)
def test_each_due_date_is_in_the_one_band_that_counting_gives(calendar):
    for today in (date(2026, 6, 8) + timedelta(days=step) for step in range(14)):
        bands = late_bands(today, calendar)
        for due in (today - timedelta(days=step) for step in range(1, 120)):
            keys = [band.key for band in bands if band.contains(due)]
            assert keys == [expected_key(counted(calendar, due, today))], (today, due)


def test_a_due_date_of_today_or_later_is_in_no_band():
    today = date(2026, 6, 10)
    for due in (today, today + timedelta(days=1)):
        assert not any(band.contains(due) for band in late_bands(today, WorkCalendar()))


def test_a_studio_that_has_always_been_closed_has_nothing_very_late():
    closed = WorkCalendar(closed=[(date.min, date(2026, 6, 30), "Not open yet")])
    bands = late_bands(date(2026, 6, 10), closed)
    assert [band.key for band in bands if band.contains(date(2020, 1, 1))] == ["1-2"]
