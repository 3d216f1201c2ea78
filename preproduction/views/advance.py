"""Advance Status of one order.  The page serves as a page, in a dialog, and with scripts off."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from preproduction import operations
from preproduction.forms.advance import AdvanceForm
from preproduction.forms.choices import Offered
from preproduction.models import Order
from preproduction.operations import OperationRefused, OutdatedPage
from studio import access, work_calendar
from studio.way_back import come_back


@access.requires("advance_order")
@require_http_methods(["GET", "HEAD", "POST"])
def advance_order(request, pk):
    order = _order(pk)
    if request.method != "POST":
        return _page(request, _form(request, order))
    form = _form(request, order, request.POST)
    if form.wants_recalculation:
        form.forget_errors()
        return _page(request, form)
    try:
        change = _advance(request, order, form)
    except OutdatedPage as refusal:
        return _afresh(request, pk, refusal, note=form["note"].value())
    except OperationRefused as refusal:
        if refusal.field is None:
            return _afresh(request, pk, refusal, note=form["note"].value())
        form.refuse(refusal)
    if form.errors:
        return _page(request, form, status=422)
    messages.success(request, _advanced(request, order, change))
    return come_back(request, order)


@access.requires("advance_order")
@require_safe
def advance_preview(request, pk):
    """Answer what follows from the status and the date in the form, as a part of it."""
    form = _form(request, _order(pk), request.GET)
    form.forget_errors()
    return render(request, "preproduction/_advance_preview.html", {"form": form, "order": form.order})


def _order(pk):
    return get_object_or_404(Order.objects.for_page(), pk=pk)


def _form(request, order, data=None, **initial):
    return AdvanceForm(
        data,
        order=order,
        by=request.user,
        offered=Offered(),
        calendar=work_calendar.of_request(request),
        initial=initial,
    )


def _advance(request, order, form):
    """Return the status change; None if the form has errors."""
    if form.is_valid():
        return operations.advance_status(order, form.plan(), by=request.user, **form.keywords())
    # An outdated page is worse news than a wrong date, and makes correcting it a waste.
    operations.refuse_if_outdated(order, form.cleaned_data.get("expected"))
    return None


def _page(request, form, *, status=200, refusal=""):
    context = {"form": form, "order": form.order, "refusal": refusal}
    return render(request, "preproduction/advance_order.html", context, status=status)


def _afresh(request, pk, refusal, *, note):
    return _page(request, _form(request, _order(pk), note=note), status=409, refusal=refusal)


def _advanced(request, order, change):
    """Return the message after an advance, with a button that takes it back while that is possible."""
    order.refresh_from_db()
    can_undo = not operations.undo_refusal(order, change, by=request.user)
    context = {"order": order, "change": change, "can_undo": can_undo}
    return render_to_string("preproduction/_advanced_message.html", context, request=request)
