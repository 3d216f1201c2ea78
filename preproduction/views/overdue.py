from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from preproduction import exports, operations
from preproduction.filters import OverdueFilter
from preproduction.forecast.risks import risks_of
from preproduction.forms.as_known import AsKnownForm
from preproduction.forms.delay import DelayForm
from preproduction.forms.list_page import PAGE_SIZES, USUAL_SIZE, ListPageForm
from preproduction.late_bands import overdue_bands
from preproduction.models import Order
from preproduction.overdue_matrix import overdue_matrix
from preproduction.rebuild import overdue_as_known_on
from preproduction.tables.overdue import ROW_ACTIONS, OverdueExport, OverduePrint, OverdueTable
from preproduction.tables.overdue_then import OverdueThenTable
from preproduction.views.table_page import answer, show_page
from studio import access, dates, work_calendar
from studio.exports.list_file import list_file
from studio.way_back import come_back, way_back

WORST_FIRST = "-late"
MOST_RISKS = 20  # orders that will be late, as many as a person can act on


@require_safe
@access.requires("see_overdue")
def overdue_list(request):
    if "on" in request.GET:
        return _as_known(request)
    today, calendar = timezone.localdate(), work_calendar.of_request(request)
    bands = overdue_bands(today, calendar)
    asked = ListPageForm(request.GET)
    filters = OverdueFilter(
        request.GET, Order.objects.late(today), user=request.user, bands=bands, set_up=request.set_up
    )
    sort = asked.sort_of(OverdueTable, default=WORST_FIRST)
    studio = {"today": today, "calendar": calendar, "order_by": sort}
    if asked.file_kind:
        return _as_file(request, filters, bands, kind=asked.file_kind, **studio)
    rows, total = _matrix(filters, bands)
    actions = [action for action in ROW_ACTIONS if access.may(request.user, action.permission)]
    table = OverdueTable(filters.qs, actions=actions, back=request.get_full_path(), **studio)
    show_page(table, asked, orders=Order.objects.for_table().select_related("late_reason"))
    context = {
        "table": table,
        "filters": filters,
        "bands": bands,
        "rows": rows,
        "total": total,
        "risks": _risks(filters, today, calendar),
        "totals": list(zip(bands, total.cells, strict=False)),  # the last cell is the sum
        "sort": "" if sort == WORST_FIRST else sort,
        "page_size": "" if asked.page_size == USUAL_SIZE else asked.page_size,
        "page_sizes": PAGE_SIZES,
        "shown_size": str(asked.page_size),
        "back": request.get_full_path(),
    }
    part = "preproduction/_overdue_part.html"
    return answer(request, context, page="preproduction/overdue_list.html", part=part, target="overdue")


def _risks(filters, today, calendar):
    """Return what will be late of what is chosen, on time as it still is."""
    orders = filters.narrowed(Order.objects.at_risk(today), without=("late", "promise_broken"))
    return risks_of(orders, today=today, calendar=calendar, most=MOST_RISKS)


def _matrix(filters, bands):
    return overdue_matrix(filters.narrowed(Order.objects.open(), without=filters.CELL), filters, bands)


def _as_file(request, filters, bands, *, kind, **studio):
    """Answer with what the page shows: a workbook to count and sort by, or a print to call people from."""
    orders, how = (
        filters.qs.for_table().select_related("late_reason"),
        {"title": "Overdue", "filters_in_words": filters.words()},
    )
    if kind == "xlsx":
        return list_file(request, OverdueExport(orders, **studio), kind=kind, **how)
    matrix = exports.matrix_on_paper(*_matrix(filters, bands), bands)
    return list_file(request, OverduePrint(orders, **studio), kind=kind, above=matrix, **how)


def _as_known(request):
    """Show what was overdue on a past day, as it was known at its end."""
    form, asked = AsKnownForm(request.GET), ListPageForm(request.GET)
    day = form.cleaned_data["on"] if form.is_valid() else None
    found = overdue_as_known_on(day) if day else []
    calendar, statuses = work_calendar.of_request(request), request.set_up["statuses"]
    table = OverdueThenTable(found, day=day, calendar=calendar, statuses=statuses)
    if asked.file_kind and day:
        words = f"As it was known at the end of {dates.written(day)}."
        return list_file(request, table, kind=asked.file_kind, title="Overdue", filters_in_words=words)
    table.paginate(page=asked.page_of(len(found)), per_page=asked.page_size)
    context = {"form": form, "day": day, "table": table, "count": len(found)}
    return render(request, "preproduction/overdue_then.html", context, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("change_order")
def note_delay(request, pk):
    order = get_object_or_404(Order.objects.for_page(), pk=pk)
    form = DelayForm(request.POST or None, order=order, set_up=request.set_up)
    if request.method == "POST" and form.is_valid():
        try:
            operations.note_delay_reason(order, by=request.user, **form.cleaned_data)
        except operations.OperationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The reason of {order} is noted.")
            return come_back(request, order)
    context = {"order": order, "form": form, "back": way_back(request, reverse("preproduction:overdue_list"))}
    return render(request, "preproduction/note_delay.html", context, status=422 if form.errors else 200)
