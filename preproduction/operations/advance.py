"""Advance Status: the one path on which an order changes its status."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from preproduction.models import Hold, Order, Status, StatusChange
from preproduction.models.status_change import Cause
from preproduction.operations.hold import days_held, days_stood_still
from preproduction.operations.plan import AdvancePlan
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import announce, arriving, entering, leaving, reckoning, signature
from studio import work_calendar
from studio.business_days import WorkCalendar
from studio.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def advance_status(
    order: Order,
    plan: AdvancePlan,
    *,
    expected: int,
    by: User,
    updated_by: User | None = None,
    note: str = "",
    request_key: UUID | None = None,
    left_out: Collection[int] = (),
    cause: Cause = Cause.BY_HAND,
    calendar: WorkCalendar | None = None,
) -> StatusChange:
    """Move `order` as `plan` says: order row, one Status Notes row and the triggers' outbox rows, or nothing.

    expected:    order.status_sequence as the user's page showed it.
    by:          who is logged in; `updated_by` is whom the user names, `by` if None.
    request_key: from the form.  The same key again changes nothing and returns the first answer.
    left_out:    keys of triggers that shall not fire this once.

    Raises OutdatedPage if the order was moved or held meanwhile; OperationRefused where the rules say no.
    """
    earlier = _change_of_request(order, request_key)
    if earlier:
        return earlier
    plan = replace(plan, to=keep_status(plan.to))
    # On SQLite the transaction itself is the lock; on either engine the compare-and-set below decides.
    order = Order.objects.select_for_update(of=("self",)).select_related("status").get(pk=order.pk)
    # The twin of a form sent twice may have committed while this one waited for the lock.
    earlier = _change_of_request(order, request_key)
    if earlier:
        return earlier
    refuse_if_outdated(order, expected)
    _refuse_if_against_the_rules(order, plan, note=note, cause=cause)
    return move(
        order,
        plan,
        by=by,
        updated_by=updated_by or by,
        note=note.strip(),
        request_key=request_key,
        left_out=left_out,
        cause=cause,
        calendar=calendar or work_calendar.load(),
    )


def advance_statuses(
    rows: Iterable[tuple[Order, AdvancePlan, dict]], *, by: User
) -> list[tuple[Order, StatusChange | OperationRefused]]:
    """Advance many orders, each in a transaction of its own, and answer for each: its change, or why not.

    rows: (order, plan, the further keywords of advance_status: expected, note, request_key, ...).

    Call outside a transaction.  A row that the database cannot take is an answer too, and stops no other.
    """
    calendar = work_calendar.load()
    results = []
    for order, plan, keywords in rows:
        try:
            answer = advance_status(order, plan, by=by, cause=Cause.MANY, calendar=calendar, **keywords)
        except OperationRefused as refusal:
            answer = refusal
        except DatabaseError as error:
            logger.warning("order %s could not be advanced: %s", order.pk, type(error).__name__)
            answer = OperationRefused("The database was busy. Nothing was changed; try this order again.")
        results.append((order, answer))
    return results


def move(
    order: Order,
    plan: AdvancePlan,
    *,
    by: User,
    updated_by: User,
    note: str,
    request_key: UUID | None,
    left_out: Collection[int],
    cause: Cause,
    calendar: WorkCalendar,
    undoes: StatusChange | None = None,
) -> StatusChange:
    """Write the move of an `order` just read in this transaction.  Shared by advance and replace; not for others."""
    if order.held_on:
        # Only a replaced status is left during a hold; the days so far belong to it.
        order.held_days += days_stood_still(order, plan.completed_on, calendar)
    columns = arriving(order, plan, updated_by)
    if order.is_complete and plan.to.is_final and cause == Cause.REPLACED:
        columns["completed_by"] = order.completed_by
    moved = Order.objects.filter(
        pk=order.pk, status_sequence=order.status_sequence, held_on=order.held_on
    ).update(**columns)
    if not moved:
        raise OutdatedPage(who_was_quicker(order))
    if order.held_on and plan.to.is_final:
        Hold.objects.filter(order=order, ended_on=None).update(ended_on=timezone.localdate(), ended_by=by)
    change = StatusChange.objects.create(
        order=order,
        sequence=order.status_sequence + 1,
        cause=cause,
        undoes=undoes,
        request_key=request_key,
        completed_on=plan.completed_on,
        **leaving(order),
        **reckoning(order, plan.completed_on, calendar, held=days_held(order, plan.completed_on, calendar)),
        **entering(plan.to, columns["status_due_date"], plan.department, plan.assigned_user),
        **signature(by, updated_by),
        note=note,
    )
    order.refresh_from_db()
    announce(change, left_out=left_out, calendar=calendar)
    return change


def keep_status(status: Status) -> Status:
    """Return `status` as the list has it now, and keep it so until the transaction ends.

    Without this an order could enter a status just as an administrator marks it final or deletes it.  Statuses are
    kept before orders are, everywhere, so that nobody waits for each other in a circle.

    Raises OutdatedPage if it was deleted, or its Final Status mark changed, since it was read.
    """
    now = Status.objects.select_for_update(no_key=True).filter(pk=status.pk).first()
    if now is None or now.is_final != status.is_final:
        raise OutdatedPage(
            f"{status} has changed in the status list meanwhile. Nothing was changed; look at the page again."
        )
    return now


def _change_of_request(order: Order, request_key: UUID | None) -> StatusChange | None:
    if request_key is None:
        return None
    change = StatusChange.objects.filter(request_key=request_key).first()
    if change and change.order_id != order.pk:
        raise OutdatedPage("This form has been used for another order. Open the order again.")
    return change


def refuse_if_outdated(order: Order, expected: int | None) -> None:
    """Raise OutdatedPage if `order` has seen more status changes than the page of its user; None is not known."""
    if expected is not None and order.status_sequence != expected:
        raise OutdatedPage(who_was_quicker(order))


def _refuse_if_against_the_rules(order: Order, plan: AdvancePlan, *, note: str, cause: Cause) -> None:
    to, today = plan.to, timezone.localdate()
    if order.held_on and cause != Cause.REPLACED:
        raise OperationRefused(f"{order} is on hold. Resume it first.")
    if to.is_inactive:
        raise OperationRefused(f"{to} is inactive. Choose an active status.", field="to")
    if to == order.status:
        raise OperationRefused(f"{order} is at {to} already. Choose another status.", field="to")
    if plan.completed_on > today:
        raise OperationRefused("Date Completed is in the future.", field="completed_on")
    if order.entered_status_on and plan.completed_on < order.entered_status_on:
        entered = date_format(order.entered_status_on, "D j M Y")
        raise OperationRefused(
            f"Date Completed is before the order entered {order.status or 'the list'} ({entered}).",
            field="completed_on",
        )
    if plan.due_date and not plan.explanation and plan.due_date < plan.completed_on and not to.is_final:
        raise OperationRefused("The due date is before Date Completed.", field="due_date")
    if to.is_final and cause != Cause.REPLACED and not note.strip():
        missing = order.proofs_missing()
        if missing:
            proofs = "1 proof has" if missing == 1 else f"{missing} proofs have"
            raise OperationRefused(
                f"{proofs} not come back. Say why {order} is complete without: write a Note, "
                "or enter what was returned under Images.",
                field="note",
            )


def who_was_quicker(order: Order, nothing: str = "Nothing was changed by you; look at it again.") -> str:
    """Say who moved `order` last, to what and when, and that `nothing` came of what the user wanted."""
    last = StatusChange.objects.filter(order=order).order_by("-sequence").first()
    if last is None:
        return f"{order} has changed meanwhile. {nothing}"
    at = timezone.localtime(last.recorded_at)
    day = "" if at.date() == timezone.localdate() else f" on {date_format(at, 'D j M Y')}"
    return (
        f"{last.recorded_by_name} moved {order} to {last.to_status_name or 'no status'}{day} "
        f"at {date_format(at, 'H:i')}. {nothing}"
    )
