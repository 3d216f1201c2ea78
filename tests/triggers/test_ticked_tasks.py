"""Tasks and calls of a list: ticked and done, given to somebody else, exported; each by itself, none unseen."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
import time_machine

from preproduction import operations
from triggers.models import Communication, Task

KEY = "7c3f8a54-6f1f-4b52-9f0e-2f1d6f0a1b22"


@pytest.fixture
def tasks(order, sam, retouching, preferences):
    given = {"order": order, "department": retouching, "due_date": date(2026, 6, 12)}
    return [Task.objects.create(title=f"Task {n}", assigned_user=sam, **given) for n in range(3)]


@pytest.fixture
def calls(order, sam, preferences):
    given = {"kind": Task.Kind.CALL, "order": order, "assigned_user": sam, "title": "Which frame?"}
    return [Task.objects.create(call_name=f"Client {n}", call_number="555 0142", **given) for n in range(2)]


def ticked(tasks):
    return [each.pk for each in tasks]


def shown(page):
    """Return what the page of ticked tasks sends for each: its key and the owner that is shown."""
    return [
        f"{task.pk}-{task.department_id or 0}-{task.assigned_user_id or 0}" for task in page.context["ticked"]
    ]


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_ticked_tasks_are_done_and_one_that_a_colleague_has_done_is_named(as_staff, tasks, mia, sam):
    page = as_staff.get("/tasks/done/", {"selected": ticked(tasks)})
    assert "Done: 3" in " ".join(page.text.split())
    Task.objects.filter(pk=tasks[1].pk).update(
        done_at=datetime.fromisoformat("2026-06-10T09:00Z"), done_by=mia
    )
    answer = as_staff.post("/tasks/done/", {"selected": shown(page)}, follow=True)
    assert said(answer) == ["2 tasks done.", "Task “Task 1” was done already, by Mia Lindqvist."]
    assert [task.done_by for task in Task.objects.order_by("pk")] == [sam, mia, sam]


def test_what_was_said_in_ticked_calls_is_asked_for_and_written_down_once_for_each(as_staff, calls):
    refused = as_staff.post("/calls/done/", {"selected": ticked(calls), "outcome": " "})
    assert (refused.status_code, Task.objects.waiting().count()) == (422, 2)
    assert "Write down what was said" in refused.text
    form = {"selected": ticked(calls), "outcome": "Left word", "request_key": KEY}
    for _ in range(2):
        assert as_staff.post("/calls/done/", form).status_code == 302
    assert list(Communication.objects.order_by("with_whom").values_list("with_whom", "summary")) == [
        ("Client 0", "Left word"),
        ("Client 1", "Left word"),
    ]


def test_ticked_tasks_are_given_to_somebody_else_and_keep_what_is_left_as_it_is(
    as_staff, tasks, mia, retouching
):
    page = as_staff.get("/tasks/reassign/", {"selected": ticked(tasks[:2])})
    form = {"selected": shown(page), "department": "keep", "assigned_user": mia.pk}
    assert said(as_staff.post("/tasks/reassign/", form, follow=True)) == ["2 tasks reassigned."]
    owners = Task.objects.order_by("pk").values_list("department", "assigned_user__username")
    assert list(owners) == [(retouching.pk, "mia"), (retouching.pk, "mia"), (retouching.pk, "sam")]
    assert Task.objects.untouched().count() == 1  # an undo takes back what nobody has touched


def test_a_task_that_went_to_somebody_else_or_was_done_meanwhile_is_left_as_it_is(
    as_staff, tasks, mia, ada, sam
):
    page = as_staff.get("/tasks/reassign/", {"selected": ticked(tasks)})
    Task.objects.filter(pk=tasks[0].pk).update(assigned_user=ada)
    Task.objects.filter(pk=tasks[1].pk).update(
        done_at=datetime.fromisoformat("2026-06-10T09:00Z"), done_by=ada
    )
    form = {"selected": shown(page), "department": "keep", "assigned_user": mia.pk}
    assert said(as_staff.post("/tasks/reassign/", form, follow=True)) == [
        "1 task reassigned.",
        "Task “Task 0” was left as it is: meanwhile it was given to Ada Moreau.",
        "Task “Task 1” was left as it is: meanwhile it was done by Ada Moreau.",
    ]
    assert [task.assigned_user for task in Task.objects.order_by("pk")] == [ada, sam, mia]


@pytest.mark.parametrize("verb", ["done", "reassign"])
def test_a_task_whose_order_was_withdrawn_meanwhile_is_named(as_staff, tasks, order, mia, verb):
    page = as_staff.get(f"/tasks/{verb}/", {"selected": ticked(tasks[:1])})
    operations.withdraw_order(order, expected=order.version, by=mia, reason="Made twice.")
    form = {"selected": shown(page), "department": "keep", "assigned_user": mia.pk}
    (sentence,) = said(as_staff.post(f"/tasks/{verb}/", form, follow=True))
    assert sentence.startswith("Task “Task 0” was")
    assert "done" in sentence
    assert "Mia Lindqvist" in sentence
    assert Task.objects.first().assigned_user != mia


def test_a_task_stays_with_somebody(as_staff, tasks, sam):
    form = {"selected": ticked(tasks[:1]), "department": "none", "assigned_user": "none"}
    (sentence,) = said(as_staff.post("/tasks/reassign/", form, follow=True))
    assert sentence == "Task “Task 0” was left as it is: somebody, or a department, has to do it."
    form = {"selected": ticked(tasks[:1]), "department": "keep", "assigned_user": "keep"}
    refused = as_staff.post("/tasks/reassign/", form)
    assert (refused.status_code, "gets the tasks" in refused.text) == (422, True)
    assert Task.objects.first().assigned_user == sam


@pytest.mark.parametrize("address", ["/tasks/done/", "/tasks/reassign/", "/calls/done/", "/calls/reassign/"])
def test_nothing_ticked_says_so_and_a_task_is_no_call(as_staff, tasks, address):
    for selected in ([], ["x"], [0], *([ticked(tasks)] if "calls" in address else [])):
        answer = as_staff.get(address, {"selected": selected}, follow=True)
        assert said(answer)[0].startswith("Nothing was ticked.")
    assert Task.objects.waiting().count() == 3


@pytest.mark.parametrize(("address", "done"), [("/tasks/", False), ("/calls/", False), ("/calls/", True)])
def test_the_lists_leave_as_files(as_staff, tasks, calls, mia, address, done):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        if done:
            as_staff.post("/calls/done/", {"selected": ticked(calls), "outcome": "=1+1"})
        asked = {"show": "done"} if done else {}
        book = openpyxl.load_workbook(BytesIO(as_staff.get(address, {**asked, "export": "xlsx"}).content))
        assert as_staff.get(address, {**asked, "export": "pdf"}).content.startswith(b"%PDF")
    heads, *rows = book.active.iter_rows(values_only=True)
    first = dict(zip(heads, rows[0], strict=True))
    if address == "/tasks/":
        assert (first["Task"], first["Due Date"]) == ("Task 0", datetime(2026, 6, 12))
        assert "Done By" not in first
    else:
        assert (first["Whom to Call"], first["Phone"]) in {("Client 0", "555 0142"), ("Client 1", "555 0142")}
    assert first["User"] == "Sam Okafor"
    if done:
        assert (first["Done By"], first["What was said"]) == ("Sam Okafor", "=1+1")
        assert first["Done"].date() == date(2026, 6, 10)
