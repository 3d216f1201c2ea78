"""By key alone: rows are acted on by letters, an order is found, advanced, undone and noted."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from preproduction import operations
from preproduction.models import Order, StatusChange
from studio.access import Role
from triggers.models import Task

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

    def expect_row(self, words):
        row = self.page.locator("[data-row-keys] .is-current")
        expect(row).to_contain_text(words)
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


def test_home_and_the_page_of_a_client_hear_the_same_letters(as_role, sam, make_order, session):
    today = timezone.localdate()
    late = make_order(number="L1", order_date=today - timedelta(days=30))
    operations.assign_order(
        late, by=sam, expected=late.version, department=late.department, assigned_user=sam
    )
    task = Task.objects.create(title="Pack the parcel", assigned_user=sam, due_date=today)
    keys = Keyboard(as_role(Role.STAFF))
    page = keys.page
    page.goto("/")
    page.wait_for_load_state()
    keys.press("j")
    keys.expect_row("L1")
    keys.press("a")
    expect(keys.dialog.get_by_label("Date Completed")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("L1 advanced to Sent to lab")).to_be_visible()
    keys.expect_row("Pack the parcel")
    keys.press("d")
    expect(page.get_by_text("“Pack the parcel” is done.")).to_be_visible()
    assert Task.objects.done().get() == task

    page.goto(session.client.get_absolute_url())
    page.wait_for_load_state()
    keys.press("j")
    keys.expect_row("L1")
    keys.press("u")
    expect(keys.dialog.get_by_role("button", name="Undo")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("L1 is back at Images selected.")).to_be_visible()
    keys.expect_row("L1")
    expect(page.get_by_role("heading", level=1)).to_contain_text(session.client.name)

    page.goto("/clients/")
    page.wait_for_load_state()
    keys.press("j")
    keys.expect_row(session.client.name)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(session.client.name)


def scan(page, code):
    """Type as a scanner does: all keys at once, then Enter."""
    page.evaluate(
        """(code) => [...code, "Enter"].forEach((key) => document.activeElement.dispatchEvent(
             new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))""",
        code,
    )


def test_an_order_is_found_advanced_undone_and_noted_by_keyboard_alone(as_role, make_order):
    order = make_order(number="A-1002")
    keys = Keyboard(as_role(Role.STAFF))
    page = keys.page
    page.goto("/clients/")
    page.wait_for_load_state()
    keys.press("Control+k")
    palette = page.get_by_role("dialog", name="Find")
    box = palette.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("a 1002")
    first = palette.get_by_role("option").first
    expect(first).to_contain_text("Order A-1002")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order A-1002")

    page.wait_for_load_state()
    keys.press("Control+k")
    page.keyboard.type("advan")
    expect(first).to_have_text("Advance Statusa")
    keys.press("Enter")
    expect(palette).to_be_hidden()
    expect(keys.dialog.get_by_label("Date Completed")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("A-1002 advanced to Sent to lab")).to_be_visible()

    page.wait_for_load_state()
    keys.press("u")
    expect(keys.dialog.get_by_role("button", name="Undo")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("A-1002 is back at Images selected.")).to_be_visible()

    page.wait_for_load_state()
    keys.press("n")
    expect(page.locator("[name='note-text']")).to_be_focused()
    page.keyboard.type("Album is leather")
    keys.press("Tab", "Enter")
    expect(page.get_by_text("Note written.")).to_be_visible()
    assert order.events.get(kind="note").note == "Album is leather"
    assert StatusChange.objects.filter(order=order).count() == 3


def test_a_scan_opens_its_order_from_every_page_and_a_second_one_replaces_the_first(as_role, make_order):
    numbers = ("A-1002", "J-1003")  # with letters that are keys
    for number in numbers:
        make_order(number=number)
    page = as_role(Role.STAFF)
    page.goto("/orders/")
    page.wait_for_load_state()
    for number in numbers:
        scan(page, number)
        expect(page.get_by_role("heading", level=1)).to_contain_text(number)
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.wait_for_load_state()

    page.goto("/orders/")
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("A-100")
    page.keyboard.press("Enter")
    page.keyboard.type("J-1003")
    expect(page.get_by_label("Search")).to_have_value("J-1003")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("J-1003")


def test_slash_searches_where_a_page_has_no_search_and_off_is_off(as_role, order, assert_accessible):
    page = as_role(Role.STAFF, bypass_csp=True)
    page.goto(order.get_absolute_url())
    page.wait_for_load_state()
    page.keyboard.press("/")
    palette = page.get_by_role("dialog", name="Find")
    expect(palette.get_by_role("combobox")).to_be_focused()
    expect(palette.get_by_role("option", name="Advance Status")).to_be_visible()
    expect(palette.get_by_role("group", name="Pages")).to_be_visible()
    assert_accessible(page)
    page.keyboard.type("zzzz")
    expect(palette.get_by_text("Nothing is called so.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Use single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    for key in ("a", "/", "n"):
        page.keyboard.press(key)
    scan(page, "1001")
    page.keyboard.press("Control+k")
    expect(palette).to_be_visible()
    assert page.url.endswith(order.get_absolute_url())


def test_tasks_are_done_and_given_away_by_key_one_and_many(as_role, sam, mia):
    made = [Task.objects.create(title=f"Task {n}", assigned_user=sam) for n in range(4)]
    keys = Keyboard(as_role(Role.STAFF))
    page = keys.page
    page.goto("/tasks/")
    page.wait_for_load_state()
    keys.press("j")
    keys.expect_row("Task 0")
    keys.press("d")
    expect(page.get_by_text("“Task 0” is done.")).to_be_visible()
    keys.expect_row("Task 1")
    keys.press("r")
    keys.dialog.get_by_label("User").select_option(label="Mia Lindqvist")
    keys.dialog.get_by_role("button", name="Reassign: 1 task").press("Enter")
    expect(page.get_by_text("1 task reassigned.")).to_be_visible()

    keys.expect_row("Task 2")
    keys.press("x", "j")
    keys.expect_row("Task 3")
    keys.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    keys.press("d")
    page.get_by_role("button", name="Done: 2 tasks").press("Enter")
    expect(page.get_by_text("2 tasks done.")).to_be_visible()
    done = Task.objects.done().order_by("pk")
    assert list(done) == [made[0], *made[2:]]
    assert Task.objects.waiting().get().assigned_user == mia
