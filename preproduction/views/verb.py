"""The one way in which a page with a form does a verb to an order, or says why not and keeps what was typed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from preproduction import operations
from preproduction.forms.version import VersionForm
from preproduction.models import Order
from preproduction.views.order_page import get_order


def answer(
    request: HttpRequest,
    order: Order,
    form: VersionForm,
    *,
    verb: Callable[..., Any],
    page: Callable[..., HttpResponse],
    done: Callable[[HttpRequest, Any], HttpResponse],
) -> HttpResponse:
    """Do `verb` as the form says, if it was sent.

    verb: an operation; it takes the order, `by`, and what the form asks for.
    page: shows the form: page(request, order, form, status=..., refusal=...).
    done: answers what came of it: done(request, what the verb returned).
    """
    if not form.is_valid():
        return page(request, order, form, status=422 if form.errors else 200)
    try:
        return done(request, verb(order, by=request.user, **form.cleaned_data))
    except operations.OutdatedPage as refusal:
        order = get_order(order.pk)
        form.see_again(order)
        return page(request, order, form, status=409, refusal=str(refusal))
    except operations.OperationRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return page(request, order, form, status=422)
