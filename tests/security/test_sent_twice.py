"""Every form of every page, found by crawling as each role: sent twice is done once, and answered the same.

What is missing in a form is filled in, so that it does something; what it did is undone before the next.
"""

import zlib
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import transaction
from django.test import RequestFactory
from django.utils import timezone

from tests.security.crawl import Browser, find_forms
from tests.security.page_source import TEXT, Form

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# A try of a password and the use of a code are each counted, whatever else the form does.
KEPT_APART = {"sessions.Session", "studio.SentForm", "studio.SignInTry", "mfa.Authenticator"}
# Of these a page is left with what is one's own: django-allauth's, which say at the second sending that it is done.
OF_ONES_OWN = ("account_", "mfa_")
# Each makes a row whenever it is sent.
MAKE_ROWS = {
    "preproduction:order_call",
    "preproduction:order_communication",
    "preproduction:order_images",
    "preproduction:order_task",
    "studio:client_create",
    "studio:session_create",
    "triggers:call_create",
    "triggers:task_create",
    "triggers:trigger_copy",
    "triggers:trigger_create",
}
# Their names are unique, they ask for their own key, or they find it done, so that a second one is refused anyway.
MAKE_A_ROW_ONCE = {
    "preproduction:custom_fields",
    "preproduction:order_create",
    "triggers:call_done",
    "preproduction:advance_order",
    "preproduction:hold_order",
    "preproduction:saved_view_create",
    "studio:department_create",
    "studio:session_type_create",
    "studio:user_create",
    "studio:vendor_create",
    "triggers:template_create",
}


@dataclass
class Sent:
    """What came of a form that was sent twice."""

    route: str
    answers: list[tuple]
    rows: list[dict]  # before, after the first, after the second

    @property
    def made(self) -> bool:
        return self.count(1) > self.count(0)

    @property
    def made_again(self) -> bool:
        return self.count(2) > self.count(1)

    def count(self, at):
        return sum(count for count, _ in self.rows[at].values())

    def complaint(self) -> str | None:
        if self.rows[1] != self.rows[2]:
            changed = [name for name, rows in self.rows[2].items() if rows != self.rows[1][name]]
            return f"{self.route}: the second sending changed {', '.join(changed)}"
        if self.answers[0] != self.answers[1] and not self.route.startswith(OF_ONES_OWN):
            return f"{self.route}: answered {self.answers[0]}, then {self.answers[1]}"
        return None


def rows_of_all_tables():
    """Return {model: (how many rows, a digest of them)}."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label not in KEPT_APART and model._meta.managed:
            rows = sorted(map(repr, model._base_manager.order_by().values_list()))
            found[model._meta.label] = (len(rows), zlib.crc32("\n".join(rows).encode()))
    return found


WORDS = {
    "email": "greta@example.com",
    "url": "https://example.com/",
    "tel": "555 0188",
    "number": "1",
    "time": "09:00",
    "password": "quite another long pass phrase",
}


def filled_in(form: Form, button=None):
    """Return what the form sends once its empty fields are filled in; a number is given out where there is none."""
    pairs = dict(form.values(button))
    given = form.values(button)
    today = timezone.localdate()
    for control in form.controls:
        is_empty = control.name in pairs and not pairs[control.name]
        if not is_empty or control.name.endswith("number"):
            continue
        value = {"date": (today + timedelta(days=9)).isoformat(), **WORDS}.get(control.kind)
        if control.kind == "select":
            value = next((option for option in control.options if option), "")
        elif control.kind in TEXT and value is None:
            value = "Walnut"
        if value:
            given = [(name, value if name == control.name else said) for name, said in given]
    return given


def messages_of(response):
    if "messages" not in response.cookies:
        return []
    return [
        (message.level, str(message))
        for message in CookieStorage(RequestFactory().get("/"))._decode(response.cookies["messages"].value)
        or ()
    ]


def answer_of(response):
    headers = [(name, response.get(name, "")) for name in ("Location", "HX-Redirect", "HX-Trigger")]
    return (response.status_code, *(pair for pair in headers if pair[1]), *messages_of(response))


def encoded(pairs):
    return {"data": urlencode(pairs).encode(), "content_type": "application/x-www-form-urlencoded"}


def twice(browser, route, form, pairs, **headers) -> Sent:
    """Send `form` twice as a browser would that got no answer to the first; undo what it did."""
    cookies, sent = browser.cookies.copy(), Sent(route, [], [rows_of_all_tables()])
    with transaction.atomic():
        for _ in range(2):
            browser.cookies = cookies.copy()
            response = browser.generic("POST", form.action, **encoded(pairs), **headers)
            sent.answers.append(answer_of(response))
            sent.rows.append(rows_of_all_tables())
        transaction.set_rollback(True)
    browser.cookies = cookies
    return sent


def forms_of(browser):
    """Return [(route, form, button)]: what `browser` can send by POST, once with each button that has a name."""
    found = sorted(find_forms(browser).items(), key=str)
    return [
        (route, form, button)
        for (route, method, _), form in found
        if method == "post" and route is not None
        for button in [*form.buttons, None]
    ]


def with_two_keys(forms):
    """Return the addresses of forms that draw more than one key, of which a browser sends both."""
    return {
        form.action for _, form, _ in forms if [name for name, _ in form.values()].count("request_key") > 1
    }


def every_one_twice(browser, forms, *, with_key=True, **headers) -> list[Sent]:
    return [
        twice(
            browser,
            route,
            form,
            [pair for pair in filled_in(form, button) if with_key or pair[0] != "request_key"],
            **headers,
        )
        for route, form, button in forms
    ]


def complaints(sent):
    return [each.complaint() for each in sent if each.complaint()]


@pytest.mark.parametrize("role", ["manager", "staff"])
def test_every_form_sent_twice_is_done_once(role, world, people):
    browser = Browser(people[role])
    forms = forms_of(browser)
    assert with_two_keys(forms) == set()
    assert complaints(every_one_twice(browser, forms)) == []


def test_every_form_of_an_administrator_sent_twice_is_done_once(world, people):
    browser = Browser(people["administrator"])
    forms = forms_of(browser)
    sent = every_one_twice(browser, forms)
    assert complaints(sent) == []
    assert (MAKE_ROWS | MAKE_A_ROW_ONCE) - {each.route for each in sent if each.made} == set()
    assert complaints(every_one_twice(browser, forms, HTTP_HX_REQUEST="true")) == []
    # Control: without its key, what makes a row makes two.
    bare = every_one_twice(browser, forms, with_key=False)
    assert MAKE_ROWS - {each.route for each in bare if each.made_again} == set()
