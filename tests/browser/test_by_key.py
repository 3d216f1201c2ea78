"""By key alone: rows are acted on by letters, an order is found, advanced, undone and noted."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from preproduction.models import Order, StatusChange
from studio.access import Role

pytestmark = pytest.mark.usefixtures("preferences")


class Keyboard:
    """A page without a mouse, and how many keys were pressed there."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    @property
    def dialog(self):
        return self.page.get_by_role("dialog")

    def expect_row(self, number):
        row = self.page.locator("tr.is-current")
        expect(row).to_contain_text(number)
        expect(row.locator(":focus")).to_have_count(1)


@pytest.fixture
def late_orders(make_order):
    """Five that are late, the worst first, and one that is not."""
    today = timezone.localdate()
    days = (60, 50, 40, 30, 20, 0)
    return [make_order(number=f"L{n}", order_date=today - timedelta(days=ago)) for n, ago in enumerate(days)]


def test_five_late_orders_are_advanced_from_the_hub_in_15_keys(as_role, late_orders):
    keys = Keyboard(as_role(Role.STAFF))
    keys.page.goto("/orders/")
    keys.page.wait_for_load_state()
    keys.press("j")
    for order in late_orders[:5]:
        keys.expect_row(order.number)
        keys.press("a")
        expect(keys.dialog.get_by_label("Date Completed")).to_be_focused()
        keys.press("Enter")
        expect(keys.page.get_by_text(f"{order.number} advanced to")).to_be_visible()
    assert StatusChange.objects.filter(from_status__isnull=False).count() == 5
    assert Order.objects.get(number="L5").status_sequence == 1
    assert keys.pressed <= 15


def test_each_letter_acts_on_the_row_one_stands_at(as_role, late_orders):
    keys = Keyboard(as_role(Role.MANAGER))
    keys.page.goto("/orders/")
    keys.page.wait_for_load_state()
    keys.press("j", "j")
    keys.expect_row("L1")
    titles = {
        "h": "Put on Hold: L1",
        "r": "Reassign L1",
        "n": "Note on L1",
        "u": "Undo the last change of L1",
    }
    for letter, title in titles.items():
        keys.press(letter)
        expect(keys.page.get_by_role("dialog", name=title)).to_be_visible()
        keys.press("Escape")
        expect(keys.dialog).to_be_hidden()
        keys.expect_row("L1")

    keys.press("n")
    expect(keys.dialog.get_by_label("Note")).to_be_focused()
    keys.page.keyboard.type("hruanei")  # letters, while one writes
    keys.press("Tab", "Enter")
    expect(keys.page.get_by_text("Note written.")).to_be_visible()
    keys.expect_row("L1")
    assert late_orders[1].events.get(kind="note").note == "hruanei"

    keys.press("h")
    expect(keys.dialog.get_by_label("Reason")).to_be_focused()
    keys.page.keyboard.type("Client is away")
    keys.press("Enter")
    expect(keys.page.get_by_text("L1 is on hold.")).to_be_visible()
    assert Order.objects.get(number="L1").is_on_hold
