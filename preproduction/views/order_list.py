from django.contrib import messages
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from preproduction.filters import ALL, COMPLETE, OPEN, OrderFilter
from preproduction.forms.list_page import PAGE_SIZES, USUAL_SIZE, ListPageForm
from preproduction.forms.reassign import MOST_ORDERS, TickedOrdersForm
from preproduction.late_bands import late_bands
from preproduction.models import Order
from preproduction.tables.columns import columns_for
from preproduction.tables.order import OrderTable
from preproduction.tables.order_export import OrderExport
from preproduction.tables.take import TakeButtons
from preproduction.views import table_page
from preproduction.views.saved_view import view_query, views_for
from preproduction.views.table_page import answer, count_words, show_page
from studio import access, work_calendar
from studio.exports.list_file import list_file

TITLE = "Preproduction Orders"

# Columns that say nothing about orders in this state.
WITHOUT = {
    OPEN: ("completed_on",),
    COMPLETE: ("due", "late", "on_hold", "user", "department", "actions"),
    ALL: (),
}

# Open orders are work to do, the most pressing first; the others are looked up, the newest first.
USUAL_SORTS = {OPEN: "due", COMPLETE: "-completed_on", ALL: "-order_date"}

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


@require_safe
@access.requires("see_work")
def order_list(request):
    today, calendar = timezone.localdate(), work_calendar.of_request(request)
    asked = ListPageForm(request.GET)
    filters = _filters(request, request.GET)
    usual_sort = USUAL_SORTS[filters.state_in_force]
    without = WITHOUT[filters.state_in_force]
    sort, columns = _order_and_columns(request, asked, filters)
    if columns.is_asked:
        filters.kept = {"columns": columns.text}
    if asked.file_kind:
        table = OrderExport(
            columns.join(filters.qs.for_table()),
            order_by=sort,
            today=today,
            calendar=calendar,
            without=without,
            columns=columns,
        )
        _put_exact_ones_first(table, filters, sort)
        return list_file(request, table, kind=asked.file_kind, title=TITLE, filters_in_words=filters.words())
    may_advance = access.may(request.user, "advance_order")
    if not may_advance:
        without += ("actions",)
    unusual_sort = "" if sort == usual_sort else sort
    query = view_query(filters, unusual_sort, columns.text)
    table = OrderTable(
        filters.qs,
        order_by=sort,
        today=today,
        calendar=calendar,
        without=without,
        columns=columns,
        query=query,
        take=TakeButtons(request),
    )
    _put_exact_ones_first(table, filters, sort)
    tabs = _tabs(filters, today)
    counted = next((tab["count"] for tab in tabs if tab["is_current"]), None)
    show_page(table, asked, orders=columns.join(Order.objects.for_table()), count=counted)
    context = {
        "table": table,
        "filters": filters,
        "tabs": tabs,
        "sort": unusual_sort,
        "columns": columns.text if columns.is_asked else "",
        "views": views_for(request.user),
        "view_query": query,
        "empty": {} if table.page.object_list else _empty(filters),
        "page_size": "" if asked.page_size == USUAL_SIZE else asked.page_size,
        "page_sizes": PAGE_SIZES,
        "shown_size": str(asked.page_size),
        "all_count": _all_beyond(table),
        "most_at_once": MOST_ORDERS,
        "bulk_form": "bulk" if may_advance else "",
        "back": request.get_full_path(),
    }
    part = "preproduction/_order_list_part.html"
    return answer(request, context, page="preproduction/order_list.html", part=part, target="hub")


def listed(request, query):
    """Return the orders that the list with this query holds for the user of `request`, in its order."""
    asked, calendar = QueryDict(query), work_calendar.of_request(request)
    filters = _filters(request, asked)
    sort, columns = _order_and_columns(request, ListPageForm(asked), filters)
    table = OrderTable(
        filters.qs, order_by=sort, today=timezone.localdate(), calendar=calendar, columns=columns
    )
    _put_exact_ones_first(table, filters, sort)
    return table.data.data


def _order_and_columns(request, asked, filters):
    """Return in which order the list stands, as a sort of its table, and which columns it has."""
    state, columns = filters.state_in_force, columns_for(request.user, asked.columns_asked)
    without = (*WITHOUT[state], *columns.left_out)
    return asked.sort_of(
        OrderTable, default=USUAL_SORTS[state], without=without, further=columns.further()
    ), columns


def _put_exact_ones_first(table, filters, sort):
    # Whoever chose an order gets it.
    if sort == USUAL_SORTS[filters.state_in_force]:
        table.data.data = filters.exact_first(table.data.data)


def ticked_or_all(request):
    """Return the orders that a list sent by GET to be worked on, each with its version: the ticked, or all it holds."""
    form = TickedOrdersForm(request.GET)
    if form.all_of is None:
        return form.orders()
    keys = list(listed(request, form.all_of).values_list("pk", flat=True)[:MOST_ORDERS])
    found = Order.objects.for_table().in_bulk(keys)
    return [(found[key], found[key].version) for key in keys if key in found]


def tell_withdrawn(request, form):
    """Name the orders of a TickedOrdersForm that a colleague has withdrawn since they were ticked."""
    for order in form.withdrawn():
        messages.warning(request, f"{order} was left as it is: it has been withdrawn.")


def _filters(request, asked):
    bands = late_bands(timezone.localdate(), work_calendar.of_request(request))
    return OrderFilter(asked, Order.objects.all(), user=request.user, bands=bands, set_up=request.set_up)


def _all_beyond(table) -> int:
    """Return how many orders the list holds, where that is more than one page."""
    paginator = table.page.paginator
    return paginator.count if paginator.num_pages > 1 else 0


def _empty(filters):
    """Say why there are no rows, and what to do next."""
    if elsewhere := _found_elsewhere(filters):
        return {
            "title": "No orders match",
            "text": (
                f"The search finds {elsewhere} {'order' if elsewhere == 1 else 'orders'} "
                "among all orders, complete ones included."
            ),
            "url": f"{reverse('preproduction:order_list')}?{_search_alone(filters)}",
            "action": "Search all orders",
        }
    if filters.chips():
        return {
            "title": "No orders match",
            "text": "No order fits all of what is chosen above.",
            "url": reverse("preproduction:order_list"),
            "action": "Show all open orders",
        }
    return {
        "title": "No open orders",
        "text": "A preproduction order is made from its session: open the session, then choose New Preproduction Order.",
        "url": reverse("studio:session_list"),
        "action": "Go to Sessions",
    }


def _found_elsewhere(filters) -> int:
    """Return how many orders the search would find without the other filters; 0 without a search."""
    words = filters.values.get("q")
    return filters.search(Order.objects.all(), "q", words).count() if words else 0


def _search_alone(filters) -> str:
    return filters.query(**{**dict.fromkeys(filters.values), "q": filters.values["q"], "state": ALL})


def _tabs(filters, today):
    """Describe the tabs, with counts under the filters that are no tabs."""
    found = filters.narrowed(Order.objects.all(), without=filters.TABS)
    # To count those that a letter finds, one kind after the other, would mean to look through them all.
    counts = found.open_counts(today, most=table_page.MOST_COUNTED) if filters.finds_few else {}
    in_force = {name: filters.values[name] for name in filters.TABS if name in filters.values}
    if filters.state_in_force == OPEN:
        in_force.pop("state", None)
    off = dict.fromkeys(filters.TABS)
    return [
        {
            "words": words,
            "query": filters.query(**{**off, **switched_on}),
            "count": counts.get(counted),
            "count_words": count_words(counts[counted]) if counted in counts else "",
            "is_current": switched_on == in_force,
        }
        for words, counted, switched_on in TABS
    ]
