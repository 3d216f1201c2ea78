"""The status list by mouse, by finger, by keyboard, with scripts off, and by two administrators at once."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from preproduction import operations
from preproduction.models import ImageLine, Status, StatusList
from studio.access import Role

LIST = "/maintenance/preproduction-statuses/"

pytestmark = pytest.mark.usefixtures("statuses")
needs_sortable = pytest.mark.skipif(
    not settings.SORTABLE_DIR.is_dir(), reason="SortableJS was not fetched; rows cannot be dragged"
)


@pytest.fixture
def grid(as_role):
    page = as_role(Role.ADMINISTRATOR)
    page.goto(LIST)
    page.evaluate("window.notReloaded = true")
    yield page
    assert page.evaluate("window.notReloaded"), "The page was reloaded."


def row(page, description):
    name = page.locator(
        "[data-cell='description']", has_text=re.compile(f"^\\s*{re.escape(description)}\\s*$")
    )
    return page.locator("tr[data-row]").filter(has=name)


def cell(page, description, column):
    return row(page, description).locator(f"[data-cell='{column}']")


def expect_rows(page, *expected):
    """The rows are these on screen, and in the database as soon as what is on its way has arrived."""
    expect(page.locator("tr[data-row] > [data-cell='description']")).to_have_text(list(expected))
    expect(page.locator(".is-saving")).to_have_count(0)
    for _ in range(100):
        stored = list(Status.objects.values_list("description", flat=True))
        if stored == list(expected):
            return
        page.wait_for_timeout(50)
    assert stored == list(expected)


def expect_selected(page, description):
    expect(row(page, description)).to_have_attribute("aria-selected", "true")


ALL = ("Images selected", "Sent to lab", "On the shelf", "Proofs received", "Delivered")


def test_arrows_select_and_alt_arrows_move(grid):
    cell(grid, "Images selected", "description").click()
    grid.keyboard.press("ArrowDown")
    expect_selected(grid, "Sent to lab")
    grid.keyboard.press("Control+End")
    expect_selected(grid, "Delivered")
    grid.keyboard.press("Alt+ArrowUp")
    expect_rows(grid, "Images selected", "Sent to lab", "On the shelf", "Delivered", "Proofs received")
    expect_selected(grid, "Delivered")
    grid.keyboard.press("Alt+ArrowUp")
    grid.keyboard.press("Alt+ArrowUp")
    expect_rows(grid, "Images selected", "Delivered", "Sent to lab", "On the shelf", "Proofs received")
    grid.keyboard.press("Alt+ArrowDown")
    expect_rows(grid, "Images selected", "Sent to lab", "Delivered", "On the shelf", "Proofs received")
    expect(cell(grid, "Delivered", "description")).to_be_focused()


def test_two_moves_in_one_moment_are_both_made(grid):
    cell(grid, "Delivered", "description").click()
    grid.evaluate(
        """() => [1, 2].forEach(() => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ArrowUp", altKey: true, bubbles: true })))"""
    )
    expect_rows(grid, "Images selected", "Sent to lab", "Delivered", "On the shelf", "Proofs received")


def test_move_passes_hidden_rows_and_the_address_keeps_hide_inactive(grid):
    grid.get_by_role("button", name="Hide Inactive").click()
    expect(row(grid, "On the shelf")).to_have_count(0)
    assert grid.url.endswith("?hide_inactive=on")
    cell(grid, "Proofs received", "description").click()
    grid.get_by_role("button", name="Move Up").click()
    expect(grid.locator("tr[data-row] > [data-cell='description']")).to_have_text(
        ["Images selected", "Proofs received", "Sent to lab", "Delivered"]
    )
    grid.get_by_role("button", name="Hide Inactive").click()
    expect_rows(grid, "Images selected", "Proofs received", "On the shelf", "Sent to lab", "Delivered")
    assert grid.url.endswith(LIST)


def test_first_row_adds_with_enter_again_and_again(grid):
    first = grid.get_by_placeholder("Click here to add a new record.")
    first.click()
    for description in ("Archived", "Binned"):
        grid.keyboard.type(description)
        grid.keyboard.press("Enter")
        expect(row(grid, description)).to_be_visible()
        expect(first).to_be_focused()
    expect_rows(grid, *ALL, "Archived", "Binned")


def test_new_adds_at_the_bottom_and_insert_above(grid):
    grid.get_by_role("button", name="New", exact=True).click()
    grid.keyboard.type("Archived")
    grid.keyboard.press("Tab")
    grid.keyboard.type("Retouching")
    grid.keyboard.press("Enter")
    expect_rows(grid, *ALL, "Archived")
    expect(cell(grid, "Archived", "default_department")).to_have_text("Retouching")
    expect_selected(grid, "Archived")
    cell(grid, "Sent to lab", "description").click()
    grid.keyboard.press("Insert")
    grid.keyboard.type("Retouched")
    grid.keyboard.press("Enter")
    expect_rows(grid, "Images selected", "Retouched", *ALL[1:], "Archived")
    grid.keyboard.press("i")
    expect(grid.locator("[data-draft] input:focus")).to_have_count(1)
    grid.keyboard.type("Sorted")
    grid.keyboard.press("Enter")
    expect_rows(grid, "Images selected", "Sorted", "Retouched", *ALL[1:], "Archived")


def test_new_row_is_given_up_with_escape_and_saved_by_leaving(grid):
    grid.get_by_role("button", name="New", exact=True).click()
    grid.keyboard.type("Never mind")
    grid.keyboard.press("Escape")
    expect_rows(grid, *ALL)
    grid.get_by_role("button", name="New", exact=True).click()
    grid.keyboard.type("Archived")
    cell(grid, "Images selected", "description").click()
    expect_rows(grid, *ALL, "Archived")


def test_cells_are_edited_by_keyboard(grid):
    cell(grid, "Sent to lab", "description").click()
    grid.keyboard.press("F2")
    grid.keyboard.type("Sent off")
    grid.keyboard.press("Tab")
    grid.keyboard.type("Retouching")
    grid.keyboard.press("Tab")
    grid.keyboard.press("Tab")
    grid.keyboard.type("12")
    grid.keyboard.press("Enter")
    expect(cell(grid, "Sent off", "default_duration")).to_have_text(re.compile(r"12\s+days"))
    expect(cell(grid, "Sent off", "default_department")).to_have_text("Retouching")
    grid.keyboard.press("ArrowRight")
    grid.keyboard.press("ArrowRight")
    grid.keyboard.press("Space")
    expect(cell(grid, "Sent off", "is_final").get_by_role("checkbox")).to_be_checked()
    status = Status.objects.get(description="Sent off")
    assert (str(status.default_department), status.default_duration, status.is_final) == (
        "Retouching",
        12,
        True,
    )


def test_escape_leaves_the_cell_as_it_was(grid):
    cell(grid, "Sent to lab", "description").click()
    grid.keyboard.press("Enter")
    grid.keyboard.type("Something else")
    grid.keyboard.press("Escape")
    expect_rows(grid, *ALL)
    expect(cell(grid, "Sent to lab", "description")).to_be_focused()


def test_error_is_shown_at_the_cell_with_what_was_typed(grid, expect_status):
    expect_status(422)
    cell(grid, "Proofs received", "description").click()
    grid.keyboard.press("F2")
    grid.keyboard.type("SENT to lab")
    grid.keyboard.press("Enter")
    wrong = grid.locator("[data-cell='description'][data-editing]")
    expect(wrong).to_contain_text("Another active status has this description.")
    expect(wrong.get_by_role("textbox")).to_have_value("SENT to lab")
    expect(wrong.get_by_role("textbox")).to_be_focused()
    grid.keyboard.press("Control+A")
    grid.keyboard.type("Proofs in")
    grid.keyboard.press("Enter")
    expect_rows(grid, "Images selected", "Sent to lab", "On the shelf", "Proofs in", "Delivered")


def test_error_is_given_up_with_escape(grid, expect_status):
    expect_status(422)
    cell(grid, "Proofs received", "default_duration").dblclick()
    grid.keyboard.type("400")
    grid.keyboard.press("Enter")
    expect(grid.locator("[data-editing]")).to_contain_text("365")
    grid.keyboard.press("Escape")
    expect(cell(grid, "Proofs received", "default_duration")).to_have_text(re.compile(r"3\s+days"))


def test_wrong_cell_can_be_left_and_seen_to_later(grid, expect_status):
    expect_status(422)
    cell(grid, "Proofs received", "description").dblclick()
    grid.keyboard.press("Control+A")
    grid.keyboard.type("sent to lab")
    grid.keyboard.press("Enter")
    wrong = grid.locator("[data-cell='description'][data-editing]")
    expect(wrong).to_contain_text("Another active status has this description.")
    cell(grid, "Delivered", "default_duration").click()
    expect_selected(grid, "Delivered")
    expect(wrong.get_by_role("textbox")).to_have_value("sent to lab")
    wrong.get_by_role("textbox").click()
    grid.keyboard.press("Escape")
    expect_rows(grid, *ALL)


def test_typing_fast_through_a_row_loses_nothing(grid):
    cell(grid, "Proofs received", "description").click()
    grid.keyboard.press("F2")
    for number in range(4):
        grid.keyboard.type(f"Proofs {number}")
        grid.keyboard.press("Enter")
        grid.keyboard.press("F2")
    grid.keyboard.type("Proofs at last")
    grid.keyboard.press("Enter")
    expect_rows(grid, "Images selected", "Sent to lab", "On the shelf", "Proofs at last", "Delivered")


def test_click_elsewhere_saves_and_is_not_lost(grid):
    cell(grid, "Sent to lab", "description").dblclick()
    grid.keyboard.press("Control+A")
    grid.keyboard.type("Sent off")
    cell(grid, "Delivered", "description").click()
    expect(row(grid, "Sent off")).to_be_visible()
    expect_selected(grid, "Delivered")


def test_marking_another_row_initial_moves_the_mark(grid):
    cell(grid, "Sent to lab", "is_initial").get_by_role("checkbox").click()
    expect(cell(grid, "Sent to lab", "is_initial").get_by_role("checkbox")).to_be_checked()
    expect(cell(grid, "Images selected", "is_initial").get_by_role("checkbox")).not_to_be_checked()


def test_delete_asks_and_deletes(grid):
    cell(grid, "Delivered", "description").click()
    grid.keyboard.press("Delete")
    dialog = grid.get_by_role("dialog")
    expect(dialog).to_contain_text("Delete “Delivered”?")
    grid.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(cell(grid, "Delivered", "description")).to_be_focused()
    grid.keyboard.press("Delete")
    dialog.get_by_role("button", name="Delete").click()
    expect_rows(grid, *ALL[:-1])
    expect_selected(grid, "Proofs received")


def test_delete_of_a_used_status_offers_two_ways_out(grid, make_order):
    order = make_order()
    cell(grid, "Images selected", "description").click()
    grid.get_by_role("button", name="Delete").click()
    dialog = grid.get_by_role("dialog")
    expect(dialog).to_contain_text("“Images selected” cannot be deleted")
    expect(dialog.get_by_role("link", name="1 open order")).to_be_visible()
    expect(dialog.get_by_role("checkbox")).not_to_be_checked()
    dialog.get_by_label("Replace with").select_option("Sent to lab")
    dialog.get_by_role("button", name="Replace").click()
    expect(dialog).to_be_hidden()
    expect(cell(grid, "Sent to lab", "open_orders")).to_contain_text("1")
    expect(grid.locator("#messages")).to_contain_text("1 order moved")
    order.refresh_from_db()
    assert order.status.description == "Sent to lab"


def test_replacing_leads_to_the_reason_that_is_missing(grid, make_order, expect_status):
    ImageLine.objects.create(order=make_order(), quantity_sent=3, quantity_returned=1)
    Status.objects.update(is_initial=False)
    cell(grid, "Images selected", "description").click()
    grid.get_by_role("button", name="Delete").click()
    dialog = grid.get_by_role("dialog")
    dialog.get_by_label("Replace with").select_option("Delivered")
    dialog.get_by_role("button", name="Replace").click()
    expect(dialog).to_contain_text("1 open order would be complete.")
    expect_status(409)
    dialog.get_by_role("button", name="Replace").click()
    expect(dialog.get_by_label("Reason")).to_be_focused()


def test_two_administrators(grid, as_role, expect_status):
    expect_status(409)
    other = as_role(Role.ADMINISTRATOR)
    other.goto(LIST)
    cell(other, "Delivered", "description").click()
    other.keyboard.press("Alt+ArrowUp")
    expect(other.locator("tr[data-row]").nth(3)).to_contain_text("Delivered")
    cell(grid, "Sent to lab", "description").click()
    grid.keyboard.press("F2")
    grid.keyboard.type("Sent off")
    grid.keyboard.press("Enter")
    expect(grid.get_by_role("alert")).to_contain_text("Somebody has changed the list meanwhile.")
    expect(grid.locator("tr[data-row]").nth(3)).to_contain_text("Delivered")
    typed = grid.locator("[data-editing] input")
    expect(typed).to_have_value("Sent off")
    expect(typed).to_be_focused()
    grid.keyboard.press("Enter")
    expect_rows(grid, "Images selected", "Sent off", "On the shelf", "Delivered", "Proofs received")


def test_what_waits_behind_an_outdated_change_is_not_sent(grid, expect_status):
    expect_status(409)
    cell(grid, "Sent to lab", "description").click()
    operations.edit_status(
        Status.objects.get(description="Delivered"),
        expected=StatusList.current_version(),
        description="Handed over",
    )
    grid.evaluate("for (const by of [-1, 1, 1, 1]) document.querySelector(`[data-move='${by}']`).click()")
    expect(grid.get_by_role("alert")).to_contain_text("Somebody has changed the list meanwhile.")
    grid.wait_for_timeout(300)
    expect_rows(grid, "Images selected", "Sent to lab", "On the shelf", "Proofs received", "Handed over")


def test_refusal_is_seen_from_the_end_of_a_long_list(grid, expect_status):
    expect_status(409)
    for number in range(6, 41):
        Status.objects.create(description=f"Step {number}", position=number)
    grid.reload()
    grid.evaluate("window.notReloaded = true")
    cell(grid, "Step 40", "description").click()
    grid.keyboard.press("Alt+ArrowDown")
    expect(grid.get_by_role("alert")).to_contain_text("Step 40 is last already.")
    expect(grid.get_by_role("alert")).to_be_in_viewport(ratio=1)
    expect(cell(grid, "Step 40", "description")).to_be_focused()


def drag(page, source, target, *, below=False):
    grip = row(page, source).locator("[data-grip]")
    row(page, source).hover()
    start, end = grip.bounding_box(), row(page, target).bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    y = end["y"] + end["height"] * (0.8 if below else 0.2)
    page.mouse.move(start["x"] + 20, start["y"] + 25, steps=4)
    page.mouse.move(start["x"] + 20, y, steps=12)
    page.wait_for_timeout(250)  # the rows make room
    page.mouse.up()


@needs_sortable
def test_row_is_dragged_by_mouse(grid):
    drag(grid, "Delivered", "Sent to lab")
    expect_rows(grid, "Images selected", "Delivered", "Sent to lab", "On the shelf", "Proofs received")
    expect_selected(grid, "Delivered")
    drag(grid, "Images selected", "Proofs received", below=True)
    expect_rows(grid, "Delivered", "Sent to lab", "On the shelf", "Proofs received", "Images selected")


@needs_sortable
def test_row_is_dragged_by_finger(as_role):
    page = as_role(Role.ADMINISTRATOR, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(LIST)
    grip, target = row(page, "Delivered").locator("[data-grip]"), row(page, "Sent to lab")
    row(page, "Proofs received").evaluate("row => row.scrollIntoView({block: 'center'})")
    start, end = grip.bounding_box(), target.bounding_box()
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    touch = page.context.new_cdp_session(page)

    def send(kind, *points):
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": at} for at in points]}
        )

    send("touchStart", y)
    goal = end["y"] + 8
    for step in range(1, 16):
        send("touchMove", y + (goal - y) * step / 15)
        page.wait_for_timeout(20)
    page.wait_for_timeout(250)
    send("touchEnd")
    expect_rows(page, "Images selected", "Delivered", "Sent to lab", "On the shelf", "Proofs received")


def test_phone_edits_without_sideways_scrolling(as_role):
    page = as_role(Role.ADMINISTRATOR, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.goto(LIST)
    cell(page, "Sent to lab", "description").tap()
    cell(page, "Sent to lab", "default_duration").tap()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(cell(page, "Sent to lab", "default_duration")).to_have_text(re.compile(r"7\s+days"))
    page.get_by_role("button", name="Move Down").tap()
    expect_rows(page, "Images selected", "On the shelf", "Sent to lab", "Proofs received", "Delivered")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_everything_works_with_scripts_off(as_role, expect_status):
    expect_status(422)
    page = as_role(Role.ADMINISTRATOR, java_script_enabled=False)
    page.goto(LIST)
    page.get_by_placeholder("Click here to add a new record.").fill("Archived")
    page.keyboard.press("Enter")
    page.get_by_label("Select Archived").check()
    page.get_by_role("button", name="Move Up").click()
    assert page.get_by_label("Select Archived").is_checked()
    page.get_by_role("button", name="Insert").click()
    page.locator("[data-draft='row'] [name='description']").fill("sent to lab")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-draft='row']")).to_contain_text("Another active status has this description.")
    page.locator("[data-draft='row'] [name='description']").fill("Framed")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Edit Sent to lab").click()
    page.locator("[data-draft='row'] [name='default_duration']").fill("8")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("checkbox", name="Final Status: Framed").click()
    page.get_by_label("Select On the shelf").check()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Hide Inactive").click()
    names = page.locator("tr[data-row] > [data-cell='description']")
    expect(names).to_have_text(
        ["Images selected", "Sent to lab", "Proofs received", "Framed", "Archived", "Delivered"]
    )
    assert Status.objects.get(description="Sent to lab").default_duration == 8
    assert Status.objects.get(description="Framed").is_final


def test_close_goes_back(as_role):
    page = as_role(Role.ADMINISTRATOR)
    page.goto("/maintenance/")
    page.get_by_role("main").get_by_role("link", name="Preproduction Order Statuses").click()
    cell(page, "Sent to lab", "description").click()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("tr[data-row]").first).to_contain_text("Sent to lab")
    page.get_by_role("link", name="Close").click()
    expect(page).to_have_url(re.compile(r"/maintenance/$"))


def test_empty_list_is_usable(as_role):
    Status.objects.all().delete()
    page = as_role(Role.ADMINISTRATOR)
    page.goto(LIST)
    expect(page.get_by_text("The status list is empty")).to_be_visible()
    expect(page.get_by_role("button", name="Move Up")).to_be_disabled()
    page.get_by_placeholder("Click here to add a new record.").fill("Images selected")
    page.keyboard.press("Enter")
    expect_rows(page, "Images selected")


@pytest.mark.each_view
@pytest.mark.any_database
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1024, 1440])
def test_page_is_accessible_and_never_scrolls_sideways(as_role, assert_accessible, width, scheme):
    Status.objects.filter(description="Sent to lab").update(description="W" * 60)
    page = as_role(Role.ADMINISTRATOR, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(LIST)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)
    cell(page, "Delivered", "description").click()
    page.keyboard.press("F2")
    page.get_by_role("button", name="New", exact=True).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)


def expect_closed_and_saved(cell):
    """Wait for the server's answer: an open select holds every choice as text, the one not saved yet, too."""
    expect(cell.locator("input, select")).to_have_count(0)
    expect(cell.page.locator(".is-saving")).to_have_count(0)


def test_enter_twice_before_the_answer_keeps_what_was_typed(grid):
    duration = cell(grid, "Sent to lab", "default_duration")
    duration.click()
    grid.keyboard.press("Enter")
    grid.keyboard.type("24")
    # In one moment: the second Enter opens the cell again before the server has answered the first.
    grid.evaluate(
        """() => [1, 2].forEach(() => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })))"""
    )
    expect(duration.locator("input")).to_have_value("24")
    expect(grid.locator(".is-saving")).to_have_count(0)
    grid.keyboard.press("Enter")
    expect_closed_and_saved(duration)
    expect(duration).to_contain_text("24")
    assert Status.objects.get(description="Sent to lab").default_duration == 24


def test_enter_after_choosing_keeps_what_was_chosen(grid, retouching):
    department = cell(grid, "Sent to lab", "default_department")
    department.click()
    grid.keyboard.press("Enter")
    grid.evaluate(
        """(key) => {
            const enter = () => document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
            document.activeElement.value = key;
            enter(); enter();
        }""",
        str(retouching.pk),
    )
    expect(department.locator("select")).to_have_value(str(retouching.pk))
    expect(grid.locator(".is-saving")).to_have_count(0)
    grid.keyboard.press("Enter")
    expect_closed_and_saved(department)
    expect(department).to_contain_text("Retouching")
    assert Status.objects.get(description="Sent to lab").default_department == retouching
