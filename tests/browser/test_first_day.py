"""The first day of a studio, as whoever starts it lives it: from an empty installation to the first order."""

import pytest
from playwright.sync_api import expect

from preproduction.models import Order
from studio import first_administrator
from studio.models import CompanyPreferences, User

PHRASE = "a long enough pass phrase"


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
