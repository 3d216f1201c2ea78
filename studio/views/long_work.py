"""Long Work: what the person who looks has asked the worker for, how far it is, and what came of it."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from studio import access, addresses
from studio.exports.responses import kept_file_response
from studio.forms.long_work import LongFileForm
from studio.long_work import files, rows
from studio.models import LongWork
from studio.refusal import OperationRefused

MOST_SHOWN = 50
State = LongWork.State
TONES = {State.DONE: "success", State.BROKEN: "danger", State.RUNS: "info"}


@require_safe
@access.requires("see_work")
def long_work_list(request):
    return _list(request)


def _list(request, *, refusal="", status=200):
    shown = list(rows.of(request.user)[:MOST_SHOWN])
    for work in shown:
        if work.result.get("shows_batch"):
            work.batch_address = addresses.of_record(settings.PAGES_OF_RECORDS["batch"], work.result["batch"])
        work.removed_at, work.tone = rows.removed_at(work), TONES.get(State(work.state), "neutral")
    is_running = any(work.state in rows.OPEN for work in shown)
    context = {"works": shown, "is_running": is_running, "refusal": refusal}
    return render(request, "studio/long_work.html", context, status=status)


@require_POST
@access.requires("see_work")
def long_file_start(request):
    form = LongFileForm(request.POST)
    if not form.is_valid():
        return _list(request, refusal=" ".join(form.errors["asked"]), status=422)
    asked = form.cleaned_data["asked"]
    files.begin(asked["path"], asked["title"], asked["kind"], asked["count"], by=request.user)
    return redirect("studio:long_work_list")


@require_safe
@access.requires("see_work")
def long_file_download(request, pk):
    """Send a file to whoever asked for it, if they may still see its list."""
    work = get_object_or_404(rows.of(request.user).filter(kind=LongWork.Kind.FILE), pk=pk)
    try:
        if not access.may(request.user, work.permission):
            raise OperationRefused("You may not see this list any more.")
        file = files.open_file(work)
    except OperationRefused as refusal:
        return _list(request, refusal=str(refusal), status=409)
    return kept_file_response(file, work.title, work.file_kind)


@require_POST
@access.requires("see_work")
def long_work_remove(request, pk):
    works = rows.of(request.user).filter(pk=pk)
    work = get_object_or_404(works)
    files.remove(works)
    messages.success(request, f"{work} was removed.")
    return redirect("studio:long_work_list")
