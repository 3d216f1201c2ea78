from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from preproduction import operations
from preproduction.forms.hold import HoldForm
from preproduction.forms.version import VersionForm
from preproduction.views.order_page import get_order
from studio import access, work_calendar
from studio.way_back import come_back


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("hold_order")
def hold_order(request, pk):
    order = get_order(pk)
    form = HoldForm(request.POST or None, order=order)
    if not form.is_valid():
        return _hold_page(request, order, form, status=422 if form.errors else 200)
    try:
        operations.hold_order(order, by=request.user, **form.cleaned_data)
    except operations.OperationRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        outdated = isinstance(refusal, operations.OutdatedPage)
        order = get_order(pk)
        form.see_again(order)
        return _hold_page(request, order, form, status=409 if outdated else 422)
    messages.success(request, f"{order} is on hold.")
    return come_back(request, order)


def _hold_page(request, order, form, status):
    return render(request, "preproduction/order_hold.html", {"order": order, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("hold_order")
def resume_order(request, pk):
    order = get_order(pk)
    calendar = work_calendar.of_request(request)
    if request.method != "POST":
        return _resume_page(request, order, calendar, "" if order.is_on_hold else f"{order} is not on hold.")
    form = VersionForm(request.POST, order=order)
    if not form.is_valid():
        return _resume_page(request, order, calendar, form.non_field_errors()[0], status=422)
    try:
        hold = operations.resume_order(order, by=request.user, calendar=calendar, **form.cleaned_data)
    except operations.OperationRefused as refusal:
        return _resume_page(request, get_order(pk), calendar, str(refusal))
    messages.success(request, f"{order} is resumed.{_moved(hold)}")
    return come_back(request, order)


def _resume_page(request, order, calendar, refusal, *, status=409):
    context = {"order": order, "refusal": refusal, "form": VersionForm(order=order)}
    if order.is_on_hold:
        context["hold"] = order.holds.select_related("started_by").get(ended_on=None)
        try:
            context["resumed"] = operations.plan_resume(order, calendar)
        except operations.OperationRefused as impossible:
            context["refusal"] = refusal = str(impossible)
        else:
            context["days"] = context["resumed"].held_days - order.held_days
    status = status if refusal else 200
    return render(request, "preproduction/order_resume.html", context, status=status)


def _moved(hold):
    if not hold.days_held:
        return ""
    return f" It was held for {hold.days_held} business {'day' if hold.days_held == 1 else 'days'}."
