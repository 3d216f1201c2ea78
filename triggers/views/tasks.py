"""Tasks, and the call list: the same pages, for the two kinds of Task."""

from typing import NamedTuple

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from studio import access
from studio.exports.list_file import list_file
from studio.forms.lists import ExportForm
from studio.search import matching
from studio.table_pages import turn
from studio.views.lists import edit_record
from studio.way_back import come_back, way_back
from triggers.forms.tasks import (
    CallDoneForm,
    CallForm,
    ManyCallsDoneForm,
    ManyDoneForm,
    TaskForm,
    TaskSearchForm,
)
from triggers.models import Task
from triggers.operations import tasks
from triggers.tables.tasks import CallTable, TaskTable

SEARCHED = ("found_by", "order__found_by", "order__session__client__found_by")


class Page(NamedTuple):
    """How the two kinds differ on their pages.  noun: "task", of which a title and a plural are made."""

    kind: Task.Kind
    noun: str
    form: type[TaskForm]
    done_form: type[ManyDoneForm | ManyCallsDoneForm]
    table: type[TaskTable]
    nothing: tuple[str, str]  # waits: title and text

    @property
    def title(self):
        return f"{self.noun.title()}s"

    @property
    def list_url(self):
        return reverse(f"triggers:{self.noun}_list")

    @property
    def create_url(self):
        return reverse(f"triggers:{self.noun}_create")

    @property
    def done_url(self):
        return reverse(f"triggers:{self.noun}s_done")

    @property
    def reassign_url(self):
        return reverse(f"triggers:{self.noun}s_reassign")

    def there(self):
        return Task.objects.listed().filter(kind=self.kind)

    def get(self, pk):
        return get_object_or_404(self.there().for_table(), pk=pk)


TASKS = Page(
    Task.Kind.TASK,
    "task",
    TaskForm,
    ManyDoneForm,
    TaskTable,
    ("Nothing to do", "No task waits for you or your departments."),
)
CALLS = Page(
    Task.Kind.CALL,
    "call",
    CallForm,
    ManyCallsDoneForm,
    CallTable,
    ("Nobody to call", "No call waits for you or your departments."),
)


@require_safe
@access.requires("see_work")
def task_list(request, page):
    """Show mine and my departments', either, everybody's, or the done ones; late, today's or later ones of them."""
    form = TaskSearchForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    show = wanted.get("show") or "mine"
    rows = page.there()
    mine = rows.waiting().for_user(request.user)
    shown = {
        "mine": mine,
        "own": rows.waiting().assigned_to(request.user),
        "departments": rows.waiting().for_anybody_of(request.user.departments.all()),
        "all": rows.waiting(),
        "done": rows.done(),
    }[show]
    if due := wanted.get("due"):
        shown = {"late": shown.overdue, "today": shown.due_today, "later": shown.due_later}[due]()
    found = shown.for_table().filter(matching(wanted.get("q") or "", *SEARCHED))
    is_done = show == "done"
    table = page.table(
        found.order_by("-done_at", "-pk") if is_done else found,
        order_by=(),
        exclude=() if is_done else page.table.OF_DONE_ONES,
    )
    if kind := ExportForm(request.GET).kind:
        RequestConfig(request, paginate=False).configure(table)
        return list_file(request, table, kind=kind, title=page.title, filters_in_words=form.in_words())
    turn(request, table, size=50)
    context = {
        "page": page,
        "table": table,
        "form": form,
        "show": show,
        "bulk_form": "" if is_done or not access.may(request.user, "do_tasks") else "ticked",
        "back": request.get_full_path(),
        "mine": mine.count(),
        "late": mine.overdue().count(),
    }
    return render(request, "triggers/task_list.html", context)


@access.requires("do_tasks")
def task_create(request, page):
    form = page.form(request.POST or None, initial={"assigned_user": request.user})
    if not form.is_valid():
        return _task_page(request, page, form, f"New {page.noun.title()}")
    form.instance.created_by = request.user
    messages.success(request, f"{form.save().named} added.")
    return come_back(request, page.list_url)


@access.requires("do_tasks")
def task_edit(request, pk, page):
    task = page.get(pk)
    return edit_record(
        request,
        page.form,
        task,
        template="triggers/task_form.html",
        back=way_back(request, page.list_url),
        is_logged=False,
        page=page,
        heading=page.noun.title(),
        task=task,
    )


def _task_page(request, page, form, heading):
    context = {"page": page, "form": form, "heading": heading}
    return render(request, "triggers/task_form.html", context, status=422 if form.errors else 200)


@require_POST
@access.requires("do_tasks")
def task_done(request, pk):
    """Mark the task done; a second click, or a colleague's, changes nothing and says who did it."""
    task = TASKS.get(pk)
    if tasks.finish_task(task, by=request.user):
        messages.success(request, f"“{task}” is done.")
    else:
        task.refresh_from_db()
        messages.info(request, f"{task.done_by} had done “{task}” already.")
    return _back_to_page(request, TASKS.list_url)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("do_tasks")
def call_done(request, pk):
    """Ask what was said; "No answer" keeps the call on the list."""
    call = CALLS.get(pk)
    form = CallDoneForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "call": call, "back": way_back(request, CALLS.list_url)}
        return render(request, "triggers/call_done.html", context, status=422 if form.errors else 200)
    _note(request, call, form.cleaned_data["answer"], form.cleaned_data["outcome"])
    return come_back(request, CALLS.list_url)


def _note(request, call, answer, words):
    if answer == CallDoneForm.NO_ANSWER:
        noted = tasks.note_no_answer(call, note=words, by=request.user)
        sentence = f"Noted: no answer. The call to {call.call_name} stays on the list."
    else:
        noted = tasks.finish_task(call, outcome=words, by=request.user)
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
def task_reopen(request, pk, page):
    task = page.get(pk)
    tasks.reopen_task(task)
    messages.success(request, f"{task.named} is open again.")
    return _back_to_page(request, page.list_url)


def _back_to_page(request, fallback):
    """Return to the page the button was on: Home, an order, or the list."""
    page = request.headers.get("Referer", "")
    known = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
    return redirect(page if known else fallback)
