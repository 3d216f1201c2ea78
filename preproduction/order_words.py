"""What a search for orders looks into: their numbers, their session's, and the client's names, mail and phones."""

from django.db.models import Q, QuerySet

from studio import texts
from studio.search import exact_first, indexed
from studio.search_index import SearchIndex

ORDER_WORDS = SearchIndex(
    "preproduction_order_words",
    (("preproduction_order", "session_id"), ("studio_photosession", "client_id"), ("studio_client", "")),
)


def holding(typed: str) -> Q:
    """Return the condition that an order holds what was typed.  One query, if anything was."""
    return indexed(typed, ORDER_WORDS)


def exact_ones_first(orders: QuerySet, typed: str) -> QuerySet:
    """Return `orders`, in their order, but first those of just this number, session or client."""
    key = texts.unique_key(typed)
    return exact_first(
        orders,
        typed,
        number_key=key,
        session__number_key=key,
        session__client__name_sorted=texts.sort_key(typed),
    )
