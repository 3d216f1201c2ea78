"""A form sent several times from one page: what was answered, and what changed in the database."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.messages.storage.cookie import CookieStorage
from django.db import transaction
from django.test import RequestFactory

from tests.security.tables import Tables

# A try of a password and the use of a code are each counted, whatever else the form does.
KEPT_APART = {"django_session", "studio_cache", "studio_sentform", "studio_signintry", "mfa_authenticator"}


@dataclass
class Sent:
    """What came of it."""

    route: str
    answers: list[tuple]
    text: str  # of the last answer
    rows: list[dict]  # before, after the first, after the second ...

    @property
    def made(self) -> bool:
        return self.count(1) > self.count(0)

    @property
    def made_again(self) -> bool:
        return self.count(2) > self.count(1)

    def count(self, at):
        return sum(print.count for print in self.rows[at].values())


def in_turn(browser, route, form, sendings, tables: Tables, **headers) -> Sent:
    """Send `form` with each of these pairs, as browsers would that know of no answer yet; undo what it did."""
    cookies, answers, rows, text = browser.cookies.copy(), [], [tables.at_first], ""
    with transaction.atomic():
        for pairs in sendings:
            browser.cookies = cookies.copy()
            with tables.watched():
                response = browser.generic("POST", form.action, **encoded(pairs), **headers)
            answers.append(answer_of(response))
            rows.append(tables.now())
            text = response.content.decode(errors="replace")
        transaction.set_rollback(True)
    tables.forget()
    browser.cookies = cookies
    return Sent(route, answers, text, rows)


def encoded(pairs):
    return {"data": urlencode(pairs).encode(), "content_type": "application/x-www-form-urlencoded"}


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
