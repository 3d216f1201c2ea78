from django.core.paginator import Page, Paginator
from django.shortcuts import render
from django_tables2.rows import BoundRows

MOST_COUNTED = (
    1000  # orders; of more a page says that they are more, and counts them where somebody goes so far
)


def count_words(counted: int) -> str:
    """Return how many there are in words, of which no more than MOST_COUNTED + 1 were counted."""
    return f"{MOST_COUNTED:,}+" if counted > MOST_COUNTED else str(counted)


class OrderPages(Paginator):
    """Pages of a queryset of orders, which is counted no further than MOST_COUNTED unless page `asked` lies beyond.

    has_more: whether there are more than `count` says.
    """

    def __init__(self, found, size, *, asked, count):
        super().__init__(found, size)
        counted = found.order_by()[: MOST_COUNTED + 1].count() if count is None else count
        self.has_more = counted > MOST_COUNTED
        if self.has_more and asked * size > MOST_COUNTED:
            counted, self.has_more = found.count(), False
        self.count = counted

    @property
    def count_words(self) -> str:
        return count_words(MOST_COUNTED + 1 if self.has_more else self.count)

    def keys(self, page: Page) -> list[int]:
        """Return the keys of a page.  Those of the second half are read from the end, which is nearer."""
        first, last = page.start_index() - 1, page.end_index()
        keys = self.object_list.values_list("pk", flat=True)
        if self.has_more or first < self.count / 2:
            return list(keys[max(first, 0) : last])
        return list(keys.reverse()[self.count - last : self.count - first])[::-1]


def show_page(table, asked, *, orders, count=None):
    """Give `table`, over a queryset of orders, the page that `asked` (a ListPageForm) wants.

    The keys of the page are found first, without the joins, and only its rows are read: a join of each row that is
    sorted or passed over costs more than everything else on a late page of a long list.

    orders: queryset with the joins.
    count:  how many rows there are, where somebody has counted up to MOST_COUNTED + 1 already.
    """
    pages = table.paginator = OrderPages(
        table.data.data, asked.page_size, asked=asked.page_number, count=count
    )
    page = pages.get_page(asked.page_number)
    keys = pages.keys(page)
    rows = orders.in_bulk(keys)
    for place, key in enumerate(keys, start=page.start_index() - 1):
        if key in rows:
            rows[key].place = place
    table.page = Page(BoundRows([rows[key] for key in keys if key in rows], table), page.number, pages)


def answer(request, context, *, page, part, target):
    """Answer with the template `page`, or with its `part` alone where its form fetches that while somebody types.

    target: id of the element that is the part.  Who comes back by the history wants the page.
    """
    is_typing = request.htmx.target == target and not request.htmx.history_restore_request
    return render(request, part if is_typing else page, context)
