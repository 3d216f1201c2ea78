"""What a form asks for is on its page: a field that is needed and not shown has the form refused for ever."""

import pytest
from django.forms import BaseForm
from django.test import Client

from studio.models import CompanyPreferences
from tests.routes import all_routes

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]


def forms_of_page(response):
    """Return the forms that the page was given, each once."""
    layers = [layer for context in response.context or () for layer in context]
    found = [value for layer in layers for value in layer.values() if isinstance(value, BaseForm)]
    return list({id(form): form for form in found}.values())


def not_shown(response):
    """Return the fields that are needed and missing, of the forms of which the page shows any field."""
    page = response.content.decode()
    missing = []
    for form in forms_of_page(response):
        is_there = {field.name: f'name="{field.html_name}"' in page for field in form}
        needed = [field.name for field in form if field.field.required and not is_there[field.name]]
        missing += [f"{type(form).__name__}.{name}" for name in needed if any(is_there.values())]
    return missing


def pages(browser):
    for route in all_routes():
        for address in route.addresses():
            response = browser.get(address)
            # What is fetched into a page is a part of its form.
            if response.status_code == 200 and response.context and b"</html>" in response.content:
                yield address, response


def test_what_a_form_needs_is_on_its_page(world, people):
    browser = Client()
    browser.force_login(people["administrator"])
    found = {address: not_shown(page) for address, page in pages(browser)}
    assert {address: fields for address, fields in found.items() if fields} == {}
    assert len(found) > 60


def test_control_a_field_that_its_page_leaves_out_is_noticed(world, people, monkeypatch):
    browser = Client()
    browser.force_login(people["administrator"])
    page = browser.get("/maintenance/preferences/")
    assert not_shown(page) == []
    label = CompanyPreferences._meta.get_field("date_style").name
    page.content = page.content.replace(f'name="{label}"'.encode(), b"")
    assert not_shown(page) == ["PreferencesForm.date_style"]
