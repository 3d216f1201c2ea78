"""An order in the browser: made from its session, edited in place, its images, its hold; with and without scripts."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from preproduction import operations
from preproduction.models import ImageLine, Order, StatusChange
from studio.access import Role
from triggers.models import Communication, Task

pytestmark = pytest.mark.usefixtures("preferences")

SIZES = [{"width": 1440, "height": 900}, {"width": 360, "height": 740}]


def tab(page, name):
    return page.get_by_role("tab", name=name)


def test_an_order_is_made_by_keyboard_and_edited_in_place(as_role, session, statuses, vendor):
    page = as_role(Role.STAFF)
    page.goto(session.get_absolute_url())
    page.keyboard.press("n")
    page.get_by_label("Vendor", exact=True).select_option(label="Northlight Lab")
    page.get_by_label("Studio Notes").fill("Two looks.")
    page.get_by_role("button", name="Create Order").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order 1001")
    assert Order.objects.count() == 1

    page.wait_for_load_state()  # keys are heard once the scripts have run
    page.keyboard.press("e")
    page.get_by_label("Vendor Order No.").fill("NL 88")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vendor Order No. saved.")).to_be_visible()
    order = Order.objects.get()
    assert (order.vendor_order_number, order.vendor, order.studio_notes) == ("NL 88", vendor, "Two looks.")


def test_tabs_move_by_arrow_keys_and_the_address_keeps_them(as_role, order):
    page = as_role(Role.STAFF)
    page.goto(f"{order.get_absolute_url()}#images")
    expect(tab(page, "Images")).to_have_attribute("aria-selected", "true")
    tab(page, "Images").press("ArrowRight")
    expect(tab(page, "Tasks")).to_be_focused()
    expect(page.get_by_text("No tasks and no calls")).to_be_visible()
    assert page.url.endswith("#tasks")


def test_images_are_entered_line_after_line(as_role, order):
    page = as_role(Role.STAFF)
    page.goto(f"{order.get_absolute_url()}#images")
    files = page.get_by_placeholder("1001-1048")
    files.fill("001-040")
    sent = page.get_by_label("Quantity Sent, new line")
    sent.fill("40")
    sent.press("Enter")
    expect(files.nth(1)).to_be_focused()
    files.nth(1).fill("041-050")
    sent.nth(1).fill("10")
    page.get_by_role("button", name="Save Images").click()
    expect(page.get_by_text("Images saved.")).to_be_visible()
    assert list(order.images.values_list("files", "quantity_sent")) == [("001-040", 40), ("041-050", 10)]

    page.get_by_role("button", name="All Returned").click()
    page.get_by_role("dialog").get_by_role("button", name="All Returned").click()
    expect(page.get_by_text("50 proofs noted as returned.")).to_be_visible()
    assert order.proofs_missing() == 0


def test_hold_and_resume_in_a_dialog(as_role, order, expect_status):
    expect_status(422)
    page = as_role(Role.MANAGER)
    page.goto(order.get_absolute_url())
    page.keyboard.press("h")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Put on Hold").click()
    expect(dialog.get_by_text("This field is required.")).to_be_visible()
    dialog.get_by_label("Reason").fill("Client is away")
    dialog.get_by_role("button", name="Put on Hold").click()
    expect(page.locator(".order-held")).to_contain_text("Client is away")
    assert Order.objects.get().is_on_hold

    page.wait_for_load_state()
    page.keyboard.press("h")
    dialog.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("is resumed.")).to_be_visible()
    assert not Order.objects.get().is_on_hold


def test_a_refused_dialog_leads_to_the_field_that_is_wrong(as_role, order, expect_status):
    page = as_role(Role.MANAGER)
    page.goto(order.get_absolute_url())
    page.get_by_role("link", name="Change Due Date").click()
    expect(page.locator("#page-dialog-body")).not_to_have_class(re.compile("htmx-"))
    expect(page.get_by_role("dialog").get_by_label("Due Date")).to_be_focused()
    page.get_by_role("dialog").get_by_label("Due Date").fill(
        (timezone.localdate() + timedelta(days=40)).isoformat()
    )
    expect_status(422)
    page.get_by_role("dialog").get_by_role("button", name="Change Due Date").click()
    expect(page.locator("#page-dialog-body [aria-invalid='true']")).to_have_count(1)
    expect(page.locator("#page-dialog-body")).not_to_have_class(re.compile("htmx-"))
    expect(page.get_by_role("dialog").get_by_label("Reason")).to_be_focused()


def test_a_task_is_done_and_a_call_written_down_without_leaving_the_tab(as_role, order, retouching, sam):
    Task.objects.create(order=order, title="Check the crop", department=retouching)
    page = as_role(Role.STAFF)
    page.goto(f"{order.get_absolute_url()}#tasks")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Open again")).to_be_visible()
    assert Task.objects.get().done_by == sam

    tab(page, "Communication").click()
    page.get_by_text("Add Communication").click()
    page.get_by_label("What was said").fill("Will come on Friday.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".order-log")).to_contain_text("Will come on Friday.")
    assert Communication.objects.get().recorded_by == sam


def test_everything_works_with_scripts_off(as_role, order, session, statuses):
    page = as_role(Role.MANAGER, java_script_enabled=False)
    page.goto(order.get_absolute_url())
    page.get_by_role("link", name="Edit order").click()
    page.get_by_label("Vendor Order No.").fill("NL 88")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_placeholder("1001-1048").fill("001-040")
    page.get_by_label("Quantity Sent, new line").fill("40")
    page.get_by_role("button", name="Save Images").click()
    page.get_by_label("Studio Notes").fill("Warm.")
    page.get_by_role("button", name="Save Studio Notes").click()
    page.get_by_role("link", name="Put on Hold").click()
    page.get_by_label("Reason").fill("Client is away")
    page.get_by_role("button", name="Put on Hold").click()
    expect(page.locator(".order-held")).to_contain_text("Client is away")
    page.get_by_role("link", name="Resume").click()
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("link", name="Reassign").click()
    page.get_by_label("User").select_option(label="Ada Moreau")
    page.get_by_role("button", name="Reassign").click()
    order.refresh_from_db()
    assert (order.vendor_order_number, order.studio_notes, str(order.assigned_user)) == (
        "NL 88",
        "Warm.",
        "Ada Moreau",
    )
    assert ImageLine.objects.get().quantity_sent == 40


@pytest.fixture
def full_order(make_order, statuses, sam, mia, retouching, vendor):
    """An order with something on every tab, and names that try the page."""
    order = make_order(vendor=vendor, studio_notes="word " * 200, vendor_notes="W" * 300)
    for n in range(3):
        ImageLine.objects.create(order=order, files=f"{n}-{'F' * 150}", quantity_sent=9, quantity_returned=n)
    Task.objects.create(order=order, title="T" * 150, department=retouching)
    Communication.objects.create(order=order, with_whom="Anna", summary="S" * 500, recorded_by=sam)
    for to in ("Sent to lab", "Images selected", "Proofs received"):
        order = Order.objects.get(pk=order.pk)
        plan = operations.plan_advance(order, to=statuses[to])
        operations.advance_status(order, plan, expected=order.version, by=mia, note="N" * 400)
    operations.hold_order(order, expected=None, by=mia, reason="H" * 200)
    assert StatusChange.objects.filter(order=order).count() == 4
    return order


TABS = [
    "general",
    "images",
    "tasks",
    "communication",
    "studio-notes",
    "vendor-notes",
    "status-notes",
    "custom",
]


@pytest.mark.each_view
@pytest.mark.any_database
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
def test_every_tab_is_accessible_and_fits(as_role, full_order, assert_accessible, size, scheme):
    page = as_role(Role.MANAGER, viewport=size, color_scheme=scheme)
    for name in TABS:
        page.goto(f"{full_order.get_absolute_url()}#{name}")
        page.reload()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name


@pytest.mark.any_database
@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
def test_the_pages_around_an_order_are_accessible_and_fit(as_role, full_order, assert_accessible, size):
    page = as_role(Role.ADMINISTRATOR, viewport=size)
    session = full_order.session
    for address in (
        session.get_absolute_url(),
        session.client.get_absolute_url(),
        f"{session.get_absolute_url()}new-order/",
        f"{full_order.get_absolute_url()}edit/",
        f"{full_order.get_absolute_url()}resume/",
        f"{full_order.get_absolute_url()}assign/",
        "/maintenance/custom-fields/",
    ):
        page.goto(address)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
