from django.db import transaction
from django.utils import timezone

from preproduction.models import Order, StatusChange
from preproduction.models.status_change import Cause
from preproduction.operations.advance import keep_status, who_was_quicker
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import entering, leaving, signature
from studio import access
from studio.models import User
from triggers import outbox, tasks
from triggers.models import Delivery


def last_change(order: Order) -> StatusChange | None:
    return order.status_changes.order_by("-sequence").select_related("from_status").first()


def undo_refusal(order: Order, change: StatusChange | None, *, by: User) -> str:
    """Say why `by` cannot undo `change`, the last change of `order`; "" where nothing stands against it."""
    if change is None or change.sequence != order.status_sequence:
        return f"{order} has moved on meanwhile."
    if change.cause == Cause.UNDO:
        return "The last change was an undo itself. Use Advance Status."
    if change.cause == Cause.CREATED:
        return f"{order} was only created; there is nothing to undo."
    if change.recorded_by_id != by.pk and not access.may(by, "undo_any_change"):
        return f"{change.recorded_by_name} made this change. A manager can undo it."
    if order.held_on or order.held_days:
        return f"{order} was put on hold since. Use Advance Status."
    touched = (order.status_due_date, order.department_id, order.assigned_user_id, order.delay_reason)
    if touched != (change.to_due_date, change.to_department_id, change.to_user_id, ""):
        return f"{order} was reassigned, given another due date or a reason since. Use Advance Status."
    return ""


@transaction.atomic
def undo_last_change(order: Order, *, expected: int, by: User) -> tuple[StatusChange, list[Delivery]]:
    """Take the last change of `order` back: status, due date and owner are as before it, and both rows stay.

    expected: order.status_sequence as the user's page showed it.

    Returns the row of the undo, and the deliveries that could not be cancelled because they are done already.
    Sent twice, as by a double click, it undoes once and returns the same answer.
    Raises OutdatedPage if the order moved meanwhile; OperationRefused with the sentence of `undo_refusal`.
    """
    back_to = _last_change(order)
    if back_to and back_to.from_status:
        keep_status(back_to.from_status)
    order = Order.objects.select_for_update(of=("self",)).select_related("status").get(pk=order.pk)
    change = _last_change(order)
    if _is_twin(change, expected=expected, by=by):
        return change, outbox.done_already(change.undoes)
    if order.status_sequence != expected or change is None:
        raise OutdatedPage(who_was_quicker(order, "Nothing was undone; look at it again."))
    refusal = undo_refusal(order, change, by=by)
    if refusal:
        raise OperationRefused(refusal)

    before = change.from_status
    was_complete = bool(before and before.is_final)
    moved = Order.objects.filter(pk=order.pk, status_sequence=expected, held_on=None).update(
        status=before,
        status_sequence=expected + 1,
        entered_status_on=change.entered_on,
        status_due_date=None if was_complete else change.due_date,
        status_duration=change.duration,
        held_days=change.held_days,
        department=change.department,
        assigned_user=change.assigned_user,
        is_complete=was_complete,
        **_completion_before(order, change) if was_complete else {"completed_by": None, "completed_on": None},
        delay_reason=change.delay_reason,
    )
    if not moved:
        raise OutdatedPage(who_was_quicker(order, "Nothing was undone; look at it again."))
    undone = StatusChange.objects.create(
        order=order,
        sequence=expected + 1,
        cause=Cause.UNDO,
        undoes=change,
        completed_on=timezone.localdate(),
        **leaving(order),
        **entering(
            before, None if was_complete else change.due_date, change.department, change.assigned_user
        ),
        **signature(by, by),
    )
    done_already = outbox.cancel(change, reason=f"{by} took the status change back.")
    if outbox.bring_back(change, reason=f"Waits again: {by} took the status change back."):
        tasks.wake_worker_on_commit()
    return undone, done_already


def _last_change(order: Order) -> StatusChange | None:
    return order.status_changes.order_by("-sequence").select_related("from_status").first()


def _is_twin(change: StatusChange | None, *, expected: int, by: User) -> bool:
    """Whether `change` is the undo that this very request asked for, sent a moment ago by the same person."""
    return (
        change is not None
        and change.cause == Cause.UNDO
        and change.sequence == expected + 1
        and change.recorded_by_id == by.pk
    )


def _completion_before(order: Order, change: StatusChange) -> dict:
    """Return who had completed the order, and when, before `change` reopened it."""
    completing = (
        order.status_changes.filter(sequence__lt=change.sequence, to_status=change.from_status)
        .exclude(cause=Cause.UNDO)
        .order_by("-sequence")
        .first()
    )
    if completing is None:
        return {"completed_by": change.updated_by, "completed_on": change.entered_on}
    return {"completed_by": completing.updated_by, "completed_on": completing.completed_on}
