"""The chances, the days and who is at risk, equal to the day with a forecast worked out from the raw rows.

Each studio has a hundred random histories: statuses that run on vendors' calendars, holds, back-dated and undone changes,
a replaced status, orders that were imported, withdrawn or given to another lab, closed days that come back, durations of
vendors, orders in a hurry.  Two mornings of each are compared: what is
stored, what the pages show, and what was said for ever.
"""

import random
import re
from collections import Counter
from datetime import date, datetime, time

import pytest
import time_machine
from django.utils import timezone

from preproduction import operations
from preproduction.forecast import notes, work
from preproduction.models import Cause, Forecast, Order, Prediction, Status, StatusList, VendorDuration
from preproduction.models.order import Priority
from preproduction.models.status import Clock
from preproduction.morning.facts import Day, Fact, told
from preproduction.operations import PastOrder
from preproduction.operations.past import store_past_orders
from studio import work_calendar
from studio.models import ClosedDay, CompanyPreferences, Vendor, WorkedDay
from tests.preproduction.forecast.second_forecast import SecondForecast
from tests.preproduction.test_independent_calculation import ONE_DAY

pytestmark = pytest.mark.slow

MORNING = date(2026, 6, 10)  # a Wednesday; Monday is closed
EACH = 100  # histories of a studio
SAME = [name for name in work.ANEW if name not in ("basis", "version", "at_risk_below", "stay", "vendor")]


class Lives:
    """A studio with a random past, and a week in which people do what they might do."""

    def __init__(self, seed, count, session, statuses, people):
        self.chance = random.Random(seed)
        self.session, (self.sam, self.mia, self.ada) = session, people
        # Where nobody was yet, what is planned decides.
        (self.new,) = [status for status in statuses if str(status) == "Looked at again"]
        self.statuses = [status for status in statuses if status != self.new]
        self.done, self.resumed = Counter(), {}
        self.vendors = [*self.labs(), None]
        self.calendar = work_calendar.load()
        self.speed = [self.chance.uniform(0.5, 2) for _ in self.vendors]
        self.pace = {status.pk: self.chance.uniform(0.5, 6) for status in self.statuses}
        pasts = [self.past(at) for at in range(count)]
        store_past_orders(pasts)
        # A date completed within a hold is another question than is asked here.
        self.resumed = {
            past.order.pk: hold.ended_on for past in pasts for hold in past.holds if hold.ended_on
        }

    def labs(self):
        """Return two labs with days of their own, one without, and one with few orders."""
        week, closed, other, few = (
            Vendor.objects.create(name=f"{name} Lab", work_week_mask=mask)
            for name, mask in (("Early", 0b0111110), ("Northern", None), ("Plain", None), ("Rare", 0b1111))
        )
        for vendor, first, days in ((closed, date(2026, 5, 4), 9), (few, date(2026, 3, 2), 3), (None, date(2026, 4, 3), 3),
                                    (None, date(2026, 6, 8), 0), (closed, date(2026, 6, 11), 1)):  # fmt: skip
            ClosedDay.objects.create(
                vendor=vendor, first_day=first, last_day=first + days * ONE_DAY, name="Closed"
            )
        for vendor, first, rule in ((None, date(2024, 2, 29), "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"), (closed, date(2025, 9, 1), "FREQ=MONTHLY;BYDAY=-1FR"),
                                    (None, date(2025, 12, 1), "FREQ=YEARLY;BYMONTH=5;BYDAY=1MO"), (few, date(2026, 1, 1), "FREQ=MONTHLY;BYMONTHDAY=31"),
                                    (closed, date(2026, 1, 1), "FREQ=MONTHLY;BYDAY=2WE")):  # fmt: skip
            ClosedDay.objects.create(vendor=vendor, first_day=first, last_day=first, name="Again", rule=rule)
        WorkedDay.objects.create(day=date(2026, 5, 16), name="A Saturday in season")
        for vendor, at, days in ((week, 4, 30), (closed, 3, 14), (other, 1, 4), (few, 4, 0)):
            VendorDuration.objects.create(status=self.statuses[at], vendor=vendor, days=days)
        return week, closed, other, few

    def past(self, at):
        """Return an order that began within the last 14 months, or some with none left to learn from."""
        chance = self.chance
        lab = chance.choices(range(5), [8, 6, 4, 1, 4])[0]
        ago = (380, 800) if at % 20 == 0 else (9, 22) if at % 5 < 2 else (20, 150)
        day = MORNING - ONE_DAY * chance.randrange(*ago)
        past = PastOrder.begin(
            self.session,
            number=f"OLD-{at}",
            on=day,
            at=evening(day),
            by=self.sam,
            status=self.statuses[0],
            calendar=self.calendar,
            vendor=self.vendors[lab],
            cause=Cause.IMPORT if chance.random() < 0.06 else Cause.BY_HAND,
            priority=Priority.RUSH if chance.random() < 0.4 else Priority.NORMAL,
        )
        slow, place, turns = chance.lognormvariate(0, 0.4), 0, 0
        while not self.statuses[place].is_final and turns < 9:
            mean = self.pace[self.statuses[place].pk] * self.speed[lab] * slow
            left = day + ONE_DAY * int(chance.gammavariate(2, mean / 2) * 1.4)
            if chance.random() < 0.12 and left < MORNING - 9 * ONE_DAY:
                left = self.held(past, day, left)
            if left is None or left >= MORNING - 7 * ONE_DAY:
                break
            turns += 1
            place = self.next(place)
            late = chance.choice([0, 0, 0, 1, 4])
            past.advance(
                to=self.statuses[place],
                on=left,
                at=evening(min(left + late * ONE_DAY, MORNING - 7 * ONE_DAY)),
                by=self.sam,
            )
            day = left
        return past

    def next(self, place):
        """Return where it goes: on, mostly past the last but one, of which few cases are known; or anywhere."""
        if self.chance.random() < 0.1:
            return self.chance.randrange(4)
        return place + 1 + (place == 3 and self.chance.random() < 0.9)

    def held(self, past, day, left):
        """Put it on hold, and mostly resume it; return the day on which its stay ends then, None while it is on hold."""
        began = day + ONE_DAY * self.chance.randint(0, (left - day).days)
        past.hold(on=began, by=self.mia, reason="The client is away")
        if self.chance.random() < 0.15:
            return None
        ended = began + ONE_DAY * self.chance.randint(0, 12)
        if ended > MORNING - 8 * ONE_DAY:
            return None
        past.resume(on=ended, by=self.mia)
        return ended + (left - began)

    def live_through(self, days, acts):
        for at in range(days):
            day = MORNING + ONE_DAY * (at - days)
            with time_machine.travel(evening(day), tick=False):
                self.do(acts)
                if at == days - 3:
                    self.replace()

    def do(self, acts):
        """Do so many things to open orders, today."""
        keys = list(Order.objects.open().values_list("pk", flat=True))
        for _ in range(acts):
            order = Order.objects.select_related("status").filter(pk=self.chance.choice(keys)).first()
            if order is None:
                continue  # withdrawn
            try:
                act = self.chance.choices(self.ACTS, self.WEIGHTS)[0]
                act(self, order, timezone.localdate())
            except operations.OperationRefused:
                self.done["refused"] += 1
            else:
                self.done[act.__name__] += 1

    def advance(self, order, day):
        to = self.chance.choice([*self.statuses, *[self.new] * 4]) if self.chance.random() < 0.2 else None
        back = day - ONE_DAY * self.chance.choice([0, 0, 0, 1, 3])
        completed_on = max(back, order.entered_status_on, self.resumed.get(order.pk, order.entered_status_on))
        plan = operations.plan_advance(order, to=to, completed_on=completed_on)
        operations.advance_status(order, plan, expected=order.version, by=self.sam, note="No proofs")

    def undo(self, order, day):
        operations.undo_last_change(order, expected=order.version, by=self.mia)

    def there_and_back(self, order, day):
        if order.is_on_hold:
            raise operations.OperationRefused("Not while it is on hold.")
        self.advance(order, day)
        self.undo(Order.objects.select_related("status").get(pk=order.pk), day)

    def hold(self, order, day):
        operations.hold_order(order, expected=None, by=self.mia, reason="The client is away")

    def resume(self, order, day):
        operations.resume_order(order, expected=None, by=self.mia)
        self.resumed[order.pk] = day

    def due(self, order, day):
        due = day + ONE_DAY * self.chance.randint(1, 9)
        operations.change_due_date(order, expected=None, by=self.mia, due_date=due, reason="They asked")

    def promise(self, order, day):
        day += ONE_DAY * self.chance.choice([2, 6, 15, 40])
        operations.promise(
            order, needed_by=day, needed_for="", reason="They asked", expected=None, by=self.mia
        )

    def move_to_another_lab(self, order, day):
        if order.held_days or order.is_on_hold:
            raise operations.OperationRefused("Whose days were held is another question than is asked here.")
        lab = self.chance.choice(self.vendors)
        operations.edit_order(order, by=self.sam, changed={"vendor": lab}, seen={"vendor": order.vendor})

    def withdraw(self, order, day):
        operations.withdraw_order(order, expected=None, by=self.mia, reason="A twin")

    ACTS = (advance, undo, there_and_back, hold, resume, due, promise, move_to_another_lab, withdraw)
    WEIGHTS = (9, 1, 3, 3, 3, 4, 5, 2, 0.3)

    def replace(self):
        """Replace the status that is third in the list with the one after it."""
        gone, to = self.statuses[2:4]
        operations.replace_status(gone, replacement=to, expected=StatusList.current_version(), by=self.ada)
        self.statuses.remove(gone)
        self.done["replaced"] += Order.objects.filter(status_changes__cause=Cause.REPLACED).count()


def evening(day):
    """Return the moment at eight, where the studio is: another day in UTC."""
    return datetime.combine(day, time(20), tzinfo=timezone.get_current_timezone())


@pytest.fixture
def live(preferences, session, statuses, sam, mia, ada):
    """Return a function that makes a studio of so many random histories."""
    CompanyPreferences.objects.update(time_zone="America/New_York", rush_percent=35)
    statuses["Sent to lab"].clock = Clock.VENDOR
    statuses["Sent to lab"].save(update_fields=["clock"])
    for name, place in (("Delivered", 8), ("Proofs received", 6)):
        Status.objects.filter(pk=statuses[name].pk).update(position=place)
    for name, place in (("Looked at again", 4), ("Printed", 5), ("Framed", 7)):
        Status.objects.create(position=place, description=name, default_duration=7, clock=Clock.VENDOR)

    def lives(seed, count):
        with CompanyPreferences.load().in_force():
            studio = Lives(
                seed, count, session, list(Status.objects.filter(is_inactive=False)), [sam, mia, ada]
            )
            studio.live_through(4, acts=count // 4)
            return studio

    return lives


def forecast_all():
    while work.go_on():
        pass


def compare(today):
    """Compare what is stored with what is worked out; return the latter by order."""
    again = SecondForecast(today)
    said = {key: again.says(key) for key in again.open()}
    stored = {row["order_id"]: row for row in Forecast.objects.values()}
    assert set(said) == set(Order.objects.open().values_list("pk", flat=True)) <= set(stored)
    for key, expected in said.items():
        found = {name: stored[key][name] for name in expected}
        assert found == expected, (key, again.orders[key]["number"], today)
        assert set(SAME) <= set(expected)
    return again, said


def compare_pages(browser, said, again):
    """Compare who is at risk on the pages, and by when an order is complete on its own."""
    at_risk = {key for key, each in said.items() if each["is_at_risk"]}
    page = browser.get("/orders/", {"at_risk": "on", "per_page": 100})
    assert {row.record.pk for row in page.context["table"].page} == at_risk
    least_first = sorted(at_risk, key=lambda key: (said[key]["chance"], key))
    for address, most in (("/orders/overdue/", 20), ("/", 5)):
        risks = browser.get(address).context["risks"]
        assert [risk.order.pk for risk in risks.found] == least_first[:most]
        assert risks.there_are_more == (len(least_first) > most)
    assert (
        set(told(Order.objects.open(), Day(again.today, work_calendar.load()))[Fact.AT_RISK.value]) == at_risk
    )
    known = [
        key for key, each in said.items() if each["complete_cases"] >= 50 and each["complete_85"] is not None
    ]
    for key in [key for key in known if not again.orders[key]["held_on"]][:3]:
        shown = browser.get(f"/orders/{key}/").text
        (named,) = re.findall(r"complete by (.*?) in 85 of 100 cases like it", shown, re.I)
        assert str(again.day_of(key, said[key]["complete_85"]).day) in named.split()
    return at_risk


def compare_predictions(today, said):
    """Compare what was kept for ever on a day with what was said of its stays then."""
    found = Prediction.objects.filter(on=today).values()
    for row in found:
        expected = said[row["order_id"]]
        assert {name: row[name] for name in expected if name in row} == {name: expected[name] for name in expected if name in row}  # fmt: skip
    return {(row["stay_id"], row["kind"]) for row in found}


def compare_first_said(today, said):
    """Compare what is kept of today with what is said of the stays that were never said, or at risk, before."""
    kept = compare_predictions(today, said)
    known = {each["stay_id"] for each in said.values() if max(each["cases"], each["complete_cases"]) >= 8}
    risky = {each["stay_id"] for each in said.values() if each["is_at_risk"]}
    assert kept == {(stay, "said") for stay in known} | {(stay, "warned") for stay in risky}
    return kept


@pytest.mark.parametrize("studio", range(20))
def test_all_that_is_said_is_what_the_raw_rows_say(studio, live, as_manager, monkeypatch, seed, size, record):
    histories = min(size("orders forecast twice") - studio * EACH, EACH)
    if histories <= 0:
        pytest.skip("the campaign does")
    lived = live(f"{seed}/{studio}", histories)
    with CompanyPreferences.load().in_force():
        with time_machine.travel(evening(MORNING), tick=False):
            lived.do(histories // 5)
            forecast_all()
            again, said = compare(MORNING)
            at_risk = compare_pages(as_manager, said, again)
            kept = compare_first_said(MORNING, said)
            lived.do(histories // 10)  # within the day, too
            forecast_all()
            compare(MORNING)
            if studio == 0:
                control_these_mistakes_are_seen(monkeypatch)
        with time_machine.travel(evening(MORNING + ONE_DAY), tick=False):
            lived.do(histories // 10)
            forecast_all()
            _, said = compare(MORNING + ONE_DAY)
            assert not kept & compare_predictions(MORNING + ONE_DAY, said)
    assert len(said) > histories / 5
    record(histories=histories, forecast=len(said), at_risk=len(at_risk), **lived.done)


def control_these_mistakes_are_seen(monkeypatch):
    for place, bug in (
        ("hazards.WEIGHT", 9),
        ("experience.LATELY", 45 * ONE_DAY),
        ("hazards.TAIL", 0),
        ("saying.FEW", 99),
    ):
        with monkeypatch.context() as planted:
            planted.setattr(f"preproduction.forecast.{place}", bug)
            forecast_anew()
            with pytest.raises(AssertionError):
                compare(MORNING)
    forecast_anew()
    compare(MORNING)


def forecast_anew():
    notes._experience.cache_clear()
    Forecast.objects.all().delete()
    forecast_all()
