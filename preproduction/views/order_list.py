from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone

from preproduction.filters import OPEN, OrderFilter
from preproduction.forms.list_page import PAGE_SIZES, USUAL_SIZE, ListPageForm
from preproduction.late_bands import late_bands
from preproduction.models import Order
from preproduction.tables.order import OrderExport, OrderTable
from preproduction.views.list_file import list_file
from studio import access, work_calendar

TITLE = "Preproduction Orders"

# Words, name of the count, and the filters that the tab switches on; all others of OrderFilter.TABS it switches off.
TABS = (
    ("Open", "open", {}),
    ("Late", "late", {"late": "any"}),
    ("Due today", "due_today", {"due_today": True}),
    ("Unassigned", "unassigned", {"unassigned": True}),
    ("On hold", "on_hold", {"on_hold": True}),
    # Complete orders are too many to be counted for a tab.
    ("Complete", "", {"state": "complete"}),
    ("All", "", {"state": "all"}),
)


@access.requires("see_work")
def order_list(request):
    today, calendar = timezone.localdate(), work_calendar.of_request(request)
    asked = ListPageForm(request.GET)
    filters = OrderFilter(
        request.GET, Order.objects.all(), user=request.user, bands=late_bands(today, calendar)
    )
    # Open orders are work to do, the most pressing first; the others are looked up, the newest first.
    usual_sort = "due" if filters.state == OPEN else "-order_date"
    sort = asked.sort_of(OrderTable, default=usual_sort)
    orders = filters.qs.for_table()
    if asked.file_kind:
        table = OrderExport(orders, order_by=sort, today=today, calendar=calendar)
        return list_file(request, table, kind=asked.file_kind, title=TITLE, filters_in_words=filters.words())
    may_advance = access.may(request.user, "advance_order")
    table = OrderTable(orders, order_by=sort, today=today, calendar=calendar, may_advance=may_advance)
    table.paginator = Paginator(table.rows, asked.page_size)
    table.page = table.paginator.get_page(asked.page_number)
    context = {
        "table": table,
        "filters": filters,
        "tabs": _tabs(filters, today),
        "sort": "" if sort == usual_sort else sort,
        "page_size": "" if asked.page_size == USUAL_SIZE else asked.page_size,
        "page_sizes": PAGE_SIZES,
        "shown_size": str(asked.page_size),
        "bulk_form": "bulk" if may_advance else "",
        "back": request.get_full_path(),
    }
    return render(request, "preproduction/order_list.html", context)


def _tabs(filters, today):
    """Describe the tabs, with counts under the filters that are no tabs."""
    counts = filters.narrowed(Order.objects.all(), without=filters.TABS).open_counts(today)
    in_force = {name: filters.values[name] for name in filters.TABS if name in filters.values}
    if filters.state == OPEN:
        in_force.pop("state", None)
    off = dict.fromkeys(filters.TABS)
    return [
        {
            "words": words,
            "query": filters.query(**{**off, **switched_on}),
            "count": counts.get(counted),
            "is_current": switched_on == in_force,
        }
        for words, counted, switched_on in TABS
    ]
