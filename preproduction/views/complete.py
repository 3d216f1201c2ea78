from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from preproduction import operations
from preproduction.forms.complete import CompleteForm
from preproduction.views.order_page import get_order
from studio import access
from studio.way_back import come_back


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("advance_order")
def complete_order(request, pk):
    """Complete an order where the studio has no statuses."""
    order = get_order(pk)
    form = CompleteForm(request.POST or None, order=order)
    if not form.is_valid():
        return _page(request, order, form, status=422 if form.errors else 200)
    try:
        operations.complete_order(order, by=request.user, **form.cleaned_data)
    except operations.OperationRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        outdated = isinstance(refusal, operations.OutdatedPage)
        order = get_order(pk)
        form.see_again(order)
        return _page(request, order, form, status=409 if outdated else 422)
    messages.success(request, f"{order} is complete.")
    return come_back(request, order)


def _page(request, order, form, *, status):
    context = {"order": order, "form": form, "missing": order.proofs_missing()}
    return render(request, "preproduction/complete_order.html", context, status=status)
