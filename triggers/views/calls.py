"""The call list: whom to ring up, about what, and what came of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio import access
from studio.way_back import come_back, way_back
from triggers.forms.tasks import CallDoneForm, CallForm
from triggers.models import Task
from triggers.operations import calls
from triggers.tables.tasks import CallTable
from triggers.views.tasks import SEARCHED, back_to_page, show_list

LIST = "triggers:call_list"


@require_safe
@access.requires("see_work")
def call_list(request):
    searched = (*SEARCHED, "call_name", "call_number")
    return show_list(request, Task.objects.calls(), CallTable, "triggers/call_list.html", searched)


@access.requires("do_tasks")
def call_create(request):
    form = CallForm(request.POST or None, initial={"assigned_user": request.user})
    if form.is_valid():
        form.instance.created_by = request.user
        call = form.save()
        messages.success(request, f"Call to {call.call_name} added.")
        return come_back(request, LIST)
    return _call_page(request, form, "New Call")


@access.requires("do_tasks")
def call_edit(request, pk):
    call = get_object_or_404(Task.objects.calls().for_table(), pk=pk)
    form = CallForm(request.POST or None, instance=call)
    if form.is_valid():
        form.save()
        messages.success(request, f"Call to {call.call_name} saved.")
        return come_back(request, LIST)
    return _call_page(request, form, "Call", call)


def _call_page(request, form, heading, call=None):
    context = {"form": form, "heading": heading, "call": call}
    return render(request, "triggers/call_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("do_tasks")
def call_done(request, pk):
    """Ask what was said; "No answer" keeps the call on the list."""
    call = get_object_or_404(Task.objects.calls().for_table(), pk=pk)
    form = CallDoneForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "call": call, "back": way_back(request, reverse(LIST))}
        return render(request, "triggers/call_done.html", context, status=422 if form.errors else 200)
    _note(request, call, form.cleaned_data["answer"], form.cleaned_data["outcome"])
    return come_back(request, LIST)


def _note(request, call, answer, words):
    if answer == CallDoneForm.NO_ANSWER:
        noted = calls.note_no_answer(call, note=words, by=request.user)
        sentence = f"Noted: no answer. The call to {call.call_name} stays on the list."
    else:
        noted = calls.finish_call(call, outcome=words, by=request.user)
        sentence = f"The call to {call.call_name} is done."
    if noted:
        messages.success(request, sentence)
    else:
        call.refresh_from_db()
        messages.info(
            request, f"{call.done_by} had made the call to {call.call_name} already. Nothing was changed."
        )


@require_POST
@access.requires("do_tasks")
def call_reopen(request, pk):
    call = get_object_or_404(Task.objects.calls(), pk=pk)
    Task.objects.filter(pk=pk).update(done_at=None, done_by=None)
    messages.success(request, f"The call to {call.call_name} is to be made again.")
    return back_to_page(request, LIST)
