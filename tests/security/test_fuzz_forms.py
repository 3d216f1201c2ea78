"""Hostile input into every form and every address: always a page of ours, and what was typed is not lost.

The forms are found by crawling, as each role.  Each is sent, with many of its fields hostile at once, until it has had
as many hostile inputs as tests/sizes.py says, and been sent as often; what a request did is rolled back before the next.
"""

import logging
import random
import re
import time
import zlib

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path
from django.utils.html import escape

from tests.routes import all_routes
from tests.security import hostile
from tests.security.access_table import ROUTES, SEND
from tests.security.crawl import CARRIED, Browser, route_of, source_of, undone
from tests.security.page_source import TEXT, Control, Form

# A dialog and htmx ask so; to htmx some pages answer with the part of them that changes.
ASKED_BY = [
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {"HTTP_X_DIALOG": "1"},
    {"HTTP_HX_REQUEST": "true"},
    {"HTTP_HX_REQUEST": "true"},
]
SLOW = 10  # seconds; a form that takes longer stops a worker for everybody
LONGEST_QUERY = 3_800  # to a first line of more than 4,094 bytes gunicorn answers 414 by itself

REFUSED = {400, 403, 404, 405, 409, 413, 422, 429}
WELCOME = {200, 204, 302, 303}
FILES = re.compile(r"application/(pdf|vnd\.openxmlformats|json|toml|zip)|image/png|text/plain")
# The styles of every page, each for itself or, in production, joined.
OURS = re.compile(r"/css/(tokens|joined)\b")
PLAIN = "application/x-www-form-urlencoded"

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("world")]


@pytest.fixture(autouse=True)
def _log_no_suspicions():
    """Each of thousands of bodies that Django refuses would be written down with its traceback."""
    logger = logging.getLogger("django.security")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)


def complaint(response, took, error="", *, is_part=False):
    """Say what is wrong with an answer; None for a page of ours, or for a part of one if that may be."""
    if response.status_code == 401 and "HX-Redirect" in response:
        return None  # htmx sent an outdated token, which a mutation may be: the form is kept, its page opens again
    if response.status_code not in WELCOME | REFUSED:
        return f"answered {response.status_code} {error}"
    if took > SLOW:
        return f"took {took:.0f} s"
    if response.status_code in {204, 302, 303}:
        return None
    kind = response.get("Content-Type", "")
    if FILES.match(kind) and response.status_code == 200:
        return None
    if not kind.startswith("text/html"):
        return f"answered {kind!r}"
    text = response.content.decode()
    if "<title>" in text and not OURS.search(text):
        return f"answered {response.status_code} with a page that is not ours"
    if "<title>" not in text and response.status_code in REFUSED and not is_part:
        return f"answered {response.status_code} with no page"
    if "xss" in text and re.search(r"<xss-probe|<[^>]*\sonxss", _without_quotes(text)):
        return "wrote what was typed into the page as a tag"
    return None


def _without_quotes(text):
    return re.sub(r'"[^"]*"', '""', text)


def lost(response, controls, touched):
    """Return the names of the fields of a refused form whose typed text is not in the page any more."""
    if response.status_code != 422:
        return []
    text = response.content.decode()
    kinds = {control.name: control.kind for control in controls}
    return [
        name
        for name, value in touched.items()
        if kinds[name] in TEXT and not _holds(text, kinds[name], value)
    ]


def marks(form, pairs):
    """Return what `pairs` say in the hidden fields of `form`."""
    hidden = {control.name for control in form.controls if control.kind == "hidden"}
    return sorted((name, str(value)) for name, value in pairs if name in hidden)


def _holds(text, kind, value):
    value = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if not value.strip():
        return True
    # A browser sends other ends of lines than it is given, and spaces around say nothing.
    if kind == "textarea":
        typed = escape(value.replace("\r\n", "\n").replace("\r", "\n")).strip()
        return typed in text.replace("\r\n", "\n").replace("\r", "\n")
    return f'value="{escape(value)}"' in text or f'value="{escape(value.strip())}"' in text


class Count:
    """Hostile inputs, that is values of fields, broken bodies and unknown fields; and the requests they went in."""

    def __init__(self):
        self.inputs = self.requests = 0


def fuzz(browser, form, inputs, *, seed, least=0, count=None, ask=undone):
    """Send `form` until it has had so many hostile inputs, and `least` times; return what went wrong.

    A form without a field, such as a button that moves a row, is sent for a tenth of them.
    """
    chance, found, had, sent = random.Random(seed), [], 0, 0
    if not form.names - CARRIED:
        inputs /= 10
    while had < inputs or sent < least:
        button = chance.choice([*form.buttons, None])
        given = form.values(button)
        pairs, touched = hostile.mutate(given, form.controls, chance)
        # Nobody types into hidden fields: a form whose own marks are broken may come afresh.
        is_whole = marks(form, pairs) == marks(form, given)
        headers = chance.choice(ASKED_BY)
        body, kind = hostile.encoded(pairs), PLAIN
        if form.method == "post" and chance.random() < 0.12:
            (body, kind), touched = hostile.broken_body(pairs, chance), {}
        elif form.method == "post" and form.enctype == "multipart/form-data":
            body, kind = hostile.multipart(pairs), "multipart/form-data; boundary=frontier"
        address = form.action
        if form.method == "get":
            address, body = f"{form.action.split('?')[0]}?{body.decode()}", b""
        had, sent = had + (len(touched) or 1), sent + 1
        started = time.monotonic()
        response = ask(browser, form.method.upper(), address, data=body, content_type=kind, **headers)
        took = time.monotonic() - started
        wrong = complaint(response, took, browser.error, is_part="HTTP_HX_REQUEST" in headers)
        gone = (
            [] if wrong or headers or not is_whole or form.stays else lost(response, form.controls, touched)
        )
        if wrong or gone:
            said = wrong or f"lost what was typed into {', '.join(gone)}"
            found.append(f"{form.method.upper()} {form.action}: {said}: {kind} {_short(touched or body)}")
    if count:
        count.inputs, count.requests = count.inputs + had, count.requests + sent
    return found


def _short(sent):
    if isinstance(sent, dict):
        sent = {
            name: value if len(value) < 60 else f"{value[:20]!r} x {len(value)}"
            for name, value in sent.items()
        }
    return str(sent)[:600]


def first_of_each(found, limit=40):
    """Return at most `limit` findings, one of each kind first."""
    by_kind = {}
    for line in found:
        by_kind.setdefault(":".join(line.split(": ")[:2]), line)
    return "\n".join(list(by_kind.values())[:limit])


def forms_of_all(forms_of):
    """Return [(browser, key, form)]: the administrator's forms, and of the others what only they see."""
    found, known = [], set()
    for role in ("administrator", "manager", "staff", "anonymous"):
        browser, forms = forms_of(role)
        found += [(browser, key, forms[key]) for key in sorted(forms, key=str) if key not in known]
        known |= forms.keys()
    return found


def by_what_is_filled_in(forms):
    """Return the forms in lists: those of a list differ only in what they carry along hidden."""
    lists = {}
    for browser, key, form in forms:
        shown = {re.sub(r"\d+", "#", control.name) for control in form.controls if control.kind != "hidden"}
        lists.setdefault((*key[:2], *sorted(shown)), []).append((browser, key, form))
    return list(lists.values())


@pytest.mark.any_database  # what PostgreSQL alone may refuse is sent to it below, and by the campaign
def test_every_form_survives_hostile_input(forms_of, size, seed, record):
    forms, found, count = forms_of_all(forms_of), [], Count()
    assert unreached({key for _, key, _ in forms}) == set()
    for variants in by_what_is_filled_in(forms):
        most = min(size("variants of a form"), len(variants))
        variants = random.Random(seed).sample(variants, most)
        for browser, key, form in variants:
            inputs, least = size("hostile inputs") / len(variants), size("hostile forms") / len(variants)
            draw = zlib.crc32(repr(key).encode()) + seed
            found += fuzz(browser, form, inputs, seed=draw, least=least, count=count)
    assert not found, f"{len(found)} answers are wrong:\n{first_of_each(found)}"
    record(forms=len(forms), inputs=count.inputs, requests=count.requests)


# Only a script sends to the first (dragging); the others need an unfinished sign-in or show only themselves.
# test_addresses_without_a_form_survive_too sends to them.
WITHOUT_A_FORM = {
    "set_password",  # its link is used once; test_the_link_to_a_password_survives
    "first_administrator",  # open while there is nobody: tests/studio/test_first_administrator.py
    "preproduction:place_status",
    "triggers:resume_messages",  # without fields, and there only while messages are paused
    "preproduction:calendar",
    "preproduction:vendor_calendar",  # in the answer to a change of it, as with the studio's own
    "preproduction:put_back",  # a button on the page of a withdrawn order, which no list leads to
    "preproduction:user_hand_over",  # a button, there only for somebody who is away and has work
    "studio:long_file_start",  # in the answer to the export of a list of more than 5,000 rows
    "preproduction:recount_status",  # in the answer to a changed duration
    "account_logout",
    "mfa_authenticate",
    "mfa_download_recovery_codes",
}


def unreached(keys):
    """Return the routes that take a form of which the crawl has found none: the fuzzing would miss them in silence."""
    reached = {route for route, method, _ in keys if method == "post"}
    return {name for name, (methods, _) in ROUTES.items() if methods & SEND} - reached - WITHOUT_A_FORM


@pytest.mark.any_database
def test_addresses_without_a_form_survive_too(forms_of, size, seed, record):
    """Every POST address with fields that none of its forms has: those of scripts, and those of other forms."""
    administrator, forms = forms_of("administrator")
    controls = {control.name: control for form in forms.values() for control in form.controls}
    names = sorted(controls)
    found, requests = [], 0
    for route in all_routes():
        if not ROUTES[route.name][0] & SEND or route.name == "account_logout":
            continue
        chance = random.Random(zlib.crc32(route.name.encode()) + seed)
        (address, *_) = route.addresses()
        had = sent = 0
        while had < size("hostile inputs") / 10 or sent < size("hostile forms") / 8:
            picked = [controls[name] for name in chance.sample(names, min(12, len(names)))]
            pairs, touched = hostile.mutate([], picked, chance)
            had, sent, requests = had + (len(touched) or 1), sent + 1, requests + 1
            started = time.monotonic()
            response = undone(administrator, "POST", address, data=hostile.encoded(pairs), content_type=PLAIN)
            wrong = complaint(response, time.monotonic() - started, administrator.error)
            if wrong:
                found.append(f"POST {address}: {wrong}: {_short(touched)}")
    assert not found, f"{len(found)} answers are wrong:\n{first_of_each(found)}"
    record(requests=requests)


def test_the_link_to_a_password_survives(people, size, seed):
    stranger = Browser()
    (address,) = next(route for route in all_routes() if route.name == "set_password").addresses()
    opened = stranger.get(address)["Location"]
    (form,) = source_of(stranger.get(opened), opened).forms
    found = fuzz(stranger, form, size("hostile inputs"), seed=1 + seed, least=size("hostile forms"))
    assert not found, f"{len(found)} answers are wrong:\n{first_of_each(found)}"


PARAMETERS = [
    "q",
    "sort",
    "page",
    "export",
    "inactive",
    "edit",
    "status",
    "client",
    "selected",
    "order",
    "late",
    "department",
    "due_from",
    "due_to",
    "per_page",
    "show",
    "tab",
    "next",
    "view",
    "state",
    "country",
    "year",
    "completed_on",
    "to",
]


def hostile_query(names, chance):
    picked = chance.sample(names, chance.randint(1, min(6, len(names))))
    pairs = [(name, chance.choice(hostile.VALUES)) for name in picked]
    if chance.random() < 0.2:
        pairs.append((chance.choice(picked), chance.choice(hostile.VALUES)))
    if chance.random() < 0.1:
        pairs.append((chance.choice(hostile.NAMES), "1"))
    return hostile.encoded(pairs).decode()[:LONGEST_QUERY]


@pytest.mark.parametrize("share", range(2))
def test_every_address_survives_hostile_parameters(share, people, size, seed, record):
    administrator, found, requests = Browser(people["administrator"]), [], 0
    for number, route in enumerate(all_routes()):
        if number % 2 != share:
            continue
        (address, *_) = route.addresses()
        page = source_of(undone(administrator, "GET", address), address)
        own = (
            [
                control.name
                for form in page.forms
                if route_of(form.action) == route.name
                for control in form.controls
            ]
            if page
            else []
        )
        names = sorted({*PARAMETERS, *own} - {""})
        chance = random.Random(zlib.crc32(route.name.encode()) + seed)
        for _ in range(size("hostile queries")):
            requests += 1
            target = f"{address}?{hostile_query(names, chance)}"
            started = time.monotonic()
            response = undone(administrator, "GET", target)
            wrong = complaint(response, time.monotonic() - started, administrator.error)
            if wrong:
                found.append(f"GET {address}: {wrong}: {target[:400]}")
    assert not found, f"{len(found)} answers are wrong:\n{first_of_each(found)}"
    record(requests=requests)


@pytest.mark.parametrize("key", ["0", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 60])
def test_a_key_of_any_length_is_a_missing_page(key, people):
    administrator, found = Browser(people["administrator"]), []
    for route in all_routes():
        if "<int:pk>" not in route.pattern:
            continue
        address = f"/{route.pattern}".replace("<int:pk>", key)
        methods, _ = ROUTES[route.name]
        for method in sorted(methods - {"HEAD"}):
            response = undone(administrator, method, address, content_type=PLAIN)
            # A row of a list may be gone: the list comes afresh with 409.
            if response.status_code not in {404, 409} or complaint(response, 0):
                found.append(f"{method} {address}: {response.status_code}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "address",
    [
        "/%00",
        "/%ff%fe",
        "/orders/%0d%0aX: y/",
        "/" + "a" * 5000,
        "/orders/１/",
        "/orders/-1/",
        "/orders//",
    ],
)
def test_an_odd_address_is_a_page_of_ours(address, people):
    response = undone(Browser(people["administrator"]), "GET", address)
    assert response.status_code in {302, 400, 404}
    assert complaint(response, 0) is None


# Controls: what these tests look for, planted.


def raises(request):
    return HttpResponse(int(request.POST["name"]))


def page_with(field, status=422):
    return HttpResponse(
        f'<!doctype html><title>Name</title><link href="/css/tokens.css">{field}', status=status
    )


def loses(request):
    return page_with('<input value="">')


def trusts(request):
    return page_with(f"<p>{request.POST.get('name', '')}</p>")


def gives_up(request):
    return HttpResponse("Error", status=422)


def stays_silent(request):
    return HttpResponse(status=401)


def leads_on(request):
    return HttpResponse(status=401, headers={"HX-Redirect": "/"})


def keeps(request):
    return page_with(f'<input value="{escape(request.POST.get("name", ""))}">')


PLANTED = (raises, loses, trusts, gives_up, stays_silent, leads_on, keeps)
urlpatterns = [
    *(path(f"planted/{view.__name__}/", view) for view in PLANTED),
    path("", include("studio.urls")),
]


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (raises, "answered 500"),
        (loses, "lost what was typed into name"),
        (trusts, "wrote what was typed into the page as a tag"),
        (gives_up, "answered 422 with no page"),
        (stays_silent, "answered 401"),
    ],
)
@override_settings(ROOT_URLCONF=__name__)
def test_control_a_broken_form_is_noticed(view, complaint, people, record):
    form = Form(f"/planted/{view.__name__}/", "post", PLAIN, controls=[Control("name", "text", "")])
    found = fuzz(Browser(people["administrator"]), form, 150, seed=1)
    assert any(complaint in line for line in found)
    record(contradictions=len(found))


@pytest.mark.parametrize("view", [keeps, leads_on])
@override_settings(ROOT_URLCONF=__name__)
def test_control_a_good_form_is_left_alone(view, people):
    form = Form(f"/planted/{view.__name__}/", "post", PLAIN, controls=[Control("name", "text", "")])
    assert fuzz(Browser(people["administrator"]), form, 150, seed=1) == []


def test_control_a_form_that_the_crawl_misses_is_noticed():
    keys = {(name, "post", ()) for name in ROUTES}
    assert unreached(keys) == set()
    assert unreached(keys - {("preproduction:hold_order", "post", ())}) == {"preproduction:hold_order"}
