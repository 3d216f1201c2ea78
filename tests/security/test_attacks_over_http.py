"""Both set-ups attacked from outside, over sockets: what Django's own test client cannot show.

Here nothing is undone, so a studio with one of everything is attacked until little of it is left: access by role,
hostile addresses, hostile forms; and in another one every text is an attack.  How much is drawn, tests/sizes.py says.
"""

import os
import random
import zlib
from collections import Counter

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from studio.models import User
from tests.conftest import PASSWORD
from tests.routes import all_routes
from tests.security.access_table import READ, ROUTES
from tests.security.conftest import give_second_factor
from tests.security.crawl import NEVER, route_of, shape
from tests.security.page_source import PageSource
from tests.security.tables import Tables
from tests.security.test_access import (
    METHODS,
    NOT_THE_STUDIO,
    ROLES,
    expected_outcomes,
    in_a_word,
)
from tests.security.test_fuzz_forms import PARAMETERS, complaint, first_of_each, fuzz, hostile_query
from tests.security.test_xss import MARK, PAYLOADS, escapes, plant, text_columns
from tests.set_ups import TOKEN, Visitor, set_up
from triggers.models import Trigger

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs groups of processes: Linux or macOS"),
]

WORKERS_OWN = {
    "triggers_workerheartbeat",
    "preproduction_forecast",
    "preproduction_morninground",
    "preproduction_pace",
    "preproduction_prediction",
}
BODY = f"csrfmiddlewaretoken={TOKEN}".encode()


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """Return the folder of static files that production serves."""
    folder = tmp_path_factory.mktemp("static")
    if connection.vendor == "postgresql":
        storage = {"staticfiles": {"BACKEND": "studio.joined_files.JoinedStaticFilesStorage"}}
        with override_settings(STATIC_ROOT=folder, STORAGES=storage):
            call_command("collectstatic", "--noinput", "-v0")
    return folder


@pytest.fixture(scope="module")
def started(tmp_path_factory, collected, django_db_setup):
    """Run the set-up once: what its tests leave behind is emptied under it, as tests do."""
    folder = tmp_path_factory.mktemp("set_up")
    with set_up(folder, workers=1, STATIC_ROOT=str(collected), MEDIA_ROOT=str(folder)) as running:
        yield running


@pytest.fixture
def tmp_path(started):
    """The world puts its files where the set-up looks for them."""
    return started.server.log.parent


@pytest.fixture
def running(started):
    started.server.log.write_text("")
    return started


@pytest.fixture
def harmless(world):
    """Hostile forms may switch anything on: nothing of ours has an address out of this machine."""
    Trigger.objects.exclude(address="").update(address="https://127.0.0.1:9/in")
    return world


@pytest.fixture
def routes(size, seed):
    known = sorted((route for route in all_routes() if route.name in ROUTES), key=lambda route: route.name)
    return random.Random(11 + seed).sample(known, min(size("routes from outside"), len(known)))


def visitors_by_role(running, people):
    """Return [(role, visitor, person whose rows they ask for)] of all roles.

    Who is deactivated keeps the session of before, and asks for what others have.
    """
    for person in people.values():
        give_second_factor(person)
    left = User.objects.create_user("left", role="administrator")
    persons = {**people, "deactivated": left}
    found = [(role, Visitor(running, persons.get(role)), people.get(role)) for role in ROLES]
    User.objects.filter(pk=left.pk).update(is_active=False)
    return found


def differences(role, visitor, addresses, table):
    """Ask for what must be refused, and look at what may be seen; return what was answered otherwise, and how many asked."""
    found, asked = [], 0
    for route, address in addresses:
        methods, who = table[route]
        for method in METHODS:
            if role in who and method in methods and method not in READ:
                continue  # the hostile forms send that
            answer = visitor.ask(method, address, BODY if method == "POST" else b"")
            got, expected, asked = in_a_word(answer), expected_outcomes(role, method, methods, who), asked + 1
            if got not in expected:
                found.append(f"{role} {method} {address}: {got}, not {' or '.join(expected)}")
    return found, asked


def studio():
    return Tables(apart=NOT_THE_STUDIO | WORKERS_OWN).at_first


def hostile_addresses(visitor, addresses, count, seed):
    found = []
    for route, address in addresses:
        chance = random.Random(zlib.crc32(route.encode()) + seed)
        for _ in range(count):
            asked = f"{address}?{hostile_query(PARAMETERS, chance)}"
            if wrong := complaint(visitor.ask("GET", asked), 0):
                found.append(f"GET {address}: {wrong}: {asked[:300]}")
    return found


def forms_on(visitor, addresses):
    """Return the forms of these pages that are sent by POST, once each."""
    found = {}
    for _, address in addresses:
        answer = visitor.ask("GET", address)
        if answer["Content-Type"].startswith("text/html"):
            for form in PageSource(answer.content.decode(), address).forms:
                if form.method == "post" and route_of(form.action) not in NEVER:
                    found.setdefault((route_of(form.action), shape(form)), form)
    return found


def over_the_wire(visitor, method, address, **request):
    """Take the place of test_fuzz_forms's own way of asking, after which all is undone."""
    return visitor.ask(method, address, **request)


def addresses_of(routes):
    return [(route.name, address) for route in routes for address in route.addresses()[:1]]


def log_of(running):
    said = running.server.log.read_text()
    return said[said.find("Traceback") :][:3000] if "Traceback" in said else ""


def test_from_outside_no_role_gets_further_than_its_own_and_nothing_breaks(
    running, people, harmless, routes, size, seed, record
):
    addresses, asked, found = addresses_of(routes), 0, []
    visitors = visitors_by_role(running, people)
    for _, visitor, _ in visitors:
        visitor.ask("GET", "/accounts/second-factor/recovery-codes/")  # that they were seen is noted once
    before = studio()
    for role, visitor, person in visitors:
        own = [(route.name, address) for route in routes for address in route.addresses(of=person)[:1]]
        wrong, count = differences(role, visitor, own, ROUTES)
        found, asked = found + wrong, asked + count
    assert not found, "\n".join(found[:40])
    assert studio() == before, "What was refused changed something."

    outsider = {role: visitor for role, visitor, _ in visitors}["administrator"]
    queries = size("queries from outside")
    found = hostile_addresses(outsider, addresses, queries, seed)

    # However little is drawn, an order's page has forms.
    pages = [*addresses, ("", harmless["fresh"].get_absolute_url())]
    forms, inputs = forms_on(outsider, pages), size("inputs from outside")
    chosen = sorted(forms, key=repr)
    chosen = random.Random(13 + seed).sample(chosen, min(size("forms from outside"), len(chosen)))
    forms = {key: forms[key] for key in chosen}
    outsider.statuses.clear()
    for key, form in forms.items():
        draw = zlib.crc32(repr(key).encode()) + seed
        found += fuzz(outsider, form, inputs, seed=draw, least=2, ask=over_the_wire)
    assert not found, f"{len(found)} answers are wrong:\n{first_of_each(found)}\n{log_of(running)}"
    assert log_of(running) == ""
    must_have_been_heard(outsider.statuses, forms)
    record(refusals=asked, queries=queries * len(addresses), forms=len(forms), sent=outsider.statuses.total())


def must_have_been_heard(statuses: Counter, forms):
    """What is turned away at the door tests the door: enough has to come as far as a form."""
    heard = sum(statuses[status] for status in (200, 204, 302, 409, 422))
    assert len(forms) >= 5
    assert heard >= statuses.total() / 3, statuses


@pytest.mark.any_database
@pytest.mark.usefixtures("harmless")
def test_stored_attacks_come_out_as_text(running, people, routes, size, seed, record):
    visitor, addresses = Visitor(running, people["administrator"]), addresses_of(routes)
    addresses += [("", "/orders/"), ("", "/clients/")]
    found, shown, read = [], set(), 0
    for payload in random.Random(7 + seed).sample(PAYLOADS, size("attacks from outside")):
        plant("".join([payload, "\"'></textarea></title><xss-probe onxss=1>"]))
        for _, address in addresses:
            answer = visitor.ask("GET", address)
            if answer.status_code >= 500:
                found.append(f"{address}: {answer.status_code} for {payload!r}")
            if not answer["Content-Type"].startswith("text/html"):
                continue
            text, read = answer.content.decode(), read + 1
            found += [f"{address}: {what} for {payload!r}" for what in escapes(PageSource(text, address))]
            shown |= {number for number in range(len(text_columns())) if MARK.format(number) in text}
    assert not found, f"{len(found)} escapes:\n" + "\n".join(found[:40])
    assert log_of(running) == ""
    assert len(shown) >= 5, "Hardly a text that was planted was on a page."
    record(attacks=size("attacks from outside"), pages=read, columns=len(shown))


def test_the_door_is_as_the_set_up_promises(running, people, preferences):
    """Signing in with the form; in production nothing goes without https, whatever the client says it is."""
    status, _, cookies = running.server.sign_in("ada", PASSWORD, Origin=running.origin, **running.headers)
    assert (status, "sessionid=" in cookies) == (302, True)
    if running.headers:
        assert running.server.ask("/accounts/login/", Host="localhost")[0] == 301
        assert running.server.ask("/accounts/login/", **{**running.headers, "Host": "evil.example"})[0] == 400
        answer = Visitor(running).ask("GET", "/accounts/login/")
        # Neither includeSubDomains nor preload: both bind more than this studio.
        assert answer["Strict-Transport-Security"] == "max-age=31536000"
        assert "Secure" in answer["Set-Cookie"]
        forged = Visitor(running, people["administrator"])
        assert (
            forged.ask("POST", "/clients/new/", BODY, HTTP_ORIGIN="https://evil.example").status_code == 403
        )


def test_control_a_difference_an_escape_and_a_silent_door_are_noticed(running, people, preferences):
    """The table is wrong on purpose; the server's answers are its own."""
    visitor = Visitor(running, people["staff"])
    table = {"studio:user_list": (READ, frozenset({"staff", "administrator"}))}
    found, _ = differences("staff", visitor, [("studio:user_list", "/maintenance/users/")], table)
    assert found[0] == "staff GET /maintenance/users/: forbidden, not answered"
    with pytest.raises(AssertionError):
        must_have_been_heard(Counter({403: 90, 302: 10}), range(5))
    assert complaint(Visitor(running).ask("GET", "/static/css/tokens.css"), 0)
