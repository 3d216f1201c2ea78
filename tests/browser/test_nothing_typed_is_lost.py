"""What is typed outlives a reload, Escape, the Back button, the end of a session and a server that is away."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from preproduction.models import OrderEvent
from studio.access import Role
from tests.browser.conftest import session_cookie
from tests.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("preferences")

WORDS = "Client likes the third"


def note_of(page):
    return page.locator("[name='note-text']")


def notes():
    return [event.note for event in OrderEvent.objects.filter(kind=OrderEvent.Kind.NOTE)]


def test_a_reload_keeps_it_until_it_is_saved_and_for_nobody_else(as_role, order, people, live_server):
    page = as_role(Role.STAFF)
    page.goto(order.get_absolute_url())
    note_of(page).fill(WORDS)
    page.on("dialog", lambda question: question.accept())  # the browser asks before it leaves
    page.reload()
    expect(note_of(page)).to_have_value(WORDS)
    expect(page.get_by_text("is not saved yet")).to_be_visible()
    page.get_by_role("button", name="Write Note").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert notes() == [WORDS]
    page.reload()
    expect(note_of(page)).to_have_value("")
    note_of(page).fill("Sam's own words")
    page.context.add_cookies([session_cookie(people[Role.MANAGER], live_server.url)])
    page.reload()
    expect(note_of(page)).to_have_value("")


def test_escape_in_a_dialog_keeps_it_and_cancel_does_not(as_role, order):
    page = as_role(Role.STAFF)
    page.goto(order.get_absolute_url())
    link = page.locator(f"a[href='/orders/{order.pk}/advance/']").first
    link.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill(WORDS)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("What you typed is kept for an hour")).to_be_visible()
    link.click()
    expect(dialog.get_by_label("Note")).to_have_value(WORDS)
    dialog.get_by_text("Cancel", exact=True).click()
    link.click()
    expect(dialog.get_by_label("Note")).to_have_value("")


def test_a_session_that_is_over_costs_no_word(as_role, order, expect_status):
    page = as_role(Role.STAFF)
    page.goto(order.get_absolute_url())
    page.locator(f"a[href='/orders/{order.pk}/advance/']").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill(WORDS)
    Session.objects.all().delete()
    expect_status(401)
    dialog.get_by_role("button", name="OK").click()
    expect(page.get_by_text("What Sam Okafor typed is kept for an hour")).to_be_visible()
    page.get_by_label("Username").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Nothing was saved yet.")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value(WORDS)
    assert order.status_changes.count() == 1
    page.get_by_role("button", name="OK").click()
    page.wait_for_url("**/orders/*/")
    assert [change.note for change in order.status_changes.all()] == ["", WORDS]


def test_what_was_saved_in_a_dialog_is_not_there_again(as_role, order):
    page = as_role(Role.STAFF)
    page.goto(order.get_absolute_url())
    for note in (WORDS, ""):
        page.locator(f"a[href='/orders/{order.pk}/advance/']").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Note")).to_have_value("")
        dialog.get_by_label("Note").fill(note)
        dialog.get_by_role("button", name="OK").click()
        expect(dialog).to_be_hidden()
    assert [change.note for change in order.status_changes.all()] == ["", WORDS, ""]


def test_back_shows_a_list_as_it_is_now(as_role, order):
    page = as_role(Role.STAFF)
    page.goto("/orders/")
    page.goto(order.get_absolute_url())
    type(order.client).objects.update(name="Greta Stone")
    page.go_back()
    expect(page.get_by_text("Greta Stone").first).to_be_visible()


def test_without_a_network_the_page_stays(as_role, order):
    page = as_role(Role.STAFF)
    page.goto(order.get_absolute_url())
    note_of(page).fill(WORDS)
    page.context.set_offline(True)
    page.get_by_role("button", name="Write Note").click()
    expect(page.get_by_text("What you typed is still here")).to_be_visible()
    expect(note_of(page)).to_have_value(WORDS)
    page.context.set_offline(False)
    page.get_by_role("button", name="Write Note").click()
    expect(note_of(page)).to_have_value("")
    assert notes() == [WORDS]


@pytest.mark.parametrize("was_done", [False, True])
def test_an_answer_that_never_came_costs_no_word_and_does_nothing_twice(as_role, order, was_done):
    page = as_role(Role.STAFF)
    page.goto(order.get_absolute_url())
    note_of(page).fill(WORDS)

    def lose(route):
        if was_done:
            route.fetch(max_redirects=0)
        route.abort()

    page.route("**/notes/", lose)
    page.get_by_role("button", name="Write Note").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/notes/")
    page.go_back()
    expect(page.get_by_text("The server did not answer.")).to_be_visible()
    expect(note_of(page)).to_have_value(WORDS)
    page.get_by_role("button", name="Write Note").click()
    expect(note_of(page)).to_have_value("")
    assert notes() == [WORDS]
