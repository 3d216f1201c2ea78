"""Every form that carries an order's version, found from the URL resolver: sent after a colleague's verb it changes nothing.

Mia gives the order to somebody else between the page and OK.  The answer says so, and keeps what was typed.
"""

from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import resolve

from preproduction import operations
from preproduction.models import Order, OrderEvent
from preproduction.operations import rows
from studio.models import User
from tests.routes import all_routes
from tests.security.crawl import Browser, route_of, source_of, undone
from tests.security.sent_forms import KEPT_APART, encoded
from tests.security.tables import Tables
from tests.security.test_sent_twice import filled_in

# One process after another, so that one engine is enough for run.py test; the campaign has both.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

# Reached at least.
VERBS = {
    "preproduction:advance_order",
    "preproduction:ask_for_hold",
    "preproduction:assign_order",
    "preproduction:change_due_date",
    "preproduction:change_needed_by",
    "preproduction:hold_order",
    "preproduction:put_back",
    "preproduction:resume_order",
    "preproduction:take_order",
    "preproduction:undo_order",
    "preproduction:withdraw_order",
}
TYPED_WORDS = {"reason", "note", "answer"}


def order_of(form) -> Order:
    return Order.with_withdrawn.get(pk=resolve(urlsplit(form.action).path).kwargs["pk"])


def give_away(order, by):
    """The colleague is quicker: whatever the order is like, somebody else has it now."""
    to = User.objects.exclude(pk=order.assigned_user_id).first()
    rows.write_event(order, OrderEvent.Kind.ASSIGNED, {"assigned_user": to}, by=by)


def late(browser, form, colleague):
    """Send what the form makes of one's typing, after the colleague; return the answer and what it changed."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        colleague()
        tables = Tables(apart=KEPT_APART)
        with tables.watched():
            response = browser.generic("POST", form.action, **encoded(filled_in(form)))
        changed = [name for name, rows in tables.now().items() if rows != tables.at_first[name]]
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response, response.content.decode(errors="replace"), changed


def verbs(browser):
    """Yield (route, form) for each form on the pages of orders, one of each kind, that carries a version."""
    pages = [route for route in all_routes() if route.model is Order]
    withdrawn = Order.with_withdrawn.get(withdrawn_on__isnull=False)
    addresses = [address for route in pages for address in route.addresses(2)]
    seen = set()
    for address in (*addresses, withdrawn.get_absolute_url()):
        page = source_of(undone(browser, "GET", address), address)
        for form in page.forms if page else ():
            route = route_of(form.action)
            if form.method == "post" and "expected" in form.names and form.action not in seen:
                seen.add(form.action)
                yield route, form


def complaint_of_verb(browser, route, form, mia):
    order = order_of(form)
    response, page, changed = late(browser, form, lambda: give_away(order, mia))
    if response.status_code != 409 or changed:
        return f"{route}: answered {response.status_code} and changed {changed}"
    if f"Mia Lindqvist gave {order} to somebody else" not in page:
        return f"{route}: does not say who was quicker"
    lost = [value for name, value in filled_in(form) if name in TYPED_WORDS and value and value not in page]
    return f"{route}: lost {lost}" if lost else None


def test_a_verb_from_an_outdated_page_changes_nothing_and_says_who_was_quicker(
    world, people, retouching, make_order, mia, monkeypatch
):
    ada = people["administrator"]
    ada.departments.add(retouching)
    operations.withdraw_order(make_order(), expected=None, by=mia, reason="Made twice")
    browser, said, hold = Browser(ada), {}, None
    for route, form in verbs(browser):
        said[route] = said.get(route) or complaint_of_verb(browser, route, form, mia)
        hold = form if route == "preproduction:hold_order" else hold
    assert [words for words in said.values() if words] == []
    assert VERBS - said.keys() == set()
    # Control: a verb that does not compare is noticed.
    monkeypatch.setattr(rows, "refuse_if_outdated", lambda *args: None)
    assert complaint_of_verb(browser, "hold", hold, mia) is not None
