"""Tasks, or calls, that are ticked in their list: done, or given to somebody else.  Each by itself: none harms another."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from studio import access
from studio.forms.reassign import ReassignForm
from studio.refusal import OperationRefused
from studio.way_back import come_back, way_back
from triggers.forms.tasks import TickedTasksForm
from triggers.models import Task
from triggers.operations import tasks


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("do_tasks")
def ticked_done(request, page):
    """Show what is ticked, of calls with a box for what was said, and mark it all done."""
    form = page.done_form(request.POST if request.method == "POST" else None)
    return _with_ticked(request, page, form, words="Done", told="done", act=_finish)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("do_tasks")
def ticked_reassign(request, page):
    form = ReassignForm(request.POST if request.method == "POST" else None, noun=page.title.lower())
    return _with_ticked(request, page, form, words="Reassign", told="reassigned", act=_reassign)


def _with_ticked(request, page, form, *, words, told, act):
    # Those of an order that was withdrawn since are done with it, and are named as such.
    there = Task.objects.filter(kind=page.kind) if request.method == "POST" else page.there()
    ticked = TickedTasksForm(request.POST or request.GET).tasks(there)
    if not ticked:
        messages.warning(request, f"Nothing was ticked. Tick the {page.title.lower()} that are meant first.")
        return come_back(request, page.list_url)
    if form.is_valid():
        _tell(request, page, [_answer(act, task, form, request.user) for task in ticked], told)
        return come_back(request, page.list_url)
    context = {"page": page, "form": form, "ticked": ticked, "words": words}
    context["back"] = way_back(request, page.list_url)
    return render(request, "triggers/tasks_ticked.html", context, status=422 if form.is_bound else 200)


def _answer(act, task, form, user) -> OperationRefused | None:
    try:
        with transaction.atomic():
            act(task, form, user)
    except OperationRefused as refusal:
        return refusal
    return None


def _finish(task, form, user):
    if not tasks.finish_task(task, by=user, outcome=form.cleaned_data.get("outcome", "")):
        task.refresh_from_db()
        raise OperationRefused(f"{task.named} was done already, by {task.done_by}.")


def _reassign(task, form, user):
    tasks.reassign_task(task, **form.owner_of(task))


def _tell(request, page, answers, told):
    refused = [answer for answer in answers if answer]
    if done := len(answers) - len(refused):
        noun = page.noun if done == 1 else page.title.lower()
        messages.success(request, f"{done} {noun} {told}.")
    for refusal in refused:
        messages.warning(request, str(refusal))
