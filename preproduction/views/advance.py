"""Advance Status of one order.  The page serves as a page, in a dialog, and with scripts off."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from preproduction import operations
from preproduction.advancing import OneAdvance
from preproduction.models import Order
from preproduction.operations import OperationRefused, OutdatedPage
from studio import access, work_calendar
from studio.way_back import come_back


@access.requires("advance_order")
@require_http_methods(["GET", "HEAD", "POST"])
def advance_order(request, pk):
    if request.method != "POST":
        return _page(request, _advance(request, pk))
    advance = _advance(request, pk, request.POST)
    form = advance.form
    if form.wants_recalculation:
        form.forget_errors()
        return _page(request, advance)
    try:
        change = _change(request, advance)
    except OperationRefused as refusal:
        if refusal.field is None or isinstance(refusal, OutdatedPage):
            afresh = _advance(request, pk, note=form["note"].value())
            return _page(request, afresh, status=409, refusal=refusal)
        form.refuse(refusal)
    if form.errors:
        return _page(request, advance, status=422)
    messages.success(request, _advanced(request, change))
    return come_back(request, advance.order)


@access.requires("advance_order")
@require_safe
def advance_preview(request, pk):
    """Answer what follows from the status and the date in the form, as a part of it."""
    advance = _advance(request, pk, request.GET)
    advance.form.forget_errors()
    return render(request, "preproduction/_advance_preview.html", _context(advance))


def _advance(request, pk, data=None, **given):
    order = get_object_or_404(Order.objects.for_page(), pk=pk)
    return OneAdvance(order, data, by=request.user, set_up=request.set_up, **given)


def _change(request, advance):
    """Return the status change; None if the form has errors."""
    order, form = advance.order, advance.form
    if form.is_valid():
        plan, said = advance.agreed()
        calendar = work_calendar.of_request(request)
        return operations.advance_status(order, plan, by=request.user, calendar=calendar, **said)
    # An outdated page is worse news than a wrong date, and makes correcting it a waste.
    operations.refuse_if_outdated(order, form.cleaned_data.get("expected"))
    return None


def _page(request, advance, *, status=200, refusal=""):
    context = {**_context(advance), "refusal": refusal}
    return render(request, "preproduction/advance_order.html", context, status=status)


def _context(advance):
    return {"advance": advance, "form": advance.form, "order": advance.order}


def _advanced(request, change):
    """Return the message after an advance, with a button that takes it back while that is possible."""
    order = change.order
    can_undo = not operations.undo_refusal(order, change, by=request.user)
    context = {"order": order, "change": change, "can_undo": can_undo}
    return render_to_string("preproduction/_advanced_message.html", context, request=request)
