"""Replace with: a status is given up, and every order at it goes to another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone

from preproduction import stay
from preproduction.models import Batch, Cause, ImageLine, Order, Status, StatusChange, StatusList
from preproduction.operations.advance import move
from preproduction.operations.plan import plan_advance
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import keep_status
from studio import maintenance_log, ordered_list, work_calendar
from studio.long_work import rows as long_work
from studio.models import User
from triggers import outbox


@dataclass(frozen=True)
class Replacing:
    """What replacing a status would do.  proofs_missing: of the orders that it would complete."""

    orders: int
    completes: int
    incomplete: int
    proofs_missing: int


def plan_replacing(status: Status, replacement: Status) -> Replacing:
    """Return what replacing `status` with `replacement` would do.  Four queries at most.

    Raises OperationRefused where `replacement` cannot take the place.
    """
    _refuse_as_replacement(status, replacement)
    standing = Order.objects.filter(status=status)
    if not replacement.is_final:
        return Replacing(standing.count(), 0, 0, 0)
    missing = (
        _missing()
        .filter(order__in=standing.open())
        .aggregate(orders=Count("order", distinct=True), n=Sum(F("quantity_sent") - F("quantity_returned")))
    )
    return Replacing(standing.count(), standing.open().count(), missing["orders"], missing["n"] or 0)


@transaction.atomic
def replace_status(
    status: Status,
    *,
    replacement: Status,
    expected: int,
    by: User,
    fire_triggers: bool = False,
    reason: str = "",
) -> tuple[Batch, list[StatusChange]]:
    """Make `status` inactive and advance every order at it to `replacement` as of today.  All or nothing.

    Orders on hold stay on hold, complete ones keep their completed date.  An initial mark goes to `replacement`.  The
    whole is one batch, and can be undone as one.

    fire_triggers: whether the triggers of `replacement` fire for these orders.
    reason:        needed where orders would be complete with proofs missing, as when one is completed by hand.

    Raises OutdatedPage on an older version of the list; OperationRefused where `replacement` cannot take the place.
    """
    batch = begin_replacing(status, replacement=replacement, expected=expected, by=by, reason=reason)
    changes = []
    for _, answer in move_replaced(batch, by=by, fire_triggers=fire_triggers, reason=reason):
        if isinstance(answer, OperationRefused):
            raise answer
        changes.append(answer)
    return batch, changes


@transaction.atomic
def begin_replacing(
    status: Status, *, replacement: Status, expected: int, by: User, reason: str = ""
) -> Batch:
    """Give up `status` for `replacement`, but for the orders at it, which are left to move_replaced.

    Raises as replace_status.
    """
    ordered_list.lock(StatusList, expected)
    _refuse_amid_undo(status)
    status = keep_status(status, to_change=True)
    replacement = keep_status(replacement, to_change=True)
    _refuse_without_reason(plan_replacing(status, replacement), reason)
    kept = {
        "pk": status.pk,
        "is_initial": status.is_initial,
        "is_inactive": status.is_inactive,
        "replacement": replacement.pk,
    }
    Status.objects.filter(pk=status.pk).update(is_inactive=True, is_initial=False)
    if status.is_initial:
        Status.objects.filter(pk=replacement.pk).update(is_initial=True)
    words = f"{status} was replaced with {replacement}."
    return Batch.begin(Batch.Kind.REPLACED, words, by=by, before={"status": kept})


def move_replaced(
    batch: Batch, *, by: User, fire_triggers: bool, reason: str, orders: Iterable[int] | None = None
) -> list[tuple[Order, StatusChange | OperationRefused]]:
    """Move the orders that stand at the status that `batch` has given up, of those `orders` (keys) alone if given.

    Call in a transaction.  An order whose proofs have come to be missing without a reason stays, as its answer says;
    so does one of `orders` that has moved on.
    Raises OperationRefused where the replacement cannot take the place any more.
    """
    replaced = Status.objects.in_bulk([batch.before["status"][name] for name in ("pk", "replacement")])
    if len(replaced) < 2:
        raise OperationRefused("One of the two statuses has been deleted since.")
    replacement = keep_status(replaced.pop(batch.before["status"]["replacement"]))
    (status,) = replaced.values()
    _refuse_as_replacement(status, replacement)
    standing = Order.objects.filter(status=status)
    if orders is not None:
        standing = standing.filter(pk__in=orders)
    found = standing.select_for_update(of=("self",)).for_table()
    found = list(found.select_related("session__photographer", "completed_by"))
    missing = _without_proofs(found) if replacement.is_final and not reason.strip() else set()
    calendar, at = work_calendar.load(), timezone.now()
    left_out = () if fire_triggers else tuple(replacement.triggers.values_list("pk", flat=True))
    triggers = outbox.matching_by_status([replacement.pk]).get(replacement.pk, ())
    answers: list[tuple[Order, StatusChange | OperationRefused]] = []
    for order in found:
        if order.pk in missing:
            said = f"Proofs of {order} are missing. Advance it by itself, and say why it is complete without."
            answers.append((order, OperationRefused(said)))
            continue
        change = move(
            order,
            plan_advance(order, to=replacement, completed_on=_replaced_on(order), calendar=calendar, at=at),
            by=by,
            updated_by=by,
            note=f"{batch} {reason.strip()}".strip(),
            request_key=None,
            left_out=left_out,
            cause=Cause.REPLACED,
            calendar=calendar,
            batch=batch,
            triggers=triggers,
        )
        answers.append((order, change))
    gone = Order.objects.filter(pk__in=orders or ()).exclude(pk__in=[order.pk for order in found])
    return [*answers, *((order, OperationRefused(f"{order} has moved on since.")) for order in gone)]


def _without_proofs(orders: Iterable[Order]) -> set[int]:
    """Return the keys of those that are open and whose proofs have not all come."""
    keys = [order.pk for order in orders if not order.is_complete]
    return set(_missing().filter(order__in=keys).values_list("order", flat=True))


def _missing() -> QuerySet[ImageLine]:
    return ImageLine.objects.filter(quantity_sent__gt=F("quantity_returned"))


def _replaced_on(order: Order) -> date:
    if order.is_complete and order.completed_on:
        return order.completed_on
    return stay.of(order).latest_day(timezone.localdate())


def _refuse_without_reason(plan: Replacing, reason: str) -> None:
    if plan.proofs_missing and not reason.strip():
        raise OperationRefused(
            f"{plan.completes} {'order' if plan.completes == 1 else 'orders'} would be complete, "
            f"{plan.incomplete} of them with {plan.proofs_missing} "
            f"{'proof' if plan.proofs_missing == 1 else 'proofs'} missing. Say why they are complete without.",
            field="reason",
        )


def _refuse_amid_undo(status: Status) -> None:
    """Orders that the worker has yet to put back at `status` would come to one that is given up."""
    undone = Batch.objects.filter(kind=Batch.Kind.REPLACED, before__status__pk=status.pk)
    for undoing in Batch.objects.filter(undoes__in=undone):
        if long_work.is_doing(undoing.pk):
            raise OperationRefused(
                f"The worker is still putting orders back at {status}, which was replaced before. See Long Work."
            )


def _refuse_as_replacement(status: Status, replacement: Status) -> None:
    if replacement == status:
        raise OperationRefused("Choose another status.", field="replacement")
    if replacement.is_inactive:
        raise OperationRefused(f"{replacement} is inactive. Choose an active status.", field="replacement")
    if status.is_initial and replacement.is_final:
        raise OperationRefused(
            f"New orders start at {status}, and cannot start at {replacement}, which is final. "
            "Mark another initial status first.",
            field="replacement",
        )
    if not replacement.is_final and Order.objects.filter(status=status).complete().exists():
        raise OperationRefused(
            f"Orders at {status} are complete, and {replacement} is not a final status. Choose a final one.",
            field="replacement",
        )


def take_back_replacement(batch: Batch, *, by: User) -> None:
    """Let the status that `batch` replaced be as it was, active and initial.  Its orders are the caller's.

    The initial mark comes back only from the replacement; where somebody has moved it on since, it stays there.
    Raises OperationRefused where the status is deleted, or an active one has its description by now.
    """
    ordered_list.lock(StatusList, None)
    kept = batch.before["status"]
    status = Status.objects.select_for_update().filter(pk=kept["pk"]).first()
    if status is None:
        raise OperationRefused("The status that was replaced has been deleted since.")
    twins = Status.objects.active().filter(description_key=status.description_key).exclude(pk=status.pk)
    if not kept["is_inactive"] and twins.exists():
        raise OperationRefused(
            f"Another active status is called {status} by now. Give it another description first."
        )
    with maintenance_log.noting(Status.objects.all(), by=by):
        initial = Status.objects.filter(pk=kept["replacement"], is_initial=True)
        was_initial = kept["is_initial"] and not status.is_final and initial.update(is_initial=False) > 0
        Status.objects.filter(pk=status.pk).update(
            is_inactive=kept["is_inactive"], is_initial=status.is_initial or was_initial
        )
