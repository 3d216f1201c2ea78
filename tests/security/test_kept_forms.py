"""Every form, found from the URL resolver: sent when its session is over it does nothing, and is not lost.

Each is sent by a browser without a session, as one whose session was killed, and then whoever typed it opens the page
that they would be led to.  That nothing was done is seen in the database: no table but that of kept forms is written.
"""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection, transaction

from studio.kept_forms import filling, origin
from tests.routes import all_routes
from tests.security.access_table import ROUTES, SEND
from tests.security.crawl import CARRIED, Browser, source_of
from tests.security.page_source import Control, Form
from tests.security.sent_forms import encoded

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

TYPED = {
    "text": "Zebra",
    "textarea": "Zebra\n<b> & others",
    "search": "Zebra",
    "email": "zebra@example.com",
    "tel": "555 0188",
    "url": "https://zebra.example.com/",
    "number": "7",
    "date": "2026-12-24",
    "time": "08:15",
}
# These hold a password or a code, or nothing that is kept.
OF_THE_ACCOUNT = {
    name for name in ROUTES if name.startswith(("account_", "mfa_", "first_")) or "password" in name
}
ONLY_SHOW = {
    "preproduction:template_preview",
    "preproduction:template_html",
    "preproduction:template_trial",
    "preproduction:template_letter",
}

# In the answer to a form: its page, which has the first step only, shows what was typed in the second.
SECOND_STEPS = {
    "preproduction:calendar_apply",
    "preproduction:replace_status",
    "preproduction:recount_status",
}


def typed_into(form: Form) -> list[tuple[str, str]]:
    """Return what the form sends once something else is typed, ticked and chosen in all of it."""
    pairs = []
    for control in form.controls:
        if control.kind == "checkbox":
            pairs += [(control.name, control.value)] if not control.is_checked else []
        elif control.kind == "select":
            others = [option for option in control.options if option != control.value]
            pairs.append((control.name, (others or [control.value or ""])[-1]))
        elif control.kind in TYPED:
            pairs.append((control.name, TYPED[control.kind]))
        elif control.kind == "hidden" and control.value is not None:
            pairs.append((control.name, control.value))
    return pairs


def what_was_typed(form: Form, pairs) -> list[tuple[str, str]]:
    """Return of `pairs` what has to be there again: what can be seen, and the request key."""
    hidden = {control.name for control in form.controls if control.kind == "hidden"} - {"request_key"}
    return [pair for pair in pairs if pair[0] not in hidden]


def written_tables(statements: list[str]) -> set[str]:
    found = (re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', statement) for statement in statements)
    return {match[1] for match in found if match}


def sent_without_session(form: Form, pairs):
    """Return the browser, the answer and the tables that were written."""
    browser, statements = Browser(), []

    def note(execute, statement, *args):
        statements.append(statement)
        return execute(statement, *args)

    with connection.execute_wrapper(note):
        answer = browser.generic("POST", form.action, **encoded(pairs))
    return browser, answer, written_tables(statements)


def page_after_signing_in(browser: Browser, answer, person):
    """Return the address that the page for signing in leads to, and the page there."""
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    signed_in = Browser(person)
    signed_in.cookies.update(browser.cookies)
    return back, signed_in.get(back)


def complaint(route: str, form: Form, person) -> str | None:
    pairs = typed_into(form)
    browser, answer, tables = sent_without_session(form, pairs)
    if tables != {"studio_keptform"} or answer.status_code != 302:
        return f"{form.action}: wrote {sorted(tables)}, answered {answer.status_code}"
    typed = what_was_typed(form, pairs)
    if {name for name, _ in typed} <= CARRIED:
        return None  # a button
    back, page = page_after_signing_in(browser, answer, person)
    if "Nothing was saved yet" not in page.content.decode():
        return f"{form.action}: {back} answered {page.status_code} and does not say that nothing was saved"
    if "is not on this page" in page.content.decode():
        return None if route in SECOND_STEPS else f"{form.action}: {back} has not the form"
    source = source_of(page, back)
    again = [pair for form in source.forms if filling.FIELD in form.names for pair in form.values()]
    lost = [pair for pair in typed if pair not in again]
    return f"{form.action}: {back} lost {lost}" if lost else None


def one_of_each_route(found, person) -> dict[str, Form]:
    """Return a form for each route that takes forms: of those found, that with the most fields.

    For a route of which the world shows no form, what a script could send there.
    """
    by_route: dict[str, Form] = {}
    for (route, method, _), form in sorted(found.items(), key=lambda item: len(item[1].names)):
        if method == "post" and route:
            by_route[route] = form
    signed = Control(origin.FIELD, "hidden", signing.dumps((person.pk, "/"), salt=origin.SALT))
    for route in all_routes():
        if ROUTES[route.name][0] >= SEND and route.name not in by_route:
            by_route[route.name] = Form(route.addresses()[0], "post", "", controls=[signed])
    return {name: form for name, form in by_route.items() if name not in OF_THE_ACCOUNT | ONLY_SHOW}


def complaints(forms, person) -> list[str]:
    said = []
    for route, form in sorted(forms.items()):
        with transaction.atomic():
            said.append(complaint(route, form, person))
            transaction.set_rollback(True)
    return [each for each in said if each]


def test_every_form_is_kept_and_filled_in_again(forms_of, people, monkeypatch):
    ada, (_, found) = people["administrator"], forms_of("administrator")
    forms = one_of_each_route(found, ada)
    assert len(forms) > 90
    assert complaints(forms, ada) == []
    # Control: what is kept and not filled in is missed.
    names = ("preproduction:order_images", "preproduction:order_note", "studio:client_create")
    monkeypatch.setattr(filling, "_edits", lambda *args, **keywords: ())
    assert len(complaints({name: forms[name] for name in names}, ada)) == len(names)
