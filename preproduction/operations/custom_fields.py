"""The verbs of the list of custom fields, the studio's own on the Custom tab; what an order has in them is in edit."""

from django.db import transaction
from django.db.models import ProtectedError

from preproduction.models import CustomField, CustomFieldList
from preproduction.operations.refusal import OperationRefused
from studio import ordered_list


@transaction.atomic
def add_field(field: CustomField) -> CustomField:
    """Store a new field at the end of the list."""
    ordered_list.lock(CustomFieldList, None)
    field.position = ordered_list.next_position(CustomFieldList)
    field.save()
    return field


@transaction.atomic
def move_field(field: CustomField, *, by: int, expected: int) -> None:
    """Move `field` past its neighbour: up with by=-1, down with by=1.

    expected: the list's version as the user's page showed it.

    Raises OutdatedPage on an older version; OperationRefused at the end of the list.
    """
    ordered_list.lock(CustomFieldList, expected)
    ordered_list.move(CustomFieldList, field, by=by)


def delete_field(field: CustomField) -> None:
    """Delete `field` and close its place.  Raises OperationRefused once an order has something in it."""
    try:
        with transaction.atomic():
            ordered_list.lock(CustomFieldList, None)
            field.values.filter(value="").delete()
            field.delete()
            ordered_list.close_gaps(CustomFieldList)
    except ProtectedError:
        uses = field.values.exclude(value="").count()
        orders = "1 order has" if uses == 1 else f"{uses} orders have"
        raise OperationRefused(
            f"{orders} something in “{field}”, so it stays. Make it inactive instead."
        ) from None
