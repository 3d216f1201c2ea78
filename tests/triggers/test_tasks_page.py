"""Tasks in the browser: see mine and my departments', add, do with one click."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from triggers.models import Task

LIST = "/tasks/"


@pytest.fixture
def tasks(order, sam, mia, retouching, shipping):
    today = timezone.localdate()
    return {
        "mine": Task.objects.create(
            title="Mine late", assigned_user=sam, order=order, due_date=today - timedelta(days=1)
        ),
        "department": Task.objects.create(title="Retouchers' today", department=retouching, due_date=today),
        "other": Task.objects.create(title="Shipping's", department=shipping),
        "colleague": Task.objects.create(title="Mia's own", department=retouching, assigned_user=mia),
    }


def test_the_list_shows_my_tasks_and_those_of_my_departments(as_staff, tasks):
    page = as_staff.get(LIST).content.decode()
    assert "Mine late" in page
    assert "Retouchers&#x27; today" in page
    assert "Shipping&#x27;s" not in page
    assert "Mia&#x27;s own" not in page
    assert page.count(reverse("triggers:task_done", args=[tasks["mine"].pk])) == 1
    everybody = as_staff.get(LIST, {"show": "all"}).content.decode()
    assert "Shipping&#x27;s" in everybody


def test_search_finds_by_task_order_and_client(as_staff, tasks, order):
    for words in ("late", order.number, "Anna <3"):
        page = as_staff.get(LIST, {"q": words, "show": "all"}).content.decode()
        assert "Mine late" in page
        assert "Shipping&#x27;s" not in page


def test_one_click_does_a_task_and_a_second_says_who_did_it(as_staff, as_manager, tasks, sam):
    task = tasks["mine"]
    as_staff.post(reverse("triggers:task_done", args=[task.pk]))
    task.refresh_from_db()
    assert task.done_by == sam
    answer = as_manager.post(reverse("triggers:task_done", args=[task.pk]), follow=True)
    assert "Sam Okafor had done" in answer.content.decode()
    as_staff.post(reverse("triggers:task_reopen", args=[task.pk]))
    task.refresh_from_db()
    assert task.done_at is None


def test_the_button_leads_back_to_its_page_and_never_to_another_host(as_staff, tasks):
    address = reverse("triggers:task_done", args=[tasks["mine"].pk])
    assert (
        as_staff.post(address, headers={"referer": "http://testserver/"})["Location"] == "http://testserver/"
    )
    assert as_staff.post(address, headers={"referer": "https://elsewhere.example/"})["Location"] == LIST


def test_a_task_needs_somebody_to_do_it_and_keeps_what_was_typed(as_staff, sam):
    answer = as_staff.post(reverse("triggers:task_create"), {"title": "Scan the form", "notes": "Both sides"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose the user or the department that is to do it." in page
    assert "Both sides" in page
    as_staff.post(reverse("triggers:task_create"), {"title": "Scan the form", "assigned_user": sam.pk})
    assert Task.objects.get().created_by == sam


def test_overdue_tasks_begin_the_day_after_their_due_date(tasks):
    task = tasks["department"]
    for day, late in [(task.due_date, False), (task.due_date + timedelta(days=1), True)]:
        assert task.is_overdue(day) is late
        assert Task.objects.overdue(day).filter(pk=task.pk).exists() is late


def test_a_saved_task_leads_back_to_where_it_was_opened(as_staff, tasks, order, sam):
    task = tasks["mine"]
    address, fields = (
        reverse("triggers:task_edit", args=[task.pk]),
        {"title": "Mine", "assigned_user": sam.pk},
    )
    fields["seen"] = as_staff.get(address).context["seen"]
    assert as_staff.post(address, fields)["Location"] == LIST
    back = order.get_absolute_url()
    assert as_staff.post(f"{address}?next={back}", fields)["Location"] == back
    assert as_staff.post(f"{address}?next=//elsewhere.example/", fields)["Location"] == LIST
