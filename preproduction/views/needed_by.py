from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from preproduction import operations
from preproduction.forms.needed_by import NeededByForm
from preproduction.models import Order
from preproduction.views.order_page import get_order, promise_of
from preproduction.views.verb import answer
from studio import access, dates, work_calendar
from studio.way_back import come_back


@access.requires("see_work")
@require_safe
def needed_by_plan(request, pk):
    order = get_object_or_404(Order.objects.for_table(), pk=pk)
    context = {"order": order, "promise": promise_of(request, order)}
    return render(request, "preproduction/needed_by_plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("change_order")
def change_needed_by(request, pk):
    order = get_order(pk)
    calendar = work_calendar.of_request(request)
    form = NeededByForm(request.POST or None, order=order, calendar=calendar)
    return answer(request, order, form, verb=operations.promise, page=_page, done=_promised)


def _promised(request, order):
    day = order.needed_by
    messages.success(
        request,
        f"{order} is needed by {dates.written(day)}." if day else f"{order} is not needed by any day.",
    )
    return come_back(request, order)


def _page(request, order, form, *, status, refusal=""):
    context = {"order": order, "form": form, "refusal": refusal}
    return render(request, "preproduction/change_needed_by.html", context, status=status)
