"""Home: my orders and tasks and my departments', late first, then today, then next."""

import html
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from preproduction import operations
from preproduction.models import Order
from preproduction.my_work import SHOWN
from preproduction.views import home, table_page
from studio.models import Department, User
from triggers.models import Task

TODAY = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def piles(response, at=0):
    """Return what section `at` shows: words of the pile, orders and tasks."""
    assert response.status_code == 200
    return [
        (pile.words, [order.number for order in pile.orders], [task.title for task in pile.tasks])
        for pile, _ in response.context["sections"][at]["piles"]
    ]


@pytest.fixture
def given(make_order):
    """Return a function that makes an order due two business days after `order_date`, and gives it away."""

    def give(number, order_date, department=None, user=None):
        order = make_order(number=number, order_date=order_date)
        return operations.assign_order(
            order, by=order.entered_by, expected=1, department=department, assigned_user=user
        )

    return give


def test_my_work_is_sorted_into_late_today_and_next(as_staff, given, sam, mia, statuses):
    given("NEXT", date(2026, 6, 9), user=sam)
    given("TODAY", date(2026, 6, 8), user=sam)
    given("LATE", date(2026, 6, 2), user=sam)
    given("LATER", date(2026, 6, 1), user=sam)
    given("HERS", date(2026, 6, 1), user=mia)
    held = given("HELD", date(2026, 6, 1), user=sam)
    operations.hold_order(held, expected=None, by=mia, reason="Waiting")
    Task.objects.create(title="Call", assigned_user=sam, due_date=date(2026, 6, 9))
    Task.objects.create(title="Write", assigned_user=sam, due_date=TODAY)
    Task.objects.create(title="Some day", assigned_user=sam)
    Task.objects.create(title="Not mine", assigned_user=mia, due_date=TODAY)
    assert piles(as_staff.get("/")) == [
        ("Late", ["LATER", "LATE"], ["Call"]),
        ("Today", ["TODAY"], ["Write"]),
        ("Next", ["NEXT"], ["Some day"]),
    ]


def test_my_departments_work_is_what_nobody_has(as_staff, given, sam, retouching, shipping):
    given("FREE", date(2026, 6, 1), department=retouching)
    given("TAKEN", date(2026, 6, 1), department=retouching, user=sam)
    given("ELSEWHERE", date(2026, 6, 1), department=shipping)
    Task.objects.create(title="For anybody", department=retouching)
    Task.objects.create(title="For shipping", department=shipping)
    page = as_staff.get("/")
    assert page.context["sections"][1]["title"] == "Retouching, for anybody"
    assert piles(page, 1) == [("Late", ["FREE"], []), ("Next", [], ["For anybody"])]
    assert piles(page) == [("Late", ["TAKEN"], [])]


def test_a_long_pile_is_cut_and_leads_to_the_whole(as_staff, given, sam, retouching):
    for _ in range(SHOWN + 3):
        given("", date(2026, 6, 1), user=sam)
        given("", date(2026, 6, 1), department=retouching)
    page = as_staff.get("/")
    assert page.context["figures"][0].numbers[0].count == 2 * (SHOWN + 3)
    for section in page.context["sections"]:
        ((pile, (number,)),) = section["piles"]
        assert len(pile.orders) == SHOWN
        hub = as_staff.get(number.href)
        assert len(hub.context["table"].page) == pile.order_count == SHOWN + 3
        assert f"All {SHOWN + 3} orders" in page.content.decode()


def test_a_pile_is_counted_no_further_than_pages_are_and_says_so(as_staff, given, sam, monkeypatch):
    for module in (home, table_page):
        monkeypatch.setattr(module, "MOST_COUNTED", SHOWN + 1)
    for _ in range(SHOWN + 3):
        given("", date(2026, 6, 1), user=sam)
        given("", None, user=sam)
    page = as_staff.get("/")
    (late, later) = [pile for pile, _ in page.context["sections"][0]["piles"]]
    assert (late.order_count, later.order_count) == (SHOWN + 2, SHOWN + 2)
    assert page.text.count(f"All {SHOWN + 1}+ orders") == 2
    assert f"<strong>{SHOWN + 1}+</strong>" in page.text


def test_what_is_next_goes_by_its_day_and_what_has_none_comes_last(as_staff, given, sam):
    days = {"undated": None, "C": date(2026, 6, 19), "A": date(2026, 6, 12), "B": date(2026, 6, 15)}
    for number, day in days.items():
        Order.objects.filter(pk=given(number, None, user=sam).pk).update(status_due_date=day)
    (pile, _) = as_staff.get("/").context["sections"][0]["piles"][0]
    assert [order.number for order in pile.orders] == ["A", "B", "C", "undated"]


def numbers(page):
    """Return the numbers that Home shows, as (number, address) pairs; a number that leads nowhere fails."""
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    links = re.findall(r'<a class="[^"]*number" href="([^"]+)">(.*?)</a>', main, re.DOTALL)
    shown = [
        re.search(r"<(?:strong|span\s+class=\"count\")[^>]*>(\d+)</", words).group(1) for _, words in links
    ]
    assert len(shown) == len(re.findall(r"<(?:strong|span\s+class=\"count\")[^>]*>\d+</", main))
    return [(int(number), html.unescape(href)) for number, (href, _) in zip(shown, links, strict=True)]


@pytest.mark.parametrize("role", ["as_staff", "as_manager", "as_administrator"])
def test_every_number_is_a_link_to_just_what_it_counts(
    request, role, given, sam, mia, ada, retouching, shipping
):
    browser, me = (
        request.getfixturevalue(role),
        {"as_staff": sam, "as_manager": mia, "as_administrator": ada}[role],
    )
    me.departments.add(retouching)
    closed = Department.objects.create(name="Closed", is_inactive=True)
    left = User.objects.create_user("left", is_active=False)
    for days in (1, 2, 3, 8, 20):  # ago: due tomorrow, today, and before
        for department, user in (
            (None, me),
            (retouching, None),
            (retouching, left),
            (shipping, None),
            (closed, None),
        ):
            order = given("", TODAY - timedelta(days=days), department=department, user=user)
    operations.hold_order(order, expected=None, by=mia, reason="Waiting")
    operations.hold_order(given("", date(2026, 6, 1), user=me), expected=None, by=mia, reason="Waiting")
    Order.objects.filter(pk=given("", date(2026, 6, 1), user=me).pk).update(status_due_date=None)
    withdrawn = given("", date(2026, 6, 1), user=me)
    Order.objects.filter(pk=withdrawn.pk).update(withdrawn_on=TODAY)
    for kind in Task.Kind:
        for due in (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1), None):
            Task.objects.create(kind=kind, title="Mine", assigned_user=me, due_date=due)
            Task.objects.create(kind=kind, title="Anybody's", department=retouching, due_date=due)
            Task.objects.create(kind=kind, title="Theirs", department=shipping, due_date=due)
            Task.objects.create(kind=kind, title="Of none", assigned_user=me, order=withdrawn, due_date=due)
    found = numbers(browser.get("/"))
    assert len(found) >= 18
    for number, address in found:
        assert browser.get(address).context["table"].paginator.count == number, address
    figures, sections = found[:9], found[-18:] if role == "as_staff" else found[-21:-3]
    # Orders, tasks and calls: late, due today, next; with me, and with my departments.
    assert [number for number, _ in figures] == [9, 2, 2, 3, 2, 2, 4, 4, 4]
    assert [number for number, _ in sections[:9]] == [3, 1, 1, 1, 1, 1, 2, 2, 2]


def test_a_task_is_done_with_one_click_and_one_is_still_at_home(as_staff, sam):
    task = Task.objects.create(title="Call the client", assigned_user=sam)
    address = reverse("triggers:task_done", args=[task.pk])
    assert f'action="{address}"' in as_staff.get("/").content.decode()
    answer = as_staff.post(address, headers={"referer": "http://testserver/"}, follow=True)
    assert answer.redirect_chain[-1][0] == "http://testserver/"
    assert piles(answer) == []
    task.refresh_from_db()
    assert task.done_by == sam


def test_a_done_task_and_a_complete_order_are_gone(as_staff, given, sam, statuses):
    order = given("DONE", date(2026, 6, 1), user=sam)
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=None, by=sam)
    Order.objects.filter(pk=order.pk).update(assigned_user=sam)
    assert piles(as_staff.get("/")) == []


def test_managers_see_how_much_is_overdue_in_the_studio(as_manager, as_staff, given, sam):
    given("ONE", date(2026, 6, 5), user=sam)
    given("ELEVEN", date(2026, 5, 22), user=sam)
    overdue = as_manager.get("/").context["overdue"]
    assert overdue["total"] == 2
    assert [(band.key, count) for band, count, _ in overdue["counts"]] == [
        ("1-2", 1),
        ("3-5", 0),
        ("6-10", 0),
        ("11", 1),
        ("promise", 0),
    ]
    assert as_staff.get("/").context["overdue"] is None
    assert reverse("preproduction:overdue_list") not in as_staff.get("/").content.decode()


def test_very_many_overdue_orders_are_counted_no_further_than_lists(as_manager, given, sam, monkeypatch):
    monkeypatch.setattr(home, "MOST_COUNTED", 2)
    monkeypatch.setattr(table_page, "MOST_COUNTED", 2)
    for number in range(5):
        given(f"ONE{number}", date(2026, 6, 5), user=sam)
    given("ELEVEN", date(2026, 5, 22), user=sam)
    page = as_manager.get("/")
    overdue = page.context["overdue"]
    assert [words for _, _, words in overdue["counts"]] == ["2+", "0", "0", "1", "0"]
    assert overdue["figure"].numbers[0].words == "2+"
    assert 'late=1-2">1–2 <span\n      class="count">2+</span>' in page.text


def test_a_newcomer_is_told_what_to_click_first(as_administrator, as_staff, make_order):
    def steps(browser):
        return [words for words, _ in browser.get("/").context["steps"]]

    # The cast's list is there already; make_order brought it.
    assert steps(as_administrator)[0] == "Open a session, and make a preproduction order from it"
    page = as_staff.get("/").content.decode()
    assert "Where to begin" in page
    assert "Nothing waits for you." in page


def test_an_empty_studio_begins_with_its_statuses(as_administrator):
    page = as_administrator.get("/")
    assert [href for _, href in page.context["steps"]] == [
        reverse("preproduction:status_list"),
        reverse("studio:session_create"),
        reverse("preproduction:order_list"),
    ]


def test_who_has_work_is_not_told_where_to_begin(as_staff, given, sam):
    given("LATE", date(2026, 6, 1), user=sam)
    assert as_staff.get("/").context["steps"] == []
