"""What a message sent by hand would say about some orders, looked at before anybody sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Reached:
    """Who would get a message about some orders, and who would not.

    first:    what is sent about the first of those of whom somebody can be reached; None where nobody can.
    sendable: how many are sent, to so many clients.
    left_out: the others, each with a sentence.
    """

    first: OrderDraft | None
    sendable: int
    clients: int
    left_out: list[tuple[Order, str]]


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


def reached(orders: Sequence[Order], wanted: Wanted, *, by: User, company: CompanyPreferences) -> Reached:
    """Return who would get the message about any number of `orders`; only the first is written out.

    Joined: what for_page() joins, and the stay.  Two queries.
    """
    refusals = Refusals({order.session.client_id for order in orders})
    told = [(order, by_hand.why_not(wanted, about(order, refusals=refusals))) for order in orders]
    open_ways = [order for order, why_not in told if not why_not]
    return Reached(
        first=next(iter(drafts(open_ways[:1], wanted, by=by, company=company)), None),
        sendable=len(open_ways),
        clients=len({order.session.client_id for order in open_ways}),
        left_out=[(order, why_not) for order, why_not in told if why_not],
    )
