"""Maintenance > Export: everything as one file.  On a client's page: all about them as one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preproduction.models import ExportRun
from preproduction.moving_in.leaving import one_client, runs, work
from preproduction.moving_in.leaving.sheets import with_beside
from preproduction.operations import OperationRefused
from studio import access
from studio.exports.responses import xlsx_response, zip_response
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
    return zip_response(file, f"{request.preferences.name} {day.isoformat()}")


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
