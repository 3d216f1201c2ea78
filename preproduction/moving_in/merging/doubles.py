"""Who may be here twice, and what would move."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery

from preproduction.models import Order
from studio import search
from studio.models import Client, PhotoSession

FOUND = 20
A_PAGE = 50


@dataclass(frozen=True)
class Side:
    """One of two clients, and what they have."""

    client: Client
    sessions: int
    orders: int
    open_orders: int
    refusals: int


def side(client: Client) -> Side:
    """Four queries."""
    orders = Order.objects.filter(session__client=client)
    return Side(
        client,
        client.sessions.filter(withdrawn_on=None).count(),
        orders.count(),
        orders.open().count(),
        client.refusals.open().count(),
    )


def _with_sessions(clients: QuerySet[Client]) -> QuerySet[Client]:
    sessions = PhotoSession.objects.filter(client=OuterRef("pk")).order_by().values("client")
    return clients.annotate(session_count=Subquery(sessions.annotate(n=Count("pk")).values("n")))


def find(typed: str, *, other_than: Client) -> Sequence[Client]:
    """Return the first clients who are found so, but for the one who asks."""
    found = Client.objects.filter(search.matching(typed, "found_by")).exclude(pk=other_than.pk)
    return _with_sessions(found)[:FOUND]


def page_of_doubles(number: int) -> tuple[Page, list[list[Client]]]:
    """Return a page of the names that two have or more, and the clients of each.  Three queries."""
    names = (
        Client.objects.order_by().values("name_sorted").annotate(n=Count("pk")).filter(n__gt=1)
        .order_by("name_sorted").values_list("name_sorted", flat=True)
    )  # fmt: skip
    page = Paginator(names, A_PAGE).get_page(number)
    by_name: dict[str, list[Client]] = {}
    for client in _with_sessions(Client.objects.filter(name_sorted__in=list(page))).order_by(
        "name_sorted", "pk"
    ):
        by_name.setdefault(client.name_sorted, []).append(client)
    return page, list(by_name.values())
