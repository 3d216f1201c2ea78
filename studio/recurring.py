"""Closed days that come back: chosen in words, kept as a rule of RFC 5545, and made into plain days to count by.

Pure.  business_days.py knows nothing of rules: it is given the days, as far as people may type dates at all.
"""

import calendar
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from dateutil.rrule import rrulestr

from studio.models.preferences import DAY_NAMES

LAST_DAY = date(2100, 12, 31)  # the last that may be typed; PRODUCT, section 2
PLACES = {1: "First", 2: "Second", 3: "Third", 4: "Fourth", -1: "Last"}
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTH_NAMES = tuple(calendar.month_name)[1:]


class NoSuchRule(ValueError):
    """str() is a sentence fit to show the user."""


class Recurring(NamedTuple):
    """What comes back: a day of a month of each year, or a weekday by its place in a month, or in each.

    month:   1 to 12; None for each month.
    day:     of the month; None for a weekday.
    place:   a key of PLACES.
    weekday: Monday is 0.
    """

    month: int | None = None
    day: int | None = None
    place: int = 1
    weekday: int = 0

    @property
    def rule(self) -> str:
        """Return it as RFC 5545 writes it: "FREQ=YEARLY;BYMONTH=9;BYDAY=1MO"."""
        how_often = "FREQ=MONTHLY" if self.month is None else f"FREQ=YEARLY;BYMONTH={self.month}"
        if self.day is not None:
            return f"{how_often};BYMONTHDAY={self.day}"
        return f"{how_often};BYDAY={self.place}{_CODES[self.weekday]}"

    def __str__(self) -> str:
        month = "each month" if self.month is None else MONTH_NAMES[self.month - 1]
        if self.day is not None:
            return (
                f"Day {self.day} of each month" if self.month is None else f"Every year on {self.day} {month}"
            )
        return f"{PLACES[self.place]} {DAY_NAMES[self.weekday]} of {month}"


def read(rule: str) -> Recurring:
    """Return what `rule` says.  Raises NoSuchRule for one that cannot be said in these words."""
    try:
        said = dict(part.split("=") for part in rule.upper().split(";"))
        month = int(said["BYMONTH"]) if said["FREQ"] == "YEARLY" else None
        if "BYMONTHDAY" in said:
            found = Recurring(month, day=int(said["BYMONTHDAY"]))
        else:
            place, code = said["BYDAY"][:-2], said["BYDAY"][-2:]
            found = Recurring(month, place=int(place), weekday=_CODES.index(code))
        is_same = found.place in PLACES and dict(part.split("=") for part in found.rule.split(";")) == said
        if is_same and days_of(found.rule, date(2000, 1, 1)):
            return found
    except (KeyError, ValueError):
        pass
    raise NoSuchRule(f"“{rule}” is no rule for days that come back, such as {Recurring(12, 25).rule}.")


@lru_cache(maxsize=256)
def days_of(rule: str, start: date) -> tuple[date, ...]:
    """Return the days that `rule` makes from `start` on, up to LAST_DAY."""
    first, last = datetime.combine(start, time()), datetime.combine(LAST_DAY, time())
    return tuple(day.date() for day in rrulestr(rule, dtstart=first).between(first, last, inc=True))
