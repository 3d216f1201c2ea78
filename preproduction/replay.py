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
from triggers import conditions, recipients, schedule
from triggers.models import Channel, Trigger
from triggers.outbox.channels import OUTWARD
from triggers.recipients import Reach

DAYS = 90
MOST = 500  # looked at, the newest first; a page of figures should not take seconds

DONE, TO_COME, SKIPPED = "done", "to_come", "skipped"


@dataclass(frozen=True)
class Replayed:
    """What would have come of one status change.

    moment: when it would have been done; None where it never would.
    why:    a sentence, of what would have been skipped.
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
        return Channel(self.reach.channel).label if self.reach else ""


def changes(trigger: Trigger, *, since: datetime | None = None):
    """Return the status changes by which orders reached the status of `trigger`, the newest first.

    since: how far back; DAYS if None.
    """
    since = since or timezone.now() - timedelta(days=DAYS)
    return (
        StatusChange.objects.filter(to_status=trigger.status_id, undoes=None, recorded_at__gte=since)
        .select_related(
            "order__session__client",
            "order__session__session_type",
            "order__session__photographer",
            "order__vendor",
        )
        .order_by("-recorded_at", "-pk")
    )


def replay(trigger: Trigger, rows: Sequence[StatusChange], *, now: datetime | None = None) -> list[Replayed]:
    """Return what `trigger` would have done for each of `rows`.  At most eleven queries, however many they are."""
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
    )
    if plan.not_before is None or plan.is_skipped:
        return Replayed(change, SKIPPED, why=plan.reason)
    if trigger.waits_for_due_date and left_by and left_by.recorded_at < plan.not_before:
        return Replayed(
            change, SKIPPED, plan.not_before, why=f"The order left {trigger.status} before its moment."
        )
    reach = recipients.reach_among(trigger, everybody.of(facts))
    moment, waited = plan.not_before, ""
    if reach.channel in OUTWARD:
        moment, waited = schedule.next_allowed(moment, trigger.send_at, timetable)
    told = {"moment": moment, "reach": reach}
    if plan.expires_at and moment > plan.expires_at:
        return Replayed(change, SKIPPED, **told, why=f"Expired: {waited}")
    if reach.do_not_contact and trigger.respects_do_not_contact:
        return Replayed(change, SKIPPED, **told, why=f"{reach.name} is marked Do Not Contact.")
    if reach.problem:
        return Replayed(change, SKIPPED, **told, why=reach.problem)
    return Replayed(change, TO_COME if moment > now else DONE, **told)


class _Everybody:
    """All whom the replay can mean, read at once.  Five queries."""

    def __init__(self, trigger: Trigger, facts: Sequence[dict]):
        self._clients = Client.objects.in_bulk(_keys(facts, "client_id"))
        self._vendors = Vendor.objects.in_bulk(_keys(facts, "vendor_id"))
        self._departments = Department.objects.in_bulk(_keys(facts, "department_id"))
        people = (_keys(facts, name) for name in ("assigned_user_id", "updated_by_id", "photographer_id"))
        self._users = User.objects.in_bulk(set().union(*people))
        departments = {*self._departments, trigger.department_id} - {None}
        members = User.objects.active().filter(departments__in=departments).exclude(email="").order_by("pk")
        self._emails: dict[int, list[str]] = {}
        for department, email in members.values_list("departments", "email"):
            self._emails.setdefault(department, []).append(email)

    def of(self, facts: dict) -> recipients.People:
        people = _Known(facts)
        people.emails = self._emails
        people.client = self._clients.get(facts["client_id"])
        people.vendor = self._vendors.get(facts["vendor_id"])
        people.department = self._departments.get(facts["department_id"])
        for name in ("assigned_user", "updated_by", "photographer"):
            setattr(people, name, self._users.get(facts[f"{name}_id"]))
        return people


class _Known(recipients.People):
    emails: dict[int, list[str]]

    def emails_of(self, department: Department) -> tuple[str, ...]:
        return tuple(self.emails.get(department.pk, ()))


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
