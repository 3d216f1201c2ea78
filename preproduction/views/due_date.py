from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from preproduction import due_dates, operations
from preproduction.forms.due_date import DueDateForm, OfferedDayForm
from preproduction.models import Order
from preproduction.views.order_page import get_order
from preproduction.views.verb import answer
from studio import access, dates, work_calendar
from studio.way_back import come_back


@access.requires("see_work")
@require_safe
def due_date_explanation(request, pk):
    order = get_object_or_404(Order.objects.for_table(), pk=pk)
    story = due_dates.tell_due_date(order, work_calendar.of_request(request))
    return render(request, "preproduction/due_date_explanation.html", {"order": order, "story": story})


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("advance_order")
def change_due_date(request, pk):
    order = get_order(pk)
    form = DueDateForm(request.POST or None, order=order, offered=OfferedDayForm(request.GET).day())
    return answer(request, order, form, verb=operations.change_due_date, page=_page, done=_moved)


def _moved(request, order):
    day = order.status_due_date
    messages.success(
        request, f"{order} is due on {dates.written(day)}." if day else f"{order} has no due date."
    )
    return come_back(request, order)


def _page(request, order, form, *, status, refusal=""):
    context = {"order": order, "form": form, "refusal": refusal}
    return render(request, "preproduction/change_due_date.html", context, status=status)
