from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from preproduction import operations
from preproduction.forms.hold import DeclineHoldForm, GrantHoldForm, HoldForm
from preproduction.views.order_page import get_order, show_order
from studio import access
from studio.way_back import come_back

ANSWERED = "Somebody has answered that request meanwhile. Nothing was changed; look at the order again."


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("ask_for_hold")
def ask_for_hold(request, pk):
    order = get_order(pk)
    form = HoldForm(request.POST or None, order=order)
    if not form.is_valid():
        return _ask_page(request, order, form, status=422 if form.errors else 200)
    try:
        operations.ask_for_hold(order, by=request.user, **form.cleaned_data)
    except operations.OperationRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        outdated = isinstance(refusal, operations.OutdatedPage)
        order = get_order(pk)
        form.see_again(order)
        return _ask_page(request, order, form, status=409 if outdated else 422)
    messages.success(request, f"The managers are asked to put {order} on hold.")
    return come_back(request, order)


def _ask_page(request, order, form, *, status):
    return render(request, "preproduction/ask_for_hold.html", {"order": order, "form": form}, status=status)


@require_POST
@access.requires("hold_order")
def grant_hold(request, pk):
    """Put the order on hold, for the reason that was asked with."""
    order = get_order(pk)
    form, asked = GrantHoldForm(request.POST, order=order), operations.hold_request(order)
    if not form.is_valid():
        return show_order(request, order, status=422, refusal="This form did not come back whole.")
    if asked is None or asked.pk != form.cleaned_data["request"]:
        return show_order(request, order, status=409, refusal=ANSWERED)
    expected = form.cleaned_data["expected"]
    try:
        operations.hold_order(order, by=request.user, reason=asked.notes, expected=expected)
    except operations.OperationRefused as refusal:
        return show_order(request, get_order(pk), status=409, refusal=str(refusal))
    messages.success(request, f"{order} is on hold.")
    return come_back(request, order)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("hold_order")
def decline_hold(request, pk):
    order = get_order(pk)
    asked = operations.hold_request(order)
    form = DeclineHoldForm(request.POST or None, initial={"request": asked.pk if asked else None})
    context = {"order": order, "form": form, "asked": asked}
    if not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "preproduction/decline_hold.html", context, status=status)
    try:
        operations.decline_hold(order, by=request.user, **form.cleaned_data)
    except operations.OperationRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        status = 409 if isinstance(refusal, operations.OutdatedPage) else 422
        return render(request, "preproduction/decline_hold.html", context, status=status)
    messages.success(request, f"The hold of {order} is declined.")
    return come_back(request, order)
