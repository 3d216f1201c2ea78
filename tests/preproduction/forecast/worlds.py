"""Simulated studios of six kinds: the Status Notes that they would have written, and what became of each stay.

A day is the place of a business day in DAYS.  All chance comes from a seed.
"""

import random
from datetime import date, timedelta
from typing import NamedTuple

from preproduction.forecast.history import Note
from studio.business_days import WorkCalendar

CALENDAR = WorkCalendar(
    closed=tuple((date(year, 12, 24), date(year, 12, 31), "Christmas") for year in range(2020, 2030))
)
DAYS = [
    day
    for day in (date(2020, 1, 1) + timedelta(days=offset) for offset in range(3600))
    if CALENDAR.is_business_day(day)
]
YEAR = 256  # business days of one, about
KINDS = ("independent", "slow as a whole", "season", "slower lab", "new status", "vendor with 3 cases")
DONE, NEW_STATUS, NEWCOMER = 99, 50, 6


class Stay(NamedTuple):
    """What became of one: the days on which it was entered and left, its days on the clock, and those to completion.

    held: the days on which its hold began and ended; the same twice without one.
    """

    key: int
    order: int
    status: int
    vendor: int
    entered: int
    left: int
    days: int
    to_complete: int
    held: tuple[int, int]


class World:
    """A studio of two years; in the second its orders are forecast.

    changed: the day on which the lab turns slower, or the status appears.
    held:    the share of stays with a hold in them.
    """

    def __init__(self, kind, *, a_year, seed, held=0.05):
        self.name, self.kind, self.held = f"{kind}/{a_year}/{seed}", kind, held
        self.chance = chance = random.Random(self.name)
        self.changed = YEAR + chance.randint(YEAR // 4, YEAR // 2)
        self.statuses = list(range(1, chance.randint(6, 9)))
        # Of each: the fewest days, the mean and the shape of what comes on top, and whether it is at the vendor.
        self.pace = {
            status: (
                chance.randint(0, 2),
                chance.uniform(0.8, 7),
                chance.uniform(0.8, 3),
                chance.random() < 0.4,
            )
            for status in (*self.statuses, NEW_STATUS)
        }
        self.speed = {vendor: chance.uniform(0.7, 1.5) for vendor in range(1, NEWCOMER + 1)}
        self.lab = chance.choice([1, 2])
        self.spread = chance.uniform(0.3, 0.5) if kind == "slow as a whole" else 0
        self.swing = chance.uniform(0.2, 0.4) if kind == "season" else 0
        self.notes, self.stays = [], []
        orders = 2 * a_year
        newcomers = range(a_year // 2, orders, a_year // 2) if kind == "vendor with 3 cases" else ()
        for order in range(orders):
            vendor = NEWCOMER if order in newcomers else chance.choices(range(1, 6), [5, 3, 2, 1, 1])[0]
            self.live(order, vendor, begun=order * 2 * YEAR // orders + chance.randrange(3))
        self.notes.sort(key=lambda known: (known[0], known[1].key))
        self.recorded = [day for day, _ in self.notes]

    def live(self, order, vendor, begun):
        """Let an order walk to its end."""
        way = [*self.statuses, DONE]
        if self.kind == "new status" and begun >= self.changed:
            way.insert(len(way) // 2, NEW_STATUS)
        slow = self.chance.lognormvariate(0, self.spread) if self.spread else 1
        stuck = self.chance.choice(way) if self.chance.random() < 0.05 else None
        day, key, lived = begun, len(self.notes), []
        self.notes.append((day, Note(order, key, None, "by_hand", DAYS[day], None, vendor, way[0])))
        for at, status in enumerate(way[:-1]):
            days = int(self.days(status, vendor, day) * slow) + (
                self.chance.randint(5, 30) if status == stuck else 0
            )
            held = (day, day)
            if self.chance.random() < self.held:
                begins = day + self.chance.randint(0, days)
                held = (begins, begins + self.chance.randint(3, 20))
            left = day + days + held[1] - held[0]
            lived.append((key, status, day, left, days, held))
            day, key = left, key + 1
            self.notes.append((day, Note(order, key, None, "by_hand", DAYS[day], days, vendor, way[at + 1])))
        to_complete = 0
        for key, status, entered, left, days, held in reversed(lived):
            to_complete += days
            self.stays.append(Stay(key, order, status, vendor, entered, left, days, to_complete, held))

    def days(self, status, vendor, day):
        """Draw how long a stay takes."""
        fewest, mean, shape, at_vendor = self.pace[status]
        days = fewest + self.chance.gammavariate(shape, mean / shape)
        if at_vendor:
            days *= self.speed[vendor]
        if self.swing and day * 4 // YEAR % 4 == 3:
            days *= 1 + self.swing
        if self.kind == "slower lab" and at_vendor and vendor == self.lab and day >= self.changed:
            days += 5
        return days
