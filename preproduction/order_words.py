"""What a search for orders looks into: their numbers, their session's, and the client's names, mail and phones."""

from django.db.models import Q, QuerySet

from studio import texts
from studio.search import exact_first, indexed
from studio.search_index import SearchIndex

MOST_FIRST = 200  # of a client of the very name; nobody turns more pages

ORDER_WORDS = SearchIndex(
    "preproduction_order_words",
    (("preproduction_order", "session_id"), ("studio_photosession", "client_id"), ("studio_client", "")),
)


def holding(typed: str) -> Q:
    """Return the condition that an order holds what was typed.  One query, if anything was."""
    return indexed(typed, ORDER_WORDS)


def exact_ones_first(orders: QuerySet, typed: str) -> QuerySet:
    """Return `orders`, in their order, but first those of just this number, session or client.  One query, if typed.

    They are asked for by themselves, so that the many others of a common word need not be sorted for nothing.
    """
    if not typed.strip():
        return orders
    key, rows = texts.unique_key(typed), orders.model.objects.order_by().values("pk")
    same = rows.filter(number_key=key).union(
        rows.filter(session__number_key=key), rows.filter(session__client__name_sorted=texts.sort_key(typed))
    )
    keys = [row["pk"] for row in same[:MOST_FIRST]]
    return exact_first(orders, Q(pk__in=keys)) if keys else orders
