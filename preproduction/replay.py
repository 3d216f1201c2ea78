"""What a trigger would have done, had it been active: worked out from Status Notes, with nothing written or sent.

The conditions, moments and recipients are those of the outbox itself; people are as they can be reached today.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from preproduction.models import Order, StatusChange
from studio.models import Client, Department, User, Vendor
from triggers import channels
from triggers.models import Trigger
from triggers.rules import conditions, recipients, schedule
from triggers.rules.recipients import Reach
from triggers.rules.refusals import Refusals

DAYS = 90
MOST = 500  # looked at, the newest first; a page of figures should not take seconds

DONE, TO_COME, SKIPPED = "done", "to_come", "skipped"


@dataclass(frozen=True)
class Replayed:
    """What would have come of one status change.

    moment: when it would have been done; None where it never would, or nobody can say yet.
    why:    a sentence, of what would have been skipped, or waits for somebody.
    """

    change: StatusChange
    outcome: str
    moment: datetime | None = None
    reach: Reach | None = None
    why: str = ""

    @property
    def order(self) -> Order:
        return self.change.order

    @property
    def to(self) -> str:
        return self.reach.name if self.reach else ""

    @property
    def addresses(self) -> str:
        return (", ".join(self.reach.addresses) or self.reach.postal_address) if self.reach else ""

    @property
    def channel(self) -> str:
        return channels.get(self.reach.channel).label if self.reach else ""


def changes(trigger: Trigger, *, since: datetime | None = None):
    """Return the status changes by which orders reached the status of `trigger`, the newest first.

    since: how far back; DAYS if None.
    """
    since = since or timezone.now() - timedelta(days=DAYS)
    return (
        StatusChange.objects.filter(
            to_status=trigger.status_id, undoes=None, recorded_at__gte=since, order__withdrawn_on=None
        )
        .select_related(
            "order__session__client",
            "order__session__session_type",
            "order__session__photographer",
            "order__vendor",
        )
        .order_by("-recorded_at", "-pk")
    )


def replay(trigger: Trigger, rows: Sequence[StatusChange], *, now: datetime | None = None) -> list[Replayed]:
    """Return what `trigger` would have done for each of `rows`.  At most twelve queries, however many they are."""
    trigger = copy(trigger)
    trigger.is_active = True
    facts = [change.payload()["facts"] for change in rows]
    everybody = _Everybody(trigger, facts)
    timetable, later, now = schedule.Timetable(), _later_changes(rows), now or timezone.now()
    return [
        _replayed(trigger, change, fact, everybody, timetable, _left_by(change, later), now)
        for change, fact in zip(rows, facts, strict=True)
    ]


def _replayed(
    trigger, change, facts, everybody, timetable, left_by: StatusChange | None, now: datetime
) -> Replayed:
    why = conditions.why_not(trigger, facts)
    if why:
        return Replayed(change, SKIPPED, why=why)
    order = change.order
    plan = schedule.plan(
        trigger,
        reached_at=change.recorded_at,
        due_date=left_by.due_date if left_by else order.status_due_date,
        is_on_hold=left_by is None and order.held_on is not None,
        timetable=timetable,
        clock=trigger.status.clock_of(order.vendor_id, timetable.calendar),
    )
    if plan.not_before is None or plan.is_skipped:
        return Replayed(change, SKIPPED if plan.is_skipped else TO_COME, why=plan.reason.label)
    reach = recipients.reach_among(trigger, everybody.of(facts))
    moment = plan.not_before
    if reach.channel in channels.outward():
        moment, _ = schedule.next_allowed(moment, trigger.send_at, timetable)
    if trigger.waits_for_due_date and left_by and left_by.recorded_at < moment:
        end = "its moment" if left_by.recorded_at < plan.not_before else "this was done"
        return Replayed(change, SKIPPED, moment, why=f"The order left {trigger.status} before {end}.")
    if reach.do_not_contact and trigger.respects_do_not_contact:
        return Replayed(change, SKIPPED, moment, reach, f"{reach.name} is marked Do Not Contact.")
    if reach.problem:
        return Replayed(change, SKIPPED, moment, reach, reach.problem)
    return Replayed(change, TO_COME if moment > now else DONE, moment, reach)


class _Everybody:
    """All whom the replay can mean, read at once.  Five queries, and one where messages go to clients."""

    def __init__(self, trigger: Trigger, facts: Sequence[dict]):
        self.clients = Client.objects.in_bulk(_keys(facts, "client_id"))
        self.vendors = Vendor.objects.in_bulk(_keys(facts, "vendor_id"))
        self.departments = Department.objects.in_bulk(_keys(facts, "department_id"))
        people = (_keys(facts, name) for name in ("assigned_user_id", "updated_by_id", "photographer_id"))
        self.users = User.objects.in_bulk(set().union(*people))
        departments = {*self.departments, trigger.department_id} - {None}
        members = User.objects.active().filter(departments__in=departments).exclude(email="").order_by("pk")
        self.refusals = Refusals(self.clients)
        self.emails: dict[int, list[str]] = {}
        for department, email in members.values_list("departments", "email"):
            self.emails.setdefault(department, []).append(email)

    def of(self, facts: dict) -> recipients.People:
        return _Known(facts, self)


class _Known(recipients.People):
    """Looks people up in what has been read already."""

    def __init__(self, facts: dict, everybody: _Everybody):
        super().__init__(facts)
        self._everybody = everybody
        self._rows = {
            Vendor: everybody.vendors,
            Department: everybody.departments,
            User: everybody.users,
        }

    @property
    def refusals(self) -> Refusals:
        return self._everybody.refusals

    @property
    def client(self) -> Client | None:
        return self._everybody.clients.get(self._facts["client_id"])

    def emails_of(self, department: Department) -> tuple[str, ...]:
        return tuple(self._everybody.emails.get(department.pk, ()))

    def _one(self, model, name: str):
        return self._rows[model].get(self._facts[name])


def _keys(facts: Sequence[dict], name: str) -> set[int]:
    return {fact[name] for fact in facts} - {None}


def _later_changes(rows: Sequence[StatusChange]) -> dict[int, list[StatusChange]]:
    """Return the whole history of the orders of `rows`, by order.  One query."""
    history: dict[int, list[StatusChange]] = {}
    orders = {change.order_id for change in rows}
    for change in StatusChange.objects.filter(order__in=orders).order_by("order", "sequence"):
        history.setdefault(change.order_id, []).append(change)
    return history


def _left_by(change: StatusChange, history: dict[int, list[StatusChange]]) -> StatusChange | None:
    """Return the change by which the order left what it entered by `change`, if it did; taken back, it did not."""
    return next(_leaving(change, history[change.order_id]), None)


def _leaving(change: StatusChange, history: Sequence[StatusChange]) -> Iterator[StatusChange]:
    undone = {row.undoes_id for row in history} - {None}
    for row in history:
        taken_back = row.pk in undone
        takes_back_another = row.undoes_id is not None and row.undoes_id != change.pk
        if row.sequence > change.sequence and not taken_back and not takes_back_another:
            yield row
