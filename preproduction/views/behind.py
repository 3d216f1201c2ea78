"""A vendor is behind: what would move is shown (GET), and done for one reason (POST), and clients told if one wants."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from preproduction import long_acts, operations
from preproduction.batch_rows import with_batch
from preproduction.drafts import reached
from preproduction.forms.behind import BehindForm, PutBehindForm, packed
from preproduction.forms.message import CHANGED, TellClientsForm, digest
from preproduction.models import Order
from preproduction.operations import OperationRefused
from preproduction.views.calendar_preview import Preview
from studio import access, work_calendar


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("put_vendor_behind")
def vendor_behind(request):
    form, telling = BehindForm(request.GET or None), _telling(request)
    asked = form.behind() if form.is_valid() else None
    answer = PutBehindForm(request.POST or None)
    is_told = telling.is_bound and telling.is_valid()
    if not asked or not answer.is_valid() or (telling.is_bound and not is_told):
        is_wrong = answer.is_bound or (form.is_bound and asked is None)
        return _page(request, form, asked, answer, telling, status=422 if is_wrong else 200)
    if is_told and telling.is_outdated:
        return _page(request, form, asked, answer, telling, status=409, refusal=CHANGED)
    return _put_behind(request, asked, answer.cleaned_data, telling if is_told else None)


def _telling(request):
    """Return the form for the clients: what is said stands in the address, and comes back as it was seen."""
    if not request.GET.get("template"):
        return TellClientsForm(initial={"channel": "email"})
    chosen = {name: request.GET.get(name, "") for name in ("template", "channel")}
    seen = {name: request.POST[name] for name in ("seen", "waits_for_review") if name in request.POST}
    return TellClientsForm({**chosen, **seen})


def _page(request, form, asked, answer, telling, *, status, refusal=""):
    moves = operations.plan_behind(asked, work_calendar.of_request(request)) if asked else []
    is_told = moves and telling.is_bound and telling.is_valid()
    context = {
        "form": form,
        "asked": asked,
        "preview": Preview.of(moves),
        "plan": packed(moves),
        "answer": answer,
        "telling": telling,
        "reached": _reached(request, moves, telling.wanted) if is_told else None,
        "seen": digest(telling.wanted.template) if is_told else "",
        "refusal": refusal,
    }
    return render(request, "preproduction/vendor_behind.html", context, status=status)


def _reached(request, moves, wanted):
    """Return who would be told, of the due dates that the orders are to have."""
    found = Order.objects.for_page().select_related("stay").in_bulk([move.order.pk for move in moves])
    orders = [move.foretold(found[move.order.pk]) for move in moves if move.order.pk in found]
    return reached(orders, wanted, by=request.user, company=request.preferences)


def _put_behind(request, asked, said, form):
    if len(said["plan"]) > long_acts.MOST_AT_ONCE:
        long_acts.begin_behind(said["plan"], str(asked), said["reason"], form, by=request.user)
        return redirect("studio:long_work_list")
    batch, answers = operations.put_behind(
        said["plan"],
        what=str(asked),
        reason=said["reason"],
        by=request.user,
        telling=form and form.telling,
    )
    refused = [each.moved for each in answers if isinstance(each.moved, OperationRefused)]
    not_told = [each.message for each in answers if isinstance(each.message, OperationRefused)]
    told = sum(each.message is not None for each in answers) - len(not_told)
    moved = len(answers) - len(refused)
    if moved and batch:
        words = "1 due date moved." if moved == 1 else f"{moved:,} due dates moved."
        if told:
            words += f" {told:,} {'message is' if told == 1 else 'messages are'} on the way."
        messages.success(request, with_batch(words, batch))
    for refusal in refused + not_told:
        messages.error(request, str(refusal))
    return redirect(reverse("preproduction:overdue_list"))
