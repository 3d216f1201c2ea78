"""The forecast of a morning, worked out a second time: by SQL that selects rows and Python that walks from day to day.

No queryset, no property and no arithmetic of the product is used; what the method says stands here again, the long way
round.  Each number is counted where it is asked for, by looking at all visits.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.preproduction.test_independent_calculation import ONE_DAY, rows

LEAN = 8  # visits' worth of what is usual
SAYS = 8  # cases from which something is said
TAIL = 250
MISSING = 0.15  # of what is missing to certainty may be missing
RUSH = 4  # as an order's priority is stored
GROUPS = (0, 1, 2, 3, 5, 8, 12, 18, 27, 40)


class Week:
    """Whose days count: found by looking at one day after the other."""

    def __init__(self, mask, closed, worked):
        self.mask, self.closed, self.worked = (
            mask,
            closed,
            worked,
        )  # closed: (first, last, "") or (first, None, rule)
        self.known, self.numbers = {}, {date(2000, 1, 1): 0}

    def counts(self, day):
        if day not in self.known:
            is_closed = any(
                comes_back(day, rule) if rule else day <= last
                for first, last, rule in self.closed
                if first <= day
            )
            in_week = self.mask // 2 ** day.weekday() % 2 == 1
            self.known[day] = day in self.worked or (in_week and not is_closed)
        return self.known[day]

    def between(self, after, through, holds=()):
        """Count the business days after `after`, up to `through` with it, and none of those held."""
        found, day = 0, after
        while day < through:
            day += ONE_DAY
            found += self.counts(day) and not any(first < day <= last for first, last in holds)
        return found

    def number(self, day):
        """Return the number of business days there were until `day`, from 2000 on."""
        if day not in self.numbers:
            last = max(self.numbers)
            while last < day:
                self.numbers[last + ONE_DAY] = self.numbers[last] + self.counts(last + ONE_DAY)
                last += ONE_DAY
        return self.numbers[day]

    def later(self, day, days):
        """Return the day that is `days` business days after `day`."""
        while days:
            day += ONE_DAY
            days -= self.counts(day)
        return day

    def entered_and_left(self, entered, days):
        """Return the day on which a status entered then is left, if it takes its whole duration."""
        while days > 0 or not self.counts(entered):
            entered += ONE_DAY
            days -= self.counts(entered)
        return entered


def comes_back(day, rule):
    """Whether a closed day that comes back falls on `day`."""
    said = dict(part.split("=") for part in rule.split(";"))
    if int(said.get("BYMONTH", day.month)) != day.month:
        return False
    if "BYMONTHDAY" in said:
        return day.day == int(said["BYMONTHDAY"])
    place, weekday = said["BYDAY"][:-2], said["BYDAY"][-2:]
    weeks_from_here = (day.day + 6) // 7, -1 if (day + timedelta(7)).month != day.month else None
    return ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][day.weekday()] == weekday and int(
        place
    ) in weeks_from_here


class Visit(NamedTuple):
    vendor: int | None
    days: int
    last: int
    came: bool
    stayed: int


class Curves:
    """How long it takes from `visits`, by status: to leave it, or to be complete."""

    def __init__(self, visits, year, lately):
        self.visits, self.year, self.lately_after = visits, year, lately
        self.longest = max((visit.days for each in visits.values() for visit in each), default=0)
        self.hazard = cache(self.hazard)
        self.season = cache(self.season)
        self.rate = cache(self.rate)

    def count(self, visits, day, after):
        """Return how many were there on their business day `day`, where that was after the day numbered so, and for how many
        it came on it."""
        there = [visit for visit in visits if visit.days >= day and visit.last - (visit.days - day) > after]
        return len(there), sum(visit.came and visit.days == day for visit in there)

    def rate(self):
        at_risk = came = 0
        for each in self.visits.values():
            for day in range(self.longest + 1):
                counted = self.count(each, day, self.year)
                at_risk, came = at_risk + counted[0], came + counted[1]
        return came / max(at_risk, 1)

    def hazard(self, day, status=None, since=0, vendor="all"):
        """Return the share of those still there that `day` business days after the age `since` it comes for."""
        among = self.visits.get(status, ())
        if status is None:
            among, usual = [visit for each in self.visits.values() for visit in each], self.rate()
        elif vendor != "all":
            among, usual = [v for v in among if v.vendor == vendor], self.hazard(day, status, since)
        elif since:
            # As many days on, with those that stayed nearly as long.
            usual = self.hazard(day, status, GROUPS[GROUPS.index(since) - 1])
        else:
            usual = self.hazard(day)
        among = [visit for visit in among if visit.stayed >= since]
        at_risk, came = self.count(among, since + day, self.year)
        return (came + LEAN * usual) / (at_risk + LEAN)

    def lately(self, status):
        """Return for how many it came lately, and for how many it was expected."""
        expected = came = 0
        for day in range(self.longest + 1):
            counted = self.count(self.visits.get(status, ()), day, self.lately_after)
            expected, came = expected + counted[0] * self.hazard(day, status), came + counted[1]
        return came, expected

    def season(self, status=None):
        """Return how much more often it comes lately than within the year: at a status, or at all of them."""
        of = sorted(self.visits) if status is None else [status]
        each = [self.lately(status) for status in of]
        came, expected = sum(came for came, _ in each), sum(expected for _, expected in each)
        usual = 1 if status is None else min(self.season(), 1)
        return (came + LEAN * usual) / (expected + LEAN)

    def cases(self, status):
        return sum(visit.came and visit.last > self.year for visit in self.visits.get(status, ()))

    def on(self, day, status, vendor, since):
        """Return the chance that it comes on the business day `day`, for one that is there on its morning."""
        ahead = day - since
        if ahead > self.longest + TAIL:
            return None
        if ahead > self.longest:
            return min(self.rate() * self.season(status), 1)
        return min(self.hazard(ahead, status, since, vendor) * self.season(status), 1)

    def chance(self, by, age, *of):
        there = 1
        for day in range(age, by + 1):
            there *= 1 - (self.on(day, *of) or 0)
        return 1 - there if by >= age else 0

    def day(self, share, age, *of):
        there, day, share = 1, age, share - MISSING * (1 - share)
        while (hazard := self.on(day, *of)) is not None:
            there *= 1 - hazard
            if 1 - there >= share:
                return day
            day += 1
        return None


class SecondForecast:
    """What is to be said of each order on `today`, from what was recorded before it."""

    def __init__(self, today):
        self.today = today
        (self.studio,) = rows("SELECT * FROM studio_companypreferences")
        self.statuses = {row["id"]: row for row in rows("SELECT * FROM preproduction_status")}
        self.clocks = self.weeks()
        self.durations = {
            (row["status_id"], row["vendor_id"]): row["days"]
            for row in rows("SELECT status_id, vendor_id, days FROM preproduction_vendorduration")
        }
        self.orders = {row["id"]: row for row in rows("SELECT * FROM preproduction_order")}
        self.holds = defaultdict(list)
        for row in rows("SELECT order_id, started_on, ended_on FROM preproduction_hold"):
            self.holds[row["order_id"]].append((row["started_on"], row["ended_on"] or date.max))
        self.leaving, self.completing = defaultdict(list), defaultdict(list)
        for order, changes in self.standing_changes().items():
            if not (gone := self.orders[order]["withdrawn_on"]) or gone >= today:
                self.tell(order, changes)
        year, lately, complete_lately = (
            self.clocks[None].number(today - timedelta(days)) for days in (365, 30, 20)
        )
        self.leave = Curves(self.leaving, year, lately)
        self.complete = Curves(self.completing, year, complete_lately)

    def weeks(self):
        """Return the clock of each vendor by its key, and the studio's by None."""
        closed = defaultdict(list)
        for row in rows("SELECT vendor_id, first_day, last_day, rule FROM studio_closedday"):
            closed[row["vendor_id"]].append((row["first_day"], row["last_day"], row["rule"]))
        worked = {row["day"] for row in rows("SELECT day FROM studio_workedday")}
        studio = Week(self.studio["work_week_mask"], closed[None], worked)
        clocks = defaultdict(lambda: studio)
        for row in rows("SELECT id, work_week_mask FROM studio_vendor"):
            if row["work_week_mask"] or closed[row["id"]]:
                mask, days = row["work_week_mask"] or studio.mask, closed[row["id"]] or closed[None]
                clocks[row["id"]] = Week(mask, days, ())
        return clocks

    def clock(self, status, vendor):
        return self.clocks[vendor if self.statuses[status]["clock"] == "vendor" else None]

    def standing_changes(self):
        """Return the rows of Status Notes of each order that were known, without those undone."""
        zone = ZoneInfo(self.studio["time_zone"])
        begins = datetime.combine(self.today, time(), tzinfo=zone)
        oldest = datetime.combine(self.today - timedelta(550), time(), tzinfo=zone)
        known = defaultdict(dict)
        for row in rows("SELECT * FROM preproduction_statuschange ORDER BY id"):
            recorded = row["recorded_at"]
            if oldest <= (recorded if recorded.tzinfo else recorded.replace(tzinfo=UTC)) < begins:
                known[row["order_id"]][row["id"]] = row
        gone = {row["undoes_id"] for changes in known.values() for row in changes.values()}
        return {
            order: [row for key, row in changes.items() if key not in gone and not row["undoes_id"]]
            for order, changes in known.items()
        }

    @property
    @cache  # noqa: B019 - as long as the test
    def imported(self):
        made = "SELECT order_id FROM preproduction_orderevent WHERE kind = 'created' AND cause = 'import'"
        return {row["order_id"] for row in rows(made)}

    def is_final(self, row):
        return bool(self.statuses[row["to_status_id"]]["is_final"])

    def tell(self, order, changes):
        """Add the visits that an order's rows tell of."""
        yesterday, number = self.today - ONE_DAY, self.clocks[None].number
        held = [(first, min(last, yesterday)) for first, last in self.holds[order]]
        stays = []
        for at, began in enumerate(changes):
            ended = changes[at + 1] if at + 1 < len(changes) else None
            clock = self.clock(began["to_status_id"], (ended or began)["vendor_id"])
            until = ended["completed_on"] if ended else yesterday
            days = clock.between(began["completed_on"], until, held)
            assert not ended or ended["days_at_status"] == days, ended
            stays.append(days)
        for at, began in enumerate(changes):
            ended = changes[at + 1] if at + 1 < len(changes) else None
            if self.is_final(began) or (at == 0 and order in self.imported):
                continue
            by, status, days = (ended or began)["vendor_id"], began["to_status_id"], stays[at]
            so_far = max(number(yesterday), number(changes[-1]["completed_on"]))
            left = number(ended["completed_on"]) if ended else so_far
            is_done = ended is not None and ended["cause"] != "replaced"
            self.leaving[status].append(Visit(by, days, left, is_done, days))
            end = next((end for end in range(at + 1, len(changes)) if self.is_final(changes[end])), None)
            total = sum(stays[at:end])
            last = so_far if end is None else number(changes[end]["completed_on"])
            self.completing[status].append(Visit(by, total, last, end is not None, days))

    def says(self, key):
        """Return what is to be said of the open order with this key, by the columns that keep it."""
        order, today = self.orders[key], self.today
        status, vendor = order["status_id"], order["vendor_id"]
        clock, due, needed = self.clock(status, vendor), order["status_due_date"], order["needed_by"]
        holds = [(first, min(last, today)) for first, last in self.holds[key]]
        age = clock.between(order["entered_status_on"], today, holds)
        leave = (status, vendor, 0)
        complete = (status, vendor, max(group for group in GROUPS if group <= age))
        said = {
            "age": age,
            "cases": self.leave.cases(status),
            "complete_cases": self.complete.cases(status),
            "vendor_id": vendor,
            "stay_id": order["stay_id"],
            "on": today,
        }
        knows, knows_end = said["cases"] >= SAYS, said["complete_cases"] >= SAYS
        for name, share, since in (
            ("usual_half", 0.5, 0), ("usual_85", 0.85, 0), ("usual_95", 0.95, 0),
            ("leave_85", 0.85, age), ("leave_95", 0.95, age),
        ):  # fmt: skip
            said[name] = self.leave.day(share, since, *leave) if knows else None
        for name, share in (("complete_85", 0.85), ("complete_95", 0.95)):
            said[name] = self.complete.day(share, age, *complete) if knows_end else None
        leave_chance = complete_chance = None
        if knows and due and not order["held_on"]:
            leave_chance = self.leave.chance(age + _signed(clock, today, due), age, *leave)
        if needed and knows_end:
            complete_chance = self.complete.chance(age + _signed(clock, today, needed), age, *complete)
        elif needed and self.plan_passes(order):
            complete_chance = 0
        least = min(
            (chance for chance in (leave_chance, complete_chance) if chance is not None), default=None
        )
        is_late = (due and due < today and not order["held_on"]) or (needed and needed < today)
        bound = self.studio["at_risk_below"]
        said["is_at_risk"] = least is not None and 100 * least < bound and not is_late
        chances = {"leave_chance": leave_chance, "complete_chance": complete_chance, "chance": least}
        return said | {
            name: None if chance is None else int(chance * 100) for name, chance in chances.items()
        }

    def plan_passes(self, order):
        """Whether the order is complete too late, where each status takes its duration, or its share of it in a hurry."""
        percent = self.studio["rush_percent"] if order["priority"] == RUSH else 100
        here = self.statuses[order["status_id"]]
        later = [
            row
            for row in sorted(self.statuses.values(), key=lambda row: row["position"])
            if row["position"] > here["position"] and not row["is_inactive"]
        ]
        finals = [row["id"] for row in later if row["is_final"]]
        if not finals:
            return False
        way = later[: [row["id"] for row in later].index(finals[0])]
        clock = self.clock(here["id"], order["vendor_id"])
        day = max(order["status_due_date"] or self.today, self.today)
        while not clock.counts(day):
            day -= ONE_DAY  # left at a weekend it is left as early as on the day before
        for row in way:
            week = self.clock(row["id"], order["vendor_id"])
            days = self.durations.get((row["id"], order["vendor_id"]), row["default_duration"] or 0)
            day = week.entered_and_left(day, ceil(days * percent / 100))
        return day > order["needed_by"]

    def open(self):
        """Return the keys of the orders of which something is said."""
        return [
            key
            for key, order in self.orders.items()
            if not order["is_complete"] and not order["withdrawn_on"] and order["status_id"]
        ]

    def day_of(self, key, days):
        """Return the day on which the clock of an order's stay will show `days`."""
        order = self.orders[key]
        clock = self.clock(order["status_id"], order["vendor_id"])
        return clock.later(self.today, days - self.says(key)["age"])


def _signed(clock, after, through):
    return clock.between(after, through) if after <= through else -clock.between(through, after)
