"""What every page is made of, seen in Chromium: both themes, phone and desk, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.urls("tests.browser.style_guide.urls"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,
]

PAGES = [
    "/guide/list/",
    "/guide/list/?none=1",
    "/guide/form/",
    "/guide/detail/",
    "/guide/detail/#images",
    "/guide/detail/#parts",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}


def width(page):
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.each_view
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 800, "height": 900}, DESK], ids=["360", "800", "1440"])
def test_parts_are_accessible_and_never_scroll_the_page_sideways(as_role, assert_accessible, viewport, theme):
    # Without the policy: axe puts its script into the page.
    page = as_role("administrator", viewport=viewport, color_scheme=theme, bypass_csp=True)
    for address in PAGES:
        page.goto(address)
        assert width(page) <= viewport["width"], address
        assert_accessible(page)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1440"])
def test_everything_is_there_with_scripts_off(as_role, viewport):
    page = as_role("staff", viewport=viewport, java_script_enabled=False)
    page.goto("/guide/detail/")
    for section in ["#general", "#images", "#parts"]:
        expect(page.locator(section)).to_be_visible()
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_hidden()
    page.get_by_role("link", name="Advance Status").click()
    expect(page).to_have_url(re.compile("/guide/form/$"))
    page.fill("#id_title", "Proofs")
    page.get_by_role("button", name="OK").click()
    expect(page.locator("#messages")).to_contain_text("Proofs is saved.")
    page.goto("/guide/list/")
    expect(page.locator("[data-bulk-bar]")).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_menu_opens_on_a_phone(as_role, scripts):
    page = as_role("staff", viewport=PHONE, java_script_enabled=scripts)
    page.goto("/guide/list/")
    home = page.locator("#sidebar").get_by_role("link", name="Home")
    expect(home).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(home).to_be_visible()


def test_the_theme_is_remembered_and_comes_with_the_page(as_role):
    page = as_role("staff", viewport=DESK, color_scheme="light")
    page.goto("/guide/list/")
    page.locator(".sidebar-user summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 20, 24)"
    assert 'data-theme="dark"' in page.request.get("/guide/form/").text()


def test_tabs_show_one_section_and_move_by_keys(as_role):
    page = as_role("staff", viewport=DESK)
    page.goto("/guide/detail/")
    expect(page.locator("#images")).to_be_hidden()
    page.get_by_role("tab", name="General").press("ArrowRight")
    expect(page.locator("#images")).to_be_visible()
    expect(page.locator("#general")).to_be_hidden()
    expect(page).to_have_url(re.compile("#images$"))


def test_a_form_in_a_dialog_stays_there_with_its_errors_and_leaves_with_its_message(as_role, expect_status):
    expect_status(422)
    page = as_role("staff", viewport=DESK)
    page.goto("/guide/detail/")
    page.get_by_role("link", name="Advance Status").click()
    dialog = page.get_by_role("dialog", name="Advance Status")
    expect(dialog.locator("#id_title")).to_be_focused()
    dialog.locator("#id_title").fill(" ")
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing was changed.")
    expect(dialog.locator("#id_title")).to_be_focused()
    dialog.locator("#id_title").fill("Proofs")
    dialog.get_by_role("button", name="OK").click()
    expect(page.locator("#messages")).to_contain_text("Proofs is saved.")
    expect(dialog).to_be_hidden()


def test_a_question_comes_before_the_act(as_role):
    page = as_role("staff", viewport=DESK)
    page.goto("/guide/detail/")
    for answer, posts, address in [
        ("Cancel", "0", "**/guide/detail/"),
        ("Delete it", "1", "**/guide/count/"),
    ]:
        page.locator("details.menu-end summary").click()
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog", name="Delete order 1001?").get_by_role("button", name=answer).click()
        page.wait_for_url(address)
        assert page.request.get("/guide/count/").text() == posts


def test_a_double_click_sends_once(as_role):
    page = as_role("staff", viewport=DESK)
    page.goto("/guide/list/")
    page.locator("[data-select-row]").first.check()
    # Counted where they are sent: of two that follow at once Chromium may drop the first by itself.
    sent = page.locator("[data-bulk-bar] .button-primary").evaluate(
        """(button) => {
            let sent = 0;
            window.addEventListener("submit", (event) => { sent += !event.defaultPrevented; });
            button.click();
            button.click();
            return sent;
        }"""
    )
    assert sent == 1
    page.wait_for_url("**/guide/count/")
    assert page.request.get("/guide/count/").text() == "1"


def test_rows_are_ticked_one_by_one_by_range_and_all(as_role):
    page = as_role("staff", viewport=DESK)
    page.goto("/guide/list/")
    rows, count = page.locator("[data-select-row]"), page.locator("[data-bulk-count]")
    expect(count).to_be_hidden()
    rows.nth(1).click()
    rows.nth(4).click(modifiers=["Shift"])
    expect(count).to_have_text("4 selected")
    page.locator("[data-select-all]").check()
    expect(count).to_have_text("25 selected")
    page.get_by_role("button", name="Clear").click()
    expect(count).to_be_hidden()


def test_a_changed_filter_takes_effect_and_empty_ones_stay_out_of_the_address(as_role):
    page = as_role("staff", viewport=DESK)
    page.goto("/guide/list/")
    page.get_by_label("Late only").check()
    expect(page).to_have_url(re.compile(r"/guide/list/\?late=on$"))


def test_a_menu_closes_by_escape_and_by_a_click_elsewhere(as_role):
    page = as_role("staff", viewport=DESK)
    page.goto("/guide/detail/")
    menu = page.locator("details.menu-end")
    for leave in [lambda: page.keyboard.press("Escape"), lambda: page.locator("h1").click()]:
        menu.locator("summary").click()
        expect(menu.locator(".menu-items")).to_be_visible()
        leave()
        expect(menu.locator(".menu-items")).to_be_hidden()


def test_keys_work_are_listed_and_can_be_switched_off(as_role):
    page = as_role("staff", viewport=DESK)
    page.goto("/guide/list/")
    page.keyboard.press("/")
    expect(page.locator("#id_q")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Search")
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("/")
    expect(page.locator("#id_q")).not_to_be_focused()


def test_leaving_what_was_typed_asks_first(as_role):
    page = as_role("staff", viewport=DESK)
    page.goto("/guide/form/")
    page.locator("#id_title").press_sequentially("Proofs")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#sidebar").get_by_role("link", name="Home").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page).to_have_url(re.compile("/guide/form/$"))
