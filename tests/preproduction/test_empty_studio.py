"""A studio in which there is nothing yet: every page opens, and what is missing can be made, or it is said by whom."""

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from preproduction import operations
from preproduction.models import Order, Status, StatusList
from studio import navigation
from studio.models import Client, PhotoSession, SessionType
from tests.conftest import TODAY
from tests.sending import as_sent


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def anna(db):
    return Client.objects.create(name="Anna Berg")


@pytest.fixture
def bare_session(anna):
    kind = SessionType.objects.create(name="Portrait")
    return PhotoSession.objects.create(number="S-1", client=anna, date=TODAY, session_type=kind)


@pytest.mark.parametrize("role", ["staff", "manager", "administrator"])
def test_every_page_of_the_menu_opens(people, role):
    browser, person = Browser(), people[role]
    browser.force_login(person)
    menus = (navigation.WORK, *navigation.MAINTENANCE, "Company Preferences", "New", "You")
    addresses = [link["href"] for title in menus for link in navigation.links(title, person)]
    assert len(addresses) > 8
    assert {address: browser.get(address).status_code for address in addresses} == dict.fromkeys(
        addresses, 200
    )


def test_the_first_session_type_is_named_on_the_way_to_the_first_session(as_administrator, anna):
    address = f"{reverse('studio:session_create')}?client={anna.pk}"
    page = as_administrator.get(address)
    assert "there is none yet. Name" in page.text
    assert as_administrator.post(address, {"name": ""}).status_code == 422
    assert as_administrator.post(address, {"name": "Portrait"}).url == address
    kind = SessionType.objects.get()
    sent = {"client": anna.pk, "date": "2026-06-10", "session_type": kind.pk}
    assert as_administrator.post(address, sent).url == PhotoSession.objects.get().get_absolute_url()


def test_staff_are_told_who_adds_a_session_type(as_staff, ada, anna):
    address = f"{reverse('studio:session_create')}?client={anna.pk}"
    for answer in (as_staff.get(address), as_staff.post(address, {"name": "Portrait"})):
        assert str(ada) in answer.text
        assert 'name="name"' not in answer.text
    assert not SessionType.objects.exists()


def test_an_order_without_statuses_says_what_it_lacks_and_who_can_help(
    as_administrator, as_staff, bare_session
):
    address = reverse("preproduction:order_create", args=[bare_session.pk])
    for browser, is_administrator in ((as_administrator, True), (as_staff, False)):
        text = browser.get(address).text
        assert "nobody has it, and it has no due" in text
        assert "There are no vendors yet." in text
        assert (reverse("preproduction:status_list") in text) == is_administrator
        assert (reverse("studio:vendor_create") in text) == is_administrator
    sent = as_sent(as_staff.get(address).context["form"])
    assert as_staff.post(address, sent).url == Order.objects.get().get_absolute_url()


def test_orders_made_before_the_status_list_are_found_from_it(
    as_administrator, as_manager, ada, bare_session
):
    order = operations.create_order(bare_session, by=ada, order_date=TODAY)
    assert order.number in as_manager.get("/").text
    page = reverse("preproduction:status_list")
    assert "no status: made" not in as_administrator.get(page).text
    StatusList.current_version()
    first = Status.objects.create(description="Images selected", position=1, is_initial=True)
    Status.objects.create(description="Delivered", position=2, is_final=True)
    assert "1 open order\n" in as_administrator.get(page).text
    assert order.number in as_administrator.get(f"{reverse('preproduction:order_list')}?status=none").text
    assert (
        order.number
        not in as_administrator.get(f"{reverse('preproduction:order_list')}?status={first.pk}").text
    )
    advance = as_administrator.get(reverse("preproduction:advance_order", args=[order.pk]))
    assert advance.context["form"].initial["to"] == first
    assert Order.objects.get().status is None


def test_what_a_trigger_and_a_user_need_is_linked_where_it_is_missing(as_administrator):
    trigger = as_administrator.get(reverse("triggers:trigger_create")).text
    assert "the status list is empty" in trigger
    assert reverse("preproduction:status_list") in trigger
    assert reverse("triggers:template_create") in trigger
    for page in ("studio:user_create", "preproduction:status_list"):
        assert reverse("studio:department_create") in as_administrator.get(reverse(page)).text
