"""What a message sent by hand would say about some orders, looked at before anybody sends it."""

from collections.abc import Sequence
from typing import NamedTuple

from preproduction.models import Order, StatusChange
from studio.models import CompanyPreferences, User
from triggers.outbox import by_hand
from triggers.outbox.by_hand import Draft, Wanted
from triggers.rules.before import words_gone_out
from triggers.rules.outlook import Prospect
from triggers.rules.refusals import Refusals


class OrderDraft(NamedTuple):
    order: Order
    draft: Draft


def about(order: Order, *, refusals: Refusals) -> Prospect:
    """Return the people of `order` as it is now.  Joined: what for_page() joins."""
    return Prospect(
        client=order.session.client,
        vendor=order.vendor,
        session_type_id=order.session.session_type_id,
        photographer=order.session.photographer,
        from_status_id=None,
        department=order.department,
        assigned_user=order.assigned_user,
        updated_by=None,
        due_date=order.status_due_date,
        refusals=refusals,
    )


def drafts(
    orders: Sequence[Order], wanted: Wanted, *, by: User, company: CompanyPreferences
) -> list[OrderDraft]:
    """Return what would be sent about each of `orders`, with what for_page() joins and the stay.  Two queries."""
    refusals = Refusals({order.session.client_id for order in orders})
    before = words_gone_out([order.pk for order in orders], wanted.template)
    return [
        OrderDraft(
            order,
            by_hand.draft(
                wanted,
                about(order, refusals=refusals),
                StatusChange.standing(order, by=by).payload()["fields"],
                company,
                before.get(order.pk),
            ),
        )
        for order in orders
    ]
