"""Triggers through the browser: make one, preview its words, advance an order, and steer what comes of it."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from studio.access import Role
from studio.models import Vendor
from triggers import outbox
from triggers.models import Delivery, MessageTemplate, Reason, Task, Trigger, because

pytestmark = pytest.mark.usefixtures("preferences")
PHONE = {"width": 360, "height": 740}
State = Delivery.State


def run_worker():
    """What the worker does each minute."""
    outbox.beat()
    outbox.deliver_due()


def no_sideways_scrolling(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def make_template(page):
    page.goto("/maintenance/templates/")
    page.get_by_role("link", name="New Template").first.click()
    page.get_by_label("Name").fill("Proofs are on their way")
    page.get_by_label("Subject").fill("Order {{ order.number }}")
    page.get_by_role("textbox", name=re.compile("^Text")).fill(
        "Dear {{ client.name }}, your images are at the lab."
    )
    expect(page.locator("#preview")).to_contain_text("Dear Anna <3 & Bob <b>, your images are at the lab.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Templates")


def labelled(page, label):
    """Return the field with this label, required or not."""
    return page.get_by_label(re.compile(rf"^{label}\*?$"))


def make_trigger(page, description, *, kind, to, **fields):
    page.goto("/maintenance/triggers/")
    page.get_by_role("link", name="New Trigger").first.click()
    labelled(page, "Description").fill(description)
    labelled(page, "Status").select_option(label="Sent to lab")
    labelled(page, "Trigger Type").select_option(label=kind)
    labelled(page, "To").select_option(label=to)
    for label, value in fields.items():
        field = labelled(page, label.replace("_", " "))
        if value is True:
            field.check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(description)


def test_from_a_template_to_a_mail_that_was_sent(as_role, order, vendor, mailoutbox, sam):
    administrator = as_role(Role.ADMINISTRATOR)
    make_template(administrator)
    mail = {"Template": "Proofs are on their way", "Send": "At any time"}
    make_trigger(
        administrator,
        "Tell the client",
        kind="Email",
        to="The client",
        Review_before_processing=True,
        **mail,
    )
    make_trigger(administrator, "Tell the lab", kind="Email", to="The vendor", **mail)
    make_trigger(
        administrator, "Pack", kind="Task", to="Who updated the status", What_to_do="Pack the images"
    )
    assert Trigger.objects.filter(is_active=True).count() == 3
    type(order).objects.filter(pk=order.pk).update(vendor=vendor)

    # Before OK it says what will be sent.
    staff = as_role(Role.STAFF)
    staff.goto(f"/orders/{order.pk}/")
    staff.get_by_role("link", name="Advance Status", exact=True).click()
    dialog = staff.get_by_role("dialog")
    for words in (
        "Email to Anna <3 & Bob <b>",
        "Task for Sam Okafor",
        "Northlight Lab has no email address.",
    ):
        expect(dialog).to_contain_text(words)
    dialog.get_by_role("button", name="OK").click()
    expect(staff.get_by_text(re.compile("advanced to Sent to lab"))).to_be_visible()
    run_worker()

    # The task is on Home; the mail waits for somebody to look at it.
    staff.goto("/")
    expect(staff.get_by_role("main")).to_contain_text("Pack the images")
    assert mailoutbox == []
    manager = as_role(Role.MANAGER)
    manager.goto("/")
    manager.get_by_role("link", name=re.compile("^Trigger Queue")).click()
    manager.get_by_role("link", name=re.compile("^Held 1")).click()
    manager.get_by_role("link", name="Email to Anna <3 & Bob <b>").click()
    dialog = manager.get_by_role("dialog")
    expect(dialog).to_contain_text("Dear Anna <3 & Bob <b>, your images are at the lab.")
    expect(dialog).to_contain_text("anna@example.com")
    dialog.get_by_role("button", name="Process").click()
    expect(manager.get_by_text("1 processed.")).to_be_visible()
    run_worker()
    assert [mail.to for mail in mailoutbox] == [['"Anna <3 & Bob <b>" <anna@example.com>']]

    # The lab had no address: it is mended, and the failed one tried again.
    manager.get_by_role("link", name=re.compile("^Failed 1")).click()
    expect(manager.get_by_role("main")).to_contain_text("Northlight Lab has no email address.")
    Vendor.objects.update(email="lab@example.com")
    manager.get_by_role("button", name=re.compile("^Retry: ")).click()
    expect(manager.get_by_text("1 put back to be tried again.")).to_be_visible()
    run_worker()
    assert mailoutbox[1].to == ['"Northlight Lab" <lab@example.com>']
    manager.reload()
    manager.get_by_role("link", name=re.compile("^Done 3")).click()
    expect(manager.locator("#queue tbody tr")).to_have_count(3)

    # And the order tells all of it.
    staff.goto(f"/orders/{order.pk}/#communication")
    staff.locator("#communication details summary", has_text=f"Order {order.number}").first.click()
    expect(staff.locator("#communication")).to_contain_text("your images are at the lab.")
    staff.get_by_role("tab", name="Tasks").click()
    expect(staff.locator("#tasks .order-fates .badge", has_text="Done")).to_have_count(3)
    assert Delivery.objects.filter(state=State.SENT).count() == 3


@pytest.fixture
def held(make_order, statuses, sam):
    """Return the rows of six orders, held for review."""
    template = MessageTemplate.objects.create(name="Hello", subject="Hello", text="Dear {{ client.name }}")
    trigger = Trigger.objects.create(
        description="Say hello with a description that is rather longer than anybody would like it to be",
        status=statuses["Images selected"],
        kind="email",
        recipient="client",
        template=template,
        needs_review=True,
        send_at="any_time",
    )
    for _ in range(6):
        make_order()
    outbox.beat()
    return trigger.deliveries.order_by("pk")


def states(rows):
    return [row.state for row in rows.all()]


def test_rows_are_ticked_and_acted_on_by_keyboard(as_role, held):
    page = as_role(Role.MANAGER)
    page.goto("/triggers/queue/?state=held")
    for key in ("j", "x", "j", "j", "x"):
        page.keyboard.press(key)
    bar = page.get_by_role("region", name="Ticked rows")
    expect(bar).to_contain_text("2 selected")
    # Enter in a check box presses no button of a row.
    page.locator("[data-select-row]").nth(1).focus()
    page.keyboard.press("Enter")
    assert states(held) == [State.HELD] * 6
    bar.get_by_role("button", name="Skip").click()
    expect(page.get_by_text("2 skipped.")).to_be_visible()
    assert states(held).count(State.SKIPPED) == 2
    assert page.url.endswith("?state=held")


def test_all_that_match_are_asked_for_with_their_number(as_role, held):
    page = as_role(Role.MANAGER)
    page.goto("/triggers/queue/?state=held")
    page.get_by_role("link", name="Process all").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Process 6 things")
    dialog.get_by_role("link", name="Cancel").click()
    assert states(held) == [State.HELD] * 6
    page.get_by_role("link", name="Process all").click()
    dialog.get_by_role("button", name="Process 6").click()
    expect(page.get_by_text("6 processed.")).to_be_visible()
    assert states(held) == [State.PENDING] * 6


def test_without_scripts_the_queue_works_too(as_role, held):
    page = as_role(Role.MANAGER, java_script_enabled=False)
    page.goto("/triggers/queue/?state=held")
    page.get_by_role("button", name=re.compile("^Process: ")).first.click()
    expect(page.get_by_text("1 processed.")).to_be_visible()
    page.get_by_role("link", name="Skip all").click()
    page.get_by_role("button", name="Skip 5").click()
    expect(page.get_by_text("5 skipped.")).to_be_visible()
    assert sorted(states(held)) == [State.PENDING, *[State.SKIPPED] * 5]


def test_pause_asks_first_and_is_told_until_resume(as_role, held):
    page = as_role(Role.MANAGER)
    page.goto("/triggers/queue/")
    page.get_by_role("button", name="Pause all messages").click()
    page.get_by_role("dialog").get_by_role("button", name="Pause all messages").click()
    expect(page.locator(".notice", has_text="Messages are paused since")).to_be_visible()
    administrator = as_role(Role.ADMINISTRATOR)
    administrator.goto("/orders/")
    expect(administrator.locator(".notice")).to_contain_text("by Mia Lindqvist: none waits.")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".notice", has_text="Messages are paused since")).to_have_count(0)


def test_a_call_is_made_noted_and_found_on_its_order(as_role, order, sam):
    page = as_role(Role.STAFF)
    page.goto(f"/orders/{order.pk}/#tasks")
    page.locator("summary", has_text="Add Call").click()
    form = page.locator("form", has=page.get_by_role("button", name="Add Call"))
    expect(form.get_by_label("Phone")).to_have_value("555 0142")
    form.get_by_label("About").fill("Which frame?")
    form.get_by_label("User").select_option(label="Sam Okafor")
    form.get_by_label("Due In").select_option(label="2 business days")
    form.get_by_role("button", name="Add Call").click()
    page.goto("/calls/")
    expect(page.get_by_role("link", name="555 0142")).to_have_attribute("href", "tel:5550142")
    page.get_by_role("link", name="Done").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="No answer").click()
    expect(page.get_by_text("stays on the list")).to_be_visible()
    page.goto("/")
    page.get_by_role("link", name=re.compile("^Done: call")).click()
    expect(dialog).to_contain_text("No answer, ")
    dialog.get_by_label("What was said").fill("The walnut one.")
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_text(re.compile("The call to .* is done"))).to_be_visible()
    assert Task.objects.get().done_by == sam
    page.goto(f"/orders/{order.pk}/#communication")
    expect(page.locator("#communication")).to_contain_text("The walnut one.")


@pytest.mark.any_database
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_a_phone(as_role, held, order, sam, scheme, assert_accessible):
    failed = held.last()
    Delivery.objects.filter(pk=failed.pk).update(
        state=State.FAILED, **because(Reason.SAID, "x" * 480), finished_at=timezone.now()
    )
    Task.objects.create(
        kind="call",
        call_name="W" * 200,
        call_number="555 0100",
        title="x" * 200,
        assigned_user=sam,
        order=order,
    )
    addresses = [
        "/triggers/queue/",
        "/triggers/queue/?state=held",
        "/triggers/queue/?state=failed",
        f"/triggers/queue/{failed.pk}/",
        "/triggers/queue/all/?state=held&act=skip",
        "/calls/?show=all",
        f"/calls/{Task.objects.get().pk}/done/",
        f"/orders/{order.pk}/#tasks",
    ]
    for viewport in (PHONE, {"width": 1366, "height": 768}):
        page = as_role(Role.MANAGER, color_scheme=scheme, viewport=viewport)
        for address in addresses:
            page.goto(address)
            no_sideways_scrolling(page)
            assert_accessible(page)
