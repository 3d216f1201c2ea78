"""The call list: whom to ring up, what came of it, and where that is written down."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from triggers.models import Communication, Task

LIST = "/calls/"


@pytest.fixture
def call(order, sam, preferences):
    return Task.objects.create(
        kind=Task.Kind.CALL,
        call_name="Anna <3 & Bob",
        call_number="+44 (555) 0142",
        title="Which frame?",
        order=order,
        assigned_user=sam,
        due_date=timezone.localdate() - timedelta(days=1),
    )


def of(call, name="call_done"):
    return reverse(f"triggers:{name}", args=[call.pk])


def text(answer):
    return answer.content.decode()


def test_the_list_holds_calls_and_the_task_list_tasks(as_staff, call, sam):
    Task.objects.create(title="Pack the parcel", assigned_user=sam)
    calls, tasks = text(as_staff.get(LIST)), text(as_staff.get("/tasks/"))
    assert "Anna &lt;3 &amp; Bob" in calls
    assert 'href="tel:+445550142"' in calls
    assert "1 late" in calls
    assert "Pack the parcel" not in calls
    assert "Pack the parcel" in tasks
    assert "Which frame?" not in tasks


def test_both_are_on_home(as_staff, call, sam):
    Task.objects.create(title="Pack the parcel", assigned_user=sam)
    page = text(as_staff.get("/"))
    assert "Pack the parcel" in page
    assert of(call) in page
    assert 'href="tel:+445550142"' in page


@pytest.mark.parametrize("words", ["anna", "555", "frame", "<b>"])
def test_search_finds_by_name_number_subject_and_client(as_staff, call, words):
    assert "Which frame?" in text(as_staff.get(LIST, {"q": words}))
    assert "Which frame?" not in text(as_staff.get(LIST, {"q": "nobody of that name"}))


def test_a_done_call_is_written_down_on_its_order(as_staff, call, order, sam):
    answer = as_staff.post(of(call), {"answer": "done", "outcome": "Walnut, please."})
    assert answer["Location"] == LIST
    call.refresh_from_db()
    assert (call.done_by, call.outcome) == (sam, "Walnut, please.")
    written = Communication.objects.get()
    assert (written.order, written.kind, written.with_whom) == (order, "call", "Anna <3 & Bob")
    assert (written.summary, written.recorded_by) == ("Walnut, please.", sam)
    assert "Walnut, please." in text(as_staff.get(order.get_absolute_url()))


def test_a_call_about_no_order_is_done_too(as_staff, call):
    Task.objects.update(order=None)
    as_staff.post(of(call), {"answer": "done", "outcome": "Wrong number."})
    call.refresh_from_db()
    assert call.done_at
    assert not Communication.objects.exists()


def test_done_asks_what_was_said(as_staff, call):
    answer = as_staff.post(of(call), {"answer": "done", "outcome": " "})
    assert answer.status_code == 422
    assert "Write down what was said" in text(answer)
    call.refresh_from_db()
    assert call.done_at is None


def test_no_answer_keeps_the_call_and_says_who_tried_when(as_staff, call, sam):
    Task.objects.update(notes="Ask for Bob.")
    with time_machine.travel("2026-06-10 12:00", tick=False):
        as_staff.post(of(call), {"answer": "no_answer", "outcome": "Left a message"})
        as_staff.post(of(call), {"answer": "no_answer"})
    call.refresh_from_db()
    assert call.done_at is None
    first, second, old = call.notes.splitlines()
    assert first == "No answer, Wed 10 Jun 2026, 12:00, Sam Okafor"
    assert second == "No answer, Wed 10 Jun 2026, 12:00, Sam Okafor: Left a message"
    assert old == "Ask for Bob."
    assert not Communication.objects.exists()


def test_notes_of_many_vain_calls_stay_short_enough_to_be_saved(as_staff, call, sam):
    for _ in range(4):
        as_staff.post(of(call), {"answer": "no_answer", "outcome": "x" * 900})
    call.refresh_from_db()
    assert len(call.notes) == 2000
    fields = {"call_name": "Anna", "title": "Frame", "assigned_user": sam.pk, "notes": call.notes}
    fields["seen"] = as_staff.get(of(call, "call_edit")).context["seen"]
    assert as_staff.post(of(call, "call_edit"), fields).status_code == 302


def test_of_two_people_one_has_made_the_call(as_staff, as_manager, call):
    as_staff.post(of(call), {"answer": "done", "outcome": "Walnut"})
    answer = as_manager.post(of(call), {"answer": "done", "outcome": "Oak"}, follow=True)
    assert "Sam Okafor had made the call" in text(answer)
    assert Communication.objects.get().summary == "Walnut"
    as_manager.post(of(call, "call_reopen"))
    call.refresh_from_db()
    assert call.done_at is None


def test_a_call_is_not_done_by_the_button_of_a_task(as_staff, call):
    assert as_staff.post(reverse("triggers:task_done", args=[call.pk])).status_code == 404
    call.refresh_from_db()
    assert call.done_at is None


def test_a_call_by_hand(as_staff, sam):
    page = reverse("triggers:call_create")
    assert as_staff.get(page).status_code == 200
    fields = {"call_number": "555 0100", "title": "The album", "assigned_user": sam.pk}
    answer = as_staff.post(page, fields)
    assert answer.status_code == 422
    as_staff.post(page, {**fields, "call_name": "Ms. Kim"})
    call = Task.objects.get()
    assert (call.kind, call.call_name, call.call_number, call.created_by) == (
        "call",
        "Ms. Kim",
        "555 0100",
        sam,
    )


def test_a_call_from_the_order_begins_with_its_client(as_staff, order, sam):
    page = text(as_staff.get(order.get_absolute_url()))
    assert 'value="555 0142"' in page
    fields = {
        "call-call_name": "Anna",
        "call-call_number": "555 0142",
        "call-title": "The album",
        "call-assigned_user": sam.pk,
    }
    answer = as_staff.post(reverse("preproduction:order_call", args=[order.pk]), fields)
    assert answer["Location"] == f"{order.get_absolute_url()}#tasks"
    assert Task.objects.calls().get().order == order
    wrong = as_staff.post(
        reverse("preproduction:order_call", args=[order.pk]), {**fields, "call-call_name": ""}
    )
    assert wrong.status_code == 422


@pytest.mark.parametrize(("due_in", "due"), [("0", 12), ("1", 15), ("5", 19), ("", None)])
def test_a_due_date_can_be_counted_in_business_days(as_staff, sam, due_in, due):
    with time_machine.travel("2026-06-12 12:00", tick=False):  # a Friday
        fields = {"title": "Scan", "assigned_user": sam.pk, "due_in": due_in}
        as_staff.post(reverse("triggers:task_create"), fields)
    assert Task.objects.get().due_date == (date(2026, 6, due) if due else None)


def test_a_typed_due_date_is_kept(as_staff, sam):
    fields = {"title": "Scan", "assigned_user": sam.pk, "due_in": "5", "due_date": "2026-06-30"}
    as_staff.post(reverse("triggers:task_create"), fields)
    assert Task.objects.get().due_date == date(2026, 6, 30)


@pytest.mark.parametrize("show", ["mine", "all", "done"])
def test_the_list_costs_the_same_however_long_it_is(as_staff, call, sam, show, django_assert_max_num_queries):
    Task.objects.bulk_create(
        Task(
            kind="call", call_name=f"Client {n}", title="About", assigned_user=sam, order=call.order,
            done_by=sam if n % 2 else None, done_at=timezone.now() if n % 2 else None,
        )
        for n in range(40)
    )  # fmt: skip
    as_staff.get("/help/")  # what the studio has set up is read once in a process
    with django_assert_max_num_queries(10):
        page = text(as_staff.get(LIST, {"show": show}))
    assert "Client 1" in page
