"""The verbs of the list of reasons why orders are late; which of them an order has is in assign and advance."""

from django.db import transaction
from django.db.models import ProtectedError

from preproduction.models import LateReason, LateReasonList
from preproduction.operations.refusal import OperationRefused
from studio import ordered_list


@transaction.atomic
def add_late_reason(reason: LateReason) -> LateReason:
    """Store a new reason at the end of the list."""
    ordered_list.lock(LateReasonList, None)
    reason.position = ordered_list.next_position(LateReasonList)
    reason.save()
    return reason


@transaction.atomic
def move_late_reason(reason: LateReason, *, by: int, expected: int) -> None:
    """Move `reason` past its neighbour: up with by=-1, down with by=1.

    expected: the list's version as the user's page showed it.

    Raises OutdatedPage on an older version; OperationRefused at the end of the list.
    """
    ordered_list.lock(LateReasonList, expected)
    ordered_list.move(LateReasonList, reason, by=by)


def delete_late_reason(reason: LateReason) -> None:
    """Delete `reason` and close its place.  Raises OperationRefused once an order has been late by it."""
    try:
        with transaction.atomic():
            ordered_list.lock(LateReasonList, None)
            reason.delete()
            ordered_list.close_gaps(LateReasonList)
    except ProtectedError:
        raise OperationRefused(
            f"Orders were late by “{reason}”, so it stays. Make it inactive instead."
        ) from None
