"""The first day of a studio, as whoever starts it lives it: from an empty installation to the first order.

And to its own year of work, brought along from another program, and the first order advanced.
"""

from time import perf_counter

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from preproduction.models import ImportRun, Order
from preproduction.moving_in.importing import work
from studio import first_administrator
from studio.models import Client, CompanyPreferences, User
from tests.preproduction.moving_in.importing import a_year
from triggers.models import Delivery, Task

PHRASE = "a long enough pass phrase"
MOST_CLICKS = 40
# Counts what a person clicks, and what is loaded, across all pages of a tab.
COUNTING = """
  if (location.protocol === "http:") {
    const more = (name) => sessionStorage.setItem(name, Number(sessionStorage.getItem(name)) + 1);
    more("loads");
    addEventListener("click", (event) => { if (event.isTrusted && event.detail) more("clicks"); }, true);
  }
"""


class Story:
    def __init__(self, page):
        self.page = page

    def fill(self, **fields):
        for label, text in fields.items():
            self.page.get_by_label(label.replace("_", " ")).first.fill(text)

    def click(self, name, role="button"):
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def heading(self, words):
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def next(self, step):
        """Follow the bar of the guide, and be there."""
        bar = self.page.get_by_role("navigation", name="Guide")
        bar.get_by_role("link", name=f"Next: {step}").click()
        expect(bar).to_contain_text(step)

    def begin(self, code):
        self.page.goto("/orders/")
        self.heading("A new studio")
        self.fill(Code=code, First_name="Ada", Last_name="Vane", Username="ada")
        self.fill(Password=PHRASE, Password_again=PHRASE)
        self.click("Begin")
        self.heading("Home")

    def name_the_studio(self):
        self.click("The studio", "link")
        expect(self.page.get_by_label("Time Zone")).to_have_value("Europe/Berlin")
        expect(self.page.get_by_label("Paper")).to_have_value("a4")
        self.fill(Studio_Name="Lumen & Sons")
        self.click("Save, and go on")
        self.heading("Company Preferences")

    def take_a_ready_made_list(self):
        self.next("Statuses")
        self.click("Ready-made lists", "link")
        self.page.get_by_role("button", name="See what would change with").first.click()
        self.click("Apply the set-up")
        self.heading("Set-up File")

    def add_people(self):
        self.next("People")
        self.page.get_by_label("First name").first.fill("Sam")
        self.page.get_by_label("Department").first.select_option(index=1)
        self.click("Add them")
        self.click("Make the link")
        return self.page.get_by_label("Sam").input_value()

    def add_a_vendor(self):
        self.next("Vendors")
        self.click("New Vendor", "link")
        self.fill(Name="Northlight Lab")
        self.click("Save")
        self.heading("Vendors")

    def bring_along(self, year):
        """Send the files, let the worker do its part, and answer what it asks for by what is ticked already."""
        for step in ("Departments", "People", "Vendors", "Session types", "First order"):
            self.next(step)
        self.page.get_by_role("navigation", name="Guide").get_by_role("link", name="Import").click()
        self.page.get_by_label("Files").set_input_files(
            [
                {"name": name, "mimeType": "application/octet-stream", "buffer": content}
                for name, content in year.workbooks().items()
            ]
        )
        self.click("See what would happen")
        self.worker()
        self.page.get_by_role("button", name="Import", exact=True).click(timeout=30_000)
        self.worker()
        expect(self.page.get_by_role("button", name="Undo this import")).to_be_visible(timeout=30_000)

    def worker(self):
        while work.go_on():
            pass

    def advance_the_first(self):
        self.click("Preproduction Orders", "link")
        self.page.get_by_role("link", name="Advance Status of").first.click()
        self.page.get_by_role("dialog").get_by_role("button", name="OK").click()
        expect(self.page.get_by_text("Undo", exact=True).first).to_be_visible()

    def counted(self, name):
        return int(self.page.evaluate("(name) => sessionStorage.getItem(name)", name))

    def make_the_first_order(self):
        self.next("First order")
        self.click("New Client", "link")
        self.fill(Name="Anna Berg")
        self.click("Save and add a session")
        self.page.get_by_label("Session Type").select_option(index=1)
        self.click("Save")
        self.click("New Preproduction Order", "link")
        self.page.get_by_label("Vendor", exact=True).select_option(label="Northlight Lab")
        self.click("Create Order")
        self.heading("Order 1001")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_from_nothing_to_the_first_order(new_context, assert_accessible):
    ada = Story(new_context(timezone_id="Europe/Berlin", locale="de-DE").new_page())
    ada.begin(first_administrator.new_code())
    expect(ada.page.get_by_role("region", name="Guide")).to_contain_text("0 of 9 done")
    assert_accessible(ada.page)
    ada.name_the_studio()
    ada.take_a_ready_made_list()
    ada.next("Departments")
    link = ada.add_people()
    assert_accessible(ada.page)
    ada.add_a_vendor()
    ada.next("Session types")
    ada.make_the_first_order()

    sam = Story(new_context().new_page())
    sam.page.goto(link)
    sam.page.get_by_label("New password").first.fill(PHRASE)
    sam.page.get_by_label("New password confirmation").fill(PHRASE)
    sam.click("Set the password")
    sam.fill(Username="sam", Password=PHRASE)
    sam.click("Sign in")
    sam.heading("Home")
    expect(sam.page.get_by_role("region", name="Guide")).to_have_count(0)

    ada.page.goto("/")
    expect(ada.page.get_by_role("region", name="Guide")).to_contain_text("8 of 9 done")
    ada.click("Put the guide away")
    expect(ada.page.get_by_role("region", name="Guide")).to_have_count(0)
    order = Order.objects.get()
    assert order.status.is_initial
    assert (CompanyPreferences.load().name, User.objects.count()) == ("Lumen & Sons", 2)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_year_of_work_moves_in_within_forty_clicks(new_context, size, seed, record):
    share = size("rows of a year")
    year = a_year.make(
        clients=3 * share,
        sessions=3 * share // 2,
        open_=150 * share // 1000,
        complete=2 * share,
        today=timezone.localdate(),
        seed=seed,
    )
    context = new_context(timezone_id="Europe/Berlin", locale="de-DE")
    context.add_init_script(COUNTING)
    ada = Story(context.new_page())
    began = perf_counter()
    ada.begin(first_administrator.new_code())
    ada.name_the_studio()
    ada.take_a_ready_made_list()
    ada.bring_along(year)
    assert Client.objects.count() == year.clean("Clients")
    assert Order.objects.count() == year.clean("Proof Orders")
    assert Delivery.objects.count() == Task.objects.count() == 0
    ada.advance_the_first()
    clicks, loads = ada.counted("clicks") + 1, ada.counted("loads")  # the files are chosen with one more
    record(
        clicks=clicks, loads=loads, rows=ImportRun.objects.get().rows, seconds=round(perf_counter() - began)
    )
    assert 8 < clicks <= MOST_CLICKS
