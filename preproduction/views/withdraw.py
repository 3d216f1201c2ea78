from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from preproduction import operations
from preproduction.forms.version import VersionForm
from preproduction.forms.withdraw import WithdrawForm
from preproduction.models import Order
from preproduction.views.order_page import get_order, show_order
from preproduction.views.verb import answer
from studio import access


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("withdraw_order")
def withdraw_order(request, pk):
    order = get_order(pk)
    form = WithdrawForm(request.POST or None, order=order)
    return answer(request, order, form, verb=operations.withdraw_order, page=_page, done=_withdrawn)


def _withdrawn(request, event):
    messages.success(request, f"{event.order} is withdrawn.")
    return redirect(event.order)


def _page(request, order, form, *, status, refusal=""):
    impossible = operations.withdraw_refusal(order)
    context = {"order": order, "form": form, "refusal": refusal, "impossible": impossible}
    return render(request, "preproduction/withdraw_order.html", context, status=status)


@require_POST
@access.requires("withdraw_order")
def put_back(request, pk):
    order = get_object_or_404(Order.with_withdrawn.for_table(), pk=pk)
    form = VersionForm(request.POST, order=order)
    if not form.is_valid():
        return _as_it_is(request, pk, status=422, refusal=form.non_field_errors()[0])
    try:
        operations.put_back(order, by=request.user, **form.cleaned_data)
    except operations.OutdatedPage as refusal:
        return _as_it_is(request, pk, status=409, refusal=str(refusal))
    messages.success(request, f"{order} is put back.")
    return redirect(order)


def _as_it_is(request, pk, **answer):
    """Show the order again, withdrawn or not."""
    order = Order.objects.for_page().find(pk)
    return show_order(request, order, **answer) if order else show_withdrawn(request, pk, **answer)


def show_withdrawn(request, pk, *, refusal="", status=200):
    """Say who withdrew an order and why, to those who may put it back; to others there is none."""
    withdrawn = Order.with_withdrawn.filter(withdrawn_on__isnull=False).for_table()
    if not access.may(request.user, "withdraw_order"):
        raise Http404("No such order.")
    order = get_object_or_404(withdrawn, pk=pk)
    context = {"order": order, "withdrawal": operations.withdrawal(order), "refusal": refusal}
    return render(request, "preproduction/withdrawn_order.html", context, status=status)
