"""The hub, Overdue and Home in Chromium: by mouse, by keys, on a phone, with scripts off."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from preproduction import operations
from preproduction.models import Order, SavedView
from studio.access import Role
from studio.models import Client, PhotoSession
from triggers.models import Task

pytestmark = pytest.mark.usefixtures("preferences")

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
LONG = "Wilhelmina-Charlotte von und zu Hohenlohe-Langenburg & Søns Фотография " + "x" * 90


@pytest.fixture
def orders(make_order, session, vendor, sam, mia, retouching):
    """Three late ones, one on hold, one on time of a client with a very long name."""
    today = timezone.localdate()
    made = [
        make_order(number=f"L{days}", order_date=today - timedelta(days=days), vendor=vendor)
        for days in (40, 20, 10)
    ]
    held = make_order(number="HELD", order_date=today - timedelta(days=10))
    operations.hold_order(held, expected=None, by=mia, reason="The client is away")
    long = PhotoSession.objects.create(
        number="S-" + "9" * 28,
        client=Client.objects.create(name=LONG, phone="+49 7941 000000 extension 4711"),
        date=today,
        session_type=session.session_type,
    )
    made.append(make_order(number="N" * 30, session=long, vendor_order_number="V" * 60))
    operations.assign_order(
        made[0], by=made[0].entered_by, expected=1, department=retouching, assigned_user=sam
    )
    operations.note_delay_reason(
        made[1],
        by=made[1].entered_by,
        stay=None,
        reason="The lab has been waiting for paper " + "and more paper " * 9,
    )
    Task.objects.create(
        title="Call about " + "the crop " * 15, assigned_user=sam, order=made[0], due_date=today
    )
    return made


def rows(page):
    return page.locator("#orders tbody tr")


def test_a_filter_takes_effect_at_once_and_a_chip_takes_it_out(as_role, orders):
    page = as_role(Role.STAFF)
    page.goto("/orders/")
    expect(rows(page)).to_have_count(5)
    page.get_by_text("More filters").click()
    page.get_by_label("On hold").check()
    expect(rows(page)).to_have_count(1)
    assert page.url.endswith("/orders/?on_hold=on")
    # The menu stays open for a second choice.
    page.get_by_role("checkbox", name="Unassigned").and_(page.locator("#id_unassigned")).check()
    expect(page).to_have_url(re.compile("unassigned=on&on_hold=on"))
    page.locator(".filter-chips .chip", has_text="On hold").click()
    expect(rows(page)).to_have_count(4)
    page.go_back()
    expect(rows(page)).to_have_count(1)


def test_typing_searches_and_a_tab_keeps_the_words(as_role, orders):
    page = as_role(Role.STAFF)
    page.goto("/orders/")
    page.keyboard.press("/")
    page.keyboard.type("hohenlohe")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("Search")).to_be_focused()
    page.get_by_role("link", name=re.compile("^Late")).click()
    expect(page.get_by_text("No orders match")).to_be_visible()
    page.get_by_role("link", name="Search all orders").click()
    expect(rows(page)).to_have_count(1)


def test_leaving_the_search_box_after_enter_takes_no_tick_away(as_role, orders):
    page = as_role(Role.MANAGER)
    page.goto("/orders/")
    box = page.get_by_role("searchbox", name="Search")
    box.fill("Anna")
    with page.expect_response(lambda answer: "q=Anna" in answer.url and "/orders/" in answer.url):
        box.press("Enter")
    asked = []
    page.on("request", lambda request: "/orders/" in request.url and asked.append(request.url))
    row = page.locator("[data-select-row]").first
    row.check()
    page.wait_for_timeout(600)  # longer than typing is waited for
    assert asked == []
    expect(row).to_be_checked()


def test_rows_are_walked_ticked_and_opened_by_keys(as_role, orders):
    page = as_role(Role.STAFF)
    page.goto("/orders/")
    for key in ("j", "j", "x", "ArrowDown", "x", "k"):
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    expect(rows(page).nth(1)).to_have_class(re.compile("is-current"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/orders/{orders[1].pk}/(\?.*)?$"))


def test_many_are_reassigned_and_one_is_back_in_the_list(as_role, orders, mia):
    page = as_role(Role.MANAGER)
    page.goto("/orders/?late=any")
    page.get_by_label("Select all rows").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("3 selected")
    page.get_by_role("button", name="Reassign").click()
    page.get_by_label("User").select_option(label="Mia Lindqvist")
    page.get_by_role("button", name="Reassign 3 orders").click()
    expect(page.get_by_text("3 orders reassigned.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/orders/\?late=any$"))
    assert Order.objects.filter(assigned_user=mia).count() == 3


def test_many_go_to_advance_status(as_role, orders):
    page = as_role(Role.STAFF)
    page.goto("/orders/?late=any")
    page.get_by_label("Select Order L40").check()
    page.get_by_label("Select Order L20").check()
    page.get_by_role("button", name="Advance Status").click()
    expect(page).to_have_url(re.compile(rf"/orders/advance/\?.*order={orders[0].pk}&order={orders[1].pk}"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Advance Status")


def test_a_view_is_saved_used_and_deleted(as_role, orders):
    page = as_role(Role.MANAGER)
    page.goto("/orders/?late=any")
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Name").fill("Late ones")
    page.get_by_label("Share with everybody").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("View “Late ones” saved.")).to_be_visible()
    page.goto("/orders/")
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("link", name="Late ones").click()
    expect(rows(page)).to_have_count(3)
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("button", name="Delete the view Late ones").click()
    page.locator("#confirm-dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("View “Late ones” deleted.")).to_be_visible()
    assert not SavedView.objects.exists()


def test_overdue_leads_from_the_number_to_the_act(as_role, orders):
    page = as_role(Role.MANAGER)
    page.goto("/orders/overdue/")
    expect(rows(page)).to_have_count(3)
    page.get_by_text("By department and user").click()
    page.locator(".overdue-matrix tfoot .late-11 a").click()
    expect(page).to_have_url(re.compile("late=11"))
    where = page.url.partition("#")[0]
    count = rows(page).count()
    assert 0 < count < 3
    page.get_by_role("link", name="Note: Order L40").click()
    page.get_by_label("Reason").fill("Lost in the post")
    page.get_by_role("button", name="Save").click()
    expect(rows(page).first).to_contain_text("Lost in the post")
    assert page.url.partition("#")[0] == where
    page.get_by_role("link", name="Put on Hold: Order L40").click()
    page.get_by_label("Reason").fill("Waiting")
    page.locator("#page-dialog").get_by_role("button", name="Put on Hold").click()
    expect(page.get_by_text("Order L40 is on hold.")).to_be_visible()
    assert page.url.partition("#")[0] == where
    page.goto("/orders/overdue/")
    further = page.get_by_role("link", name="Needed By: Order L20")
    expect(further).to_be_hidden()
    page.locator("summary[aria-label='More: Order L20']").press("Enter")
    expect(further).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(further).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#page-dialog")).to_contain_text("Needed By: Order L20")


def test_a_task_is_done_from_home_with_one_click(as_role, orders):
    page = as_role(Role.STAFF)
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Done: Call about")).click()
    expect(page.get_by_role("button", name=re.compile("^Done: Call about"))).to_have_count(0)
    assert Task.objects.get().done_at
    page.get_by_role("link", name="Advance Status of Order L40").click()
    page.locator("#page-dialog").get_by_role("button", name="OK").click()
    expect(page.locator("#messages")).to_contain_text("Sent to lab")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    assert Order.objects.get(number="L40").status.description == "Sent to lab"


def test_everything_works_with_scripts_off(as_role, orders):
    page = as_role(Role.MANAGER, java_script_enabled=False)
    page.goto("/orders/")
    page.get_by_label("Search").fill("L")
    page.get_by_text("More filters").click()
    page.get_by_label("On hold").check()
    page.get_by_role("button", name="Apply").click()
    expect(rows(page)).to_have_count(1)
    page.goto("/orders/?late=any")
    page.get_by_label("Select Order L40").check()
    page.get_by_role("button", name="Reassign").click()
    page.get_by_label("User").select_option(label="Mia Lindqvist")
    page.get_by_role("button", name="Reassign 1 order").click()
    expect(page.get_by_text("1 order reassigned.")).to_be_visible()
    page.goto("/orders/overdue/")
    page.get_by_role("link", name="Note: Order L20").click()
    page.get_by_label("Reason").fill("Paper")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/orders/overdue/$"))
    page.locator("summary[aria-label='More: Order L20']").click()
    page.get_by_role("link", name="Tell the client: Order L20").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Send Message")


@pytest.mark.each_view
@pytest.mark.any_database
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1440", "360"])
@pytest.mark.parametrize("role", [Role.STAFF, Role.MANAGER])
def test_nothing_scrolls_sideways_and_axe_finds_nothing(
    as_role, assert_accessible, orders, role, viewport, theme
):
    SavedView.objects.create(
        name=LONG[:60], owner_id=orders[0].entered_by_id, is_shared=True, query="late=any"
    )
    # Without the policy: axe puts its script into the page.
    page = as_role(role, viewport=viewport, color_scheme=theme, bypass_csp=True)
    addresses = [
        "/",
        "/orders/",
        "/orders/?state=complete",
        f"/orders/?late=any&q={'x' * 90}",
        "/orders/views/new/",
    ]
    if role == Role.MANAGER:
        key = orders[0].pk
        addresses += [
            "/orders/overdue/",
            f"/orders/{key}/note/",
            f"/orders/reassign/?order={key}&order={orders[-1].pk}",
        ]
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address
        assert_accessible(page)
    page.goto("/orders/")
    if viewport == PHONE:
        page.get_by_role("button", name="Filter").click()
    for words in ("More filters", "Views"):
        if words == "Views" and viewport == PHONE:
            page.get_by_role("button", name="Show the orders").click()
        page.get_by_text(words, exact=True).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], words
        assert_accessible(page)
        page.keyboard.press("Escape")


@pytest.mark.any_database
def test_an_empty_studio_is_accessible_too(as_role, assert_accessible):
    page = as_role(Role.MANAGER, viewport=PHONE, bypass_csp=True)
    for address in ("/", "/orders/", "/orders/overdue/"):
        page.goto(address)
        assert_accessible(page)


def test_advancing_far_down_the_list_leaves_it_scrolled_with_the_next_row_at_hand(as_role, make_order):
    today = timezone.localdate()
    made = [make_order(number=f"R{n:02}", order_date=today - timedelta(days=60 - n)) for n in range(40)]
    page = as_role(Role.STAFF, viewport={"width": 1440, "height": 600})
    page.goto("/orders/")
    row = page.get_by_role("row", name="R20")
    row.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    row.get_by_role("link", name="Advance Status").click()
    page.get_by_role("dialog").get_by_role("button", name="OK").click()
    expect(page.get_by_text("R20 advanced")).to_be_visible()
    # The order itself has moved down with its new due date.
    expect(page.get_by_role("row", name="R21").get_by_role("link", name="Advance Status")).to_be_focused()
    assert page.evaluate("scrollY") == before
    assert Order.objects.get(pk=made[20].pk).status_sequence == 2
