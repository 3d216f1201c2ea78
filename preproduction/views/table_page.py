from django.core.paginator import Page, Paginator
from django_tables2.rows import BoundRows


def show_page(table, asked, *, orders, count=None):
    """Give `table`, over a queryset of orders, the page that `asked` (a ListPageForm) wants.

    The keys of the page are found first, without the joins, and only its rows are read: a join of each row that is
    sorted or passed over costs more than everything else on a late page of a long list.

    orders: queryset with the joins.
    count:  how many rows there are, where somebody has counted already.
    """
    found = table.data.data
    paginator = table.paginator = Paginator(found, asked.page_size)
    if count is not None:
        paginator.count = count
    page = paginator.get_page(asked.page_number)
    keys = list(page.object_list.values_list("pk", flat=True))
    rows = orders.in_bulk(keys)
    for place, key in enumerate(keys, start=page.start_index() - 1):
        if key in rows:
            rows[key].place = place
    table.page = Page(BoundRows([rows[key] for key in keys if key in rows], table), page.number, paginator)
