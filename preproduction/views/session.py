from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from preproduction import operations
from preproduction.batch_rows import with_batch
from preproduction.forms.move_promises import MovePromisesForm, SessionWasForm
from preproduction.forms.reassign import TickedOrdersForm
from preproduction.models import Order
from studio import access
from studio.models import PhotoSession


@dataclass(frozen=True)
class Following:
    """Open orders that were needed by the day by which their session was.  asked: that day, as an address has it."""

    was: date | None
    orders: list[Order]

    @property
    def asked(self) -> str:
        return self.was.isoformat() if self.was else SessionWasForm.NO_DAY


@require_safe
@access.requires("see_work")
def session_detail(request, pk):
    session = _session(pk)
    context = {
        "session": session,
        "orders": session.orders.for_table(),
        "following": _following(request.GET, session) if access.may(request.user, "change_order") else None,
    }
    return render(request, "preproduction/session_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("change_order")
def move_promises(request, pk):
    """Give open orders of a session the day by which the session is needed now."""
    session, sent = _session(pk), request.method == "POST"
    following = _following(request.POST if sent else request.GET, session)
    if following is None:
        messages.info(request, "No open order has the day by which the session was needed before.")
        return redirect(session)
    form = MovePromisesForm(request.POST or None, was=following.was, asked=following.asked)
    ticked = TickedOrdersForm(request.POST).orders() if sent else [(o, o.version) for o in following.orders]
    if form.is_valid():
        return _move(request, session, following, ticked, reason=form.cleaned_data["reason"])
    context = {"session": session, "ticked": ticked, "form": form}
    return render(request, "preproduction/move_promises.html", context, status=422 if sent else 200)


def _move(request, session, following, ticked, *, reason):
    rows = [(order, version) for order, version in ticked if order in following.orders]
    batch, answers = operations.promise_as_session(session, rows, reason=reason, by=request.user)
    refused = [answer for _, answer in answers if isinstance(answer, operations.OperationRefused)]
    if done := len(answers) - len(refused):
        said = "1 promise moved." if done == 1 else f"{done} promises moved."
        messages.success(request, with_batch(said, batch))
    for refusal in refused:
        messages.error(request, str(refusal))
    return redirect(session)


def _session(pk):
    sessions = PhotoSession.objects.select_related("client", "session_type", "photographer")
    return get_object_or_404(sessions, pk=pk)


def _following(data, session) -> Following | None:
    """Return the open orders that have the day that the address names, where the session has another; None of none."""
    asked = SessionWasForm(data)
    if not asked.is_known or asked.day == session.needed_by:
        return None
    orders = list(session.orders.for_table().open().filter(needed_by=asked.day).order_by("pk"))
    return Following(asked.day, orders) if orders else None
