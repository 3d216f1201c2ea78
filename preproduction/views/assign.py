from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from preproduction import operations
from preproduction.forms.assign import AssignForm
from preproduction.views.order_page import get_order
from studio import access
from studio.way_back import come_back


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("reassign_order")
def assign_order(request, pk):
    order = get_order(pk)
    form = AssignForm(request.POST or None, order=order)
    if not form.is_valid():
        return _page(request, order, form, status=422 if form.errors else 200)
    try:
        order = operations.assign_order(order, by=request.user, **form.cleaned_data)
    except operations.OutdatedPage as refusal:
        order = get_order(pk)
        form.see_again(order)
        return _page(request, order, form, status=409, refusal=str(refusal))
    except operations.OperationRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, order, form, status=422)
    to = order.assigned_user or order.department or "nobody"
    messages.success(request, f"{order} is assigned to {to}.")
    return come_back(request, order)


def _page(request, order, form, *, status, refusal=""):
    context = {"order": order, "form": form, "refusal": refusal}
    return render(request, "preproduction/order_assign.html", context, status=status)
