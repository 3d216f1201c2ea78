"""Orders, as the palette finds them; see studio/finding.py."""

from preproduction import order_words
from preproduction.models import Order
from studio import access, texts
from studio.finding import MOST, Found


def orders(user, typed: str) -> list[Found]:
    """The newest first, but before them the order of that very number.  Three queries, if anything was typed."""
    if not access.may(user, "see_work") or not texts.words(typed):
        return []
    rows = Order.objects.filter(order_words.holding(typed)).order_by("-pk")
    rows = order_words.exact_ones_first(rows, typed).select_related("session__client", "status")
    number = texts.unique_key(typed)
    return [
        Found(
            str(order),
            order.get_absolute_url(),
            "photo",
            " · ".join(filter(None, (str(order.session.client), str(order.status or "")))),
            is_exact=order.number_key == number,
        )
        for order in rows[:MOST]
    ]
