"""Help says what is true, to each role what concerns it, and asks the database nothing of its own."""

import re
from datetime import date

import pytest

from preproduction.promise import last_days
from studio.business_days import WorkCalendar

ADDRESS = "/help/"


@pytest.fixture
def text(as_administrator):
    return as_administrator.get(ADDRESS).content.decode()


def test_each_role_reads_what_concerns_it(as_staff, as_manager, as_administrator):
    pages = [browser.get(ADDRESS).content.decode() for browser in (as_staff, as_manager, as_administrator)]
    assert ['id="advance"' in page for page in pages] == [True, True, True]
    assert ['id="overdue"' in page for page in pages] == [False, True, True]
    assert ['id="queue"' in page for page in pages] == [False, True, True]
    assert ['id="status-list"' in page for page in pages] == [False, False, True]
    assert ['id="triggers"' in page for page in pages] == [False, False, True]
    assert "You may undo your own" in pages[0]
    assert "You may undo anybody" in pages[1]


def test_every_topic_is_there_and_every_link_leads_somewhere(as_administrator, text):
    main = text[text.index("<main") : text.index("</main>")]
    links = re.findall(r'<a [^>]*href="([^"]+)"', main)
    topics = [link[1:] for link in links if link.startswith("#")]
    assert len(topics) > 12
    assert all(f'id="{topic}"' in main for topic in topics)
    pages = {link for link in links if link.startswith("/")}
    assert len(pages) > 8
    for page in pages:
        assert as_administrator.get(page).status_code == 200


def test_the_example_of_a_due_date_is_what_the_rule_counts(text):
    calendar = WorkCalendar(closed=[(date(2026, 3, 6), date(2026, 3, 6), "")])
    story = calendar.explain(date(2026, 3, 3), 4)
    assert story.due_date == date(2026, 3, 10)
    rows = re.findall(r'<td>(\w{3} \d+)(?: and (\w{3} \d+))? Mar</td><td class="num">(\w+)</td>', text)
    shown = [(day, counts != "no") for *days, counts in rows for day in days if day]
    assert shown == [(f"{each.day:%a} {each.day.day}", each.counted) for each in story.passed]


def test_the_example_of_needed_by_is_what_the_plan_counts(text):
    first, second = last_days(date(2026, 3, 13), [2], [WorkCalendar()] * 2)
    assert f"leave the first on {first:%a %d %b}, and the second on {second:%a %d %b}" in " ".join(
        text.split()
    )


def test_help_is_one_click_away_on_every_page(as_staff):
    assert f'href="{ADDRESS}"' in as_staff.get("/").content.decode()
