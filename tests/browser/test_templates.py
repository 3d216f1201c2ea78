"""A template in the browser: fields put in by a click, the preview beside the text, HTML in a frame; letters printed."""

import pytest
from playwright.sync_api import expect

from studio.access import Role
from triggers.messages import html as message_html
from triggers.models import Delivery, Letter, MessageTemplate, Trigger

pytestmark = pytest.mark.usefixtures("preferences")

NEW = "/maintenance/templates/new/"


def written(page):
    """Fill in what a template needs, all but its text."""
    page.goto(NEW)
    page.get_by_label("Name").fill("Proofs are ready")
    return page.get_by_label("Text", exact=False).first


def test_a_field_is_put_in_at_the_caret_and_the_preview_follows(as_role, order):
    page = as_role(Role.ADMINISTRATOR)
    written(page)
    text, preview = page.locator("#id_text"), page.locator("#preview")
    text.fill("Dear , your proofs are ready.")
    text.evaluate("field => field.setSelectionRange(5, 5)")
    page.get_by_role("button", name="name").first.click()
    expect(text).to_have_value("Dear {{ client.name }}, your proofs are ready.")
    expect(text).to_be_focused()
    expect(preview).to_contain_text("Dear Anna <3 & Bob <b>, your proofs are ready.")

    page.keyboard.press("End")
    page.keyboard.type(" {{ order.nuber }}")
    expect(preview).to_contain_text("There is no field order.nuber. Did you mean order.number?")
    page.locator("#id_subject").click()
    page.get_by_role("button", name="number").nth(1).click()
    expect(page.locator("#id_subject")).to_have_value("{{ order.number }}")

    text.fill("x" * 161)
    page.get_by_label("Shown as").select_option("sms")
    expect(preview).to_contain_text("161 characters, 2 messages.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Proofs are ready added.")).to_be_visible()
    assert MessageTemplate.objects.get().text == "x" * 161


def test_the_preview_is_of_the_order_that_is_picked(as_role, make_order):
    make_order(number="A-1")
    make_order(number="A-2")
    page = as_role(Role.ADMINISTRATOR)
    written(page)
    page.locator("#id_text").fill("Order {{ order.number }}.")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Order A-2.")
    page.get_by_label("For order").select_option(label="A-1: Anna <3 & Bob <b>")
    expect(preview).to_contain_text("Order A-1.")
    page.get_by_label("Find an order", exact=True).fill("A-2")
    expect(preview).to_contain_text("Order A-2.")


def test_html_is_shown_with_its_styles_and_the_form_can_still_be_saved(as_role, order):
    page = as_role(Role.ADMINISTRATOR)
    written(page)
    page.locator("#id_text").fill("Hello")
    page.locator("#id_html").fill('<p style="color: rgb(1, 2, 3)">Dear {{ client.name }}</p>')
    page.get_by_text("HTML part", exact=True).last.click()
    page.get_by_role("button", name="Show the HTML part").click()
    shown = page.frame_locator("iframe").locator("p")
    expect(shown).to_have_text("Dear Anna <3 & Bob <b>")
    expect(shown).to_have_css("color", "rgb(1, 2, 3)")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Proofs are ready added.")).to_be_visible()


def test_no_script_runs_in_the_frame_though_the_check_let_it_through(as_role, order, watch, monkeypatch):
    monkeypatch.setattr(message_html, "problems", lambda text: [])
    page = as_role(Role.ADMINISTRATOR)
    written(page)
    page.locator("#id_html").fill(
        "<p>Shown</p><script>top.ran = 1; document.body.id = 'ran'</script>"
        "<img src='x' onerror=\"document.body.id = 'ran'\"><img src='https://elsewhere.example/x.png'>"
        "<a href=\"javascript:document.body.id = 'ran'\">link</a>"
    )
    page.get_by_text("HTML part", exact=True).last.click()
    page.get_by_role("button", name="Show the HTML part").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("p")).to_have_text("Shown")
    frame.locator("a").click()
    assert frame.locator("#ran").count() == 0
    assert page.evaluate("window.ran") is None
    # The browser says what it refused: scripts, and the picture that it was asked for.
    refused = "\n".join(watch.problems)
    assert "Blocked script execution" in refused
    assert "https://elsewhere.example/x.png' violates" in refused
    assert "Running the JavaScript URL violates" in refused
    watch.problems.clear()


def test_without_scripts_the_preview_opens_as_a_page(as_role, order):
    page = as_role(Role.ADMINISTRATOR, java_script_enabled=False)
    page.goto(NEW)
    page.locator("#id_text").fill("Dear {{ client.name }}")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Show the preview").click()
    expect(opened.value.locator(".preview-email")).to_contain_text("Dear Anna <3 & Bob <b>")


@pytest.mark.each_view
@pytest.mark.any_database
@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, {"width": 360, "height": 740}])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_template_is_accessible_and_fits(as_role, order, assert_accessible, size, scheme):
    page = as_role(Role.ADMINISTRATOR, viewport=size, color_scheme=scheme)
    written(page)
    page.locator("#id_text").fill("{{ client.nmae }}")
    expect(page.locator("#preview")).to_contain_text("There is no field")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.fixture
def letter(order, statuses):
    template = MessageTemplate.objects.create(name="Thanks", text="Thank you")
    trigger = Trigger.objects.create(
        description="Thank",
        status=statuses["Delivered"],
        kind="letter",
        recipient="client",
        template=template,
    )
    change = order.status_changes.get()
    delivery = Delivery.objects.create(
        trigger=trigger,
        status_change=change,
        order=order,
        kind="letter",
        channel="letter",
        payload=change.payload(),
    )
    return Letter.objects.create(
        delivery=delivery,
        order=order,
        to_name="Anna",
        address="12 Harbour Street",
        text="Thank you",
        layout="window",
    )


def test_letters_are_printed_in_another_window_and_then_marked(as_role, letter, assert_accessible):
    page = as_role(Role.STAFF)
    page.goto("/letters/")
    assert_accessible(page)
    page.get_by_label("Select Letter to Anna").check()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Print", exact=True).click()
    opened.value.close()
    assert Letter.objects.to_print().count() == 1
    page.get_by_role("button", name="Mark as printed").click()
    expect(page.get_by_text("1 letter marked as printed.")).to_be_visible()
    expect(page.get_by_text("Nothing to print")).to_be_visible()
