"""Replace with: a status is given up, and every order at it goes to another."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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
    _refuse_amid_work(status)
    status = keep_status(status, to_change=True)
    replacement = keep_status(replacement, to_change=True)
    _refuse_without_reason(plan_replacing(status, replacement), reason)
    kept = {
        "pk": status.pk,
        "is_initial": status.is_initial,
        "is_inactive": status.is_inactive,
        "replacement": replacement.pk,
        "completes": replacement.is_final,
    }
    Status.objects.filter(pk=status.pk).update(is_inactive=True, is_initial=False)
    if status.is_initial:
        Status.objects.filter(pk=replacement.pk).update(is_initial=True)
    words = f"{status} was replaced with {replacement}."
    return Batch.begin(Batch.Kind.REPLACED, words, by=by, before={"status": kept})


def move_replaced(
    batch: Batch,
    *,
    by: User,
    fire_triggers: bool,
    reason: str,
    at: datetime | None = None,
    on: date | None = None,
    orders: Iterable[int] | None = None,
) -> list[tuple[Order, StatusChange | OperationRefused]]:
    """Move the orders that stand at the status that `batch` has given up, of those `orders` (keys) alone if given.

    Call in a transaction.  An order whose proofs have come to be missing without a reason stays, as its answer says;
    so does one of `orders` that has moved on.

    at, on: the moment and the day on which it was asked for; now and today if None.
    Raises OperationRefused where somebody has changed their mind about one of the two statuses since then.
    """
    status, replacement = _both_statuses(batch)
    found = _keep_standing(status, orders)
    missing = _without_proofs(found) if replacement.is_final and not reason.strip() else set()
    calendar, at, on = work_calendar.load(), at or timezone.now(), on or timezone.localdate()
    shared: dict[str, Any] = {
        "by": by,
        "updated_by": by,
        "note": f"{batch} {reason.strip()}".strip(),
        "request_key": None,
        "left_out": () if fire_triggers else tuple(replacement.triggers.values_list("pk", flat=True)),
        "cause": Cause.REPLACED,
        "calendar": calendar,
        "batch": batch,
        "triggers": outbox.matching_by_status([replacement.pk]).get(replacement.pk, ()),
    }
    answers: list[tuple[Order, StatusChange | OperationRefused]] = []
    for order in found:
        day = _replaced_on(order, on)
        try:
            _refuse_missing(order, missing)
            plan = plan_advance(order, to=replacement, completed_on=day, calendar=calendar, at=at)
        except OperationRefused as refusal:
            answers.append((order, refusal))
        else:
            answers.append((order, move(order, plan, **shared)))
    gone = Order.objects.filter(pk__in=orders or ()).exclude(pk__in=[order.pk for order in found])
    moved_on = ((order, OperationRefused(f"{order} has moved on since.")) for order in gone.order_by("pk"))
    return [*answers, *moved_on]


def _keep_standing(status: Status, orders: Iterable[int] | None) -> list[Order]:
    """Keep the orders at `status`, of those `orders` (keys) alone if given, in the order of their keys."""
    standing = Order.objects.filter(status=status)
    if orders is not None:
        standing = standing.filter(pk__in=orders)
    standing = standing.select_for_update(of=("self",)).for_table().order_by("pk")
    return list(standing.select_related("session__photographer", "completed_by"))


def _refuse_missing(order: Order, missing: Collection[int]) -> None:
    if order.pk in missing:
        raise OperationRefused(
            f"Proofs of {order} are missing. Advance it by itself, and say why it is complete without."
        )


def _both_statuses(batch: Batch) -> tuple[Status, Status]:
    """Return the status that `batch` has given up, and the one in its place, kept."""
    asked = batch.before["status"]
    statuses = Status.objects.in_bulk([asked["pk"], asked["replacement"]])
    if len(statuses) < 2:
        raise OperationRefused("One of the two statuses has been deleted since.")
    status, replacement = statuses[asked["pk"]], statuses[asked["replacement"]]
    if not status.is_inactive:
        raise OperationRefused(f"{status} is active again.")
    if replacement.is_final != asked["completes"]:
        mark = "is no final status any more" if asked["completes"] else "is a final status now"
        raise OperationRefused(f"{replacement} {mark}.")
    _refuse_as_replacement(status, replacement)
    return status, keep_status(replacement)


def _without_proofs(orders: Iterable[Order]) -> set[int]:
    """Return the keys of those that are open and whose proofs have not all come."""
    keys = [order.pk for order in orders if not order.is_complete]
    return set(_missing().filter(order__in=keys).values_list("order", flat=True))


def _missing() -> QuerySet[ImageLine]:
    return ImageLine.objects.filter(quantity_sent__gt=F("quantity_returned"))


def _replaced_on(order: Order, day: date) -> date:
    if order.is_complete and order.completed_on:
        return order.completed_on
    return stay.of(order).latest_day(day)


def _refuse_without_reason(plan: Replacing, reason: str) -> None:
    if plan.proofs_missing and not reason.strip():
        raise OperationRefused(
            f"{plan.completes} {'order' if plan.completes == 1 else 'orders'} would be complete, "
            f"{plan.incomplete} of them with {plan.proofs_missing} "
            f"{'proof' if plan.proofs_missing == 1 else 'proofs'} missing. Say why they are complete without.",
            field="reason",
        )


def _refuse_amid_work(status: Status) -> None:
    """What the worker has yet to move away from `status`, or put back there, would go another way than was told."""
    under_way = Batch.objects.filter(pk__in=long_work.batches_under_way())
    if under_way.filter(kind=Batch.Kind.REPLACED, before__status__pk=status.pk).exists():
        raise OperationRefused(f"The worker is still moving orders away from {status}. See Long Work.")
    coming_back = StatusChange.objects.filter(batch__undone_by__in=under_way, undone_by=None)
    if coming_back.filter(from_status=status).exists():
        raise OperationRefused(f"The worker is still putting orders back at {status}. See Long Work.")


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
    status = Status.objects.select_for_update().find(kept["pk"])
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
        # Who has made it active since then meant it.
        Status.objects.filter(pk=status.pk).update(
            is_inactive=status.is_inactive and kept["is_inactive"],
            is_initial=status.is_initial or was_initial,
        )


def undo_rest_refusal(batch: Batch) -> str:
    """Say why the orders of `batch`, whose undo was stopped, cannot go back to the status that it replaced.

    "" where they can, and where it replaced none.
    """
    given_up = Status.objects.filter(pk=batch.before.get("status", {}).get("pk"), is_inactive=True).first()
    if given_up is None or batch.before["status"]["is_inactive"]:
        return ""
    return f"{given_up} is inactive again. Make it active, then undo the rest."
