"""Advance Status: the one path on which an order changes its status."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone

from preproduction import stay
from preproduction.models import Batch, Cause, Hold, LateReason, Order, StatusChange
from preproduction.operations import asking
from preproduction.operations.hold import days_held
from preproduction.operations.kept import Kept, Row
from preproduction.operations.plan import AdvancePlan
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import (
    Kind,
    announce,
    in_chunks,
    reckoning,
    refuse_if_outdated,
    write_change,
    write_event,
)
from studio import dates, work_calendar
from studio.business_days import WorkCalendar
from studio.models import User
from triggers.models import Trigger

logger = logging.getLogger(__name__)

CHUNK = 50  # orders in a transaction: others wait for it


@transaction.atomic
def advance_status(
    order: Order,
    plan: AdvancePlan,
    *,
    expected: int | None,
    by: User,
    updated_by: User | None = None,
    note: str = "",
    late_reason: LateReason | None = None,
    request_key: UUID | None = None,
    left_out: Collection[int] = (),
    cause: Cause = Cause.BY_HAND,
    batch: Batch | None = None,
    calendar: WorkCalendar | None = None,
) -> StatusChange:
    """Move `order` as `plan` says: order row, one Status Notes row and the triggers' outbox rows, or nothing.

    expected:    order.version as the user's page showed it.
    by:          who is logged in; `updated_by` is whom the user names, `by` if None.
    late_reason: why the status was late, if that is said only now; None leaves what was noted.
    request_key: from the form.  The same key again changes nothing and returns the first answer.
    left_out:    keys of triggers that shall not fire this once.

    Raises OutdatedPage if the order was moved, held or given to somebody else meanwhile; OperationRefused where the
    rules say no.
    """
    return _advance(
        order,
        plan,
        Kept(),
        expected=expected,
        by=by,
        updated_by=updated_by,
        note=note,
        late_reason=late_reason,
        request_key=request_key,
        left_out=left_out,
        cause=cause,
        batch=batch,
        calendar=calendar,
    )


def _advance(
    order: Order,
    plan: AdvancePlan,
    kept: Kept,
    *,
    expected: int | None,
    by: User,
    updated_by: User | None = None,
    note: str = "",
    late_reason: LateReason | None = None,
    request_key: UUID | None = None,
    left_out: Collection[int] = (),
    cause: Cause = Cause.BY_HAND,
    batch: Batch | None = None,
    calendar: WorkCalendar | None = None,
) -> StatusChange:
    """Do what advance_status says, in the transaction or savepoint of the caller."""
    plan = replace(plan, to=kept.status(plan.to))
    order = kept.order(order)
    # Not before the order is kept: the twin of a form sent twice may commit while this one waits.
    if earlier := _change_of_request(order, request_key, kept):
        return earlier
    refuse_if_outdated(order, expected)
    _refuse_if_against_the_rules(order, plan, note=note)
    if late_reason not in (None, order.late_reason):
        write_event(order, Kind.REASON, {"late_reason": late_reason}, by=by, raises=False)
    return move(
        order,
        plan,
        by=by,
        updated_by=updated_by or by,
        note=note.strip(),
        request_key=request_key,
        left_out=left_out,
        cause=cause,
        batch=batch,
        calendar=calendar or work_calendar.load(),
        triggers=kept.triggers_of(plan.to),
    )


def advance_statuses(rows: Sequence[Row], *, by: User) -> list[tuple[Order, StatusChange | OperationRefused]]:
    """Advance many orders, CHUNK of them in a transaction, and answer for each: its change, or why not.

    rows: (order, plan, the further keywords of advance_status: expected, note, request_key, ...).

    All are one batch, and can be undone as one.  Call outside a transaction.  A row that the database cannot take is
    an answer too, and stops no other.
    """
    calendar = work_calendar.load()
    batch: Batch | None = None
    results: list[tuple[Order, StatusChange | OperationRefused]] = []
    for chunk in in_chunks(rows, CHUNK):
        try:
            with transaction.atomic():
                answers, under = advance_chunk(chunk, batch, by=by, calendar=calendar)
        except DatabaseError as error:
            # It could not be committed: nothing of the chunk is there.
            answers, under = [_busy(order, error) for order, _, _ in chunk], batch
        batch = under
        results += [(order, answer) for (order, _, _), answer in zip(chunk, answers, strict=True)]
    return results


def advance_chunk(
    chunk: Sequence[Row],
    batch: Batch | None,
    *,
    by: User,
    calendar: WorkCalendar,
) -> tuple[list[StatusChange | OperationRefused], Batch | None]:
    """Advance at most CHUNK orders in the running transaction, a savepoint each.

    Returns an answer for each order, and the batch, which begins with the first order that moves: what was refused
    altogether is none.
    """
    kept = Kept.of(chunk)
    answers: list[StatusChange | OperationRefused] = []
    for order, plan, keywords in chunk:
        try:
            with transaction.atomic():
                under = batch or Batch.begin(Batch.Kind.MANY, "Orders were advanced at once.", by=by)
                change = _advance(
                    order, plan, kept, by=by, cause=Cause.MANY, batch=under, calendar=calendar, **keywords
                )
        except OperationRefused as refusal:
            answers.append(refusal)
        except DatabaseError as error:
            answers.append(_busy(order, error))
        else:
            answers.append(change)
            batch = under
    return answers, batch


def _busy(order: Order, error: DatabaseError) -> OperationRefused:
    logger.warning("order %s could not be advanced: %s", order.pk, type(error).__name__)
    return OperationRefused("The database was busy. Nothing was changed; try this order again.")


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
    batch: Batch | None = None,
    triggers: Sequence[Trigger] | None = None,
) -> StatusChange:
    """Write the move of an `order` just kept.  Shared by advance and replace; not for others."""
    columns = arriving(order, plan, updated_by)
    if order.is_complete and plan.to.is_final and cause == Cause.REPLACED:
        columns |= {"completed_by": order.completed_by, "completed_on": order.completed_on}
    held_on, clock = order.held_on, stay.of(order)
    reckoned = reckoning(
        order, plan.completed_on, calendar, held=days_held(order, plan.completed_on, calendar)
    )
    # Only a replaced status is left during a hold; the days so far belong to it.
    reckoned["held_days"] = order.held_days + clock.days_stood_still(plan.completed_on, order.clock(calendar))
    change = write_change(
        order,
        columns,
        cause=cause,
        by=by,
        updated_by=updated_by,
        completed_on=plan.completed_on,
        reckoned=reckoned,
        note=note,
        request_key=request_key,
        batch=batch,
    )
    if held_on and plan.to.is_final:
        Hold.objects.filter(order=order, ended_on=None).update(
            ended_on=clock.latest_day(timezone.localdate()), ended_by=by
        )
    if plan.to.is_final:
        asking.close_with(change)
    announce(change, left_out=left_out, calendar=calendar, triggers=triggers)
    return change


def arriving(order: Order, plan: AdvancePlan, updated_by: User) -> dict[str, Any]:
    """Return the columns of an Order that `plan` sets."""
    to = plan.to
    clock = stay.Stay(
        entered_on=plan.completed_on,
        due_date=None if to.is_final else plan.due_date,
        duration=None if to.is_final else plan.duration,
        entered_at=plan.at,
        # A complete order needs no clock to stand still.
        held_on=None if to.is_final else order.held_on,
    )
    return {
        **stay.columns(clock),
        "status": to,
        "department": plan.department,
        "assigned_user": plan.assigned_user,
        "is_complete": to.is_final,
        "completed_by": updated_by if to.is_final else None,
        "completed_on": plan.completed_on if to.is_final else None,
        "late_reason": None,
        "delay_reason": "",
    }


def _change_of_request(order: Order, request_key: UUID | None, kept: Kept) -> StatusChange | None:
    if request_key is None:
        return None
    change = kept.change_of(request_key)
    if change and change.order_id != order.pk:
        raise OutdatedPage("This form has been used for another order. Open the order again.")
    return change


def _refuse_if_against_the_rules(order: Order, plan: AdvancePlan, *, note: str) -> None:
    to = plan.to
    if order.held_on:
        raise OperationRefused(f"{order} is on hold. Resume it first.")
    if to.is_inactive:
        raise OperationRefused(f"{to} is inactive. Choose an active status.", field="to")
    if to == order.status:
        raise OperationRefused(f"{order} is at {to} already. Choose another status.", field="to")
    if plan.completed_on > stay.of(order).latest_day(timezone.localdate()):
        raise OperationRefused("Date Completed is in the future.", field="completed_on")
    if order.entered_status_on and plan.completed_on < order.entered_status_on:
        entered = dates.written(order.entered_status_on)
        raise OperationRefused(
            f"Date Completed is before the order entered {order.status or 'the list'} ({entered}).",
            field="completed_on",
        )
    if plan.due_date and not plan.explanation and plan.due_date < plan.completed_on and not to.is_final:
        raise OperationRefused("The due date is before Date Completed.", field="due_date")
    if to.is_final and plan.due_date and not plan.explanation:
        raise OperationRefused(
            f"An order at {to} is complete and has no due date. Leave Due Date empty.", field="due_date"
        )
    if to.is_final and not note.strip():
        missing = order.proofs_missing()
        if missing:
            proofs = "1 proof has" if missing == 1 else f"{missing} proofs have"
            raise OperationRefused(
                f"{proofs} not come back. Say why {order} is complete without: write a Note, "
                "or enter what was returned under Images.",
                field="note",
            )
