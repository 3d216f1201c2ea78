"""The watch itself: each thing that must fail a browser test does."""

import threading
import time

import pytest

from studio import set_up
from studio.models import Department

pytestmark = pytest.mark.any_database

FOREIGN = "http://127.0.0.2:9/"


@pytest.fixture
def complaints(watch):
    """What the watch has against the test so far; forgiven at its end, because here it is meant."""
    yield watch.problems
    watch.problems.clear()


@pytest.fixture
def login_page(page):
    page.goto("/accounts/login/")
    return page


def test_a_page_of_ours_gives_no_complaint(login_page, watch):
    assert login_page.title()
    assert watch.problems == []


def test_an_inline_script_is_a_complaint(login_page, complaints):
    login_page.evaluate(
        "() => { const it = document.createElement('script'); it.textContent = '1'; document.body.append(it) }"
    )
    assert any("Content Security Policy" in complaint for complaint in complaints)


def test_an_uncaught_error_is_a_complaint(login_page, complaints):
    login_page.evaluate("() => { setTimeout(() => { throw new Error('out of paper') }) }")
    login_page.wait_for_timeout(100)
    assert any("out of paper" in complaint for complaint in complaints)


def test_a_request_to_another_host_is_a_complaint(new_context, complaints):
    # Without the policy, which would refuse it first.
    page = new_context(bypass_csp=True).new_page()
    page.goto("/accounts/login/")
    page.evaluate("(address) => { fetch(address).catch(() => 0) }", FOREIGN)
    page.wait_for_timeout(100)
    assert f"request to another host: {FOREIGN}" in complaints


def test_a_bad_status_is_a_complaint_unless_expected(as_role, complaints, expect_status):
    page = as_role("staff")
    page.goto("/no-such-page/")
    assert [complaint.split()[0] for complaint in complaints] == ["404"]
    expect_status(404)
    page.goto("/no-such-page/")
    assert len(complaints) == 1


def test_each_person_has_a_window_of_their_own(as_role):
    staff, manager = as_role("staff"), as_role("manager", viewport={"width": 360, "height": 740})
    staff.goto("/accounts/login/")
    manager.goto("/accounts/login/")
    assert staff.context.cookies() != manager.context.cookies()
    assert manager.viewport_size == {"width": 360, "height": 740}


@pytest.mark.parametrize("again", [1, 2])
def test_what_a_browser_test_commits_is_gone_in_the_next(login_page, again):
    Department.objects.create(name="Retouching")
    assert Department.objects.count() == 1


@pytest.fixture
def slow_answers(monkeypatch, transactional_db):
    """Answers take half a second from now on; at the end of the test, all that were begun must be ended."""
    begun, ended, now = threading.Event(), [], set_up.now

    def look_slowly():
        begun.set()
        time.sleep(0.5)
        ended.append(True)
        return now()

    monkeypatch.setattr(set_up, "now", look_slowly)  # every answer begins with it
    yield begun
    assert ended


def test_nothing_is_taken_down_before_the_last_answer(slow_answers, page, live_server):
    page.evaluate("(address) => { window.open(address) }", live_server.url)
    assert slow_answers.wait(timeout=15)
