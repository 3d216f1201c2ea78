from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from preproduction import long_acts, operations
from preproduction.batch_rows import way_to
from preproduction.forms.status_list import RecountForm, ReplaceForm, StatusForm, StatusListForm
from preproduction.models import Status
from preproduction.operations import ChangedDuration, OperationRefused, OutdatedPage
from preproduction.views.status_list_page import (
    Draft,
    export,
    new_row,
    show_change,
    show_mark_question,
    show_page,
    show_question,
    whole_row,
)
from studio import access, maintenance_log
from studio.kept_forms import origin

LOST_ROW = "Somebody has deleted this status meanwhile. This is the list as it is now."
NOTHING_SELECTED = "Select a row first."


@access.requires("maintain")
@require_safe
def status_list(request):
    asked = StatusListForm(request.GET)
    if asked.get("export"):
        return export(request, asked)
    edit = asked.get("edit")
    draft = Draft(whole_row(edit), status=edit) if edit else None
    return show_page(
        request, asked, draft=draft, selected=edit.pk if edit else None, recount=asked.changed_duration()
    )


@access.requires("maintain")
@require_POST
def create_status(request):
    asked = StatusListForm(request.POST)
    above = asked.get("above")
    if asked.get("ask"):
        above = asked.get("status") if asked.get("ask") == "above" else None
        return show_page(request, asked, draft=Draft(new_row(), above=above))
    # The first row adds at the bottom and has nothing to say of its own place.
    is_first = asked.get("place") == "first"
    form = new_row(request.POST, is_first=is_first)
    typed = {"first": form} if is_first else {"draft": Draft(form, above=above)}
    try:
        _refuse_lost_row(asked)
        with _noting(request):
            status = form.attempt(operations.create_status, expected=asked.expected, above=above)
    except OutdatedPage as outdated:
        return show_page(request, asked, status=409, refusal=str(outdated), **typed)
    if status is None:
        return show_page(request, asked, status=422, **typed)
    return show_change(request, asked, f"{status} added.", selected=status.pk)


@origin.shown_by(edit="pk")
@access.requires("maintain")
@require_POST
def edit_status(request, pk):
    asked = StatusListForm(request.POST)
    status = Status.objects.find(pk)
    if status is None:
        return show_page(request, asked, status=409, refusal=LOST_ROW)
    duration = status.default_duration
    if asked.get("whole_row"):
        form = whole_row(status, request.POST)
        typed = {"draft": Draft(form, status=status)}
    else:
        form = StatusForm(request.POST, status=status, only=set(request.POST), form_id="status-cell")
        typed = {"edited": form}
    try:
        with _noting(request):
            changed = form.attempt(
                operations.edit_status,
                status,
                expected=asked.expected,
                mark_may_go=bool(asked.get("confirmed")),
            )
    except operations.MarkWouldGo:
        return show_mark_question(request, asked, status)
    except OutdatedPage as outdated:
        return show_page(request, asked, status=409, refusal=str(outdated), selected=pk, **typed)
    if changed is None:
        return show_page(request, asked, status=422, selected=pk, **typed)
    vanished = changed.is_inactive and asked.get("hide_inactive")
    said = f"{changed} is inactive now, and hidden." if vanished else f"{changed} saved."
    return show_change(
        request,
        asked,
        said,
        selected=pk,
        near=changed.position,
        aloud=vanished,
        recount=ChangedDuration(changed, duration) if changed.default_duration != duration else None,
    )


@access.requires("maintain")
@require_POST
def recount_status(request):
    """Count the due dates of the orders at a status with its changed Default Duration."""
    asked, form = StatusListForm(request.POST), RecountForm(request.POST)
    status = asked.get("status")
    try:
        _refuse_lost_row(asked)
        _refuse_no_row(status)
        if not form.is_valid():
            raise OperationRefused("The form was not complete. No order was recounted.")
        batch = operations.recount_orders(
            status, expected=asked.expected, by=request.user, **form.cleaned_data
        )
    except OutdatedPage as outdated:
        again = ChangedDuration(status, form.cleaned_data["was"]) if status and form.is_valid() else None
        return show_page(request, asked, status=409, refusal=str(outdated), recount=again)
    except OperationRefused as refusal:
        return show_page(request, asked, status=409, refusal=str(refusal))
    moved = batch.events.count()
    said = f"{moved} due date{'s' if moved != 1 else ''} moved at {status}."
    return show_change(request, asked, said, selected=status.pk, aloud=True, way=way_to(batch))


@access.requires("maintain")
@require_POST
def move_status(request):
    """Move Up, Move Down."""
    return _reorder(request, operations.move_status, by=lambda asked: asked.get("by") or 1)


@access.requires("maintain")
@require_POST
def place_status(request):
    """Drop a dragged row."""
    return _reorder(request, operations.place_status, before=lambda asked: asked.get("before"))


def _reorder(request, operation, **keywords):
    asked = StatusListForm(request.POST)
    status = asked.get("status")
    try:
        _refuse_lost_row(asked)
        _refuse_no_row(status)
        with _noting(request, moved=status):
            moved = operation(
                status,
                expected=asked.expected,
                hide_inactive=bool(asked.get("hide_inactive")),
                **{name: read(asked) for name, read in keywords.items()},
            )
    except OperationRefused as refusal:
        return show_page(request, asked, status=409, refusal=str(refusal))
    return show_change(request, asked, f"{moved} is at place {moved.position} now.", selected=moved.pk)


@access.requires("maintain")
@require_POST
def delete_status(request):
    """Delete, once the question has been answered; what is in use is answered with the two ways out."""
    asked = StatusListForm(request.POST)
    status = asked.get("status")
    try:
        _refuse_lost_row(asked)
        _refuse_no_row(status)
        if not asked.get("confirmed"):
            return show_question(request, asked, status)
        with _noting(request):
            operations.delete_status(status, expected=asked.expected)
    except operations.StatusInUse:
        return show_question(request, asked, status, code=409)
    except OperationRefused as refusal:
        return show_page(request, asked, status=409, refusal=str(refusal))
    return show_change(request, asked, f"{status} deleted.", near=status.position, aloud=True)


@access.requires("maintain")
@require_POST
def replace_status(request):
    asked = StatusListForm(request.POST)
    status = asked.get("status")
    try:
        _refuse_lost_row(asked)
        _refuse_no_row(status)
        form = ReplaceForm(request.POST, status=status)
        if not form.is_valid():
            return show_question(request, asked, status, replace_form=form, code=422)
        if form.unseen_plan():
            return show_question(request, asked, status, replace_form=form, plan=form.plan)
        with _noting(request):
            moved, way = _replace(request, status, asked.expected, form)
    except OutdatedPage as outdated:
        return show_page(request, asked, status=409, refusal=str(outdated))
    except OperationRefused as refusal:
        if refusal.field is None:
            return show_page(request, asked, status=409, refusal=str(refusal))
        form.add_error(refusal.field, str(refusal))
        return show_question(request, asked, status, replace_form=form, plan=form.plan, code=409)
    said = f"{status} was replaced with {form.cleaned_data['replacement']}: {moved}. It is inactive now."
    return show_change(request, asked, said, selected=status.pk, near=status.position, aloud=True, way=way)


def _replace(request, status: Status, expected: int, form: ReplaceForm) -> tuple[str, dict[str, str]]:
    """Do it; return what becomes of the orders, and the way to them."""
    asked = {"expected": expected, "by": request.user, **form.keywords()}
    if form.plan.orders > long_acts.MOST_AT_ONCE:
        long_acts.begin_replacing(status, **asked)
        way = {"href": reverse("studio:long_work_list"), "words": "See how far it is"}
        return f"the worker is moving its {form.plan.orders:,} orders", way
    batch, changes = operations.replace_status(status, **asked)
    orders = "1 order" if len(changes) == 1 else f"{len(changes)} orders"
    return f"{orders} moved", way_to(batch)


def _noting(request, **keywords):
    """Keep in Maintenance > Changes what the block does to the list."""
    rows = Status.objects.select_related("default_department", "default_user")
    return maintenance_log.noting(rows, by=request.user, **keywords)


def _refuse_lost_row(asked: StatusListForm) -> None:
    if asked.names_a_lost_row():
        raise OutdatedPage(LOST_ROW)


def _refuse_no_row(status: Status | None) -> None:
    if status is None:
        raise OperationRefused(NOTHING_SELECTED)
