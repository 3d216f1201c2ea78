"""Maintenance > General > Import: files in, what would become of each row, one act, and the way back."""

from itertools import islice

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preproduction.models import ImportRun
from preproduction.moving_in.importing import refused_rows, runs, undo
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import Fate
from preproduction.moving_in.importing.files import FileRefused
from preproduction.moving_in.importing.forms import AnswersForm, SheetForm, UploadForm
from preproduction.moving_in.importing.kinds import KINDS, with_custom
from preproduction.moving_in.importing.recognising import custom_columns, headers, layouts_of, top_rows
from preproduction.moving_in.importing.rehearsing import named
from preproduction.moving_in.importing.shown import Progress, Shown, counts_of, example
from studio import access
from studio.exports.responses import xlsx_response
from studio.refusal import OperationRefused

State = ImportRun.State
SHOWN = 100  # refused rows, and as many doubtful ones, on the page
RUNS_SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def import_list(request):
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        return redirect("moving_in:import_run", runs.begin(form.cleaned_data["files"], by=request.user).pk)
    context = {
        "form": form,
        "runs": [Shown(run) for run in ImportRun.objects.all()[:RUNS_SHOWN]],
        "kinds": KINDS.values(),
    }
    return render(
        request, "preproduction/moving_in/importing/import_list.html", context, status=_status(form)
    )


@require_safe
@access.requires("maintain")
def import_run(request, pk):
    return _run_page(request, get_object_or_404(ImportRun, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def import_columns(request, pk):
    run = get_object_or_404(ImportRun, pk=pk)
    if run.state not in runs.OPEN:
        return redirect("moving_in:import_run", pk)
    try:
        sheets = _sheet_forms(request, run)
    except FileRefused as gone:
        return _run_page(request, run, refusal=str(gone), status=409)
    if request.method == "POST" and all(form.is_valid() for form, _ in sheets):
        try:
            layouts = [form.changed_layout() for form, _ in sheets]
            runs.set_layouts(run, layouts, seen=request.POST.get("seen", ""))
        except OperationRefused as refusal:
            return _columns_page(request, run, sheets, refusal=str(refusal), status=409)
        return redirect("moving_in:import_run", pk)
    return _columns_page(request, run, sheets, status=422 if request.method == "POST" else 200)


@require_POST
@access.requires("maintain")
def import_start(request, pk):
    run = get_object_or_404(ImportRun, pk=pk)
    form = AnswersForm(request.POST, run=run, doubtful=_doubtful(run))
    if not form.is_valid():
        return _run_page(request, run, form=form, status=422)
    act = runs.answer if "again" in request.POST else runs.start
    try:
        act(run, form.answers(run.choices), seen=form.cleaned_data["seen"])
    except OperationRefused as refusal:
        return _run_page(request, run, refusal=str(refusal), status=409)
    return redirect("moving_in:import_run", pk)


@require_POST
@access.requires("maintain")
def import_leave(request, pk):
    run = get_object_or_404(ImportRun, pk=pk)
    try:
        runs.leave(run)
    except OperationRefused as refusal:
        return _run_page(request, run, refusal=str(refusal), status=409)
    messages.success(request, "Nothing was imported, and the files are removed.")
    return redirect("moving_in:import_list")


@require_POST
@access.requires("maintain")
def import_undo(request, pk):
    run = get_object_or_404(ImportRun, pk=pk)
    try:
        undo.begin(run, by=request.user)
    except OperationRefused as refusal:
        return _run_page(request, run, refusal=str(refusal), status=409)
    return redirect("moving_in:import_run", pk)


@require_safe
@access.requires("maintain")
def import_refused(request, pk):
    """The refused rows of a sheet as a workbook, to be corrected and sent again."""
    run = get_object_or_404(ImportRun, pk=pk)
    content, name = refused_rows.workbook(
        run, sheet=request.GET.get("sheet", ""), paper=request.set_up["preferences"].paper
    )
    return xlsx_response(content, name)


@require_safe
@access.requires("maintain")
def import_example(request):
    """A sheet to fill in: the rules of its columns, their names, and an example."""
    kind = request.GET.get("kind", "")
    kind = Kind(kind) if kind in set(Kind) else Kind.CLIENT
    content = example(with_custom(kind, custom_columns()), paper=request.set_up["preferences"].paper)
    return xlsx_response(content, f"{KINDS[kind].many} to import")


def _status(form):
    return 422 if form.errors else 200


def _doubtful(run):
    return list(islice((row for row in named(run) if row.get("fate") == Fate.DOUBTFUL), SHOWN))


def _run_page(request, run, *, form=None, refusal="", status=200):
    refused = (row for row in named(run) if row.get("fate") == Fate.REFUSED)
    is_open = run.state in runs.OPEN
    doubtful = _doubtful(run) if is_open else []
    layouts = layouts_of(run)
    context = {
        "run": run,
        "progress": Progress(run),
        "counts": counts_of(run),
        "layouts": layouts,
        "refused": [{**row, "title": layouts[row["sheet"]].title} for row in islice(refused, SHOWN)],
        "refused_sheets": refused_rows.sheets(run),
        "form": form or (AnswersForm(None, run=run, doubtful=doubtful) if run.state == State.READY else None),
        "doubtful": doubtful,
        "refusal": refusal,
    }
    return render(request, "preproduction/moving_in/importing/import_run.html", context, status=status)


def _sheet_forms(request, run):
    """Return a form for each sheet, with the first rows of its columns as text."""
    tops, sheets = top_rows(run, 14), []
    for place, layout in enumerate(layouts_of(run)):
        top = tops.get(place, [])
        names, samples = headers(layout, top)
        form = SheetForm(
            request.POST if request.method == "POST" else None,
            layout=layout,
            names=names,
            first_row=top[0].number if top else 1,
            prefix=f"sheet{place}",
        )
        sheets.append((form, samples))
    return sheets


def _columns_page(request, run, sheets, *, refusal="", status=200):
    shown = [
        {"form": form, "layout": form.layout, "columns": list(zip(form.columns(), samples, strict=False))}
        for form, samples in sheets
    ]
    context = {"run": run, "sheets": shown, "refusal": refusal, "seen": run.touched_at.isoformat()}
    return render(request, "preproduction/moving_in/importing/import_columns.html", context, status=status)
