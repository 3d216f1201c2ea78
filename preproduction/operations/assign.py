from preproduction.models import Order
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from studio.models import Department, User


def assign_order(
    order: Order, *, expected: int, department: Department | None, assigned_user: User | None
) -> Order:
    """Give the current status of `order` to another department and user.

    expected: order.status_sequence as the user's page showed it.
    Raises OutdatedPage if the order moved meanwhile; OperationRefused if it is complete.
    """
    assigned = Order.objects.filter(pk=order.pk, status_sequence=expected, is_complete=False).update(
        department=department, assigned_user=assigned_user
    )
    order.refresh_from_db()
    if assigned:
        return order
    if order.is_complete:
        raise OperationRefused(f"{order} is complete; nobody needs to have it.")
    raise OutdatedPage(
        f"{order} has moved to {order.status} meanwhile. Nothing was changed; look at it again."
    )


def note_delay_reason(order: Order, *, reason: str) -> Order:
    """Write down why `order` is late.  The next status change takes the reason over into Status Notes."""
    noted = Order.objects.filter(pk=order.pk, is_complete=False).update(delay_reason=reason.strip())
    order.refresh_from_db()
    if not noted:
        raise OperationRefused(f"{order} is complete; it is not late any more.")
    return order
