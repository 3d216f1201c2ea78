"""What every answer carries: a strict policy, no inline script or style, no other host; and error pages of our own."""

import random
import re
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from studio import access
from tests.security.crawl import Browser, crawl, send, source_of, undone
from tests.security.page_source import PageSource

# No query decides it, so that one engine is enough for run.py test; the campaign has both.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "srcset",
    "xlink:href",
    "hx-get",
    "hx-post",
}
# Data and not code: neither runs.
HARMLESS_SCRIPTS = {"application/json", "importmap"}


def policy(response):
    """Return the content security policy as {directive: sources}."""
    parts = response.headers["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for words in map(str.split, parts) if words}


# Made to be shown in a frame of ours, where nothing runs (tests/triggers/test_templates_page.py holds its own policy).
IN_A_FRAME = "/maintenance/templates/preview/html/"


def headers_missing(response, address=""):
    """Return what the headers of an answer do not promise."""
    given, wrong = response.headers, []
    expected = {
        "X-Frame-Options": "SAMEORIGIN" if address == IN_A_FRAME else "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    wrong += [f"{name}: {given.get(name)}" for name, value in expected.items() if given.get(name) != value]
    if "camera=()" not in given.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    if "Content-Security-Policy" not in given:
        return [*wrong, "Content-Security-Policy"]
    rules = policy(response)
    if address == IN_A_FRAME:
        return (
            wrong
            if rules.get("sandbox") == [] and rules.get("default-src") == ["'none'"]
            else [*wrong, rules]
        )
    for directive in ("script-src", "style-src"):
        sources = rules.get(directive, rules.get("default-src", ["*"]))
        if sources != ["'self'"]:
            wrong.append(f"{directive} {sources}")
    for directive, source in {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }.items():
        if rules.get(directive) != [source]:
            wrong.append(f"{directive} {rules.get(directive)}")
    return wrong


def unsafe_parts(page: PageSource):
    """Return what a strict policy would not let run, or would let out, in the source of a page."""
    found = [
        f"<{tag}> without a file: {text.strip()[:60]}"
        for tag, given, _, text in page.inline
        if given.get("type") not in HARMLESS_SCRIPTS
    ]
    for tag, name, value, line in page.attributes:
        where = f"line {line}: <{tag} {name}={value[:80]!r}>"
        if name == "style" or name.startswith("on") or name.startswith("hx-on"):
            found.append(where)
        if name in ADDRESSES and _leads_out(tag, value):
            found.append(where)
        if tag == "meta" and name == "http-equiv" and value.lower() != "content-security-policy":
            found.append(where)
    return found


def _leads_out(tag, value):
    """Whether the browser would fetch from another host, or run something, for this address."""
    parts = urlsplit(value.strip())
    if parts.scheme in {"javascript", "vbscript"}:
        return True
    if tag == "a":
        # A link that a person follows: a vendor's website, a mail address, a phone.
        return parts.scheme not in {"", "http", "https", "mailto", "tel"}
    if parts.scheme == "data":
        return not value.startswith("data:image/")
    return bool(parts.netloc) and parts.netloc != "testserver"


def roles(people, many):
    yield "stranger", Browser()
    for role in ("administrator", "manager", "staff")[:many]:
        yield role, Browser(people[role])


def unsound(page: PageSource):
    """Return what a whole page lacks: doctype, language, one title, one h1, no id twice, a token in each form."""
    tags, found = [tag for tag, _ in page.tags], []
    if "html" not in tags:
        return []  # a part of a page, for htmx
    if page.doctype.lower() != "doctype html":
        found.append(f"doctype {page.doctype!r}")
    if "title" not in tags or tags.count("h1") != 1:
        found.append(f"{tags.count('title')} title, {tags.count('h1')} h1")
    if ("html", "lang") not in {(tag, name) for tag, name, _, _ in page.attributes}:
        found.append("no language")
    twice = {key for key in page.ids if page.ids.count(key) > 1}
    if twice:
        found.append(f"ids twice: {sorted(twice)[:5]}")
    found += [
        f"no token for {form.action}"
        for form in page.forms
        if form.method == "post" and "csrfmiddlewaretoken" not in form.names
    ]
    return found


def test_every_page_and_file_is_safe_and_whole(people, world, size, record):
    found, pages = [], 0
    for role, browser in roles(people, size("people who look")):
        for address, response, page in crawl(browser, variants=size("variants of a page")):
            wrong = headers_missing(response) + (unsafe_parts(page) + unsound(page) if page else [])
            found += [f"{role} {address}: {what}" for what in wrong]
            pages += bool(page)
    assert pages > 200, "The crawl found hardly any pages: is it lost?"
    assert not found, f"{len(found)} findings:\n" + "\n".join(found[:60])
    record(pages=pages)


def test_answers_to_forms_are_too(forms_of, size, seed):
    browser, forms = forms_of("administrator")
    found, forms = [], list(forms.values())
    for form in random.Random(seed).sample(forms, min(size("forms answered"), len(forms))):
        for pairs in ([], form.values()):
            response = send(browser, form, pairs)
            page = source_of(response, form.action)
            wrong = headers_missing(response, form.action)
            wrong += unsafe_parts(page) + unsound(page) if page else []
            found += [f"{form.method} {form.action}: {what}" for what in wrong]
    assert not found, f"{len(found)} findings:\n" + "\n".join(found[:60])


def test_a_form_without_its_token_is_refused_with_a_page_of_ours(people, world):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people["administrator"])
    response = browser.post("/clients/new/", {"name": "Forged"})
    assert response.status_code == 403
    assert "expired" in response.content.decode()


def test_a_list_of_people_is_kept_by_no_cache(people, world):
    response = undone(Browser(people["staff"]), "GET", "/clients/")
    assert {"private", "no-store", "no-cache"} & set(
        re.split(r",\s*", response.headers.get("Cache-Control", ""))
    )


@pytest.fixture
def production(settings):
    """What PRODUCTION=true sets, for the cookies."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def test_cookies_are_for_our_server_alone(people, world, production):
    browser = Client()
    page = browser.get("/accounts/login/")
    response = browser.post("/accounts/login/", {"login": "sam", "password": "a long enough pass phrase"})
    cookies = {**page.cookies, **response.cookies}
    assert response.status_code == 302
    assert {"sessionid", "csrftoken"} <= cookies.keys()
    for name in ("sessionid", "csrftoken"):
        assert cookies[name]["httponly"], name
        assert cookies[name]["secure"], name
        assert cookies[name]["samesite"] == "Lax", name
        assert not cookies[name]["domain"], name


def test_signing_in_changes_the_key_of_the_session(people, world):
    browser = Client()
    browser.get("/accounts/login/")
    session = browser.session
    session["before"] = 1
    session.save()
    before = browser.cookies["sessionid"].value if "sessionid" in browser.cookies else session.session_key
    browser.cookies["sessionid"] = before
    browser.post("/accounts/login/", {"login": "sam", "password": "a long enough pass phrase"})
    assert browser.cookies["sessionid"].value != before


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(target, people, world):
    response = Client().post(
        f"/accounts/login/?next={target}",
        {"login": "sam", "password": "a long enough pass phrase", "next": target},
    )
    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert "evil" not in response["Location"]


# Error pages.


def breaks(request):
    raise RuntimeError("a secret in the message of an error")


def bad(request):
    raise SuspiciousOperation("no such thing")


def big(request):
    raise RequestDataTooBig("too big")


def many(request):
    raise TooManyFieldsSent("too many")


@access.requires("see_work")
def unsafe(request):
    return HttpResponse(
        """<!doctype html><html lang=en><title>x</title><script>alert(1)</script><style>p {}</style>
        <p style="color: red" onclick="x()"><img src="https://cdn.example/x.png"><a href="javascript:x()">x</a>"""
    )


urlpatterns = [
    path("breaks/", breaks),
    path("bad/", bad),
    path("big/", big),
    path("many/", many),
    path("unsafe/", unsafe),
    path("", include("studio.urls")),
]
handler400 = "studio.views.errors.bad_request"
handler403 = "studio.views.errors.permission_denied"
handler404 = "studio.views.errors.page_not_found"
handler500 = "studio.views.errors.server_error"


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/bad/", 400),
        ("GET", "/maintenance/users/", 403),
        ("GET", "/nowhere/", 404),
        ("GET", "/orders/999999/", 404),
        ("POST", "/orders/", 405),
        ("DELETE", "/orders/", 405),
        ("GET", "/big/", 413),
        ("GET", "/many/", 413),
        ("GET", "/breaks/", 500),
    ],
)
def test_each_error_is_a_page_of_ours(method, address, status, people, world):
    response = undone(Browser(people["staff"]), method, address)
    page = source_of(response, address)
    assert response.status_code == status
    assert f"Error {status}" in response.content.decode()
    assert headers_missing(response) == []
    assert unsafe_parts(page) == []
    assert any(link.startswith("/") for link in page.links), "There is no way on from here."
    assert "secret" not in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_a_body_that_is_too_big_is_answered_with_413(people, world, settings):
    browser = Browser(people["staff"])
    body = b"name=" + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    kind = "application/x-www-form-urlencoded"
    assert undone(browser, "POST", "/clients/new/", data=body, content_type=kind).status_code == 413
    body = b"&".join(b"x%d=1" % n for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    assert undone(browser, "POST", "/clients/new/", data=body, content_type=kind).status_code == 413


def test_somebody_who_tries_passwords_is_stopped_with_429(people, world):
    browser = Browser()
    statuses = []
    for number in range(40):
        response = browser.post("/accounts/login/", {"login": f"nobody{number % 3}", "password": "guess"})
        statuses.append(response.status_code)
        if response.status_code == 429:
            break
    assert statuses[-1] == 429 or "Too many" in response.content.decode(), statuses
    if statuses[-1] == 429:
        assert "Error 429" in response.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_control_unsafe_parts_are_noticed(people, world):
    response = undone(Browser(people["staff"]), "GET", "/unsafe/")
    found = unsafe_parts(source_of(response, "/unsafe/"))
    for part in ("<script>", "<style>", "style=", "onclick=", "cdn.example", "javascript:"):
        assert any(part in line for line in found), part


def test_control_missing_headers_are_noticed():
    response = HttpResponse("x")
    response["Content-Security-Policy"] = "default-src 'self'; style-src 'self' 'unsafe-inline'"
    found = " ".join(headers_missing(response))
    assert "X-Frame-Options" in found
    assert "style-src" in found
    assert "frame-ancestors" in found
