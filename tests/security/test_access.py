"""Every route x every role x every method against a written table; and what is only looked at stays as it is."""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from studio import access
from studio.models import Department, User
from tests.routes import all_routes
from tests.security.access_table import ANYBODY, READ, ROUTES
from tests.security.conftest import give_second_factor
from tests.security.crawl import Browser
from tests.security.tables import Tables

ROLES = ("anonymous", "deactivated", "staff", "manager", "administrator")
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
ANSWERED = {200, 204, 302, 409, 422}
# Who is signed in, and how often they tried: no record of the studio.
NOT_THE_STUDIO = {"django_session", "studio_cache", "studio_signintry"}

# No query decides it, so that one engine is enough for run.py test; the campaign has both.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]


def signed_in(role, people):
    if role != "deactivated":
        return Browser(people.get(role), proven=False)
    left = User.objects.create_user("left", role="administrator")
    browser = Browser(left, proven=False)
    User.objects.filter(pk=left.pk).update(is_active=False)
    return browser


def outcome(browser, method, address):
    """Send one request, undo whatever it did, and say in a word how it was answered."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = browser.generic(method, address, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    browser.cookies = cookies  # signing out was undone, too
    return in_a_word(response)


def in_a_word(response):
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/?next="):
        return "login"
    if response.status_code in ANSWERED:
        return "answered"
    # 303: a form's address that was opened leads to the page with the form.
    return {403: "forbidden", 303: "no such method", 405: "no such method"}.get(
        response.status_code, str(response.status_code)
    )


def expected_outcomes(role, method, methods, who):
    if role in who and method in methods:
        return {"answered"}
    if method not in {"GET", "HEAD", "POST"} or role in who:
        return {"no such method"}
    if role in {"anonymous", "deactivated"}:
        return {"login"}
    # Of two reasons to refuse, either will do.
    return {"forbidden"} if method in methods else {"forbidden", "no such method"}


def methods_of(number, many):
    """Return the methods to ask the route of this number for: GET, POST, and of the others in turns until there are so many."""
    others = METHODS[2:]
    return METHODS[:2] + tuple(others[(number + turn) % len(others)] for turn in range(many - 2))


def differences(role, people, routes, table, many=8):
    browser, person = signed_in(role, people), people.get(role)
    found = []
    for number, route in enumerate(routes, start=ROLES.index(role)):
        methods, who = table[route.name]
        (address,) = route.addresses(of=person)
        for method in methods_of(number, many):
            got = outcome(browser, method, address)
            expected = expected_outcomes(role, method, methods, who)
            if got not in expected:
                found.append(f"{role} {method} {address} ({route}): {got}, not {' or '.join(expected)}")
    return found


def test_every_route_is_listed_and_nothing_else():
    routes = {route.name for route in all_routes()}
    assert routes - set(ROUTES) == set(), "List new routes in tests/security/access_table.py."
    assert set(ROUTES) - routes == set(), "Routes that are gone are still listed."


def test_every_page_asks_for_a_permission():
    """Pages of accounts/ are one's own account; Django's and allauth's own tests hold those."""
    unguarded = [
        route.name
        for route in all_routes()
        if not route.permission and not route.pattern.startswith("accounts/")
    ]
    assert unguarded == []


@pytest.mark.parametrize("role", ROLES)
def test_each_route_answers_each_method_as_the_table_says(role, people, world, size):
    for person in people.values():
        give_second_factor(person)
    routes = [route for route in all_routes() if route.name in ROUTES]
    found = differences(role, people, routes, ROUTES, size("methods of a route"))
    assert not found, f"{len(found)} differences:\n" + "\n".join(found)


def changed_by_looking(browser, addresses):
    """Return what GET or HEAD changed, as "address: table"."""
    tables, found = Tables(apart=NOT_THE_STUDIO), []
    for address in addresses:
        with tables.watched():
            for method in sorted(READ):
                browser.generic(method, address)
        found += [
            f"{address}: {name}" for name, rows in tables.now().items() if rows != tables.at_first[name]
        ]
        tables.keep()
    return found


def test_looking_changes_nothing(people, world, size):
    rows = size("rows of an address")
    addresses = [address for route in all_routes() for address in route.addresses(limit=rows)]
    exports = [
        f"{address}?export={kind}"
        for address in addresses
        if address.endswith("s/") or "overdue" in address
        for kind in ("xlsx", "pdf")
    ]
    found = []
    for role in ("administrator", "manager", "staff", "anonymous")[: size("people who look")]:
        looked = changed_by_looking(signed_in(role, people), addresses + exports)
        found += [f"{role} {what}" for what in looked]
    assert not found, "Looking changed:\n" + "\n".join(found)


# Controls: what these tests look for, planted.


def forgotten(request):
    """A page whose author forgot the decorator."""
    return HttpResponse("every client's phone number")


@access.requires("see_work")
def counts_visits(request):
    department = Department.objects.first()
    Department.objects.filter(pk=department.pk).update(name=f"{department} again")
    return HttpResponse("welcome")


urlpatterns = [
    path("forgotten/", forgotten, name="forgotten"),
    path("visits/", counts_visits, name="visits"),
    path("", include("studio.urls")),
]


@override_settings(ROOT_URLCONF=__name__)
def test_control_a_page_without_a_permission_is_noticed(people, world):
    with pytest.raises(AssertionError, match="forgotten"):
        test_every_page_asks_for_a_permission()
    with pytest.raises(AssertionError, match="forgotten"):
        test_every_route_is_listed_and_nothing_else()
    planted = [route for route in all_routes() if route.name == "forgotten"]
    table = {"forgotten": (READ, frozenset({"administrator"}))}
    assert any("staff GET /forgotten/" in line for line in differences("staff", people, planted, table))


@override_settings(ROOT_URLCONF=__name__)
def test_control_a_page_open_to_strangers_is_noticed(people, world):
    planted = [route for route in all_routes() if route.name == "visits"]
    found = differences("anonymous", people, planted, {"visits": (READ, ANYBODY)})
    assert found[0].startswith("anonymous GET /visits/")


@override_settings(ROOT_URLCONF=__name__)
def test_control_a_page_that_writes_when_looked_at_is_noticed(people, world):
    found = changed_by_looking(signed_in("staff", people), ["/visits/"])
    assert "/visits/: studio_department" in found
