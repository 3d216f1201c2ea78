from django.core.paginator import Page, Paginator
from django.shortcuts import render
from django_tables2.rows import BoundRows

MOST_COUNTED = (
    1000  # orders; of more a page says that they are more, and counts them where somebody goes so far
)


def count_words(counted: int) -> str:
    """Return how many there are in words, of which no more than MOST_COUNTED + 1 were counted."""
    return f"{MOST_COUNTED:,}+" if counted > MOST_COUNTED else str(counted)


class FromEnd(Page):
    """A page of a long list, named from its end.  Pages and rows count from there: the last of each is -1."""

    def start_index(self):
        return self.paginator.first

    def end_index(self):
        return (self.number + 1) * self.paginator.per_page - 1

    def has_previous(self):
        return self.paginator.has_more or -self.start_index() < self.paginator.count

    def has_next(self):
        return self.number < -1

    def previous_page_number(self):
        return self.number - 1

    def next_page_number(self):
        return self.number + 1


class OrderPages(Paginator):
    """The page that `asked` (a ListPageForm) wants of a queryset of orders.

    They are counted no further than MOST_COUNTED, unless the page lies further in than that from either end.

    has_more: whether there are more than `count` says.
    number:   of the page, from 1; of a long list a page that is named from the end keeps its negative one, so that the
              pages before and after it hold other rows.
    """

    def __init__(self, found, asked, *, count):
        super().__init__(found, asked.page_size)
        self.number = asked.page_number
        counted = found.order_by()[: MOST_COUNTED + 1].count() if count is None else count
        is_long = self.has_more = counted > MOST_COUNTED
        if is_long and abs(self.number) * self.per_page > MOST_COUNTED:
            counted, self.has_more = found.count(), False
        self.count = counted
        is_there = self.has_more or (-self.number - 1) * self.per_page < counted
        if self.number > 0 or not (is_long and is_there):
            self.number = asked.page_of(counted)

    @property
    def count_words(self) -> str:
        return count_words(MOST_COUNTED + 1 if self.has_more else self.count)

    @property
    def first(self) -> int:
        """The place of the page's first row: from 0, or negative where it is counted from the end."""
        if self.number > 0:
            return self.per_page * (self.number - 1)
        first = self.per_page * self.number
        return first if self.has_more else max(first, -self.count)

    def keys(self) -> list[int]:
        """Return the keys of the page.  Those of the second half are read from the end, which is nearer."""
        keys = self.object_list.values_list("pk", flat=True)
        if self.number > 0 and (self.has_more or self.first < self.count / 2):
            return list(keys[self.first : self.first + self.per_page])
        if self.number > 0:
            skipped, last = max(self.count - self.first - self.per_page, 0), self.count - self.first
        else:
            skipped, last = (-self.number - 1) * self.per_page, -self.first
        return list(keys.reverse()[skipped:last])[::-1]

    def with_rows(self, rows) -> Page:
        return (FromEnd if self.number < 0 else Page)(rows, self.number, self)


def show_page(table, asked, *, orders, count=None):
    """Give `table`, over a queryset of orders, the page that `asked` (a ListPageForm) wants.

    The keys of the page are found first, without the joins, and only its rows are read: a join of each row that is
    sorted or passed over costs more than everything else on a late page of a long list.

    orders: queryset with the joins.
    count:  how many rows there are, where somebody has counted up to MOST_COUNTED + 1 already.
    """
    pages = table.paginator = OrderPages(table.data.data, asked, count=count)
    keys = pages.keys()
    rows = orders.in_bulk(keys)
    for place, key in enumerate(keys, start=pages.first):
        if key in rows:
            rows[key].place = place
    table.page = pages.with_rows(BoundRows([rows[key] for key in keys if key in rows], table))


def answer(request, context, *, page, part, target):
    """Answer with the template `page`, or with its `part` alone where its form fetches that while somebody types.

    target: id of the element that is the part.  Who comes back by the history wants the page.
    """
    is_typing = request.htmx.target == target and not request.htmx.history_restore_request
    return render(request, part if is_typing else page, context)
