"""Somebody leaves: what they have goes to others, and then they are inactive.  One transaction, one batch."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from preproduction.models import Batch, Cause, Order, Status, StatusList
from preproduction.models.order import OrderQuerySet
from preproduction.operations.assign import assign_orders
from preproduction.operations.refusal import OperationRefused, OutdatedPage
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
    def of(cls, person: User) -> "Belongings":
        return cls(
            Order.objects.assigned_to(person),
            Task.objects.filter(assigned_user=person, done_at=None),
            Status.objects.filter(default_user=person),
            Trigger.objects.filter(user=person),
        )

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
        batch = _hand_orders_over(has.orders, heirs.orders, by, f"{person} left: {{}} handed over.")
        has.tasks.update(assigned_user=heirs.tasks)
        _hand_list_over(StatusList, has.statuses, "default_user", heirs.statuses, by)
        _hand_list_over(TriggerList, has.triggers, "user", heirs.triggers, by)
        before = maintenance_log.words_of(person)
        person.is_active = False
        people.end_sessions(person)
        person.save(update_fields=["is_active", "sessions_ended"])
        after = maintenance_log.words_of(person)
        maintenance_log.note(MaintenanceChange.Verb.CHANGED, person, by=by, before=before, after=after)
    return batch


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
        f"{person} is away: {{}} handed to {to}.",
        before={"away": person.pk},
    )


def handed_over(person: User) -> QuerySet[Batch]:
    """Return what was handed over while `person` was away and has not come back, the latest first."""
    return Batch.objects.filter(kind=Batch.Kind.HANDOVER, before__away=person.pk, undone_by=None)


def _hand_orders_over(
    orders: OrderQuerySet, to: User | None, by: User, words: str, before: dict[str, Any] | None = None
) -> Batch:
    rows = [
        (order, None, {"department": order.department, "assigned_user": to}) for order in orders.for_table()
    ]
    count = "1 open order" if len(rows) == 1 else f"{len(rows)} open orders"
    said = words.format(count)
    batch = Batch.begin(Batch.Kind.HANDOVER, said, by=by, before=before)
    assign_orders(rows, by=by, cause=Cause.HANDOVER, batch=batch)
    return batch


def _hand_list_over(
    which: type[ordered_list.OrderedList], rows: QuerySet[Any], column: str, to: User | None, by: User
) -> None:
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return
    ordered_list.lock(which, None)
    named = rows.model.objects.filter(pk__in=keys)
    with maintenance_log.noting(named, by=by):
        named.update(**{column: to})


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
