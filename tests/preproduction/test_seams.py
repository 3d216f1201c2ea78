"""Where two verbs meet: every ordered pair that can happen to one order, and how it ends.

The order was made on Mon 8 June and moved to Sent to lab on Wed 10 by Mia; each status has a trigger that waits until
the day after the due date.  The first verb is of Thu 11, the second of Fri 12, at noon UTC, which in Auckland is the
day after.  Before a `resume` at first the order was held on Wed 10, before a `put back` withdrawn.  Who
left counts as nobody wherever the order is shown.
"""

from datetime import date

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from preproduction import operations
from preproduction.models import Order, StatusList
from preproduction.operations import CalendarChange, OperationRefused
from preproduction.operations.leaving import Heirs
from studio.models import ClosedDay, CompanyPreferences, User
from tests.promises import (
    held_where_a_hold_is_open,
    history_rebuilds,
    one_delivery_of_a_trigger_in_a_stay,
)
from triggers.models import Delivery, Trigger

AUCKLAND = "Pacific/Auckland"


class Studio:
    """One order and what can be done to it, each with the version that is current."""

    def __init__(self, order, mia, ada, shipping):
        self.key, self.mia, self.ada, self.shipping = order.pk, mia, ada, shipping

    @property
    def order(self) -> Order:
        return Order.with_withdrawn.for_table().get(pk=self.key)

    def now(self, **keywords):
        return {"expected": self.order.version, "by": self.mia, **keywords}

    def advance(self):
        operations.advance_status(self.order, operations.plan_advance(self.order), **self.now())

    def undo(self):
        operations.undo_last_change(self.order, **self.now())

    def hold(self):
        operations.hold_order(self.order, **self.now(reason="Away"))

    def resume(self):
        operations.resume_order(self.order, **self.now())

    def replace(self):
        """The status where the order stands, with the next one."""
        status = self.order.status
        version = StatusList.current_version()
        operations.replace_status(status, replacement=status.next(), expected=version, by=self.ada)

    def reassign(self):
        user = self.ada if self.order.assigned_user == self.mia else self.mia
        operations.assign_order(self.order, **self.now(department=self.shipping, assigned_user=user))

    def due_date(self):
        day = date(2026, 6, 30)
        day = date(2026, 7, 1) if self.order.status_due_date == day else day
        operations.change_due_date(self.order, **self.now(due_date=day, reason="The lab is slow"))

    def promise(self):
        """For Fri 26 June, then Sat 27."""
        day = date(2026, 6, 27) if self.order.needed_by else date(2026, 6, 26)
        operations.promise(self.order, **self.now(needed_by=day, needed_for="Event", reason="Rain"))

    def calendar(self):
        """Close Mon 15, then Tue 16; open orders move."""
        day = date(2026, 6, 16) if ClosedDay.objects.exists() else date(2026, 6, 15)
        change = CalendarChange(closed_to_add=((day, day, "Flood"),))
        operations.change_calendar(change, by=self.ada, move_open_orders=True)

    def zone(self):
        """To Auckland, and back."""
        here = CompanyPreferences.load().time_zone
        operations.change_zone("UTC" if here == AUCKLAND else AUCKLAND, seen=here, by=self.ada)

    def order_date(self):
        """To Fri 5 June, then Thu 4."""
        day = date(2026, 6, 4) if self.order.order_date == date(2026, 6, 5) else date(2026, 6, 5)
        operations.change_order_date(self.order, order_date=day, by=self.mia)

    def withdraw(self):
        operations.withdraw_order(self.order, **self.now(reason="Made twice"))

    def put_back(self):
        operations.put_back(self.order, **self.now())

    def leave(self):
        """Whoever has the order, or Sam, whose list gives him Proofs received, leaves all to Ada."""
        person = self.order.assigned_user or User.objects.get(username="sam")
        heirs = Heirs(orders=self.ada, tasks=self.ada, statuses=self.ada, triggers=self.ada)
        operations.make_inactive(person, heirs=heirs, counted=None, by=self.ada)

    def do(self, verb: str, day: int) -> str:
        """Do it at noon on that day of June; return the refusal's sentence, after which all is as it was."""
        with time_machine.travel(f"2026-06-{day} 12:00", tick=False), studio_time():
            try:
                with transaction.atomic():
                    getattr(self, verb.replace(" ", "_"))()
            except OperationRefused as refusal:
                return str(refusal).replace(str(self.order), "It")
        return ""

    def row(self) -> str:
        """Return how it stands, as the table below writes it."""
        return " ".join(
            f"{cell!s:<{width}}" for cell, width in zip(self.cells(), WIDTHS, strict=True)
        ).strip()

    def cells(self) -> tuple:
        order = self.order
        waiting = Delivery.objects.filter(order=order, state__in=Delivery.UNFINISHED)
        return (
            order.status,
            f"{order.status_due_date:%d %b}" if order.status_due_date else "-",
            f"{order.held_on:%d %b}" if order.held_on else "-",
            order.assigned_user.first_name if order.assigned_user else "-",
            order.version,
            order.stay.sequence,
            waiting.count(),
            "withdrawn" if order.withdrawn_on else "",
        )


WIDTHS = (15, 7, 7, 5, 2, 2, 2, 9)
VERBS = (
    "advance",
    "undo",
    "hold",
    "resume",
    "replace",
    "reassign",
    "due date",
    "calendar",
    "zone",
    "order date",
    "withdraw",
    "put back",
    "leave",
)


def studio_time():
    return timezone.override(CompanyPreferences.load().zone)


@pytest.fixture
def studio(preferences, session, statuses, retouching, shipping, mia, ada):
    with time_machine.travel("2026-06-08 12:00", tick=False):
        for position, name in enumerate(["Images selected", "Sent to lab", "Proofs received"]):
            Trigger.objects.create(
                description=name,
                status=statuses[name],
                task_title=name,
                department=retouching,
                timing=Trigger.Timing.AFTER_DUE,
                days=1,
                position=position,
            )
        studio = Studio(operations.create_order(session, by=mia), mia, ada, shipping)
    assert not studio.do("advance", 10)
    return studio


# Status, due date, held since, whose, version, the change by which it stands, waiting deliveries; or the refusal.
TABLE = """
first      second     status          due     held    whose v  st w
advance    advance    Delivered       -       -       -     4  4  0
advance    undo       Sent to lab     17 Jun  -       -     4  2  1
advance    hold       Proofs received 16 Jun  12 Jun  Sam   4  3  1
advance    replace    Delivered       -       -       -     4  4  0
advance    reassign   Proofs received 16 Jun  -       Mia   4  3  1
advance    due date   Proofs received 30 Jun  -       Sam   4  3  1
advance    calendar   Proofs received 17 Jun  -       Sam   4  3  1
advance    zone       Proofs received 16 Jun  -       Sam   3  3  1
advance    order date Proofs received 16 Jun  -       Sam   3  3  1
advance    withdraw   Proofs received 16 Jun  -       Sam   4  3  0  withdrawn
advance    leave      Proofs received 16 Jun  -       Ada   4  3  1
undo       advance    Sent to lab     19 Jun  -       -     4  4  1
undo       undo       The last change was an undo itself. Use Advance Status.
undo       hold       Images selected 10 Jun  12 Jun  -     4  1  1
undo       replace    Sent to lab     19 Jun  -       -     4  4  0
undo       reassign   Images selected 10 Jun  -       Mia   4  1  1
undo       due date   Images selected 30 Jun  -       -     4  1  1
undo       calendar   Images selected 10 Jun  -       -     3  1  1
undo       zone       Images selected 10 Jun  -       -     3  1  1
undo       order date Images selected 09 Jun  -       -     4  1  1
undo       withdraw   Images selected 10 Jun  -       -     4  1  0  withdrawn
undo       leave      Images selected 10 Jun  -       -     3  1  1
hold       advance    It is on hold. Resume it first.
hold       undo       It was put on hold since. Use Advance Status.
hold       hold       It is on hold already.
hold       resume     Sent to lab     18 Jun  -       -     4  2  1
hold       replace    Proofs received 17 Jun  11 Jun  Sam   4  3  0
hold       reassign   Sent to lab     17 Jun  11 Jun  Mia   4  2  1
hold       due date   Sent to lab     30 Jun  11 Jun  -     4  2  1
hold       calendar   Sent to lab     18 Jun  11 Jun  -     4  2  1
hold       zone       Sent to lab     17 Jun  11 Jun  -     3  2  1
hold       order date Sent to lab     17 Jun  11 Jun  -     3  2  1
hold       withdraw   Sent to lab     17 Jun  -       -     4  2  0  withdrawn
hold       leave      Sent to lab     17 Jun  11 Jun  -     3  2  1
resume     advance    Proofs received 17 Jun  -       Sam   5  3  1
resume     undo       It was put on hold since. Use Advance Status.
resume     hold       Sent to lab     18 Jun  12 Jun  -     5  2  1
resume     replace    Proofs received 17 Jun  -       Sam   5  3  0
resume     reassign   Sent to lab     18 Jun  -       Mia   5  2  1
resume     due date   Sent to lab     30 Jun  -       -     5  2  1
resume     calendar   Sent to lab     19 Jun  -       -     5  2  1
resume     zone       Sent to lab     18 Jun  -       -     4  2  1
resume     order date Sent to lab     18 Jun  -       -     4  2  1
resume     withdraw   Sent to lab     18 Jun  -       -     5  2  0  withdrawn
resume     leave      Sent to lab     18 Jun  -       -     4  2  1
replace    advance    Delivered       -       -       -     4  4  0
replace    undo       Sent to lab     17 Jun  -       -     4  2  1
replace    hold       Proofs received 16 Jun  12 Jun  Sam   4  3  0
replace    replace    Delivered       -       -       -     4  4  0
replace    reassign   Proofs received 16 Jun  -       Mia   4  3  0
replace    due date   Proofs received 30 Jun  -       Sam   4  3  0
replace    calendar   Proofs received 17 Jun  -       Sam   4  3  0
replace    zone       Proofs received 16 Jun  -       Sam   3  3  0
replace    order date Proofs received 16 Jun  -       Sam   3  3  0
replace    withdraw   Proofs received 16 Jun  -       Sam   4  3  0  withdrawn
replace    leave      Proofs received 16 Jun  -       Ada   4  3  0
reassign   advance    Proofs received 17 Jun  -       Sam   4  3  1
reassign   undo       It was given to somebody else since. Use Advance Status.
reassign   hold       Sent to lab     17 Jun  12 Jun  Mia   4  2  1
reassign   replace    Proofs received 17 Jun  -       Sam   4  3  0
reassign   reassign   Sent to lab     17 Jun  -       Ada   4  2  1
reassign   due date   Sent to lab     30 Jun  -       Mia   4  2  1
reassign   calendar   Sent to lab     18 Jun  -       Mia   4  2  1
reassign   zone       Sent to lab     17 Jun  -       Mia   3  2  1
reassign   order date Sent to lab     17 Jun  -       Mia   3  2  1
reassign   withdraw   Sent to lab     17 Jun  -       Mia   4  2  0  withdrawn
reassign   leave      Sent to lab     17 Jun  -       Ada   4  2  1
due date   advance    Proofs received 17 Jun  -       Sam   4  3  1
due date   undo       It was given another due date since. Use Advance Status.
due date   hold       Sent to lab     30 Jun  12 Jun  -     4  2  1
due date   replace    Proofs received 17 Jun  -       Sam   4  3  0
due date   reassign   Sent to lab     30 Jun  -       Mia   4  2  1
due date   due date   Sent to lab     01 Jul  -       -     4  2  1
due date   calendar   Sent to lab     30 Jun  -       -     3  2  1
due date   zone       Sent to lab     30 Jun  -       -     3  2  1
due date   order date Sent to lab     30 Jun  -       -     3  2  1
due date   withdraw   Sent to lab     30 Jun  -       -     4  2  0  withdrawn
due date   leave      Sent to lab     30 Jun  -       -     3  2  1
calendar   advance    Proofs received 18 Jun  -       Sam   4  3  1
calendar   undo       Images selected 10 Jun  -       -     4  1  1
calendar   hold       Sent to lab     18 Jun  12 Jun  -     4  2  1
calendar   replace    Proofs received 18 Jun  -       Sam   4  3  0
calendar   reassign   Sent to lab     18 Jun  -       Mia   4  2  1
calendar   due date   Sent to lab     30 Jun  -       -     4  2  1
calendar   calendar   Sent to lab     19 Jun  -       -     4  2  1
calendar   zone       Sent to lab     18 Jun  -       -     3  2  1
calendar   order date Sent to lab     18 Jun  -       -     3  2  1
calendar   withdraw   Sent to lab     18 Jun  -       -     4  2  0  withdrawn
calendar   leave      Sent to lab     18 Jun  -       -     3  2  1
zone       advance    Proofs received 17 Jun  -       Sam   3  3  1
zone       undo       Images selected 10 Jun  -       -     3  1  1
zone       hold       Sent to lab     17 Jun  13 Jun  -     3  2  1
zone       replace    Proofs received 17 Jun  -       Sam   3  3  0
zone       reassign   Sent to lab     17 Jun  -       Mia   3  2  1
zone       due date   Sent to lab     30 Jun  -       -     3  2  1
zone       calendar   Sent to lab     18 Jun  -       -     3  2  1
zone       zone       Sent to lab     17 Jun  -       -     2  2  1
zone       order date Sent to lab     17 Jun  -       -     2  2  1
zone       withdraw   Sent to lab     17 Jun  -       -     3  2  0  withdrawn
zone       leave      Sent to lab     17 Jun  -       -     2  2  1
order date advance    Proofs received 17 Jun  -       Sam   3  3  1
order date undo       Images selected 09 Jun  -       -     3  1  1
order date hold       Sent to lab     17 Jun  12 Jun  -     3  2  1
order date replace    Proofs received 17 Jun  -       Sam   3  3  0
order date reassign   Sent to lab     17 Jun  -       Mia   3  2  1
order date due date   Sent to lab     30 Jun  -       -     3  2  1
order date calendar   Sent to lab     18 Jun  -       -     3  2  1
order date zone       Sent to lab     17 Jun  -       -     2  2  1
order date order date Sent to lab     17 Jun  -       -     2  2  1
order date withdraw   Sent to lab     17 Jun  -       -     3  2  0  withdrawn
order date leave      Sent to lab     17 Jun  -       -     2  2  1
withdraw   advance    It was withdrawn meanwhile. Nothing was changed.
withdraw   undo       It was withdrawn meanwhile. Nothing was changed.
withdraw   hold       It was withdrawn meanwhile. Nothing was changed.
withdraw   replace    Sent to lab     17 Jun  -       -     3  2  0  withdrawn
withdraw   reassign   It was withdrawn meanwhile. Nothing was changed.
withdraw   due date   It was withdrawn meanwhile. Nothing was changed.
withdraw   calendar   Sent to lab     17 Jun  -       -     3  2  0  withdrawn
withdraw   zone       Sent to lab     17 Jun  -       -     3  2  0  withdrawn
withdraw   order date It was withdrawn meanwhile. Nothing was changed.
withdraw   withdraw   It was withdrawn meanwhile. Nothing was changed.
withdraw   put back   Sent to lab     17 Jun  -       -     4  2  1
withdraw   leave      Sent to lab     17 Jun  -       -     3  2  0  withdrawn
put back   advance    Proofs received 17 Jun  -       Sam   5  3  1
put back   undo       It was withdrawn and put back since. Use Advance Status.
put back   hold       Sent to lab     17 Jun  12 Jun  -     5  2  1
put back   replace    Proofs received 17 Jun  -       Sam   5  3  0
put back   reassign   Sent to lab     17 Jun  -       Mia   5  2  1
put back   due date   Sent to lab     30 Jun  -       -     5  2  1
put back   calendar   Sent to lab     18 Jun  -       -     5  2  1
put back   zone       Sent to lab     17 Jun  -       -     4  2  1
put back   order date Sent to lab     17 Jun  -       -     4  2  1
put back   withdraw   Sent to lab     17 Jun  -       -     5  2  0  withdrawn
put back   leave      Sent to lab     17 Jun  -       -     4  2  1
leave      advance    Proofs received 17 Jun  -       Ada   3  3  1
leave      undo       Images selected 10 Jun  -       -     3  1  1
leave      hold       Sent to lab     17 Jun  12 Jun  -     3  2  1
leave      replace    Proofs received 17 Jun  -       Ada   3  3  0
leave      reassign   Sent to lab     17 Jun  -       Mia   3  2  1
leave      due date   Sent to lab     30 Jun  -       -     3  2  1
leave      calendar   Sent to lab     18 Jun  -       -     3  2  1
leave      zone       Sent to lab     17 Jun  -       -     2  2  1
leave      order date Sent to lab     17 Jun  -       -     2  2  1
leave      withdraw   Sent to lab     17 Jun  -       -     3  2  0  withdrawn
leave      leave      Sam Okafor is inactive already.
"""
# What a verb needs to have happened before it.
NEEDS = {"resume": "hold", "put back": "withdraw"}


# Chains in which a third verb finds what two have left.
CHAINS = """
                                   status          due     held    whose v  st w
advance, calendar, undo            Sent to lab     18 Jun  -       -     5  2  1
advance, advance, undo             Proofs received 16 Jun  -       Sam   5  3  1
advance, undo, order date          Sent to lab     17 Jun  -       -     4  2  1
undo, hold, order date, resume     Images selected 09 Jun  -       -     6  1  1
hold, replace, undo                Sent to lab     17 Jun  11 Jun  -     5  2  1
hold, replace, replace, undo       Proofs received 17 Jun  11 Jun  Sam   6  3  0
hold, replace, resume, undo        It was resumed since. Use Advance Status.
order date, undo, advance          Sent to lab     19 Jun  -       -     4  4  1
hold, withdraw, put back           Sent to lab     17 Jun  11 Jun  -     5  2  1
withdraw, calendar, put back       Sent to lab     18 Jun  -       -     4  2  1
withdraw, zone, put back, advance  Proofs received 18 Jun  -       Sam   5  3  1
advance, leave, advance, undo      Proofs received 16 Jun  -       Ada   6  3  1
advance, advance, leave, undo      Proofs received 16 Jun  -       Sam   5  3  1
"""


def rows(table: str) -> list:
    return [
        pytest.param(
            line[:10].strip(),
            line[11:21].strip(),
            line[22:].strip(),
            id=f"{line[:10].strip()}-{line[11:21].strip()}",
        )
        for line in table.strip().splitlines()[1:]
    ]


@pytest.mark.parametrize(("first", "second", "end"), rows(TABLE))
def test_two_verbs_meet_and_end_as_written(studio, first, second, end):
    if first in NEEDS:
        assert not studio.do(NEEDS[first], 10)
    assert not studio.do(first, 11)
    said = studio.do(second, 12)
    assert (said or studio.row()) == end
    keeps_its_promises(studio.order)


@pytest.mark.parametrize(
    ("chain", "end"), [(line[:34].strip(), line[35:]) for line in CHAINS.strip("\n").splitlines()[1:]]
)
def test_a_chain_of_verbs_ends_as_written(studio, chain, end):
    for day, verb in enumerate(chain.split(", "), start=11):
        said = studio.do(verb, day)
    assert (said or studio.row()) == end
    keeps_its_promises(studio.order)


@pytest.mark.parametrize("verb", VERBS)
def test_a_promise_changes_nothing_else_and_nothing_else_changes_it(studio, verb):
    if verb in NEEDS:
        assert not studio.do(NEEDS[verb], 10)
    with transaction.atomic():
        alone = studio.do(verb, 12), studio.cells()
        transaction.set_rollback(True)
    is_withdrawn = verb == "put back"
    said = studio.do("promise", 11)
    assert bool(said) == is_withdrawn
    (refusal, after), (refusal_alone, after_alone) = (studio.do(verb, 12), studio.cells()), alone
    assert refusal == refusal_alone
    # Status, due date, hold, owner, stay and what waits; the version counts the promise, too.
    assert after[:4] + after[5:] == after_alone[:4] + after_alone[5:]
    assert after[4] == after_alone[4] + (not is_withdrawn)
    assert studio.order.needed_by == (None if is_withdrawn else date(2026, 6, 26))
    if not studio.order.withdrawn_on:
        assert not studio.do("promise", 13)
        assert (studio.order.needed_by is None, studio.order.needed_for) == (False, "Event")
    keeps_its_promises(studio.order)


def keeps_its_promises(order: Order) -> None:
    history_rebuilds(order)
    held_where_a_hold_is_open(order)
    one_delivery_of_a_trigger_in_a_stay(order)


def test_the_table_leaves_out_only_what_cannot_happen():
    written = {(row.values[0], row.values[1]) for row in rows(TABLE)}
    impossible = {(first, second) for second, needed in NEEDS.items() for first in VERBS if first != needed}
    assert written == {(first, second) for first in VERBS for second in VERBS} - impossible
