"""Every form that edits something, found by crawling: sent from an outdated page it changes nothing and says why.

Mia and Sam open the same page; Mia saves other words, then Sam saves his.  Sam has to be told, and keeps what he typed.
"""

import pytest
from django.db import transaction

from studio.forms import seen
from tests.security.crawl import Browser, find_forms
from tests.security.test_sent_twice import Sent, answer_of, encoded, rows_of_all_tables

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TYPED = {"text", "textarea"}
# Reached at least; others are looked at where their pages hold a text to type over.
EDITED = {
    "preproduction:custom_field_edit",
    "preproduction:order_custom",
    "preproduction:order_edit",
    "preproduction:order_images",
    "studio:client_edit",
    "studio:department_edit",
    "studio:preferences",
    "studio:session_edit",
    "studio:session_type_edit",
    "studio:user_edit",
    "studio:vendor_edit",
    "triggers:task_edit",
    "triggers:template_edit",
    "triggers:trigger_edit",
}
# What is written down beside an edit.
RECORDS = ("studio.MaintenanceChange", "preproduction.OrderEvent", "preproduction.Batch")


def typed_over(form, word):
    """Return what the form sends with `word` behind each text that is in it; of a line that is still empty, nothing."""
    names = {control.name for control in form.controls if control.kind in TYPED and control.value}
    return [(name, value + word if name in names else value) for name, value in form.values()]


def outdated(browser, route, form):
    """Send the form as Mia and then as Sam has typed; return (Sent, Sam's answer).  What they did is undone."""
    cookies, sent, response = browser.cookies.copy(), Sent(route, [], [rows_of_all_tables()]), None
    with transaction.atomic():
        for word in ("mia", "sam"):
            browser.cookies = cookies.copy()
            pairs = [pair for pair in typed_over(form, word) if pair[0] != "request_key"]
            response = browser.generic("POST", form.action, **encoded(pairs))
            sent.answers.append(answer_of(response))
            sent.rows.append(rows_of_all_tables())
        transaction.set_rollback(True)
    browser.cookies = cookies
    return sent, response.content.decode(errors="replace")


def is_an_edit(sent):
    """Whether Mia's form changed rows and made none, but for what is written down of it."""
    before, after = sent.rows[0], sent.rows[1]
    changed = {name for name in after if after[name] != before[name]} - set(RECORDS)
    return bool(changed) and all(after[name][0] == before[name][0] for name in changed)


def complaint(sent, page, form):
    if sent.rows[1] != sent.rows[2]:
        return f"{sent.route}: overwrote what a colleague had written: {sent.answers}"
    if sent.answers[1][0] != 409:
        return f"{sent.route}: answered {sent.answers[1]}"
    lost = [value for _, value in typed_over(form, "sam") if value.endswith("sam") and "sam" not in page]
    return f"{sent.route}: lost what was typed: {lost}" if lost else None


def edits(browser):
    for (route, method, _), form in sorted(find_forms(browser).items(), key=str):
        if method == "post" and typed_over(form, "x") != form.values():
            sent, page = outdated(browser, route, form)
            if is_an_edit(sent):
                yield route, complaint(sent, page, form)


def test_a_form_from_an_outdated_page_overwrites_nothing(world, people):
    found = list(edits(Browser(people["administrator"])))
    assert [said for _, said in found if said] == []
    assert EDITED - {route for route, _ in found} == set()


def test_control_a_form_that_does_not_look_is_noticed(world, people, monkeypatch):
    monkeypatch.setattr(seen, "changed_since", lambda *args: [])
    told = {route for route, said in edits(Browser(people["administrator"])) if said}
    assert {"studio:vendor_edit", "triggers:template_edit", "triggers:task_edit"} <= told
