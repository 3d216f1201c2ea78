"""Somebody leaves: what they have goes to others, and then they are inactive.  One transaction, one batch.

Undone, they are active again, and have back whatever nobody has changed since.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from preproduction.models import Batch, Cause, Order, Status, StatusList
from preproduction.models.order_queries import OrderQuerySet
from preproduction.operations.assign import assign_orders
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import in_chunks
from studio import maintenance_log, ordered_list, people
from studio.models import MaintenanceChange, User
from triggers.models import Task, Trigger, TriggerList


@dataclass(frozen=True)
class Belongings:
    """What somebody has: open orders, tasks and calls to do, statuses that give them orders, triggers that name them."""

    orders: OrderQuerySet
    tasks: QuerySet[Task]
    statuses: QuerySet[Status]
    triggers: QuerySet[Trigger]

    @classmethod
    def everybodys(cls) -> "Belongings":
        return cls(Order.objects.open(), Task.objects.waiting(), Status.objects.all(), Trigger.objects.all())

    @classmethod
    def of(cls, person: User) -> "Belongings":
        every = cls.everybodys()
        return cls(
            every.orders.assigned_to(person),
            every.tasks.filter(assigned_user=person),
            every.statuses.filter(default_user=person),
            every.triggers.filter(user=person),
        )

    def besides_orders(self) -> dict[str, QuerySet[Any]]:
        """Return the rest by the names of this class: each a list of rows with a column for a person (PERSON)."""
        return {"tasks": self.tasks, "statuses": self.statuses, "triggers": self.triggers}

    def counted(self) -> str:
        """Return a short text that is another when there is more or less of anything.  Four queries."""
        found = (self.orders, self.tasks, self.statuses, self.triggers)
        return "-".join(str(rows.count()) for rows in found)


@dataclass(frozen=True)
class Heirs:
    """Who gets what; None is nobody."""

    orders: User | None = None
    tasks: User | None = None
    statuses: User | None = None
    triggers: User | None = None

    def keys(self) -> dict[str, int | None]:
        """Return them as JSON can keep them."""
        return {name: heir and heir.pk for name, heir in vars(self).items()}


# Where each of what somebody has names them, and the list with a version that it is a row of.
PERSON = {"tasks": "assigned_user", "statuses": "default_user", "triggers": "user"}
LISTS: dict[str, type[ordered_list.OrderedList]] = {"statuses": StatusList, "triggers": TriggerList}


def make_inactive(person: User, *, heirs: Heirs, counted: str | None, by: User) -> Batch:
    """Hand over what `person` has, and let them sign in no more.  Departments stay as they are.

    counted: Belongings.counted() as the user's page showed it; None asks for no comparison.

    Raises OutdatedPage if it is another by now, or `person` is inactive already; OperationRefused where something would
    be on nobody's list, and where nobody could administer the studio any more.
    """
    with people.an_administrator_stays():
        person = User.objects.select_for_update().get(pk=person.pk)
        has = Belongings.of(person)
        if not person.is_active:
            raise OutdatedPage(f"{person} is inactive already.")
        if counted is not None and has.counted() != counted:
            raise OutdatedPage(f"{person} has other work by now. This is what it is.")
        _refuse_ownerless(has, heirs)
        kept = {name: list(rows.values_list("pk", flat=True)) for name, rows in has.besides_orders().items()}
        batch = _hand_orders_over(
            has.orders,
            heirs.orders,
            by,
            lambda orders: f"{person} left: {orders} handed over.",
            kind=Batch.Kind.LEFT,
            before={"left": {"person": person.pk, "heirs": heirs.keys(), **kept}},
        )
        for name, rows in has.besides_orders().items():
            _give(name, rows, getattr(heirs, name), by)
        people.end_sessions(person)
        _let_sign_in(person, by, is_active=False)
    return batch


def take_back_leaving(batch: Batch, *, by: User) -> None:
    """Let who left in `batch` be active again, and have back what nobody has done or given on since.

    The orders are the caller's.
    """
    kept = batch.before["left"]
    person = User.objects.select_for_update().get(pk=kept["person"])
    if not person.is_active:
        _let_sign_in(person, by, is_active=True)
    for name, rows in Belongings.everybodys().besides_orders().items():
        heir = {PERSON[name]: kept["heirs"][name]}
        for keys in in_chunks(kept[name]):
            _give(name, rows.filter(pk__in=keys, **heir), person, by)


@transaction.atomic
def hand_over(person: User, *, counted: str | None, by: User) -> Batch:
    """Give the open orders of `person` to who stands in, as one batch.  Undoing it gives them back.

    counted: Belongings.counted() as the user's page showed it; None asks for no comparison.

    Raises OutdatedPage if it is another by now; OperationRefused where nobody stands in.
    """
    person = User.objects.select_for_update(of=("self",)).select_related("stands_in").get(pk=person.pk)
    to = person.stands_in
    if counted is not None and Belongings.of(person).counted() != counted:
        raise OutdatedPage(f"{person} has other work by now. Nothing was handed over.")
    if to is None or not to.is_active:
        raise OperationRefused(f"Nobody stands in for {person}. Choose somebody first.")
    return _hand_orders_over(
        Order.objects.assigned_to(person),
        to,
        by,
        lambda orders: f"{person} is away: {orders} handed to {to}.",
        before={"away": person.pk},
    )


def handed_over(person: User) -> QuerySet[Batch]:
    """Return what was handed over while `person` was away and has not come back, the latest first."""
    return Batch.objects.filter(kind=Batch.Kind.HANDOVER, before__away=person.pk, undone_by=None)


def _hand_orders_over(
    orders: OrderQuerySet,
    to: User | None,
    by: User,
    words: Callable[[str], str],
    *,
    before: dict[str, Any],
    kind: Batch.Kind = Batch.Kind.HANDOVER,
) -> Batch:
    rows = [
        (order, None, {"department": order.department, "assigned_user": to}) for order in orders.for_table()
    ]
    count = "1 open order" if len(rows) == 1 else f"{len(rows) or 'no'} open orders"
    batch = Batch.begin(kind, words(count), by=by, before=before)
    assign_orders(rows, by=by, cause=Cause.HANDOVER, batch=batch)
    return batch


def _give(name: str, rows: QuerySet[Any], to: User | None, by: User) -> None:
    """Let `rows`, of what Belongings calls `name`, name `to`; in lists, with a word in Maintenance."""
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return
    named = rows.model.objects.filter(pk__in=keys)
    if name not in LISTS:
        named.update(**{PERSON[name]: to})
        return
    ordered_list.lock(LISTS[name], None)
    with maintenance_log.noting(named, by=by):
        named.update(**{PERSON[name]: to})


def _let_sign_in(person: User, by: User, *, is_active: bool) -> None:
    before = maintenance_log.words_of(person)
    person.is_active = is_active
    person.save(update_fields=["is_active", "sessions_ended"])
    after = maintenance_log.words_of(person)
    maintenance_log.note(MaintenanceChange.Verb.CHANGED, person, by=by, before=before, after=after)


def _refuse_ownerless(has: Belongings, heirs: Heirs) -> None:
    """A task or a trigger that has no department needs somebody."""
    tasks = has.tasks.filter(department=None).count()
    if tasks and heirs.tasks is None:
        words = "1 task or call is" if tasks == 1 else f"{tasks} tasks and calls are"
        raise OperationRefused(f"{words} of no department. Choose who gets them.", field="tasks")
    triggers = has.triggers.filter(department=None).count()
    if triggers and heirs.triggers is None:
        words = "1 trigger names" if triggers == 1 else f"{triggers} triggers name"
        raise OperationRefused(
            f"{words} nobody else and no department. Choose whom instead.", field="triggers"
        )
