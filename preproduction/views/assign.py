from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from preproduction import operations
from preproduction.forms.assign import AssignForm
from preproduction.forms.version import VersionForm
from preproduction.views.order_page import get_order, show_order
from preproduction.views.verb import answer
from studio import access
from studio.models.people import UNASSIGNED
from studio.way_back import come_back


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("reassign_order")
def assign_order(request, pk):
    order = get_order(pk)
    form = AssignForm(request.POST or None, order=order)
    return answer(request, order, form, verb=operations.assign_order, page=_page, done=_assigned)


def _assigned(request, order):
    to = order.assigned_user or order.department
    messages.success(request, f"{order} is assigned to {to}." if to else f"{order} is {UNASSIGNED.lower()}.")
    return come_back(request, order)


@require_POST
@access.requires("take_order")
def take_order(request, pk):
    order = get_order(pk)
    form = VersionForm(request.POST, order=order)
    if not form.is_valid():
        return show_order(request, order, status=422, refusal=form.non_field_errors()[0])
    try:
        order = operations.take_order(order, by=request.user, **form.cleaned_data)
    except operations.OperationRefused as refusal:
        return show_order(request, get_order(pk), status=409, refusal=str(refusal))
    messages.success(request, f"{order} is yours.")
    return come_back(request, order)


def _page(request, order, form, *, status, refusal=""):
    context = {"order": order, "form": form, "refusal": refusal}
    return render(request, "preproduction/order_assign.html", context, status=status)
