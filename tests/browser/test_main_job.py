"""The main job in one story, as the people of a studio would do it: from a client to a complete order.

Staff sign in, add a client, a session and an order, send images and advance; the manager sees what is late, holds
and resumes; the proofs come back; both lists leave as files.  Once with scripts, once without.
"""

import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import urljoin

import pytest
from django.core.cache import cache
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from preproduction.models import Order, StatusChange
from studio.access import Role
from studio.models import SessionType
from tests.conftest import PASSWORD
from triggers import outbox
from triggers.models import Task, Trigger

CLIENT = "Anna <3 & Bøb Ελένη"


@pytest.fixture
def studio(preferences, statuses, vendor, people, retouching):
    """A studio that has its list, a lab, a kind of session and a trigger, and nothing to do yet."""
    cache.clear()  # attempts to sign in are counted there
    SessionType.objects.create(name="Wedding")
    Trigger.objects.create(
        description="Check proofs",
        status=statuses["Proofs received"],
        recipient=Trigger.Recipient.DEPARTMENT_OF_ORDER,
        task_title="Check the proofs against the order",
    )


class Story:
    def __init__(self, page, scripts):
        self.page, self.scripts = page, scripts

    def sign_in(self, username):
        self.page.goto("/accounts/login/")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Home")

    def add_client_and_session(self):
        page = self.page
        page.get_by_role("link", name="Clients").click()
        page.get_by_role("link", name="New Client").first.click()
        page.get_by_label("Name").fill(CLIENT)
        page.get_by_label("Phone", exact=True).fill("555 0142")
        page.get_by_role("button", name="Save and add a session").click()
        page.get_by_label("Session Date").fill((timezone.localdate() - timedelta(days=40)).isoformat())
        page.get_by_label("Session Type").select_option(label="Wedding")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("link", name=CLIENT)).to_be_visible()

    def make_order(self, day):
        page = self.page
        page.get_by_role("link", name="New Preproduction Order").first.click()
        page.get_by_label("Vendor", exact=True).select_option(label="Northlight Lab")
        page.get_by_label("Order Date").fill(day.isoformat())
        page.get_by_role("button", name="Create Order").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Order 1001")

    def tab(self, name):
        if self.scripts:
            self.page.get_by_role("tab", name=name).click()

    def send_images(self):
        self.tab("Images")
        self.page.get_by_placeholder("1001-1048").last.fill("IMG_0001-0040")
        self.page.get_by_label("Quantity Sent, new line").last.fill("40")
        self.page.get_by_role("button", name="Save Images").click()
        expect(self.page.get_by_text("Images saved.")).to_be_visible()

    def act(self, link, **fields):
        """Open what a link of the order leads to, fill it in and send it."""
        self.page.get_by_role("link", name=link, exact=True).click()
        form = self.page.get_by_role("dialog") if self.scripts else self.page.get_by_role("main")
        for label, text in fields.items():
            form.get_by_label(label.replace("_", " ")).fill(text)
        name = "OK" if link == "Advance Status" else link
        form.get_by_role("button", name=name, exact=True).last.click()
        return form

    def expect_status(self, name):
        expect(self.page.get_by_label("Status", exact=True).locator(".badge").first).to_contain_text(name)

    def read(self, name):
        """Return the file that a link of the page leads to."""
        link = self.page.get_by_role("link", name=name)
        answer = self.page.request.get(urljoin(self.page.url, link.get_attribute("href")))
        assert answer.ok, answer.url
        return answer.body()

    def sheet(self):
        return load_workbook(BytesIO(self.read("Export to Excel"))).active


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_order_goes_from_its_session_to_complete(
    scripts, studio, new_context, as_role, expect_status, ada
):
    expect_status(422)
    staff = Story(new_context(java_script_enabled=scripts).new_page(), scripts)
    manager = Story(as_role(Role.MANAGER, java_script_enabled=scripts), scripts)
    long_ago = timezone.localdate() - timedelta(days=30)

    staff.sign_in("sam")
    staff.add_client_and_session()
    staff.make_order(long_ago)
    staff.send_images()

    # Two business days were given thirty days ago: the manager sees it, stops its clock and lets it run again.
    manager.page.goto("/orders/overdue/")
    expect(manager.page.get_by_role("main")).to_contain_text(CLIENT)
    manager.page.get_by_role("link", name="1001", exact=True).click()
    manager.act("Put on Hold", Reason="The couple is on its honeymoon")
    expect(manager.page.locator(".order-held")).to_contain_text("honeymoon")
    manager.page.goto("/orders/overdue/")
    expect(manager.page.get_by_role("main")).not_to_contain_text(CLIENT)
    manager.page.goto(f"/orders/{Order.objects.get().pk}/")
    manager.act("Resume")
    expect(manager.page.get_by_text("is resumed")).to_be_visible()

    # One step, taken back, and taken again.
    staff.page.goto(f"/orders/{Order.objects.get().pk}/")
    staff.act("Advance Status", Note="Two rolls")
    staff.expect_status("Sent to lab")
    staff.act("Undo")
    staff.expect_status("Images selected")
    staff.act("Advance Status", Note="Three rolls")
    staff.expect_status("Sent to lab")
    staff.act("Advance Status")
    staff.expect_status("Proofs received")

    # The trigger's task waits at Home once the worker has come round.
    outbox.deliver_due()
    staff.page.goto("/")
    expect(staff.page.get_by_role("main")).to_contain_text("Check the proofs against the order")
    staff.page.get_by_role("button", name="Done").first.click()
    expect(staff.page.get_by_text("is done")).to_be_visible()
    assert Task.objects.get().done_by.username == "sam"

    # The final status asks where the proofs are; then they are.
    staff.page.goto(f"/orders/{Order.objects.get().pk}/")
    refused = staff.act("Advance Status")
    expect(refused.get_by_text("Say why Order 1001 is complete without: write a Note")).to_be_visible()
    refused.get_by_role("link", name="Cancel").click()
    staff.tab("Images")
    staff.page.get_by_role("button", name="All Returned").click()
    if scripts:
        staff.page.get_by_role("dialog").get_by_role("button", name="All Returned").click()
    expect(staff.page.get_by_text("40 proofs noted as returned.")).to_be_visible()
    staff.act("Advance Status", Note="Given to the couple")
    staff.expect_status("Delivered")
    staff.tab("Status Notes")
    for words in ("Two rolls", "Three rolls", "Given to the couple", "Undo"):
        expect(staff.page.locator("#status-notes")).to_contain_text(words)

    order = Order.objects.get()
    assert order.is_complete
    assert order.completed_on == timezone.localdate()
    assert [change.to_status_name for change in StatusChange.objects.order_by("sequence")] == [
        "Images selected",
        "Sent to lab",
        "Images selected",
        "Sent to lab",
        "Proofs received",
        "Delivered",
    ]

    # Both lists leave as files: exactly what the page shows.
    staff.page.goto("/orders/")
    expect(staff.page.get_by_role("main")).not_to_contain_text(CLIENT)
    staff.page.get_by_role("link", name=re.compile("^Complete")).click()
    expect(staff.page.get_by_role("main")).to_contain_text(CLIENT)
    values = [cell.value for row in staff.sheet().iter_rows() for cell in row]
    assert CLIENT in values
    assert "1001" in values
    assert staff.read("Print").startswith(b"%PDF-")
    administrator = Story(as_role(Role.ADMINISTRATOR, java_script_enabled=scripts), scripts)
    administrator.page.goto("/maintenance/preproduction-statuses/")
    values = [cell.value for row in administrator.sheet().iter_rows() for cell in row]
    assert {"Images selected", "Sent to lab", "Proofs received", "Delivered"} <= set(values)
    assert administrator.read("Print").startswith(b"%PDF-")
