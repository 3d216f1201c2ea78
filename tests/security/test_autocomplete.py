"""No form about others is filled in by the browser with the name, mail and phone of whoever sits before it."""

import re

import pytest

from studio.access import Role
from studio.templatetags.attributes import NOT_TYPED
from tests.routes import all_routes
from tests.security.conftest import give_second_factor
from tests.security.crawl import Browser

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

# Of one's own account: what the browser may know of whoever signs in.
OF_ONES_OWN = ("account_", "mfa_", "first_administrator", "forgotten_password", "set_password")
CLOSED = {"off", "new-password"}
PERSONAL = {
    "name",
    "contact_name",
    "email",
    "phone",
    "mobile_phone",
    "address",
    "first_name",
    "last_name",
    "call_name",
}


def offering(source):
    """Return the names of what is typed into a page and is not closed to the browser's own offers."""
    found = []
    for tag in re.findall(r"<(?:input|textarea)\b[^>]*>", source):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attrs.get("type", "text") not in NOT_TYPED and attrs.get("autocomplete") not in CLOSED:
            found.append(attrs.get("name", tag))
    return found


def typed_into(source):
    return set(re.findall(r'<(?:input|textarea)\b[^>]*?\bname="(?:[\w]+-)?(\w+)"', source))


def test_nothing_typed_about_others_is_offered_from_ones_own_data(world, people):
    give_second_factor(people[Role.ADMINISTRATOR])
    browser, found, seen = Browser(people[Role.ADMINISTRATOR]), {}, set()
    for route in all_routes():
        if route.name.startswith(OF_ONES_OWN):
            continue
        for address in route.addresses(limit=1):
            answer = browser.get(address)
            if answer.get("Content-Type", "").startswith("text/html"):
                source = answer.content.decode()
                seen |= typed_into(source)
                found[address] = offering(source)
    assert {address: names for address, names in found.items() if names} == {}
    assert seen >= PERSONAL


def test_control_a_field_that_is_open_to_offers_is_noticed():
    assert offering('<input type="email" name="email" id="x"><input type="hidden" name="key">') == ["email"]
    assert offering('<textarea name="address" rows="3"></textarea>') == ["address"]
    assert offering('<input type="text" name="name" autocomplete="off">') == []
