from datetime import date

from django.db import transaction

from preproduction import stay
from preproduction.models import Batch, Cause, Order, OrderEvent
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import keep_order, write_event
from studio.models import User
from triggers import tasks
from triggers.models import Reason
from triggers.rules import schedule


@transaction.atomic
def change_due_date(
    order: Order,
    *,
    due_date: date | None,
    reason: str,
    expected: int | None,
    by: User,
    cause: Cause = Cause.BY_HAND,
    batch: Batch | None = None,
) -> Order:
    """Move the status due date of `order` by hand; the old one stays in History.

    due_date: studio-local; None for no due date.  From then on it counts as typed: the calendar does not move it.
    expected: order.version as the user's page showed it.

    Raises OutdatedPage if the order has changed meanwhile; OperationRefused without a reason, for an order that has no
    status or is complete, and for a date before the order entered its status.
    """
    order = keep_order(order, expected)
    if order.status is None or order.is_complete:
        raise OperationRefused(
            f"{order} {'is complete' if order.is_complete else 'has no status'}: nothing is due."
        )
    if not reason.strip():
        raise OperationRefused("Say why the due date is moved.", field="reason")
    entered = order.entered_status_on
    if due_date and entered and due_date < entered:
        raise OperationRefused(f"The due date is before the order entered {order.status}.", field="due_date")
    if due_date == order.status_due_date:
        return order
    moved = stay.of(order).typed(due_date)
    columns = {"status_due_date": moved.due_date, "status_duration": moved.duration}
    write_event(
        order, OrderEvent.Kind.DUE_DATE, columns, by=by, note=reason.strip(), cause=cause, batch=batch
    )
    if schedule.replan([order.pk], Reason.MOVED_BY_DUE_DATE):
        tasks.wake_worker_on_commit()
    return order
