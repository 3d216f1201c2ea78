"""Signing in, the second factor, the calendar and the forms of Maintenance, as Chromium sees them."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from playwright.sync_api import expect

from studio.access import Role
from studio.models import Client, ClosedDay, CompanyPreferences, PhotoSession, User

PASSWORD = "a long enough pass phrase"
PHONE = {"width": 360, "height": 740}
SCREENS = [
    pytest.param({"viewport": PHONE, "color_scheme": "dark"}, id="phone, dark"),
    pytest.param({"viewport": {"width": 1440, "height": 900}}, id="desk, light"),
]


@pytest.fixture(autouse=True)
def no_limits_left_over(transactional_db):
    cache.clear()


@pytest.fixture
def fits(assert_accessible):
    """Call with a page: nothing serious for axe, and no sideways scrolling."""

    def check(page):
        assert_accessible(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], page.url

    return check


def sign_in(page, username, password=PASSWORD):
    page.goto("/accounts/login/?next=/clients/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_person_signs_in_changes_the_password_and_signs_out(new_context, sam, preferences, fits, screen):
    page = new_context(**screen).new_page()
    page.goto("/accounts/login/")
    fits(page)
    sign_in(page, "sam", "wrong")
    expect(page.get_by_text("are not correct")).to_be_visible()
    sign_in(page, "Sam")
    expect(page).to_have_url(re.compile(r"/clients/$"))
    page.goto("/accounts/password/change/")
    fits(page)
    page.get_by_label("Current Password").fill(PASSWORD)
    page.get_by_label("New Password", exact=False).first.fill("quite another phrase")
    page.get_by_label("New Password (again)").fill("quite another phrase")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Password successfully changed.")).to_be_visible()
    page.goto("/accounts/logout/")
    fits(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_required_second_factor_is_set_up_by_its_picture(new_context, ada, preferences, fits, screen):
    CompanyPreferences.objects.update(require_second_factor=True)
    page = new_context(**screen).new_page()
    sign_in(page, "ada")
    expect(page.get_by_text("Your studio requires a second factor of administrators.")).to_be_visible()
    fits(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Set up")).to_be_visible()
    picture = page.get_by_alt_text("QR code of your secret")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    fits(page)
    page.get_by_text("Type the secret instead").click()
    secret = page.locator("code").inner_text()
    counter = next(iter(yield_hotp_counters_from_time()))
    page.get_by_label("Authenticator code").fill(format_hotp_value(hotp_value(secret, counter)))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    fits(page)
    code = page.get_by_role("list", name="Unused codes").get_by_role("listitem").first.inner_text()
    page.goto("/accounts/second-factor/")
    fits(page)

    fresh = new_context(**screen).new_page()
    sign_in(fresh, "ada")
    expect(fresh.get_by_role("heading", name="Second factor")).to_be_visible()
    fits(fresh)
    fresh.get_by_label("Code").fill(code)
    fresh.get_by_role("button", name="Sign in").click()
    expect(fresh).to_have_url(re.compile(r"/clients/$"))


@pytest.mark.parametrize("screen", SCREENS)
def test_the_calendar_shows_what_would_move_before_it_moves(as_role, order, preferences, fits, screen):
    page = as_role(Role.ADMINISTRATOR, **screen)
    page.goto("/maintenance/preferences/calendar/")
    fits(page)
    due = order.status_due_date
    form = page.get_by_role("region", name="Closed days").locator("form.add-line")
    form.get_by_label("First Day").fill(due.isoformat())
    form.get_by_label("Name").fill("Works outing")
    form.get_by_role("button", name="Add").click()
    expect(page.get_by_text("1open order would move")).to_be_visible()
    expect(page.get_by_role("link", name=order.number)).to_be_visible()
    fits(page)
    assert not ClosedDay.objects.exists()
    page.get_by_role("button", name="Apply to all open orders").click()
    expect(page.get_by_text("1 open order moved.")).to_be_visible()
    order.refresh_from_db()
    assert order.status_due_date > due
    page.get_by_role("link", name="Public holidays").click()
    page.get_by_label("Country").select_option("US")
    expect(page.get_by_label("Christmas Day")).to_be_visible()
    page.get_by_label("Tick all").check()
    fits(page)
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()


def test_the_whole_of_it_works_with_scripts_off(as_role, order, preferences):
    page = as_role(Role.ADMINISTRATOR, java_script_enabled=False)
    page.goto("/maintenance/preferences/calendar/holidays/")
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("German Unity Day").check()
    page.get_by_role("button", name="See what would change").click()
    page.locator("button[name=decision]").first.click()
    expect(page.get_by_text("The calendar is saved.")).to_be_visible()
    page.goto("/clients/new/")
    page.get_by_label("Name").fill("Cleo")
    page.get_by_role("button", name="Save and add a session").click()
    page.get_by_label("Session Type").select_option("Portrait")
    page.get_by_role("button", name="Save").click()
    assert PhotoSession.objects.get(client__name="Cleo").number


@pytest.mark.any_database
@pytest.mark.parametrize("screen", SCREENS)
def test_pages_of_the_foundation_fit_with_long_names(
    as_role, order, vendor, people, preferences, fits, screen
):
    long = "Wolfeschlegelsteinhausenbergerdorff-" * 5
    Client.objects.filter(pk=order.session.client_id).update(
        name=long, email=f"{'a' * 60}@{'b' * 60}.example"
    )
    User.objects.filter(username="sam").update(
        first_name="Wolfeschlegelsteinhausen-" * 5, last_name=long[:150]
    )
    page = as_role(Role.ADMINISTRATOR, **screen)
    sam = people[Role.STAFF]
    for address in (
        "/clients/", "/clients/new/", f"/clients/{order.session.client_id}/edit/", "/sessions/", "/sessions/new/",
        f"/sessions/{order.session_id}/edit/", "/maintenance/departments/", "/maintenance/session-types/",
        "/maintenance/vendors/", f"/maintenance/vendors/{vendor.pk}/", "/maintenance/users/",
        f"/maintenance/users/{sam.pk}/", f"/maintenance/users/{sam.pk}/password/", "/maintenance/preferences/",
    ):  # fmt: skip
        page.goto(address)
        fits(page)


def test_a_used_department_offers_no_delete_and_says_why(as_role, order, retouching):
    page = as_role(Role.ADMINISTRATOR)
    page.goto(f"/maintenance/departments/{retouching.pk}/")
    expect(page.locator(".uses")).to_contain_text("1 preproduction order, so it cannot be deleted")
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
