"""The sidebar: every section is there for those who may see it, and for nobody else."""

import re

import pytest

from studio.access import Role, may
from studio.navigation import menu
from studio.templatetags.navigation import SIDEBAR


def links_of(page):
    sidebar = page.content.decode().split('id="sidebar"')[1].split("</nav>")[0]
    return re.findall(r'class="nav-link" href="([^"]+)"[^>]*>.*?<span>([^<]+)</span>', sidebar, re.DOTALL)


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_what_it_may_and_every_link_opens(client, people, statuses, role):
    client.force_login(people[role])
    links = links_of(client.get("/"))
    assert [words for _, words in links] == [
        item.words for title in SIDEBAR for item in menu(title) if may(people[role], item.permission)
    ]
    for href, words in links:
        assert client.get(href).status_code == 200, words


@pytest.mark.parametrize(
    ("address", "words"),
    [("/", "Home"), ("/orders/", "Preproduction Orders"), ("/orders/overdue/", "Overdue")],
)
def test_the_section_one_is_in_is_marked_once(as_manager, address, words):
    html = as_manager.get(address).content.decode()
    (current,) = re.findall(
        r'aria-current="page"[^>]*data-shortcut="g .".*?<span>([^<]+)</span>', html, re.DOTALL
    )
    assert current == words


def test_maintenance_is_no_section_for_staff(as_staff):
    assert "Maintenance" not in as_staff.get("/").content.decode()
