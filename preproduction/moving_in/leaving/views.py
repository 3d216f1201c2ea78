"""Maintenance > Export: everything as one file.  On a client's page: all about them as one, and erasing them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preproduction.models import ExportRun
from preproduction.moving_in.leaving import erasing, one_client, runs, work
from preproduction.moving_in.leaving.forms import EraseForm
from preproduction.moving_in.leaving.sheets import with_beside
from preproduction.operations import OperationRefused, erase_refusal
from studio import access
from studio.exports.responses import kept_file_response, xlsx_response
from studio.models import Client

RUNS_SHOWN = 20
State = ExportRun.State
TONES = {State.READY: "success", State.BROKEN: "danger", State.RUNS: "info"}


@require_safe
@access.requires("maintain")
def export_list(request):
    return _list(request)


def _list(request, *, refusal="", status=200):
    shown = list(ExportRun.objects.all()[:RUNS_SHOWN])
    for run in shown:
        run.removed_at, run.tone = runs.removed_at(run), TONES.get(State(run.state), "neutral")
    sheets = with_beside(work.SHEETS)
    context = {
        "runs": shown,
        "is_running": any(run.state == State.RUNS for run in shown),
        "imported": [sheet.title for sheet in sheets if sheet.comes_back],
        "read": [sheet.title for sheet in sheets if not sheet.comes_back],
        "refusal": refusal,
    }
    return render(request, "preproduction/moving_in/leaving/export_list.html", context, status=status)


@require_POST
@access.requires("maintain")
def export_start(request):
    runs.begin(by=request.user)
    return redirect("moving_in:export_list")


@require_safe
@access.requires("maintain")
def export_download(request, pk):
    run = get_object_or_404(ExportRun, pk=pk)
    try:
        file = runs.open_file(run)
    except OperationRefused as refusal:
        return _list(request, refusal=str(refusal), status=409)
    day = timezone.localtime(run.made_at).date()
    return kept_file_response(file, f"{request.preferences.name} {day.isoformat()}", "zip")


@require_POST
@access.requires("maintain")
def export_remove(request, pk):
    work.remove(get_object_or_404(ExportRun, pk=pk))
    messages.success(request, "The file of this export is removed.")
    return redirect("moving_in:export_list")


@require_safe
@access.requires("export_client")
def client_export(request, pk):
    client = get_object_or_404(Client, pk=pk)
    content = one_client.workbook(client, paper=request.preferences.paper)
    return xlsx_response(content, f"All about {client}")


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("erase_client")
def client_erase(request, pk):
    """Ask before a client is erased, and say afterwards what came of it."""
    client = get_object_or_404(Client, pk=pk)
    if erasure := client.erasures.exclude(finished_at=None).first():
        return _erased(request, client, erasure)
    form = EraseForm(request.POST if request.method == "POST" else None, client=client)
    if not form.is_valid():
        return _before_erasing(request, client, form, status=422 if form.is_bound else 200)
    try:
        erasing.erase(client, by=request.user)
    except OperationRefused as refusal:
        return _before_erasing(request, client, form, refusal=str(refusal), status=409)
    return redirect("moving_in:client_erase", pk)


def _before_erasing(request, client, form, *, refusal="", status=200):
    context = {
        "client": client,
        "form": form,
        "parts": erasing.parts(client),
        "remains": erasing.remains(),
        "exports": erasing.exports(),
        "impossible": erase_refusal(client),
        "refusal": refusal,
    }
    return render(request, "preproduction/moving_in/leaving/erase_client.html", context, status=status)


def _erased(request, client, erasure):
    context = {"client": client, "erasure": erasure, "remains": erasing.remains(erasure.finished_at)}
    return render(request, "preproduction/moving_in/leaving/erased_client.html", context)
