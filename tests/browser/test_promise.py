"""The promise and the forecast in Chromium, by the keyboard and by the mouse: what will be late, and what one does."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from preproduction import operations
from preproduction.forecast import notes, work
from preproduction.models import Forecast, Order, Status
from preproduction.operations import PastOrder
from preproduction.operations.past import store_past_orders
from studio import work_calendar
from studio.access import Role
from triggers.models import Delivery, MessageTemplate

pytestmark = pytest.mark.usefixtures("preferences")


@pytest.fixture
def promised(session, statuses, vendor, make_order, sam, mia):
    """An order needed tomorrow, in a studio whose sixty others took three business days at each of three statuses."""
    calendar, today = work_calendar.load(), timezone.localdate()
    way = [status for status in statuses.values() if not status.is_inactive]
    pasts = []
    for back in range(60, 120):
        day = calendar.add_business_days(today, -back)
        past = PastOrder.begin(
            session, number=f"OLD-{back}", on=day, at=noon(day), by=sam, status=way[0], calendar=calendar
        )
        for to in way[1:]:
            day = calendar.add_business_days(day, 3)
            past.advance(to=to, on=day, at=noon(day), by=sam)
        pasts.append(past)
    store_past_orders(pasts)
    vendor.email = "lab@example.com"
    vendor.save()
    words = {"subject": "Order {{ order.number }}", "text": "Where is order {{ order.number }}, please?"}
    MessageTemplate.objects.create(name="Where is it?", used_for="ask_lab", **words)
    order = make_order(number="SOON", order_date=today, vendor=vendor)
    tomorrow = today + timedelta(days=1)
    operations.promise(order, needed_by=tomorrow, needed_for="Event", reason="", expected=None, by=mia)
    notes._experience.cache_clear()
    while work.go_on():
        pass
    return Order.objects.get(pk=order.pk)


def noon(day):
    return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())


def keys(page, what, words=None):
    """Go there and press Enter, or type `words`."""
    what.focus()
    if words is None:
        page.keyboard.press("Enter")
    else:
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(words)


def mouse(page, what, words=None):
    what.click()
    if words is not None:
        what.fill(words)


@pytest.mark.parametrize("act", [keys, mouse])
def test_a_manager_finds_what_will_be_late_asks_the_lab_and_promises_anew_and_a_duration_follows(
    as_role, promised, act, assert_accessible, expect_status
):
    page = as_role(Role.MANAGER)
    asks_the_lab(page, act, assert_accessible)
    promises_anew(page, act, promised, assert_accessible, expect_status)
    changes_the_duration(as_role(Role.ADMINISTRATOR), act, promised, assert_accessible)


def asks_the_lab(page, act, assert_accessible):
    page.goto("/orders/overdue/")
    act(page, page.get_by_role("region", name="Will be late").get_by_role("link", name="Ask the lab about"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Send Message")
    expect(page.get_by_text("Where is order SOON, please?")).to_be_visible()
    assert_accessible(page)
    act(page, page.get_by_role("button", name="Send 1 message"))
    expect(page.get_by_text("1 message is on the way.")).to_be_visible()
    expect(page).to_have_url(re.compile("/orders/overdue/$"))
    row = Delivery.objects.get(order__number="SOON")
    assert (row.state, row.recipient, row.template.used_for) == ("pending", "vendor", "ask_lab")


def promises_anew(page, act, promised, assert_accessible, expect_status):
    act(page, page.get_by_role("link", name="SOON").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("SOON")
    expect(page.locator(".order-forecast")).to_contain_text("At risk")
    expect(page.locator(".order-forecast")).to_contain_text("for the event; complete by")
    act(page, page.get_by_role("link", name="Change Needed By"))
    act(page, page.get_by_role("textbox", name="Reason"), "The client has moved the viewing")
    later = promised.needed_by + timedelta(days=1)
    page.locator("#id_needed_by").fill(later.isoformat())
    expect_status(422)
    act(page, page.get_by_role("button", name="Save"))
    safe = page.locator(".safe-day").get_by_role("button")
    expect(safe).to_contain_text("Needed By")
    assert_accessible(page)
    act(page, safe)
    expect(page.locator(".safe-day")).to_have_count(0)
    expect(page.get_by_text("is needed by").first).to_be_visible()
    now, told = Order.objects.get(pk=promised.pk), Forecast.objects.get(order=promised)
    assert (
        now.needed_by == work_calendar.load().add_business_days(told.on, told.complete_95 - told.age) > later
    )
    assert now.events.filter(kind="promised").latest("pk").note == "The client has moved the viewing"


def changes_the_duration(page, act, promised, assert_accessible):
    Status.objects.filter(pk=promised.status_id).update(default_duration=1)
    page.goto("/maintenance/preproduction-statuses/")
    expect(page.get_by_text("you set 1; half take 3, 85 of 100 take 3 (60 cases)")).to_be_visible()
    act(page, page.get_by_role("link", name=f"Change to 3 at {promised.status}"))
    expect(page.get_by_role("link", name="SOON")).to_be_visible()
    assert_accessible(page)
    act(page, page.get_by_role("button", name="Change it and move them"))
    expect(page.get_by_text(f"The Default Duration of {promised.status} is 3 now.").first).to_be_visible()
    assert Status.objects.get(pk=promised.status_id).default_duration == 3
    assert Order.objects.get(pk=promised.pk).status_due_date != promised.status_due_date
