"""Where one stands, each field says what it does: in the status list, in Advance Status, in triggers, in an import."""

import re

from preproduction.forms.status_list import StatusForm
from tests.preproduction.moving_in.importing import books
from tests.preproduction.moving_in.importing.pages import send


def explained(page):
    """Return what the page's hints explain, each with what is said of it."""
    (hints,) = re.findall(r'<details class="disclosure field-hints[^>]*>(.*?)</details>', page, re.DOTALL)
    said = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", hints, re.DOTALL)
    return {name: text for names, text in said for name in names.split(", ")}


def test_every_column_of_the_status_list_says_what_it_does(as_administrator, statuses):
    found = explained(as_administrator.get("/maintenance/preproduction-statuses/").text)
    assert list(found) == [field.label for field in StatusForm()]
    assert all("<em>" in text for text in found.values())


def test_every_field_of_advance_status_says_what_it_does(as_staff, order):
    page = as_staff.get(f"/orders/{order.pk}/advance/")
    shown = [field.label for field in page.context["form"].visible_fields() if field.label]
    found = explained(page.text)
    asked = {"Triggers", "Triggers shown", "Recalculate"}  # ticks and buttons, which say it themselves
    assert set(shown) - set(found) <= asked
    assert all("<em>" in text for text in found.values())


def test_every_field_of_a_trigger_says_what_it_does(as_administrator, statuses):
    form = as_administrator.get("/maintenance/triggers/new/").context["form"]
    assert [field.name for field in form.visible_fields() if not field.help_text] == []


def test_every_column_of_an_import_says_what_it_can_be(as_administrator, preferences, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    run = send(as_administrator, books.workbook(Clients=[books.SPECTRA_CLIENTS, *books.clients(2)]))
    found = explained(as_administrator.get(f"/maintenance/import/{run.pk}/columns/").text)
    assert "Client No." in found
    assert all(text.strip() for text in found.values())
