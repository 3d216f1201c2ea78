"""How a day is written: one of three ways, which the studio chooses in Company Preferences.

Which one is in force goes with the time zone (CompanyPreferences.in_force); where none is, days come first.  English
names, whatever the machine speaks.  Pure but for that.

Source: PRODUCT.md section 13.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Style:
    """One way to write a day.  All but the first are formats.

    words:        the way by example.
    listed:       on screen and paper, where days stand among others.
    in_text:      in a letter or message, without the weekday.
    without_year: where the year goes without saying.
    same_month:   after another day of its month, in one sentence.
    excel:        of a workbook's cells, which hold a day and not words.
    """

    words: str
    listed: str
    in_text: str
    without_year: str
    same_month: str
    excel: str


DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day", "month", "year"
STYLES = {
    DAY_FIRST: Style(
        "10 Dec 2026",
        "{0:%a} {0.day} {0:%b} {0.year:04}",
        "{0.day} {0:%B} {0.year:04}",
        "{0:%a} {0.day} {0:%b}",
        "{0:%a} {0.day}",
        "ddd d mmm yyyy",
    ),
    MONTH_FIRST: Style(
        "Dec 10, 2026",
        "{0:%a}, {0:%b} {0.day}, {0.year:04}",
        "{0:%B} {0.day}, {0.year:04}",
        "{0:%a}, {0:%b} {0.day}",
        "{0:%a} {0.day}",
        "ddd, mmm d, yyyy",
    ),
    YEAR_FIRST: Style(
        "2026-12-10",
        "{0:%a} {0.year:04}-{0:%m-%d}",
        "{0.year:04}-{0:%m-%d}",
        "{0:%a} {0.year:04}-{0:%m-%d}",
        "{0:%a} {0.year:04}-{0:%m-%d}",
        "ddd yyyy-mm-dd",
    ),
}

_in_force = ContextVar("how days are written", default=DAY_FIRST)


@contextmanager
def override(key: str) -> Iterator[None]:
    """Let days be written by the style `key` until the block ends."""
    token = _in_force.set(key)
    try:
        yield
    finally:
        _in_force.reset(token)


def in_force() -> str:
    """Return the key of the style by which days are written now."""
    return _in_force.get()


def written(day: date) -> str:
    """Return "Thu 10 Dec 2026", or as the studio writes it; of a moment its day, in the zone it is in."""
    return _style().listed.format(day)


def moment(local: datetime) -> str:
    """Return "Thu 10 Dec 2026, 14:05" of a moment in the zone it is to be shown in."""
    return f"{written(local)}, {local:%H:%M}"


def in_text(day: date) -> str:
    """Return "10 December 2026", for letters and messages."""
    return _style().in_text.format(day)


def without_year(day: date) -> str:
    """Return "Thu 10 Dec"."""
    return _style().without_year.format(day)


def after(day: date, before: date) -> str:
    """Return "Wed 9" of a day that is said after one of its month; "Wed 9 Dec", and "Wed 9 Dec 2026", of another."""
    if day.year != before.year:
        return written(day)
    return _style().same_month.format(day) if day.month == before.month else without_year(day)


def excel_format() -> str:
    """Return the number format of days in workbooks."""
    return _style().excel


def _style() -> Style:
    return STYLES[_in_force.get()]
