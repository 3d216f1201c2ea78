"""What only eyes would notice is told: to a screen reader in words, in contrast colours by lines."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from preproduction import operations
from preproduction.models import Order
from studio import work_calendar
from studio.access import Role
from studio.models import Client, PhotoSession

pytestmark = pytest.mark.usefixtures("preferences")
STATUSES = "/maintenance/preproduction-statuses/"


@pytest.fixture
def orders(make_order, session):
    client = Client.objects.create(name="Greta Stone")
    hers = PhotoSession.objects.create(
        number="S-900", client=client, date=timezone.localdate(), session_type=session.session_type
    )
    return [make_order(number="A-1"), make_order(number="A-2"), make_order(number="B-1", session=hers)]


def said(page, words):
    """Wait until the page's live region, or that of its open dialog, says `words`."""
    expect(page.locator("body > [data-saying]")).to_have_text(words)


def due_in(days):
    due = work_calendar.load().add_business_days(timezone.localdate(), days)
    return f"{due:%a} {due.day} {due:%b %Y}"


def test_how_many_are_found_and_how_many_are_selected(as_role, orders):
    page = as_role(Role.MANAGER)
    page.goto("/orders/")
    page.get_by_role("searchbox").fill("stone")  # filtered without a page load
    said(page, "Orders found: 1")
    page.get_by_role("searchbox").fill("anna")
    said(page, "Orders found: 2")
    page.get_by_label("Select Order A-1").check()
    said(page, "1 selected")
    page.get_by_label("Select all rows").check()
    said(page, "2 selected")
    page.get_by_role("button", name="Clear").click()
    said(page, "0 selected")
    page.goto("/clients/?q=stone")  # and with one
    said(page, "Clients found: 1")


def test_what_advance_status_has_recomputed(as_role, orders, statuses, retouching, sam):
    page = as_role(Role.MANAGER)
    order = Order.objects.get(number="A-1")
    page.goto(f"/orders/{order.pk}/")
    page.locator(f"a[href='/orders/{order.pk}/advance/']").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Change To Status").select_option(label="Proofs received")
    follows = f"Proofs received: Due Date {due_in(3)}, Retouching, Sam Okafor."
    # What lies outside an open dialog is silent.
    expect(dialog.locator("[data-saying]")).to_have_text(follows)
    dialog.get_by_label("Change To Status").select_option(label="Delivered")
    expect(dialog.locator("[data-saying]")).to_have_text(
        "Delivered: Due Date none, No department, Unassigned."
    )

    page.goto(f"/orders/advance/?order={orders[0].pk}&order={orders[1].pk}")
    page.get_by_label("Change To Status, Order A-2").select_option(label="Proofs received")
    said(page, f"Order A-2, {follows}")


def pictures(mark, states):
    """Return a picture of `mark` in each of the `states`, which are JavaScript on `each`."""
    mark, taken = mark.element_handle(), []  # the element itself, whatever its class becomes
    for state in states:
        mark.evaluate(f"(each) => {{ {state} }}")
        taken.append(mark.screenshot(animations="disabled", caret="hide"))
    return taken


def are_told_apart(mark, states):
    return len(set(pictures(mark, states))) == len(states)


def toggle(column, checked):
    return f"each.parentElement.className = 'status-{column}'; each.setAttribute('aria-checked', '{checked}')"


CURRENT = ["each.removeAttribute('aria-current')", "each.setAttribute('aria-current', 'page')"]
TONES = [
    f"each.className = 'badge badge-{tone}'" for tone in ("", "danger", "warning", "success", "info", "plain")
]
LATENESS = [
    f"each.parentElement.className = 'due {tone}'" for tone in ("", "due-late", "due-today", "due-held")
]
WITHOUT_CONTRAST = """() => [...document.styleSheets].forEach((sheet) =>
    [...sheet.cssRules].forEach((rule) => {
        if (rule.media?.mediaText.includes("forced-colors")) rule.media.mediaText = "not all";
    }))"""
MARKS = [toggle(column, "true") for column in ("is_initial", "is_final", "is_inactive")]


def test_in_contrast_colours_marks_and_places_can_be_told_apart(as_role, orders, mia):
    page = as_role(Role.ADMINISTRATOR, forced_colors="active", reduced_motion="reduce")
    page.goto(STATUSES)
    mark = page.locator("#status-rows .status-is_final .status-toggle").first
    assert are_told_apart(mark, [*MARKS, toggle("is_final", "false"), toggle("is_initial", "false")])
    row = page.locator("#status-rows tr").nth(1)
    box = "each.querySelector('[name=status]').checked"
    assert are_told_apart(
        row, [f"{box} = false", f"{box} = true", f"{box} = false; each.className = 'is-muted'"]
    )
    assert are_told_apart(page.locator(".sidebar .nav-link").first, CURRENT)

    operations.hold_order(orders[2], expected=None, by=mia, reason="Away")
    page.goto("/orders/")
    assert are_told_apart(page.locator("#hub .tab").nth(1), CURRENT)
    tick = "each.querySelector('[data-select-row]').checked"
    assert are_told_apart(page.locator("#orders tbody tr").first, [f"{tick} = false", f"{tick} = true"])
    badge, due = page.locator("#orders .badge").first, page.locator("#orders .due time").first
    assert are_told_apart(badge, TONES)
    assert are_told_apart(due, LATENESS)

    # Control: the same twice is one picture; and without our lines for these colours, tones and lateness are, too.
    assert not are_told_apart(badge, [TONES[0], TONES[0]])
    page.evaluate(WITHOUT_CONTRAST)
    assert not are_told_apart(badge, TONES)
    assert not are_told_apart(due, LATENESS)
