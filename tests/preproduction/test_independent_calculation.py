"""Overdue, the hub's counts and the days at each status, worked out a second time from the raw rows.

Orders live through half a year of random days, made by the operations with a moving clock.  Then everything is
calculated again here, by nothing but SQL that selects rows and Python that walks from day to day: no queryset, no
property and no arithmetic of the product is used.
"""

import json
import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import Q

from preproduction import operations
from preproduction.models import Order, order_queries
from preproduction.models.order_queries import CLOCK_RUNS
from preproduction.rebuild import overdue_as_known_on
from studio import work_calendar
from studio.models import ClosedDay, WorkedDay

FIRST_DAY, LAST_DAY = date(2026, 1, 5), date(2026, 6, 26)
ONE_DAY = timedelta(days=1)
BANDS = ((2, "1-2"), (5, "3-5"), (10, "6-10"))

pytestmark = pytest.mark.slow


class RandomStudio:
    """Does on each day what people might do.  Whatever the business refuses is not done, as in life."""

    def __init__(self, seed, make_order, people, statuses, departments, calendar):
        self.random = random.Random(seed)
        self.make_order = make_order
        self.people = people
        self.statuses = [status for status in statuses.values() if not status.is_inactive]
        self.departments = departments
        self.calendar = calendar
        self.orders = []
        self.resumed_on = {}
        self.done = Counter()

    def live_through(self, day, new_orders, acts):
        for _ in range(new_orders):
            order_date = day - ONE_DAY * self.random.choice([0, 0, 0, 1, 4])
            self.orders.append(self.make_order(order_date=order_date, calendar=self.calendar).pk)
        for _ in range(min(len(self.orders), acts)):
            # Lately made ones more often, so that some grow old and late.
            at = int(len(self.orders) * self.random.triangular(0, 1, 0.9)) % len(self.orders)
            self.act(Order.objects.select_related("status").get(pk=self.orders[at]), day)

    def act(self, order, day):
        acts = [self.advance, self.hold, self.resume, self.assign, self.undo, self.note, self.promise]
        act = self.random.choices(acts, [12, 2, 3, 2, 2, 1, 2])[0]
        try:
            act(order, day)
        except operations.OperationRefused:
            self.done["refused"] += 1
        else:
            self.done[act.__name__] += 1

    def advance(self, order, day):
        to = self.random.choice(self.statuses) if self.random.random() < 0.25 else None
        # A Date Completed inside a hold is another question than this test asks.
        earliest = max(order.entered_status_on, self.resumed_on.get(order.pk, order.entered_status_on))
        back = self.random.choice([0, 0, 0, 1, 3])
        completed_on = max(earliest, day - ONE_DAY * back)
        plan = operations.plan_advance(order, to=to, completed_on=completed_on, calendar=self.calendar)
        if self.random.random() < 0.1:
            plan = plan.with_due_date(completed_on + ONE_DAY * self.random.randrange(12))
        elif self.random.random() < 0.05:
            plan = plan.with_due_date(None)
        operations.advance_status(
            order,
            plan,
            expected=order.version,
            by=self.random.choice(self.people),
            note="No proofs",
            calendar=self.calendar,
        )

    def hold(self, order, day):
        operations.hold_order(order, expected=None, by=self.people[1], reason="The client is away")

    def resume(self, order, day):
        operations.resume_order(order, expected=None, by=self.people[1], calendar=self.calendar)
        self.resumed_on[order.pk] = day

    def assign(self, order, day):
        operations.assign_order(
            order,
            by=self.people[1],
            expected=order.version,
            department=self.random.choice([None, *self.departments]),
            assigned_user=self.random.choice([None, *self.people]),
        )

    def undo(self, order, day):
        operations.undo_last_change(order, expected=order.version, by=self.people[1])

    def note(self, order, day):
        operations.note_delay_reason(
            order, by=order.entered_by, stay=None, reason=self.random.choice(["", "The lab is late"])
        )

    def promise(self, order, day):
        needed_by = self.random.choice([None, *(day + ONE_DAY * ahead for ahead in (3, 8, 15, 40))])
        operations.promise(
            order,
            needed_by=needed_by,
            needed_for="",
            reason="They were asked",
            expected=order.version,
            by=self.people[1],
        )


# From here on, nothing of the product.


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Walker:
    """Business days, found by looking at one day after the other."""

    def __init__(self):
        (preferences,) = rows("SELECT work_week_mask FROM studio_companypreferences")
        self.mask = preferences["work_week_mask"]
        self.closed = rows("SELECT first_day, last_day FROM studio_closedday")
        self.worked = {row["day"] for row in rows("SELECT day FROM studio_workedday")}
        self.known = {}

    def counts(self, day):
        if day not in self.known:
            is_closed = any(row["first_day"] <= day <= row["last_day"] for row in self.closed)
            in_week = self.mask // 2 ** day.weekday() % 2 == 1
            self.known[day] = day in self.worked or (in_week and not is_closed)
        return self.known[day]

    def between(self, after, through):
        """Count the business days after `after`, up to `through` with it."""
        found, day = 0, after
        while day < through:
            day += ONE_DAY
            found += self.counts(day)
        return found

    def later(self, day, days):
        """Return the day that is `days` business days after `day`."""
        while days:
            day += ONE_DAY
            days -= self.counts(day)
        return day


class Stay:
    """One stay of an order at a status, through undos: the holds of all its sequence numbers belong to it."""

    def __init__(self, row):
        self.status = row["to_status_id"]
        self.entered = row["completed_on"]
        self.first_due = row["to_due_date"]
        self.sequences = {row["sequence"]}


def replay(changes):
    """Yield, for each row of one order's Status Notes, the row, the stay it ended, and the stay it began."""
    stays_before, stay = {}, None
    for row in changes:
        left = stay
        stays_before[row["id"]] = left
        if row["undoes_id"]:
            stay = stays_before[row["undoes_id"]]
            stay.sequences.add(row["sequence"])
        else:
            stay = Stay(row)
        yield row, left, stay


def held(stay, holds, walker):
    """Return the business days of the finished holds of `stay`."""
    return sum(
        walker.between(hold["started_on"], hold["ended_on"])
        for hold in holds
        if hold["status_sequence"] in stay.sequences and hold["ended_on"]
    )


def due_date(stay, holds, walker):
    due = stay.first_due
    if due is None:
        return None
    for hold in sorted(holds, key=lambda hold: hold["id"]):
        if hold["status_sequence"] in stay.sequences and hold["ended_on"]:
            days = walker.between(hold["started_on"], hold["ended_on"])
            due = walker.later(due, days)
    return due


def by_order(found):
    grouped = {}
    for row in found:
        grouped.setdefault(row["order_id"], []).append(row)
    return grouped


class Recalculation:
    """The state of every order on `today`, from Status Notes and holds."""

    def __init__(self, today):
        self.walker = Walker()
        self.today = today
        finals = {row["id"] for row in rows("SELECT id FROM preproduction_status WHERE is_final")}
        self.changes = by_order(rows("SELECT * FROM preproduction_statuschange ORDER BY order_id, sequence"))
        self.holds = by_order(rows("SELECT * FROM preproduction_hold ORDER BY id"))
        # Who has an order is not in its history: assigning changes no status.
        self.owners = {
            row["id"]: (row["department_id"], row["assigned_user_id"])
            for row in rows("SELECT id, department_id, assigned_user_id FROM preproduction_order")
        }
        told = rows(
            "SELECT order_id, after FROM preproduction_orderevent WHERE kind = 'promised' ORDER BY id"
        )
        self.needed = {row["order_id"]: json.loads(row["after"])["needed_by"] for row in told}
        self.open, self.on_hold, self.due = set(), set(), {}
        for order, changes in self.changes.items():
            holds = self.holds.get(order, [])
            *_, (_, _, stay) = replay(changes)
            if stay.status in finals:
                continue
            self.open.add(order)
            self.due[order] = due_date(stay, holds, self.walker)
            if any(hold["ended_on"] is None for hold in holds):
                self.on_hold.add(order)

    def ticking(self):
        return {order: self.due[order] for order in self.open - self.on_hold if self.due[order]}

    def overdue(self):
        return {order: due for order, due in self.ticking().items() if due < self.today}

    def broken(self):
        """Return the open orders, on hold or not, whose promise was for an earlier day."""
        promised = {order: needed for order, needed in self.needed.items() if needed and order in self.open}
        return {order for order, needed in promised.items() if date.fromisoformat(needed) < self.today}

    def late(self):
        return set(self.overdue()) | self.broken()

    def counts(self):
        return {
            "Open": len(self.open),
            "Late": len(self.overdue()),
            "Due today": sum(due == self.today for due in self.ticking().values()),
            "Unassigned": sum(self.owners[order][1] is None for order in self.open),
            "On hold": len(self.on_hold),
        }

    def matrix(self):
        """Count overdue orders by department, user and band."""
        counts = Counter()
        for order, due in self.overdue().items():
            days = self.walker.between(due, self.today)
            band = next((key for most, key in BANDS if days <= most), "11")
            counts[(*self.owners[order], band)] += 1
        for order in self.broken() - set(self.overdue()):
            counts[(*self.owners[order], "promise")] += 1
        return counts


def shown_matrix(page):
    """Read the cells of the Overdue page, by the keys in the links behind them."""
    counts = Counter()
    for department in page.context["rows"]:
        for user in department.users:
            for cell in user.cells[:-1]:
                if cell.count:
                    query = dict(part.split("=") for part in cell.query.split("&"))
                    owner = (_key(query["department"]), _key(query["user"]))
                    counts[(*owner, query["late"])] += cell.count
    return counts


def _key(text):
    return None if text == "none" else int(text)


@pytest.fixture
def histories(preferences, make_order, sam, mia, ada, statuses, retouching, shipping, as_manager, size, seed):
    """Orders after half a year, and what the pages said on some days on the way."""
    ClosedDay.objects.create(first_day=date(2026, 2, 16), last_day=date(2026, 2, 22), name="Winter break")
    ClosedDay.objects.create(first_day=date(2026, 4, 3), last_day=date(2026, 4, 6), name="Easter")
    ClosedDay.objects.create(first_day=date(2026, 5, 25), last_day=date(2026, 5, 25), name="Memorial Day")
    WorkedDay.objects.create(day=date(2026, 4, 4), name="Easter portraits")
    WorkedDay.objects.create(day=date(2026, 5, 16), name="A Saturday in season")
    studio = RandomStudio(
        20260610 + seed,
        make_order,
        [sam, mia, ada],
        statuses,
        [retouching, shipping],
        work_calendar.load(),
    )
    orders, lived = size("orders calculated twice"), size("days lived through")
    days = [FIRST_DAY + (LAST_DAY - FIRST_DAY) * at // (lived - 1) for at in range(lived)]
    for at, day in enumerate(days):
        with time_machine.travel(
            datetime.combine(day, datetime.min.time()) + timedelta(hours=12), tick=False
        ):
            # So many as are missing of an even spread.
            studio.live_through(
                day, orders * (at + 1) // len(days) - len(studio.orders), acts=orders // 50 + 4
            )
            # Also on weekends and closed days; the last day is looked at as well.
            if at % (lived // 7) == 5 or day == LAST_DAY:
                _compare_with_the_pages(as_manager, day)
    assert len(studio.orders) == orders
    return studio


# What was overdue at the end of each day that was compared, by the raw rows as they were then.
KNOWN: dict[date, set[int]] = {}


def _compare_with_the_pages(browser, day):
    again = Recalculation(day)
    KNOWN[day] = again.late()
    assert set(Order.objects.overdue(day).values_list("pk", flat=True)) == set(again.overdue())
    assert {order.pk for order in Order.objects.all() if order.is_overdue(day)} == set(again.overdue())
    assert set(Order.objects.promise_broken(day).values_list("pk", flat=True)) == again.broken()
    assert {order.pk for order in Order.objects.all() if order.is_promise_broken(day)} == again.broken()
    tabs = browser.get("/orders/").context["tabs"]
    assert {tab["words"]: tab["count"] for tab in tabs if tab["count"] is not None} == again.counts()
    page = browser.get("/orders/overdue/", {"per_page": 100})
    assert shown_matrix(page) == again.matrix()
    overdue, broken = again.overdue(), again.broken()
    for row in page.context["table"].page:
        if row.record.pk in overdue:
            late = page.context["table"].days_late(row.record)
            assert late == again.walker.between(overdue[row.record.pk], day)
    broken_first = [row.record.pk in broken for row in page.context["table"].page]
    assert broken_first == sorted(broken_first, reverse=True)


def test_everything_agrees_with_a_second_calculation(histories, as_manager, monkeypatch, record):
    orders = len(histories.orders)
    acts = ("advance", "hold", "resume", "assign", "undo", "note", "promise")
    assert min(histories.done[name] for name in acts) >= orders / 25

    again = Recalculation(LAST_DAY)
    assert len(again.overdue()) > orders / 10
    assert len(again.broken()) > orders / 40
    looked_at = late = 0
    for order, changes in again.changes.items():
        holds = again.holds.get(order, [])
        for row, left, _ in replay(changes):
            if left is None or row["undoes_id"]:
                assert (row["days_at_status"], row["days_late"]) == (None, None)
                continue
            days = again.walker.between(left.entered, row["completed_on"]) - held(left, holds, again.walker)
            assert row["days_at_status"] == days, row
            due = due_date(left, holds, again.walker)
            assert row["due_date"] == due, row
            if due is None:
                assert row["days_late"] is None
            elif row["completed_on"] > due:
                assert row["days_late"] == again.walker.between(due, row["completed_on"]), row
                late += 1
            else:
                assert row["days_late"] <= 0, row
            looked_at += 1
    assert looked_at > 1.6 * orders
    assert late > orders / 5
    assert len(KNOWN) > 5
    for day, known in KNOWN.items():
        page = as_manager.get("/orders/overdue/", {"on": day.isoformat(), "per_page": 100})
        assert page.context["count"] == len(known)
        assert {standing.order.pk for standing in overdue_as_known_on(day)} == known, day
    # Looking back is something else than looking with today's dates.
    assert any(set(Order.objects.late(day).values_list("pk", flat=True)) != KNOWN[day] for day in KNOWN)
    stored = {row["id"]: row["status_due_date"] for row in rows("SELECT * FROM preproduction_order")}
    for order, due in again.due.items():
        assert stored[order] == due

    # The control: a rule that takes the due date itself for overdue is found out.
    monkeypatch.setattr(order_queries, "overdue_on", lambda day: CLOCK_RUNS & Q(status_due_date__lte=day))
    busy = next(day for day in sorted(again.ticking().values()) if day > FIRST_DAY)
    moment = datetime.combine(busy, datetime.min.time())
    with time_machine.travel(moment, tick=False), pytest.raises(AssertionError):
        _compare_with_the_pages(as_manager, busy)
    record(orders=orders, stays=looked_at, late=late)
