"""How many orders wait for somebody, for the sidebar."""

from django.utils import timezone

from preproduction.models import Order
from studio import access
from studio.navigation import MOST_COUNTED


def waiting(user) -> dict[str, int]:
    """Return how many orders are overdue, for those who look for them.  One query, for managers."""
    if not access.may(user, "see_overdue"):
        return {}
    overdue = Order.objects.overdue(timezone.localdate()).order_by()
    return {"preproduction:overdue_list": overdue[: MOST_COUNTED + 1].count()}
