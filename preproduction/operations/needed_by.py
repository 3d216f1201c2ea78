from datetime import date

from django.db import transaction

from preproduction.models import Order, OrderEvent
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import keep_order, write_event
from preproduction.promise import without_a_day
from studio.models import User


def refuse_without_a_day(needed_by: date | None, needed_for: str) -> None:
    if sentence := without_a_day(needed_by, needed_for):
        raise OperationRefused(sentence, field="needed_by")


@transaction.atomic
def promise(
    order: Order, *, needed_by: date | None, needed_for: str, reason: str, expected: int | None, by: User
) -> Order:
    """Say by when all of `order` has to be ready, and what for; the promise before stays in History.

    needed_by:  studio-local, any day; None for no promise, which is for nothing then.
    needed_for: "viewing appointment".  May be corrected without a reason.
    reason:     why the day is another one; needed where there was one.
    expected:   order.version as the user's page showed it.

    Raises OutdatedPage if the order has changed meanwhile; OperationRefused without a reason, for what has a purpose
    and no day, and for an order that is complete.
    """
    order = keep_order(order, expected)
    needed_for, reason = needed_for.strip(), reason.strip()
    if order.is_complete:
        raise OperationRefused(f"{order} is complete: nothing of it is needed any more.")
    refuse_without_a_day(needed_by, needed_for)
    if order.needed_by and needed_by != order.needed_by and not reason:
        raise OperationRefused("Say why the promise is moved.", field="reason")
    if (needed_by, needed_for) == (order.needed_by, order.needed_for):
        return order
    columns = {"needed_by": needed_by, "needed_for": needed_for}
    write_event(order, OrderEvent.Kind.PROMISED, columns, by=by, note=reason)
    return order
