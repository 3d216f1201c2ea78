"""Completing an order where the studio has no statuses: there, no final status can do it."""

from django.db import transaction
from django.utils import timezone

from preproduction import stay
from preproduction.models import Cause, Order, Status, StatusChange
from preproduction.operations import asking
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import announce, keep_order, write_change
from studio.models import User


def complete_refusal(order: Order) -> str:
    """Say why `order` cannot be completed without a status; "" where it can.  One query where it has none."""
    if order.is_complete:
        return f"{order} is complete."
    if order.status is not None:
        return f"{order} is at {order.status}. Advance it to a final status."
    if Status.objects.active().exists():
        return "The studio has a status list. Advance the order to a status of it."
    if order.held_on:
        return f"{order} is on hold. Resume it first."
    return ""


@transaction.atomic
def complete_order(order: Order, *, expected: int | None, by: User, note: str = "") -> StatusChange:
    """Complete `order`, which has no status, today.  Undo reopens it.

    expected: order.version as the user's page showed it.
    Raises OutdatedPage if the order has changed meanwhile; OperationRefused with the sentence of `complete_refusal`, and
    without a note where proofs are missing.
    """
    order = keep_order(order, expected)
    refusal = complete_refusal(order)
    if refusal:
        raise OperationRefused(refusal)
    missing = order.proofs_missing()
    if missing and not note.strip():
        proofs = "1 proof is" if missing == 1 else f"{missing} proofs are"
        raise OperationRefused(f"{proofs} missing. Say in the note why it is complete.", field="note")
    today = timezone.localdate()
    columns = {
        **stay.columns(stay.Stay(order.entered_status_on)),
        "status": None,
        "department": order.department,
        "assigned_user": order.assigned_user,
        "is_complete": True,
        "completed_by": by,
        "completed_on": today,
        "late_reason": None,
        "delay_reason": "",
    }
    change = write_change(
        order,
        columns,
        cause=Cause.BY_HAND,
        by=by,
        updated_by=by,
        completed_on=today,
        reckoned={},
        note=note.strip(),
    )
    asking.close_with(change)
    announce(change)
    return change
