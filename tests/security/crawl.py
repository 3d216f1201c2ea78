"""Finds every page and every form by itself: addresses of the resolver, links on pages, answers to forms.

Nothing that is done on the way stays done: each request is rolled back.
"""

import os
import pickle
import re
import traceback
from pathlib import Path
from unittest import mock
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import Resolver404, resolve

from studio.wsgi import Request
from tests.conftest import prove
from tests.routes import all_routes
from tests.security.page_source import Form, PageSource

# The way out: signing out is tested on its own, and ends a crawl.
NEVER = {"account_logout"}
# What every form carries, whatever it is for.
CARRIED = {"csrfmiddlewaretoken", "request_key", "form_page"}
VARIANTS = 12


class Browser(RequestFactory):
    """Django's test client without its record of templates and contexts, which costs a fifth of the time.

    An error in a view is answered as in use: with the page for it.

    proven: whether `person` is as if the password had just been typed again.
    """

    def __init__(self, person=None, *, proven=True):
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.error = ""  # of the last request
        if person:
            client = Client()
            client.force_login(person)
            self.cookies.update((prove(client) if proven else client).cookies)

    def request(self, **request):
        self.error = ""
        got_request_exception.connect(self._note_error)
        try:
            with mock.patch("django.test.client.WSGIRequest", Request):  # as the server does
                response = self.handler(self._base_environ(**request))
        finally:
            got_request_exception.disconnect(self._note_error)
        self.cookies.update(response.cookies)
        return response

    def _note_error(self, **kwargs):
        self.error = " <- ".join(reversed(traceback.format_exc(limit=-4).splitlines()))


def undone(browser, method, address, **request):
    """Send one request and undo whatever it did, on the server and in the browser's cookies."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = browser.generic(method, address, **request)
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response


def source_of(response, address):
    """Return the parsed page; None for a file, a redirect or nothing."""
    if not response.get("Content-Type", "").startswith("text/html") or not response.content:
        return None
    return PageSource(response.content.decode(), address)


def send(browser, form: Form, pairs, *, button=None):
    if form.method == "get":
        return undone(browser, "GET", f"{form.action.split('?')[0]}?{urlencode(pairs)}")
    return undone(
        browser,
        "POST",
        form.action,
        data=urlencode(pairs).encode(),
        content_type="application/x-www-form-urlencoded",
    )


def route_of(address: str) -> str | None:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None


def crawl(browser, *, limit: int = 2, variants: int = VARIANTS, also: tuple[str, ...] = ()):
    """Yield (address, response, page) for each page that `browser` can come to, once for each kind of address.

    A kind is the route with the names in its query, at most `variants` of a route; filters are sent as they stand, and
    once with the first two choices and the last of each of their lists.  Each route is asked for up to `limit` rows.

    also: addresses to begin with, besides.
    """
    waiting = [*also, *(address for route in all_routes() for address in route.addresses(limit))]
    seen, kinds = set(waiting), {}
    while waiting:
        address = waiting.pop(0)
        response = undone(browser, "GET", address)
        page = source_of(response, address)
        yield address, response, page
        for link in (*page.links, *_filtered(page)) if page else ():
            link = link.split("#")[0]
            route, query = route_of(link), urlsplit(link).query
            known = kinds.setdefault(route, set())
            asked = [(name, value) for name, value in parse_qsl(query) if value]
            names = tuple(asked) if len(asked) == 1 else tuple(sorted({name for name, _ in asked}))
            if (
                link in seen
                or not names
                or names in known
                or len(known) >= variants
                or not route
                or route in NEVER
            ):
                continue
            known.add(names)
            seen.add(link)
            waiting.append(link)


def _filtered(page):
    """Yield the addresses that the filters of a page lead to."""
    for form in page.forms:
        if form.method == "get":
            address = form.action.split("?")[0]
            for control in form.controls:
                options = [option for option in control.options if option]
                for option in (*options[:2], *options[2:][-1:]):
                    pairs = [pair for pair in form.values() if pair[0] != control.name]
                    yield f"{address}?{urlencode([*pairs, (control.name, option)])}"
            yield f"{address}?{urlencode(form.values())}"
            ticked = [
                (control.name, control.value) for control in form.controls if control.kind == "checkbox"
            ]
            yield f"{address}?{urlencode([*form.values(), *ticked])}"


def shape(form: Form) -> tuple[str, ...]:
    names = form.names - CARRIED
    return tuple(sorted({re.sub(r"\d+", "#", name) for name in names}))


def find_forms(browser, **how) -> dict[tuple, Form]:
    """Return every form on the pages of crawl(browser, **how), once for each (route it is sent to, method, field names).

    Filters are one form for each route, however many fields its pages carry along; lines of a form are counted once.
    Forms of an answer count as well: each form is sent once as it stands, with each of its buttons.
    """
    found: dict[tuple, Form] = {}

    def note(page):
        new = []
        for form in page.forms if page else ():
            route = route_of(form.action)
            key = (route, form.method, () if form.method == "get" else shape(form))
            if route in NEVER or key in found or form.method == "dialog":
                continue
            found[key] = form
            new.append(form)
        return new

    waiting = [form for _, _, page in crawl(browser, **how) for form in note(page)]
    while waiting:
        form = waiting.pop(0)
        for button in form.buttons or [None]:
            if form.method == "post":
                response = send(browser, form, form.values(button), button=button)
                waiting += note(source_of(response, form.action))
    return found


def known_forms(browser, kept: Path, **how) -> dict[tuple, Form]:
    """Return find_forms(browser, **how), as kept in the file `kept` by whichever test of this run asked first.

    To find them takes hundreds of pages.  They are the same for each test, since the rows of the world have the same
    keys each time.
    """
    if kept.exists():
        return pickle.loads(kept.read_bytes())
    found = find_forms(browser, **how)
    new = kept.with_suffix(f".{os.getpid()}")
    new.write_bytes(pickle.dumps(found))
    new.replace(kept)  # at once, beside another worker that does the same
    return found
