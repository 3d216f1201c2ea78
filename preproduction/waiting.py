"""How many orders wait for somebody, for the sidebar."""

from django.db.models import QuerySet
from django.utils import timezone

from preproduction.models import Order
from studio import access
from studio.navigation import MOST_COUNTED


def waiting(user) -> dict[str, QuerySet]:
    """Return what is overdue, for those who look for it."""
    if not access.may(user, "see_overdue"):
        return {}
    late = Order.objects.late(timezone.localdate()).order_by()
    return {"preproduction:overdue_list": late[: MOST_COUNTED + 1]}
