"""The Default Duration that the studio's own history advises: rehearsed, then changed."""

from copy import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from preproduction import operations
from preproduction.batch_rows import with_batch
from preproduction.forms.status_list import DurationForm
from preproduction.models import Status, StatusList
from preproduction.operations import ChangedDuration, OperationRefused
from studio import access

MOVES_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def advise_duration(request, pk):
    """Show which open orders would move, and change the Default Duration as was decided."""
    status = get_object_or_404(Status, pk=pk)
    form = DurationForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return redirect("preproduction:status_list")
    if request.method != "POST":
        return _rehearsed(request, status, form.cleaned_data["days"])
    given = form.cleaned_data
    try:
        batch = operations.change_duration(
            status,
            duration=given["days"],
            was=given["was"],
            expected=form.expected,
            move=given["decision"] == "move",
            by=request.user,
        )
    except OperationRefused as refusal:
        status.refresh_from_db()
        return _rehearsed(request, status, given["days"], refusal=str(refusal), code=409)
    messages.success(request, _said(status, given["days"], batch))
    return redirect(f"{reverse('preproduction:status_list')}?status={pk}")


def _rehearsed(request, status, days, *, refusal="", code=200):
    changed = copy(status)
    changed.default_duration = days
    recount = operations.plan_recount(ChangedDuration(changed, status.default_duration))
    context = {
        "status": status,
        "days": days,
        "recount": recount,
        "moves": operations.moves_to_show(recount.moves[:MOVES_SHOWN]),
        "version": StatusList.current_version(),
        "refusal": refusal,
    }
    return render(request, "preproduction/duration_advice.html", context, status=code)


def _said(status, days, batch):
    said = f"The Default Duration of {status} is {days} now."
    if batch is None:
        return said
    moved = batch.events.count()
    return with_batch(f"{said} {moved} due date{'s' if moved != 1 else ''} moved.", batch)
