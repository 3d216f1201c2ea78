"""Every form that edits something, found by crawling: sent from an outdated page it changes nothing and says why.

Mia and Sam open the same page; Mia saves other words, then Sam saves his.  Sam has to be told, and keeps what he typed.
"""

import pytest

from studio.forms import seen
from tests.security.sent_forms import KEPT_APART, in_turn
from tests.security.tables import Tables

# One process after another, so that one engine is enough for run.py test; the campaign has both.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

TYPED = {"text", "textarea"}
# Reached at least; others are looked at where their pages hold a text to type over.
EDITED = {
    "preproduction:custom_field_edit",
    "preproduction:late_reason_edit",
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
RECORDS = {"studio_maintenancechange", "preproduction_orderevent", "preproduction_batch"}


def typed_over(form, word):
    """Return what the form sends with `word` behind each text that is in it; of a line that is still empty, nothing."""
    names = {control.name for control in form.controls if control.kind in TYPED and control.value}
    return [(name, value + word if name in names else value) for name, value in form.values()]


def outdated(browser, route, form, tables):
    """Send the form as Mia and then as Sam has typed.  What they did is undone."""
    words = [[pair for pair in typed_over(form, word) if pair[0] != "request_key"] for word in ("mia", "sam")]
    return in_turn(browser, route, form, words, tables)


def is_an_edit(sent):
    """Whether Mia's form changed rows and made none, but for what is written down of it."""
    before, after = sent.rows[0], sent.rows[1]
    changed = {name for name in after if after[name] != before[name]} - RECORDS
    return bool(changed) and all(after[name].count == before[name].count for name in changed)


def complaint(sent, form):
    if sent.rows[1] != sent.rows[2]:
        return f"{sent.route}: overwrote what a colleague had written: {sent.answers}"
    if sent.answers[1][0] != 409:
        return f"{sent.route}: answered {sent.answers[1]}"
    lost = [value for _, value in typed_over(form, "sam") if value.endswith("sam") and "sam" not in sent.text]
    return f"{sent.route}: lost what was typed: {lost}" if lost else None


def edits(browser, forms):
    tables = Tables(apart=KEPT_APART)
    for (route, method, _), form in sorted(forms.items(), key=str):
        if method == "post" and typed_over(form, "x") != form.values():
            sent = outdated(browser, route, form, tables)
            if is_an_edit(sent):
                yield route, complaint(sent, form)


def test_a_form_from_an_outdated_page_overwrites_nothing(forms_of):
    found = list(edits(*forms_of("administrator")))
    assert [said for _, said in found if said] == []
    assert EDITED - {route for route, _ in found} == set()


def test_control_a_form_that_does_not_look_is_noticed(forms_of, monkeypatch):
    monkeypatch.setattr(seen, "changed_since", lambda *args: [])
    told = {route for route, said in edits(*forms_of("administrator")) if said}
    assert {"studio:vendor_edit", "triggers:template_edit", "triggers:task_edit"} <= told
