"""Tasks and Communication of an order, by hand."""

import pytest

from tests.sending import as_sent
from triggers.models import Communication, Task

pytestmark = pytest.mark.usefixtures("preferences")


def page(browser, order):
    return browser.get(order.get_absolute_url())


def test_a_task_is_added_and_goes_to_whoever_has_the_order(as_staff, order, sam, retouching):
    sent = as_sent(page(as_staff, order).context["task_form"], title="Call the client", due_date="2026-06-12")
    answer = as_staff.post(f"/orders/{order.pk}/tasks/", sent)
    assert answer.headers["Location"] == f"{order.get_absolute_url()}#tasks"
    task = Task.objects.get()
    assert (task.order, task.department, task.created_by) == (order, retouching, sam)
    assert "Call the client" in page(as_staff, order).text


def test_a_task_is_done_with_one_click(as_staff, order, sam, retouching):
    task = Task.objects.create(order=order, title="Call the client", department=retouching)
    assert f'action="/tasks/{task.pk}/done/#tasks"' in page(as_staff, order).text
    here = order.get_absolute_url()
    answer = as_staff.post(f"/tasks/{task.pk}/done/", headers={"referer": f"http://testserver{here}"})
    assert answer.headers["Location"].endswith(here)
    task.refresh_from_db()
    assert task.done_by == sam
    assert "Open again" in page(as_staff, order).text


def test_what_waits_stands_before_what_is_done(as_staff, order, sam, retouching):
    for title, due, done in [
        ("done early", None, "2026-06-01T10:00Z"),
        ("later", "2026-06-20", None),
        ("done late", None, "2026-06-02T10:00Z"),
        ("some day", None, None),
        ("sooner", "2026-06-12", None),
    ]:
        Task.objects.create(order=order, title=title, department=retouching, due_date=due, done_at=done)
    titles = [task.title for task in page(as_staff, order).context["tasks"]]
    assert titles == ["sooner", "later", "some day", "done late", "done early"]


def test_a_task_without_words_or_owner_is_refused_and_what_was_typed_stays(as_staff, order):
    sent = as_sent(page(as_staff, order).context["task_form"], title="", notes="Half past two")
    answer = as_staff.post(f"/orders/{order.pk}/tasks/", sent)
    assert answer.status_code == 422
    assert "Half past two" in answer.text
    assert not Task.objects.exists()


def test_the_tab_counts_what_waits(as_staff, order, retouching, sam):
    Task.objects.create(order=order, title="One", department=retouching)
    Task.objects.create(order=order, title="Two", department=retouching)
    assert page(as_staff, order).context["tasks_waiting"] == 2


@pytest.mark.parametrize("kind", ["call", "email", "letter", "visit"])
def test_communication_is_written_down(as_staff, order, sam, kind):
    sent = as_sent(
        page(as_staff, order).context["communication_form"],
        kind=kind,
        with_whom="Anna",
        summary="Wants <b>matte</b>.\nCalls back.",
    )
    answer = as_staff.post(f"/orders/{order.pk}/communication/", sent)
    assert answer.headers["Location"] == f"{order.get_absolute_url()}#communication"
    entry = Communication.objects.get()
    assert (entry.kind, entry.recorded_by, entry.order) == (kind, sam, order)
    shown = page(as_staff, order).text
    assert "Wants &lt;b&gt;matte&lt;/b&gt;.\nCalls back." in shown


@pytest.mark.parametrize("typed", [{"summary": ""}, {"kind": "smoke"}, {"summary": "x" * 2001}])
def test_communication_that_cannot_be_is_refused(as_staff, order, typed):
    form = page(as_staff, order).context["communication_form"]
    answer = as_staff.post(
        f"/orders/{order.pk}/communication/",
        as_sent(form, **{"with_whom": "Anna", "summary": "Hello", **typed}),
    )
    assert answer.status_code == 422
    assert 'value="Anna"' in answer.text
    assert not Communication.objects.exists()


def test_newest_communication_stands_first(as_staff, order, sam):
    for words in ("first words", "second words"):
        Communication.objects.create(order=order, summary=words, recorded_by=sam)
    shown = page(as_staff, order).text
    assert shown.index("second words") < shown.index("first words")
