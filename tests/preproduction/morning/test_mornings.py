"""Four hundred mornings: one mail on each business day on which there is something to say, none twice, none lost.

What is to be said is worked out a second time, day by day, by SQL that selects rows and Python that looks at them: no
queryset, no property and no arithmetic of the product is used.
"""

import dataclasses
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from preproduction.models import Forecast, MorningMail, Order, Status
from preproduction.models.status import Clock
from preproduction.morning import round as mornings
from preproduction.morning.facts import Day
from studio.models import ClosedDay, CompanyPreferences, Vendor
from tests.preproduction.test_independent_calculation import Walker, rows
from triggers import outbox
from triggers.models import Delivery, MessagePreferences

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("Europe/Berlin")
FIRST_DAY, ONE_DAY = date(2026, 3, 9), timedelta(days=1)  # clocks go forward on 29 March, back on 25 October
FACTS = ("broken", "late", "at_risk", "unassigned", "on_hold")


def travel(day, hour, minute=0):
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
    return time_machine.travel(moment.astimezone(UTC), tick=False)


def tick():
    """Do what the worker does in a minute."""
    mornings.go_on()
    with CompanyPreferences.load().in_force():
        outbox.deliver_due()


class Life:
    """What happens to a dozen orders, by the columns that operations would write."""

    def __init__(self, seed, make_order, people, departments):
        self.random = random.Random(seed)
        self.people, self.departments = people, departments
        self.orders = [make_order(order_date=FIRST_DAY).pk for _ in range(12)]

    def go_on(self, day):
        for _ in range(self.random.choice([0, 0, 1, 2])):
            key, act = self.random.choice(self.orders), self.random.choice(self.ACTS)
            Order.objects.filter(pk=key).update(**act(self, day))
        for _ in range(self.random.choice([0, 0, 1])):
            self.forecast(self.random.choice(self.orders), day)

    def due(self, day):
        ahead = self.random.choice([None, -2, 1, 4, 9])
        return {"status_due_date": None if ahead is None else day + ONE_DAY * ahead, "is_complete": False}

    def hold(self, day):
        return {"held_on": self.random.choice([None, None, day]), "is_complete": False}

    def promise(self, day):
        ahead = self.random.choice([None, None, 2, 7])
        return {"needed_by": None if ahead is None else day + ONE_DAY * ahead}

    def assign(self, day):
        return {
            "assigned_user": self.random.choice([None, *self.people]),
            "department": self.random.choice([None, *self.departments]),
        }

    def complete(self, day):
        return {"is_complete": True, "held_on": None, "status_due_date": None}

    def withdraw(self, day):
        return {"withdrawn_on": self.random.choice([None, day])}

    ACTS = (due, due, due, hold, hold, promise, assign, assign, complete)

    def forecast(self, key, day):
        order = Order.with_withdrawn.get(pk=key)
        values = {
            "stay_id": order.stay_id,
            "version": self.random.choice([order.version, order.version, order.version + 1]),
            "is_at_risk": self.random.random() < 0.5,
            **{"on": day, "age": 3, "cases": 9, "complete_cases": 9, "chance": 20, "leave_chance": 20},
        }
        Forecast.objects.update_or_create(order=order, defaults=values)


# From here on, nothing of the product.


class StudioWalker(Walker):
    """Knows the days of vendors from the studio's, and that those that come back are first Wednesdays of a month."""

    def __init__(self):
        super().__init__()
        of_studio = "SELECT first_day, last_day FROM studio_closedday WHERE vendor_id IS NULL AND rule"
        self.closed, self.comes_back = rows(f"{of_studio} = ''"), rows(f"{of_studio} <> ''")

    def counts(self, day):
        is_first_wednesday = day.weekday() == 2 and day.day <= 7
        if is_first_wednesday and any(row["first_day"] <= day for row in self.comes_back):
            return False
        return super().counts(day)


def expected(today):
    """Return the facts of each open order today, with whose it is."""
    walker = StudioWalker()
    gone = {row["id"] for row in rows("SELECT id FROM studio_user WHERE NOT is_active")}
    forecasts = {row["order_id"]: row for row in rows("SELECT * FROM preproduction_forecast")}
    found = {}
    for row in rows("SELECT * FROM preproduction_order"):
        if row["is_complete"] or row["withdrawn_on"]:
            continue
        due, held, needed, user = (
            row[name] for name in ("status_due_date", "held_on", "needed_by", "assigned_user_id")
        )
        is_late = not held and due is not None and due < today
        is_broken = needed is not None and needed < today
        said = forecasts.get(row["id"])
        at_risk = said and said["is_at_risk"] and said["version"] == row["version"]
        facts = {
            "late": is_late,
            "broken": is_broken,
            "at_risk": bool(at_risk) and not is_late and not is_broken,
            "unassigned": user is None or user in gone,
            "on_hold": bool(held) and walker.between(held, today) > 5,
        }
        found[row["id"]] = ({name for name in FACTS if facts[name]}, user, row["department_id"])
    return walker, found


def of_scope(found, scope, person, departments):
    return {
        (key, fact)
        for key, (facts, user, department) in found.items()
        for fact in facts
        if scope == "studio"
        or user == person
        or (scope == "departments" and department is not None and department in departments)
    }


def said(mail):
    return {(key, fact) for fact, keys in mail.payload["told"].items() for key in keys}


class Reader:
    """Reads one person's mails, and knows what each has to say."""

    def __init__(self, person, scope):
        self.person, self.scope = person, scope
        self.departments = set(person.departments.values_list("pk", flat=True))
        self.before, self.read, self.since = set(), 0, None

    def look(self, today, found, is_sent):
        """Compare what came today with what should have come."""
        now = of_scope(found, self.scope, self.person.pk, self.departments)
        mails = list(Delivery.objects.filter(person=self.person).order_by("pk"))[self.read :]
        if not is_sent or now == self.before:
            assert not mails, (today, self.scope)
            return
        (mail,) = mails
        assert (mail.on, mail.state) == (today, "sent"), mail.reason
        assert said(mail) == now
        self._looks_right(mail.content["text"], now)
        self.before, self.since = now, today
        self.read += 1

    def _looks_right(self, text, now):
        numbers = dict(Order.with_withdrawn.values_list("pk", "number"))
        new = {numbers[key] for key, _ in now - self.before}
        gone = {numbers[key] for key, _ in self.before - now}
        parts, title = {}, ""
        for line in text.splitlines():
            if line.startswith(("New", "Gone", "As before")):
                title = line.split(" since")[0]
            elif line.startswith("- Order "):
                parts.setdefault(title, set()).add(line.split(",")[0].removeprefix("- Order "))
        assert parts.get("New", set()) == new
        assert len(parts.get("Gone", set()) - gone) == 0
        assert len(parts.get("Gone", set())) == min(len(gone), 8)
        assert parts.get("As before", set()) == {numbers[key] for key, _ in now} - new


@pytest.fixture
def readers(mia, sam, ada, retouching, shipping):
    found = []
    for person, scope in ((ada, "studio"), (sam, "departments"), (mia, "own")):
        person.email = f"{person.username}@example.com"
        person.save(update_fields=["email"])
        MorningMail.objects.create(person=person, scope=scope, site="https://proofs.example.com")
        found.append(Reader(person, scope))
    return found


@pytest.fixture
def live(preferences, make_order, statuses, mia, sam, retouching, shipping, readers, seed):
    """Return a function that lives through so many days, and looks at what came on each; it returns how many mails."""
    CompanyPreferences.objects.update(time_zone="Europe/Berlin")
    MessagePreferences.objects.create(pk=1, most_per_recipient=5)
    with travel(FIRST_DAY, 2):
        life = Life(20260223 + seed, make_order, [mia, sam], [retouching, shipping])
        Order.objects.filter(pk=make_order(order_date=FIRST_DAY).pk).update(held_on=FIRST_DAY)
    down = {FIRST_DAY + ONE_DAY * at for at in range(10, 15)}  # three business days, and a weekend

    def through(days):
        hour = 7
        for at in range(days):
            day = FIRST_DAY + ONE_DAY * at
            with travel(day, 2):
                life.go_on(day)
            if at == 5:  # three days off, entered on the first of them, a Saturday
                ClosedDay.objects.create(first_day=day, last_day=day + ONE_DAY * 2, name="Spring break")
            if (
                at == 7
            ):  # the lab of half the orders is closed for a month, and works on Sundays alone after that
                lab = Vendor.objects.create(name="Slow Lab", work_week_mask=0b1000000)
                ClosedDay.objects.create(
                    vendor=lab, first_day=day, last_day=day + ONE_DAY * 30, name="Summer break"
                )
                Status.objects.update(clock=Clock.VENDOR)
                Order.objects.filter(pk__in=life.orders[::2]).update(vendor=lab)
            if at == 9:  # the first of them is Wed 1 April
                ClosedDay.objects.create(
                    first_day=day, last_day=day, name="Inventory", rule="FREQ=MONTHLY;BYDAY=1WE"
                )
            if at == 16:  # Saturdays, too
                CompanyPreferences.objects.update(work_week_mask=0b0111111)
            if at == 18:
                hour = 3  # on nights on which the clocks change this hour or the one before is left out, or comes twice
                CompanyPreferences.objects.update(morning_mail_hour=hour)
            if day not in down:
                _live_through(day, hour, life, readers, more_often=at % 6 == 2)
        return sum(reader.read for reader in readers)

    return through


def _live_through(day, hour, life, readers, *, more_often):
    walker, found = expected(day)
    with travel(day, hour - 1, 59):
        tick()
    for reader in readers:
        reader.look(day, {}, False)
    with travel(day, hour + 1, 5):
        tick()
    for reader in readers:
        reader.look(day, found, walker.counts(day))
    with travel(day, 12):  # what happens during the day is tomorrow's
        life.go_on(day)
    for when in (hour + 2, 13, 18, 23) if more_often else (13,):
        with travel(day, when):
            tick()
    for reader in readers:
        reader.look(day, {}, False)


def test_one_mail_each_business_day_with_something_to_say(live, size, record):
    days = size("mornings")
    mails = live(days)
    record(mornings=days, mails=mails)
    assert mails > days / 2
    assert not Delivery.objects.exclude(state="sent").exists()


def by_the_lab(since, day):
    lab = Vendor.objects.filter(name="Slow Lab").first()
    return day.calendar.of_vendor(lab and lab.pk).count_business_days(since, day.today) if since else 0


@pytest.mark.parametrize(
    ("place", "bug"),
    [
        ("facts.LONG_ON_HOLD", 6),
        ("mail._last", lambda person, scope: (None, {})),
        ("round.Day", lambda today, calendar: Day(today, dataclasses.replace(calendar, closed=()))),
        ("facts._days", by_the_lab),
    ],
)
def test_control_each_of_these_mistakes_is_seen(live, monkeypatch, place, bug):
    monkeypatch.setattr(f"preproduction.morning.{place}", bug)
    with pytest.raises(AssertionError):
        live(24)
