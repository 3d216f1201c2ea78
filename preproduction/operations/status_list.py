"""The verbs of the status list.  Each raises the list's version, which locks the list; see studio.ordered_list."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from preproduction.models import Order, Status, StatusChange, StatusList
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import keep_status
from studio import ordered_list
from triggers.models import Trigger


@dataclass(frozen=True)
class StatusUses:
    """What keeps a status from being deleted, each as a count."""

    open_orders: int
    complete_orders: int
    status_notes: int
    triggers: int

    def __bool__(self) -> bool:
        return any((self.open_orders, self.complete_orders, self.status_notes, self.triggers))

    @property
    def orders(self) -> int:
        return self.open_orders + self.complete_orders

    def __str__(self) -> str:
        """Say it in words: "3 open orders, 12 rows of Status Notes and 1 trigger"."""
        counts = [
            (self.open_orders, "open order", "open orders"),
            (self.complete_orders, "complete order", "complete orders"),
            (self.status_notes, "row of Status Notes", "rows of Status Notes"),
            (self.triggers, "trigger", "triggers"),
        ]
        words = [f"{n} {one if n == 1 else many}" for n, one, many in counts if n]
        return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


class StatusInUse(OperationRefused):
    def __init__(self, status: Status, uses: StatusUses):
        super().__init__(
            f"{status} cannot be deleted: {uses} use it. Make it inactive, or replace it with another status."
        )
        self.status, self.uses = status, uses


class MarkWouldGo(OperationRefused):
    """Nothing was changed: new orders would have no status, which is to be asked about first."""

    def __init__(self, status: Status):
        super().__init__(
            f"New orders start at {status}, and would have no status. Mark another Initial Status instead.",
            field="is_initial",
        )


@transaction.atomic
def create_status(*, expected: int | None, above: Status | None = None, **fields: Any) -> Status:
    """Add a status above `above`, or at the bottom of the list.

    expected: the list's version as the user's page showed it.
    Raises OutdatedPage on an older version; ValidationError (by field) where the row is not valid.
    """
    ordered_list.lock(StatusList, expected)
    status = Status(position=ordered_list.next_position(StatusList), **fields)
    _save(status)
    if above is not None:
        ordered_list.place(StatusList, status, before=above)
        status.refresh_from_db(fields=["position"])
    return status


@transaction.atomic
def edit_status(status: Status, *, expected: int | None, mark_may_go: bool = False, **fields: Any) -> Status:
    """Change columns of `status`.  Marking it initial takes the mark from the one that had it.

    mark_may_go: whether somebody has said that new orders shall have no status.

    Raises MarkWouldGo where they would without anybody having said so; OutdatedPage on an older version of the list;
    ValidationError (by field) where the row is not valid; OperationRefused where orders stand at a status whose Final
    Status mark would change.
    """
    ordered_list.lock(StatusList, expected)
    status = keep_status(status, to_change=True)
    if status.is_initial and not fields.get("is_initial", True) and not mark_may_go:
        raise MarkWouldGo(status)
    if "is_final" in fields and fields["is_final"] != status.is_final:
        _refuse_while_orders_stand_at(status)
    for name, value in fields.items():
        setattr(status, name, value)
    _save(status)
    return status


@transaction.atomic
def move_status(status: Status, *, expected: int, by: int, hide_inactive: bool = False) -> Status:
    """Move `status` past the next visible row: up with by=-1, down with by=1.  Hidden rows stay in their places.

    Raises OutdatedPage on an older version of the list; OperationRefused at its end.
    """
    ordered_list.lock(StatusList, expected)
    ordered_list.move(StatusList, status, by=by, among=_visible(hide_inactive, status))
    status.refresh_from_db()
    return status


@transaction.atomic
def place_status(
    status: Status, *, expected: int, before: Status | None, hide_inactive: bool = False
) -> Status:
    """Drop `status` before the visible row `before`, or last if None.  Hidden rows stay in their places."""
    ordered_list.lock(StatusList, expected)
    ordered_list.place(StatusList, status, before=before, among=_visible(hide_inactive, status))
    status.refresh_from_db()
    return status


def status_uses(status: Status) -> StatusUses:
    """Count what uses `status`.  Four queries."""
    orders = Order.objects.filter(status=status)
    return StatusUses(
        open_orders=orders.open().count(),
        complete_orders=orders.complete().count(),
        status_notes=StatusChange.objects.filter(from_status=status).count()
        + StatusChange.objects.filter(to_status=status).exclude(from_status=status).count(),
        triggers=Trigger.objects.filter(Q(status=status) | Q(only_from_status=status)).count(),
    )


@transaction.atomic
def withdraw_status(status: Status) -> None:
    """Take a status that only withdrawn orders and their Status Notes name out of the list, and close its place."""
    ordered_list.lock(StatusList, None)
    status.withdraw()
    ordered_list.close_gaps(StatusList)


@transaction.atomic
def delete_status(status: Status, *, expected: int | None) -> None:
    """Remove a status that nothing uses, and close its place.

    Raises OutdatedPage on an older version of the list; StatusInUse, with the counts, if something uses it.
    """
    ordered_list.lock(StatusList, expected)
    keep_status(status, to_change=True)
    uses = status_uses(status)
    if uses:
        raise StatusInUse(status, uses)
    status.delete()
    ordered_list.close_gaps(StatusList)


def _save(status: Status) -> None:
    status.description = status.description.strip()
    if status.is_initial:
        # The mark moves: taken from the old one first, for the database allows only one at any moment.
        Status.objects.filter(is_initial=True).exclude(pk=status.pk).update(is_initial=False)
    # The mark is gone from the old row by now, so the constraint holds; position is ours.
    status.full_clean(exclude=["position"])
    status.save()


def _refuse_while_orders_stand_at(status: Status) -> None:
    standing = Order.objects.filter(status=status).count()
    if standing:
        raise OperationRefused(
            f"{standing} {'order stands' if standing == 1 else 'orders stand'} at {status}, so its Final Status mark "
            "stays. Advance them first, or make a new status and replace this one with it.",
            field="is_final",
        )
    if Order.with_withdrawn.filter(status=status).exists():
        raise OperationRefused(
            f"A withdrawn order stood at {status} and can be put back, so its Final Status mark stays. "
            "Make a new status and replace this one with it.",
            field="is_final",
        )


def _visible(hide_inactive: bool, moved: Status) -> list[int]:
    """Return the keys of the rows that the user sees, in their order, and that of `moved` in any case."""
    statuses = Status.objects.order_by("position").values_list("pk", "is_inactive")
    return [pk for pk, is_inactive in statuses if pk == moved.pk or not (hide_inactive and is_inactive)]
