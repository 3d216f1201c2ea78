"""Replace with: every order at a status goes to another, and the status is given up."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, F, Sum
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
    missing = ImageLine.objects.filter(
        order__in=standing.open(), quantity_sent__gt=F("quantity_returned")
    ).aggregate(orders=Count("order", distinct=True), n=Sum(F("quantity_sent") - F("quantity_returned")))
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
    """Advance every order at `status` to `replacement` as of today, then make `status` inactive.  All or nothing.

    Orders on hold stay on hold, complete ones keep their completed date.  An initial mark goes to `replacement`.  The
    whole is one batch, and can be undone as one.

    fire_triggers: whether the triggers of `replacement` fire for these orders.
    reason:        needed where orders would be complete with proofs missing, as when one is completed by hand.

    Raises OutdatedPage on an older version of the list; OperationRefused where `replacement` cannot take the place.
    """
    ordered_list.lock(StatusList, expected)
    _refuse_amid_undo(status)
    status = keep_status(status, to_change=True)
    replacement = keep_status(replacement, to_change=True)
    _refuse_without_reason(plan_replacing(status, replacement), reason)
    calendar, words = work_calendar.load(), f"{status} was replaced with {replacement}."
    left_out = () if fire_triggers else tuple(replacement.triggers.values_list("pk", flat=True))
    kept = {
        "pk": status.pk,
        "is_initial": status.is_initial,
        "is_inactive": status.is_inactive,
        "replacement": replacement.pk,
    }
    batch = Batch.begin(Batch.Kind.REPLACED, words, by=by, before={"status": kept})
    changes = []
    orders = Order.objects.filter(status=status).select_for_update(of=("self",)).for_table()
    for order in orders.select_related("session__photographer", "completed_by"):
        plan = plan_advance(
            order, to=replacement, completed_on=_replaced_on(order), calendar=calendar, at=timezone.now()
        )
        changes.append(
            move(
                order,
                plan,
                by=by,
                updated_by=by,
                note=f"{words} {reason.strip()}".strip(),
                request_key=None,
                left_out=left_out,
                cause=Cause.REPLACED,
                calendar=calendar,
                batch=batch,
            )
        )
    was_initial = status.is_initial
    Status.objects.filter(pk=status.pk).update(is_inactive=True, is_initial=False)
    if was_initial:
        Status.objects.filter(pk=replacement.pk).update(is_initial=True)
    return batch, changes


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
