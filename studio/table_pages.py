"""Turns to the page of a table that an address asks for."""

from django.core.paginator import EmptyPage
from django.db.models import QuerySet
from django_tables2 import RequestConfig


def turn(request, table, *, size: int) -> None:
    """Sort `table` and turn to the page that `request` asks for; a page past the last is the last.

    size: rows of a page.  It is ours: the library would take it from the address, where 0 and -1 are errors and a large
    number is every row at once.
    """
    RequestConfig(request, paginate=False).configure(table)
    rows = table.data.data
    if isinstance(rows, QuerySet) and rows.query.order_by:
        # Sorted by something that is not unique, a list may repeat or skip rows between its pages.
        table.data.data = rows.order_by(*rows.query.order_by, "pk")
    asked = request.GET.get(table.prefixed_page_field, "")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    try:
        table.paginate(page=page, per_page=size)
    except EmptyPage:
        table.paginate(page=table.paginator.num_pages if page else 1, per_page=size)
