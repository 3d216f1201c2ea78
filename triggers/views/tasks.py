from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from studio import access
from studio.way_back import come_back
from triggers.forms.tasks import TaskForm, TaskSearchForm
from triggers.models import Task
from triggers.tables.tasks import TaskTable


@require_safe
@access.requires("see_work")
def task_list(request):
    form = TaskSearchForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    table = TaskTable(_tasks(request.user, wanted), order_by="due_date")
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    mine = Task.objects.waiting().for_user(request.user)
    return render(
        request,
        "triggers/task_list.html",
        {
            "table": table,
            "form": form,
            "show": wanted.get("show") or "mine",
            "mine": mine.count(),
            "late": mine.overdue().count(),
        },
    )


def _tasks(user, wanted):
    show = wanted.get("show") or "mine"
    tasks = Task.objects.for_table()
    tasks = tasks.done() if show == "done" else tasks.waiting()
    if show == "mine":
        tasks = tasks.for_user(user)
    words = wanted.get("q")
    if words:
        tasks = tasks.filter(
            Q(title__icontains=words)
            | Q(order__number__icontains=words)
            | Q(order__session__client__name__icontains=words)
        )
    return tasks


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
    task = get_object_or_404(Task.objects.for_table(), pk=pk)
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
    task = get_object_or_404(Task, pk=pk)
    done = Task.objects.filter(pk=pk, done_at=None).update(done_at=timezone.now(), done_by=request.user)
    if done:
        messages.success(request, f"“{task}” is done.")
    else:
        messages.info(request, f"{task.done_by} had done “{task}” already.")
    return _back(request)


@require_POST
@access.requires("do_tasks")
def task_reopen(request, pk):
    task = get_object_or_404(Task, pk=pk)
    Task.objects.filter(pk=pk).update(done_at=None, done_by=None)
    messages.success(request, f"“{task}” is to be done again.")
    return _back(request)


def _back(request):
    """Return to the page the button was on: Home, an order, or the list."""
    page = request.headers.get("Referer", "")
    known = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
    return redirect(page if known else "triggers:task_list")
