"""The main job as the roles do it, in one story through Chromium, from a session to complete; scripts on and off.

Helpers work on a dialog and on the page that stands for it with scripts off.
"""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from preproduction.models import Order
from tests.conftest import PASSWORD

pytestmark = [
    pytest.mark.usefixtures("preferences", "session", "statuses", "vendor", "people"),
    pytest.mark.slow,
]

MISSING = (
    "40 proofs have not come back. Say why Order 1001 is complete without: write a Note, "
    "or enter what was returned under Images."
)


@pytest.fixture(autouse=True)
def no_limits_left_over(transactional_db):
    cache.clear()


@pytest.fixture
def sign_in(new_context):
    """Call with a user name; returns the page the person sees after the login form, in a context of its own."""

    def signed_in(username, **options):
        page = new_context(**options).new_page()
        page.goto("/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Home")
        return page

    return signed_in


def go_to(page, words):
    page.get_by_role("navigation", name="Main").get_by_role("link", name=words, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def heading(page):
    return page.get_by_role("heading", level=1)


def status(page):
    return page.get_by_role("region", name="Status", exact=True)


def row(page, words):
    return page.locator("tbody tr").filter(has_text=words)


def order_from_its_session(page):
    """Make an order six weeks old, so that it is overdue at once, from the list of sessions on."""
    go_to(page, "Sessions")
    page.get_by_role("link", name="S-100").click()
    page.get_by_role("link", name="New Preproduction Order").first.click()
    page.get_by_label("Vendor", exact=True).select_option(label="Northlight Lab")
    page.get_by_label("Order Date").fill((timezone.localdate() - timedelta(weeks=6)).isoformat())
    page.get_by_role("button", name="Create Order").click()
    expect(heading(page)).to_contain_text("Order 1001")
    expect(status(page)).to_contain_text("Images selected")


def images_sent(page):
    page.get_by_placeholder("1001-1048").fill("001-040")
    page.get_by_label("Quantity Sent, new line").fill("40")
    page.get_by_role("button", name="Save Images").click()
    expect(page.get_by_text("Images saved.")).to_be_visible()


def advance(page, *, expected, note=""):
    """Advance the order on whose page one is to the status that the form proposes."""
    status(page).get_by_role("link", name="Advance Status", exact=True).click()
    expect(page.get_by_label("Change To Status").locator("option:checked")).to_have_text(expected)
    page.get_by_label("Note", exact=True).fill(note)
    page.get_by_role("button", name="OK").click()


def advanced(page, to):
    expect(page.locator("#messages")).to_contain_text(f"Order 1001 advanced to {to}")
    expect(status(page)).to_contain_text(to)


def changes(order):
    return list(
        order.status_changes.order_by("sequence").values_list(
            "sequence", "to_status_name", "recorded_by_name"
        )
    )


def downloaded(page):
    with page.expect_download() as download:
        page.get_by_role("link", name="Export to Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    return Path(download.value.path()).read_bytes()


def printed(page):
    """Return the PDF that Print shows.  The viewer keeps its bytes to itself, so they are asked for again."""
    with page.context.expect_event("response", lambda answer: "export=pdf" in answer.url) as shown:
        page.get_by_role("link", name="Print").click()
    assert shown.value.status == 200
    assert shown.value.header_value("content-type") == "application/pdf"
    return page.context.request.get(shown.value.url).body()


def cells(content):
    """Return the rows of a workbook under its header, as dicts."""
    header, *rows = openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(header, values, strict=True)) for values in rows]


def pdf_text(content):
    assert content.startswith(b"%PDF-")
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def reassigned_from_overdue(page):
    go_to(page, "Overdue")
    expect(row(page, "1001")).to_contain_text("Anna <3 & Bob <b>")
    expect(row(page, "1001")).not_to_contain_text("Sam Okafor")
    row(page, "1001").get_by_role("link", name="Reassign: Order 1001").click()
    form = page.locator("form").filter(has=page.get_by_label("User", exact=True))
    form.get_by_label("User", exact=True).select_option(label="Sam Okafor")
    form.get_by_role("button", name="Reassign").click()
    expect(page.get_by_text("Order 1001 is assigned to Sam Okafor.")).to_be_visible()
    expect(row(page, "1001")).to_contain_text("Sam Okafor")


def held_and_resumed(page):
    go_to(page, "Preproduction Orders")
    row(page, "1001").get_by_role("link", name="1001", exact=True).click()
    page.get_by_role("link", name="Put on Hold").click()
    page.get_by_label("Reason").fill("The client is away")
    page.get_by_role("button", name="Put on Hold").click()
    expect(page.locator(".order-held")).to_contain_text("The client is away")
    expect(page.get_by_role("link", name="Advance Status")).to_have_count(0)
    page.get_by_role("link", name="Resume").click()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("is resumed.")).to_be_visible()
    expect(page.locator(".order-held")).to_have_count(0)


def undone(page):
    status(page).get_by_role("link", name="Undo").click()
    question = page.locator("form").filter(has_text="Undo takes that back")
    question.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Order 1001 is back at Sent to lab.")
    expect(status(page)).to_contain_text("Sent to lab")


def order_list_leaves_as_files(page):
    page.goto("/orders/?state=complete")
    (line,) = cells(downloaded(page))
    assert (line["Order No."], line["Client"], line["Status"]) == ("1001", "Anna <3 & Bob <b>", "Delivered")
    assert line["Completed Date"].date() == timezone.localdate()
    text = pdf_text(printed(page))
    assert "Lumen & Sons Photography" in text
    assert "1001" in text
    assert "Anna <3 & Bob <b>" in text


def status_list_leaves_as_files(page):
    go_to(page, "Preproduction Order Statuses")
    names = [line["Description"] for line in cells(downloaded(page))]
    assert names == ["Images selected", "Sent to lab", "On the shelf", "Proofs received", "Delivered"]
    text = pdf_text(printed(page))
    assert all(name in text for name in names)


def test_from_a_session_to_complete(sign_in, expect_status):
    sam = sign_in("sam")
    order_from_its_session(sam)
    sam.get_by_role("tab", name="Images").click()
    images_sent(sam)

    mia = sign_in("mia")
    reassigned_from_overdue(mia)

    go_to(sam, "Home")
    sam.get_by_role("main").get_by_role("link", name="1001", exact=True).click()
    expect(status(sam)).to_contain_text("Sam Okafor")
    advance(sam, expected="Sent to lab", note="By courier")
    advanced(sam, "Sent to lab")

    held_and_resumed(mia)

    sam.reload()
    advance(sam, expected="Proofs received")
    advanced(sam, "Proofs received")
    undone(sam)
    advance(sam, expected="Proofs received")
    advanced(sam, "Proofs received")

    expect_status(422)
    advance(sam, expected="Delivered")
    expect(sam.get_by_role("dialog").get_by_text(MISSING)).to_be_visible()
    sam.get_by_role("dialog").get_by_role("link", name="Cancel").click()
    sam.get_by_role("tab", name="Images").click()
    sam.get_by_label("Quantity Returned, 001-040").fill("40")
    sam.get_by_role("button", name="Save Images").click()
    expect(sam.get_by_text("Images saved.")).to_be_visible()
    advance(sam, expected="Delivered")
    advanced(sam, "Delivered")
    expect(status(sam)).to_contain_text("Completed BySam Okafor")

    sam.get_by_role("tab", name="Status Notes").click()
    expect(sam.locator(".status-notes")).to_contain_text("By courier")
    order = Order.objects.get()
    assert order.is_complete
    assert order.completed_on == timezone.localdate()
    assert changes(order) == [
        (1, "Images selected", "Sam Okafor"),
        (2, "Sent to lab", "Sam Okafor"),
        (3, "Proofs received", "Sam Okafor"),
        (4, "Sent to lab", "Sam Okafor"),
        (5, "Proofs received", "Sam Okafor"),
        (6, "Delivered", "Sam Okafor"),
    ]
    go_to(mia, "Overdue")
    expect(mia.get_by_text("Nothing is overdue")).to_be_visible()

    order_list_leaves_as_files(sam)
    status_list_leaves_as_files(sign_in("ada"))


def test_the_same_with_scripts_off(sign_in, expect_status):
    sam = sign_in("sam", java_script_enabled=False)
    order_from_its_session(sam)
    images_sent(sam)

    mia = sign_in("mia", java_script_enabled=False)
    reassigned_from_overdue(mia)
    held_and_resumed(mia)

    sam.reload()
    for to in ("Sent to lab", "Proofs received"):
        advance(sam, expected=to)
        advanced(sam, to)
    undone(sam)
    advance(sam, expected="Proofs received")
    advanced(sam, "Proofs received")

    expect_status(422)
    advance(sam, expected="Delivered")
    expect(sam.get_by_text(MISSING)).to_be_visible()
    sam.get_by_label("Note", exact=True).fill("The client keeps the proofs")
    sam.get_by_role("button", name="OK").click()
    advanced(sam, "Delivered")
    assert Order.objects.get().is_complete
    order_list_leaves_as_files(sam)
    status_list_leaves_as_files(sign_in("ada", java_script_enabled=False))
