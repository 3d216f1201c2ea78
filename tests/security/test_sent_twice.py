"""Every form of every page, found by crawling as each role: sent twice is done once, and answered the same.

What is missing in a form is filled in, so that it does something; what it did is undone before the next.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.security.page_source import TEXT, Form
from tests.security.sent_forms import KEPT_APART, Sent, in_turn
from tests.security.tables import Tables

# One process after another, so that one engine is enough for run.py test; the campaign has both.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

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
    "preproduction:late_reasons",
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


def sendable(forms):
    """Return [(route, form, button)]: what can be sent by POST, once with each button that has a name."""
    return [
        (route, form, button)
        for (route, method, _), form in sorted(forms.items(), key=str)
        if method == "post" and route is not None
        for button in [*form.buttons, None]
    ]


def with_two_keys(forms):
    """Return the addresses of forms that draw more than one key, of which a browser sends both."""
    return {
        form.action for _, form, _ in forms if [name for name, _ in form.values()].count("request_key") > 1
    }


def every_one_twice(browser, forms, *, with_key=True, **headers) -> list[Sent]:
    tables, sent = Tables(apart=KEPT_APART), []
    for route, form, button in forms:
        pairs = [pair for pair in filled_in(form, button) if with_key or pair[0] != "request_key"]
        sent.append(in_turn(browser, route, form, [pairs, pairs], tables, **headers))
    return sent


def complaint(sent: Sent) -> str | None:
    if sent.rows[1] != sent.rows[2]:
        changed = [name for name, rows in sent.rows[2].items() if rows != sent.rows[1][name]]
        return f"{sent.route}: the second sending changed {', '.join(changed)}"
    if sent.answers[0] != sent.answers[1] and not sent.route.startswith(OF_ONES_OWN):
        return f"{sent.route}: answered {sent.answers[0]}, then {sent.answers[1]}"
    return None


def complaints(sent):
    return [said for each in sent if (said := complaint(each))]


@pytest.mark.parametrize("role", ["manager", "staff"])
def test_every_form_sent_twice_is_done_once(role, forms_of):
    browser, forms = forms_of(role)
    forms = sendable(forms)
    assert with_two_keys(forms) == set()
    assert complaints(every_one_twice(browser, forms)) == []


def test_every_form_of_an_administrator_sent_twice_is_done_once(forms_of, size):
    browser, forms = forms_of("administrator")
    forms = sendable(forms)
    sent = every_one_twice(browser, forms)
    assert complaints(sent) == []
    assert (MAKE_ROWS | MAKE_A_ROW_ONCE) - {each.route for each in sent if each.made} == set()
    # The campaign sends all of them in each way; here, by htmx what has written, and without a key what makes rows.
    everything = size("ways to send a form twice") > 1
    written = {each.route for each in sent if each.rows[1] != each.rows[0]}
    writing = [form for form in forms if everything or form[0] in written]
    assert complaints(every_one_twice(browser, writing, HTTP_HX_REQUEST="true")) == []
    # Control: without its key, what makes a row makes two.
    bare = every_one_twice(
        browser, [form for form in forms if everything or form[0] in MAKE_ROWS], with_key=False
    )
    assert MAKE_ROWS - {each.route for each in bare if each.made_again} == set()
