"""The form of a trigger in a browser: it shows what each kind needs, and works with scripts off."""

import pytest
from playwright.sync_api import expect

from studio.access import Role
from triggers import channels
from triggers.models import Delivery, MessageTemplate, Trigger
from triggers.rules import kinds

pytestmark = pytest.mark.usefixtures("preferences")
NEW = "/maintenance/triggers/new/"
PHONE = {"width": 360, "height": 740}
SOMETIMES = {name for kind, _ in channels.kind_choices() for name in kinds.needs(kind)}


@pytest.fixture
def template(db):
    return MessageTemplate.objects.create(name="Proofs are ready", subject="Ready", text="Come.")


def shown(page):
    """Return the names of the controls that can be seen."""
    return set(
        page.locator("form.trigger-form .field :is(input, select, textarea):visible").evaluate_all(
            "controls => controls.map((control) => control.name)"
        )
    )


def choose(page, **values):
    for name, value in values.items():
        page.locator(f"form.trigger-form [name={name}]").select_option(value)


def value(page, name):
    return page.locator(f"form.trigger-form [name={name}]").input_value()


def test_each_kind_shows_what_it_needs_and_starts_with_what_is_usual(
    as_role, statuses, template, assert_accessible
):
    page = as_role(Role.ADMINISTRATOR)
    page.goto(NEW)
    assert_accessible(page)
    for kind, _ in channels.kind_choices():
        choose(page, kind=kind)
        assert shown(page) & SOMETIMES == kinds.needs(kind), kind
        usual = kinds.usual_sending(kind)
        assert value(page, "send_at") == usual["send_at"]
        assert value(page, "max_late_hours") == str(usual["max_late_hours"] or "")
        assert value(page, "recipient") == kinds.usual_recipient(kind), kind
        offered = page.locator("[name=recipient] option:not([disabled])").evaluate_all(
            "options => options.map((option) => option.value)"
        )
        assert offered == kinds.recipients(kind)


def test_timing_and_recipient_show_what_belongs_to_them(as_role, statuses):
    page = as_role(Role.ADMINISTRATOR, viewport=PHONE)
    page.goto(NEW)
    later = {"days", "day_kind", "department", "user", "address", "respects_do_not_contact"}
    assert not shown(page) & later
    choose(page, timing="after_due", recipient="fixed")
    assert shown(page) & later == {"days", "day_kind", "department", "user"}
    choose(page, timing="reached", kind="sms", recipient="address")
    assert shown(page) & later == {"address"}
    expect(page.locator("label[for=id_address]")).to_have_text("Phone number")
    choose(page, kind="call", recipient="client", caller="fixed")
    assert shown(page) & later == {"department", "user", "respects_do_not_contact"}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_was_chosen_for_sending_is_not_overwritten(as_role, statuses):
    page = as_role(Role.ADMINISTRATOR)
    page.goto(NEW)
    choose(page, kind="email")
    page.locator("[name=max_late_hours]").fill("5")
    choose(page, kind="task")
    choose(page, kind="sms")
    assert value(page, "max_late_hours") == "5"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_new_trigger_asks_about_orders_before_anything_is_saved(
    as_role, make_order, template, statuses, expect_status, scripts, assert_accessible
):
    expect_status(422)
    make_order()
    make_order()
    page = as_role(Role.ADMINISTRATOR, java_script_enabled=scripts)
    page.goto(NEW)
    page.get_by_label("Description").fill("Tell the client")
    choose(page, status=str(statuses["Images selected"].pk), kind="email", recipient="client")
    choose(page, template=str(template.pk))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="2 open orders match already.")).to_be_visible()
    assert not Trigger.objects.exists()
    assert value(page, "description") == "Tell the client"
    if scripts:
        assert_accessible(page)
    page.get_by_role("button", name="Include").click()
    expect(page.get_by_text("2 orders that matched already: included.")).to_be_visible()
    trigger = Trigger.objects.get()
    # Scripts or not, an email starts with waking hours.
    assert (trigger.send_at, trigger.max_late_hours) == ("waking_hours", 24)
    assert Delivery.objects.filter(trigger=trigger).count() == 2


@pytest.mark.parametrize("scripts", [True, False])
def test_the_list_is_kept_with_buttons(as_role, statuses, expect_status, make_order, scripts):
    expect_status(422)
    make_order()
    for position, name in enumerate(["First", "Second"], start=1):
        Trigger.objects.create(
            description=name, status=statuses["Images selected"], task_title="x", position=position
        )
    page = as_role(Role.ADMINISTRATOR, java_script_enabled=scripts)
    page.goto("/maintenance/triggers/")
    page.get_by_role("button", name="Move Up: Second").click()
    expect(page.locator("tbody tr").first).to_contain_text("Second")
    switch = page.get_by_role("switch", name="Second")
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(page.get_by_role("heading", name="1 open order matches already.")).to_be_visible()
    page.get_by_role("button", name="Leave out").click()
    expect(page.get_by_role("switch", name="Second")).to_have_attribute("aria-checked", "true")
    page.get_by_role("row", name="Second").get_by_role("button", name="Copy").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Second (copy)")
