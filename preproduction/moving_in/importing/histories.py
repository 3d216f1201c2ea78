"""Where orders that are here stand, and have been, so that Status Notes can be held against them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from preproduction import operations
from preproduction.models import Cause, ImportedRow, ImportRun, Order, OrderEvent, StatusChange
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import Standing


def standing_of(number_keys: Collection[str], run: ImportRun | None) -> dict[str, Standing]:
    """Return what is known of the orders of these numbers.  Five queries."""
    orders = {order.pk: order for order in Order.objects.filter(number_key__in=number_keys)}
    history: dict[int, list[tuple[int | str, date]]] = defaultdict(list)
    changes = StatusChange.objects.filter(order__in=orders).order_by("order", "sequence")
    for order, status, day in changes.values_list("order", "to_status", "completed_on"):
        history[order].append((status, day))
    # All events of these few, and all imports of them: a database that was asked for kind or run, too, would go by these,
    # and read the more the more has been imported.
    events = OrderEvent.objects.filter(order__in=orders).values_list("order", "kind", "cause")
    imported = {order for order, *made in events if made == [OrderEvent.Kind.CREATED, Cause.IMPORT]}
    worked_on = set(operations.worked_on(Order.objects.filter(pk__in=orders)).values_list("pk", flat=True))
    rows = ImportedRow.objects.filter(kind=Kind.ORDER, record__in=orders).values_list("record", "run")
    of_this_run = {record for record, of_run in rows if run and of_run == run.pk}
    return {
        order.number_key: Standing(
            key,
            order.status_id or "",
            order.order_date,
            order.entered_status_on or order.order_date,
            tuple(history[key]),
            takes_notes=key in imported - worked_on and len(history[key]) == 1,
            is_of_this_run=key in of_this_run,
        )
        for key, order in orders.items()
    }
