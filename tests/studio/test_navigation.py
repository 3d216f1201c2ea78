"""The sidebar and the pages of links: short for every role, and every page of the product is behind one of them."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from studio.access import Role, may
from studio.models import User
from studio.navigation import MAINTENANCE, MOST_IN_SIGHT, WORK, menu
from triggers.models import Task

DAILY = ["Home", "Preproduction Orders", "Sessions", "Clients", "Tasks", "Calls"]
IN_SIGHT = {
    Role.STAFF: {*DAILY, "Letters"},
    Role.MANAGER: {*DAILY, "Overdue", "Trigger Queue", "More"},
    Role.ADMINISTRATOR: {*DAILY, "Overdue", "Trigger Queue", "More", "Maintenance"},
}


def links_of(page):
    sidebar = page.content.decode().split('id="sidebar"')[1].split("</nav>")[0]
    return re.findall(r'class="nav-link" href="([^"]+)"[^>]*>.*?<span>([^<]+)</span>', sidebar, re.DOTALL)


def listed(page):
    return re.findall(
        r'menu-card-words"><a href="([^"]+)">([^<]+)</a><p>([^<]+)</p>', page.content.decode(), re.DOTALL
    )


@pytest.mark.parametrize("role", Role)
def test_each_role_has_its_work_in_sight_and_every_link_opens(client, people, statuses, role):
    client.force_login(people[role])
    links = links_of(client.get("/"))
    assert {words for _, words in links} == IN_SIGHT[role]
    for href, words in links:
        assert client.get(href).status_code == 200, words


@pytest.mark.parametrize("role", Role)
def test_whatever_somebody_may_open_is_in_sight_or_behind_maintenance_or_more(client, people, statuses, role):
    client.force_login(people[role])
    found = dict(links_of(client.get("/")))
    for door in [href for href, words in found.items() if words in {"Maintenance", "More"}]:
        for href, words, purpose in listed(client.get(door)):
            assert purpose.endswith("."), words
            assert client.get(href).status_code == 200, words
            found[href] = words
    allowed = [item for title in (WORK, *MAINTENANCE) for item in menu(title)]
    assert {item.words for item in allowed if may(people[role], item.permission)} <= set(found.values())


def test_maintenance_has_the_groups_the_studio_knows(as_administrator, as_manager, as_staff):
    html = as_administrator.get("/maintenance/").content.decode()
    production, general = html.index(">Production</h2>"), html.index(">General</h2>")
    assert production < html.index("Preproduction Order Statuses</a>") < general
    assert general < html.index("Triggers</a>")
    for browser in (as_manager, as_staff):
        assert browser.get("/maintenance/").status_code == 403
        assert "Maintenance" not in browser.get("/").content.decode()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "Home"),
        ("/orders/", "Preproduction Orders"),
        ("/orders/overdue/", "Overdue"),
        ("/batches/", "More"),
        ("/maintenance/triggers/new/", "Maintenance"),
    ],
)
def test_the_section_one_is_in_is_marked_once(as_administrator, address, words):
    html = as_administrator.get(address).content.decode().split('id="sidebar"')[1].split("</nav>")[0]
    (current,) = re.findall(r'aria-current="page".*?<span>([^<]+)</span>', html, re.DOTALL)
    assert current == words


def test_a_page_of_maintenance_says_where_it_stands(as_administrator, as_staff, statuses):
    page = as_administrator.get("/maintenance/preproduction-statuses/").content.decode()
    trail = page.split('class="trail"')[1].split("</nav>")[0]
    assert re.findall(r">(\w+)</", trail) == ["Maintenance", "Production"]
    assert 'href="/maintenance/"' in trail
    assert 'class="trail"' not in as_staff.get("/orders/").content.decode()


def pin(browser, page, **more):
    return browser.post("/menu/pin/", {"page": page, **more}, follow=True)


def test_a_page_is_pinned_by_each_for_themselves_and_taken_out_again(as_administrator, as_manager):
    page = pin(as_administrator, "triggers:trigger_list", is_pinned="on")
    assert page.request["PATH_INFO"] == "/maintenance/"
    assert "Triggers stands in the menu now." in page.content.decode()
    assert ("/maintenance/triggers/", "Triggers") in links_of(page)
    assert "Triggers" not in dict(links_of(as_manager.get("/"))).values()
    page = pin(as_administrator, "triggers:trigger_list")
    assert ("/maintenance/triggers/", "Triggers") not in links_of(page)
    page = pin(as_manager, "preproduction:batch_list", is_pinned="on")
    assert page.request["PATH_INFO"] == "/more/"
    assert ("/batches/", "Batches") in links_of(page)


@pytest.mark.parametrize("role", Role)
def test_the_sidebar_never_holds_more_than_a_dozen(client, people, role):
    client.force_login(people[role])
    done = 0
    for title in (WORK, *MAINTENANCE):
        for item in menu(title):
            if may(people[role], item.permission) and item.words not in IN_SIGHT[role]:
                page = pin(client, item.page, is_pinned="on")
                done += f"{item.words} stands in the menu now." in page.content.decode()
    assert len(links_of(client.get("/"))) == min(MOST_IN_SIGHT, len(IN_SIGHT[role]) + done)
    if role == Role.ADMINISTRATOR:
        assert done == MOST_IN_SIGHT - len(IN_SIGHT[role])
        assert "Take one that you pinned out first." in page.content.decode()


def test_only_a_page_one_may_open_is_pinned(as_staff, sam):
    for page in ("triggers:trigger_list", "preproduction:batch_list", "preproduction:home", "nonsense"):
        answer = as_staff.post("/menu/pin/", {"page": page, "is_pinned": "on"}, follow=True)
        assert "Nothing was pinned: you have no such page." in answer.content.decode()
    assert User.objects.get(pk=sam.pk).pinned_pages == []


def waits(browser):
    html = browser.get("/sessions/").content.decode().split('id="sidebar"')[1].split("</nav>")[0]
    entries = re.findall(r'<a class="nav-link".*?</a>', html, re.DOTALL)
    named = [
        (re.search(r"<span>([^<]+)", each)[1], re.search(r'class="count">([^<]+)', each)) for each in entries
    ]
    return {words: count[1] for words, count in named if count}


def test_what_waits_is_counted_for_whom_it_waits(as_staff, as_manager, sam, mia, make_order):
    today = timezone.localdate() - timedelta(days=1)
    for number in range(3):
        make_order(number=f"L{number}", order_date=date(2026, 1, 5))
        Task.objects.create(title="Pack", assigned_user=sam, due_date=today - timedelta(days=number))
    Task.objects.create(title="Next week", assigned_user=sam, due_date=today + timedelta(days=8))
    Task.objects.create(title="Ring", kind="call", call_name="Anna", assigned_user=mia, due_date=today)
    assert waits(as_staff) == {"Tasks": "3"}
    assert waits(as_manager) == {"Overdue": "3", "Calls": "1"}


def test_counting_ends_where_nobody_counts_on(as_staff, sam):
    due = timezone.localdate() - timedelta(days=1)
    Task.objects.bulk_create(Task(title="Pack", assigned_user=sam, due_date=due) for _ in range(150))
    assert waits(as_staff) == {"Tasks": "99+"}
