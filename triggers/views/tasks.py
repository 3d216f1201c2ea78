from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from studio import access
from studio.search import matching
from studio.way_back import come_back
from triggers.forms.tasks import TaskForm, TaskSearchForm
from triggers.models import Task
from triggers.tables.tasks import TaskTable

SEARCHED = ("title", "order__number", "order__session__client__name")


@require_safe
@access.requires("see_work")
def task_list(request):
    return show_list(request, Task.objects.tasks(), TaskTable, "triggers/task_list.html", SEARCHED)


def show_list(request, rows, table_class, template, searched):
    """Answer with the list of tasks or of calls: mine and my departments', everybody's, or the done ones."""
    form = TaskSearchForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    show = wanted.get("show") or "mine"
    mine = rows.waiting().for_user(request.user)
    shown = {"mine": mine, "all": rows.waiting(), "done": rows.done()}[show]
    found = shown.for_table().filter(matching(wanted.get("q") or "", *searched))
    table = table_class(found.order_by("-done_at", "-pk") if show == "done" else found, order_by=())
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    context = {
        "table": table,
        "form": form,
        "show": show,
        "mine": mine.count(),
        "late": mine.overdue().count(),
    }
    return render(request, template, context)


@access.requires("do_tasks")
def task_create(request):
    form = TaskForm(request.POST or None, initial={"assigned_user": request.user})
    if form.is_valid():
        form.instance.created_by = request.user
        task = form.save()
        messages.success(request, f"Task “{task}” added.")
        return come_back(request, "triggers:task_list")
    return _task_page(request, form, "New Task")


@access.requires("do_tasks")
def task_edit(request, pk):
    task = get_object_or_404(Task.objects.tasks().for_table(), pk=pk)
    form = TaskForm(request.POST or None, instance=task)
    if form.is_valid():
        form.save()
        messages.success(request, f"Task “{task}” saved.")
        return come_back(request, "triggers:task_list")
    return _task_page(request, form, "Task", task=task)


def _task_page(request, form, heading, task=None):
    status = 422 if form.errors else 200
    return render(
        request, "triggers/task_form.html", {"form": form, "heading": heading, "task": task}, status=status
    )


@require_POST
@access.requires("do_tasks")
def task_done(request, pk):
    """Mark the task done; a second click, or a colleague's, changes nothing and says who did it."""
    task = get_object_or_404(Task.objects.tasks(), pk=pk)
    done = Task.objects.filter(pk=pk, done_at=None).update(done_at=timezone.now(), done_by=request.user)
    if done:
        messages.success(request, f"“{task}” is done.")
    else:
        messages.info(request, f"{task.done_by} had done “{task}” already.")
    return back_to_page(request, "triggers:task_list")


@require_POST
@access.requires("do_tasks")
def task_reopen(request, pk):
    task = get_object_or_404(Task.objects.tasks(), pk=pk)
    Task.objects.filter(pk=pk).update(done_at=None, done_by=None)
    messages.success(request, f"“{task}” is to be done again.")
    return back_to_page(request, "triggers:task_list")


def back_to_page(request, fallback):
    """Return to the page the button was on: Home, an order, or the list."""
    page = request.headers.get("Referer", "")
    known = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
    return redirect(page if known else fallback)
