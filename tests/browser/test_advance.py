"""Advance Status in a browser: in a dialog and on a page, by keyboard, on a phone, with scripts off."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from preproduction import operations
from preproduction.models import Order, Status
from studio import work_calendar
from studio.access import Role
from studio.models import Client
from triggers.models import Trigger

pytestmark = pytest.mark.usefixtures("preferences")
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def trigger(statuses, shipping):
    return Trigger.objects.create(
        description="Pack the images", status=statuses["Sent to lab"], task_title="Pack", department=shipping
    )


@pytest.fixture
def long_names(order):
    Client.objects.update(name="Wolfeschlegelsteinhausenbergerdorff" * 5)
    Status.objects.filter(description="Sent to lab").update(description="S" * 60)


def due_in(days):
    return work_calendar.load().add_business_days(timezone.localdate(), days).isoformat()


def reread(order):
    return Order.objects.for_table().get(pk=order.pk)


def open_dialog(page, order):
    page.goto(f"/orders/{order.pk}/")
    page.locator(f"a[href='/orders/{order.pk}/advance/']").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page.get_by_role("dialog")


def no_sideways_scrolling(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_in_a_dialog_the_rest_follows_the_status_and_the_order_advances(
    as_role, order, statuses, trigger, sam
):
    page = as_role(Role.STAFF)
    dialog = open_dialog(page, order)
    expect(dialog.get_by_label("Due Date")).to_have_value(due_in(5))
    expect(dialog.get_by_text("Task for Shipping")).to_be_visible()
    dialog.get_by_label("Change To Status").select_option(label="Proofs received")
    expect(dialog.get_by_label("Due Date")).to_have_value(due_in(3))
    expect(dialog.get_by_label("New Status Assigned to User")).to_have_value(str(sam.pk))
    expect(dialog.get_by_text("This change sends nothing.")).to_be_visible()
    dialog.get_by_label("Note").fill("By courier")
    dialog.get_by_role("button", name="OK").click()
    expect(page.get_by_text(f"Order {order.number} advanced to Proofs received")).to_be_visible()
    assert page.url.endswith(f"/orders/{order.pk}/")
    assert reread(order).status_changes.get(sequence=2).note == "By courier"
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_text(f"Order {order.number} is back at Images selected.")).to_be_visible()
    assert reread(order).status == statuses["Images selected"]


def test_a_typed_due_date_stays_when_the_status_changes(as_role, order):
    page = as_role(Role.STAFF)
    dialog = open_dialog(page, order)
    typed = (timezone.localdate() + timedelta(days=90)).isoformat()
    dialog.get_by_label("Due Date").fill(typed)
    dialog.get_by_label("Change To Status").select_option(label="Proofs received")
    expect(dialog.get_by_text("Typed by hand.")).to_be_visible()
    expect(dialog.get_by_label("Due Date")).to_have_value(typed)
    dialog.get_by_role("button", name="OK").click()
    expect(page.get_by_text("advanced to Proofs received")).to_be_visible()
    assert reread(order).status_due_date == date.fromisoformat(typed)


def test_what_is_sent_follows_the_department(as_role, order, trigger, retouching):
    Trigger.objects.update(recipient=Trigger.Recipient.DEPARTMENT_OF_ORDER)
    page = as_role(Role.STAFF)
    dialog = open_dialog(page, order)
    dialog.get_by_label("New Status Assigned to Dept").focus()
    dialog.get_by_label("New Status Assigned to Dept").select_option(label="Retouching")
    expect(dialog.get_by_text("Task for Retouching")).to_be_visible()
    expect(dialog.get_by_label("New Status Assigned to Dept")).to_be_focused()
    dialog.get_by_label("Task for Retouching").uncheck()
    dialog.get_by_role("button", name="OK").click()
    expect(page.get_by_text("advanced to Sent to lab")).to_be_visible()
    assert reread(order).deliveries.get().state == "skipped"


def test_a_refusal_stays_in_the_dialog_at_its_field(as_role, order, expect_status):
    expect_status(422)
    page = as_role(Role.STAFF)
    dialog = open_dialog(page, order)
    dialog.get_by_label("Due Date").fill("2020-01-01")
    dialog.get_by_label("Note").fill("Keep me")
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_text("The due date is before Date Completed.")).to_be_visible()
    expect(dialog.get_by_label("Due Date")).to_be_focused()
    expect(dialog.get_by_label("Note")).to_have_value("Keep me")


def test_a_colleague_was_quicker(as_role, order, mia, expect_status):
    expect_status(409)
    page = as_role(Role.STAFF)
    dialog = open_dialog(page, order)
    operations.advance_status(order, operations.plan_advance(order), expected=1, by=mia)
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Mia Lindqvist moved")
    expect(dialog.get_by_label("Change To Status")).not_to_have_value("")
    dialog.get_by_role("button", name="OK").click()
    expect(page.get_by_text("advanced to Proofs received")).to_be_visible()


def test_a_double_click_advances_once(as_role, order):
    page = as_role(Role.STAFF)
    open_dialog(page, order).get_by_role("button", name="OK").dblclick()
    expect(page.get_by_text("advanced to Sent to lab")).to_be_visible()
    assert reread(order).status_sequence == 2


def test_by_keyboard_alone(as_role, order):
    page = as_role(Role.STAFF)
    page.goto(f"/orders/{order.pk}/")
    page.locator(f"a[href='/orders/{order.pk}/advance/']").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Date Completed")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("advanced to Sent to lab")).to_be_visible()


def test_with_scripts_off(as_role, order, statuses, sam):
    page = as_role(Role.STAFF, java_script_enabled=False)
    page.goto(f"/orders/{order.pk}/")
    page.locator(f"a[href='/orders/{order.pk}/advance/']").first.click()
    page.get_by_label("Change To Status").select_option(label="Proofs received")
    page.get_by_role("button", name="Recalculate").click()
    expect(page.get_by_label("Due Date")).to_have_value(due_in(3))
    expect(page.get_by_label("New Status Assigned to User")).to_have_value(str(sam.pk))
    page.get_by_label("Change To Status").select_option(label="Sent to lab")
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_text("advanced to Sent to lab")).to_be_visible()
    assert reread(order).status_due_date.isoformat() == due_in(5)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is back at Images selected.")).to_be_visible()


def test_a_due_date_explains_itself(as_role, order):
    page = as_role(Role.STAFF)
    page.goto(f"/orders/{order.pk}/")
    page.locator(".due-why").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("2 business days after")
    expect(page.get_by_role("dialog").get_by_role("table")).to_be_visible()
    plain = as_role(Role.STAFF, java_script_enabled=False)
    plain.goto(f"/orders/{order.pk}/")
    plain.locator(".due-why").first.click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("Due date")
    expect(plain.get_by_text("2 business days after")).to_be_visible()


@pytest.fixture
def orders(make_order):
    return [make_order() for _ in range(3)]


def many(orders):
    return "/orders/advance/?" + "&".join(f"order={order.pk}" for order in orders)


def test_many_at_once_with_corrections_and_results(as_role, orders, statuses, trigger, expect_status):
    expect_status(422)
    page = as_role(Role.STAFF)
    page.goto(many(orders))
    first = page.locator(f"#row-{orders[0].pk}")
    first.get_by_label("Change To Status").select_option(label="Proofs received")
    expect(first.get_by_label("Due Date")).to_have_value(due_in(3))
    second = page.locator(f"#row-{orders[1].pk}")
    expect(second.get_by_text("Task for Shipping")).to_be_visible()
    second.get_by_label("Due Date").fill("2020-01-01")
    page.get_by_role("button", name="OK").last.click()
    expect(page.get_by_text("2 of 3 orders advanced")).to_be_visible()
    expect(second.get_by_text("The due date is before Date Completed.")).to_be_visible()
    assert [reread(order).status_sequence for order in orders] == [2, 1, 2]
    second.get_by_label("Due Date").fill(due_in(9))
    page.get_by_role("button", name="OK").last.click()
    expect(page.get_by_text("1 of 1 order advanced")).to_be_visible()


def test_half_a_date_stops_its_own_row_only(as_role, orders, expect_status):
    expect_status(422)
    page = as_role(Role.STAFF)
    page.goto(many(orders))
    due_date = page.locator(f"#row-{orders[0].pk}").get_by_label("Due Date")
    due_date.click()
    # The month without day and year: Chromium has no value for that, and would put up a bubble.
    page.keyboard.press("Delete")
    assert due_date.evaluate("(control) => control.validity.badInput")
    page.get_by_role("button", name="OK").last.click()
    expect(page.get_by_text("2 of 3 orders advanced")).to_be_visible()
    expect(page.get_by_text("Enter a whole date.")).to_be_visible()
    assert [reread(order).status_sequence for order in orders] == [1, 2, 2]


def test_values_for_all_and_ticks(as_role, orders, statuses):
    page = as_role(Role.STAFF)
    page.goto(many(orders))
    page.get_by_label("Tick all rows").uncheck()
    expect(page.get_by_label(f"Advance Order {orders[1].number}")).not_to_be_checked()
    page.get_by_label(f"Advance Order {orders[1].number}").check()
    page.locator("#id_all-note").fill("Together")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_label(f"Note, Order {orders[1].number}")).to_have_value("Together")
    expect(page.get_by_label(f"Note, Order {orders[0].number}")).to_have_value("")
    page.get_by_role("button", name="OK").last.click()
    expect(page.get_by_text("1 of 1 order advanced")).to_be_visible()
    assert [reread(order).status_sequence for order in orders] == [1, 2, 1]


def test_many_at_once_with_scripts_off_on_a_phone(as_role, orders):
    page = as_role(Role.STAFF, java_script_enabled=False, viewport=PHONE)
    page.goto(many(orders))
    page.get_by_label(f"Change To Status, Order {orders[0].number}").select_option(label="Proofs received")
    page.get_by_role("button", name="OK").last.click()
    expect(page.get_by_text("3 of 3 orders advanced")).to_be_visible()
    assert reread(orders[0]).status_due_date.isoformat() == due_in(3)


@pytest.mark.each_view
@pytest.mark.any_database
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE], ids=["wide", "phone"])
def test_all_of_it_is_accessible_and_fits(
    as_role, order, orders, trigger, mia, long_names, assert_accessible, color_scheme, viewport
):
    page = as_role(Role.MANAGER, color_scheme=color_scheme, viewport=viewport)
    operations.advance_status(orders[0], operations.plan_advance(orders[0]), expected=1, by=mia)
    operations.hold_order(orders[1], expected=None, by=mia, reason="Away")
    addresses = [
        f"/orders/{order.pk}/advance/",
        f"/orders/{orders[1].pk}/advance/",
        f"/orders/{order.pk}/due-date/",
        f"/orders/{orders[0].pk}/undo/",
        many([order, *orders]),
    ]
    for address in addresses:
        page.goto(address)
        assert_accessible(page)
        no_sideways_scrolling(page)
    page.get_by_label(f"Advance Order {order.number}").uncheck()
    assert_accessible(page)


def test_from_a_list_one_comes_back_to_the_list_as_it_was(as_role, order):
    page = as_role(Role.STAFF)
    page.goto("/orders/?sort=number")
    page.locator(f"a[data-dialog][href^='/orders/{order.pk}/advance/']").first.click()
    page.get_by_role("dialog").get_by_role("button", name="OK").click()
    expect(page.get_by_text(f"Order {order.number} advanced to Sent to lab")).to_be_visible()
    assert page.url.endswith("/orders/?sort=number")
