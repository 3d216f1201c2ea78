from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from preproduction import operations
from preproduction.forms.hold import HoldForm
from preproduction.views.order_page import get_order
from studio import access, work_calendar
from studio.way_back import come_back


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("hold_order")
def hold_order(request, pk):
    order = get_order(pk)
    form = HoldForm(request.POST or None)
    if not form.is_valid():
        return _hold_page(request, order, form, status=422 if form.errors else 200)
    try:
        operations.hold_order(order, by=request.user, reason=form.cleaned_data["reason"])
    except operations.OperationRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        outdated = isinstance(refusal, operations.OutdatedPage)
        return _hold_page(request, get_order(pk), form, status=409 if outdated else 422)
    messages.success(request, f"{order} is on hold.")
    return come_back(request, order)


def _hold_page(request, order, form, status):
    return render(request, "preproduction/order_hold.html", {"order": order, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("hold_order")
def resume_order(request, pk):
    order = get_order(pk)
    calendar = work_calendar.of_request(request)
    refusal = "" if order.is_on_hold else f"{order} is not on hold."
    if request.method == "POST":
        try:
            hold = operations.resume_order(order, by=request.user, calendar=calendar)
        except operations.OperationRefused as refused:
            order, refusal = get_order(pk), str(refused)
        else:
            messages.success(request, f"{order} is resumed.{_moved(hold)}")
            return come_back(request, order)
    context = {"order": order, "refusal": refusal}
    if order.is_on_hold:
        context["days"], context["due_date"] = operations.plan_resume(order, calendar)
        context["hold"] = order.holds.select_related("started_by").get(ended_on=None)
    return render(request, "preproduction/order_resume.html", context, status=409 if refusal else 200)


def _moved(hold):
    if not hold.days_held:
        return ""
    return f" It was held for {hold.days_held} business {'day' if hold.days_held == 1 else 'days'}."
