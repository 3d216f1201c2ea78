"""What measuring.py finds, planted; and that Preproduction Orders starts high enough on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from studio.access import Role
from tests.browser.measuring import misfits

TABLE = """<main><div class="table-scroll" style="width: 300px; overflow-x: auto">
<table style="border-collapse: collapse; {table}"><thead><tr><th style="{head}">Inactive</th><th>Vendor</th></tr></thead>
<tbody><tr><td style="{cell}">Canyon&nbsp;Album&nbsp;House</td><td style="{last}">to</td></tr></tbody></table></div></main>"""
SOUND = {"table": "", "head": "", "cell": "", "last": ""}
PLANTED = {
    "scrolls sideways": {"table": ""},
    "lies under": {
        "last": "position: sticky; right: 0; min-width: 120px; background: white",
        "cell": "min-width: 280px; text-align: right",
    },
    "leaves its cell": {"table": "table-layout: fixed; width: 120px"},
    "is broken in two": {
        "head": "max-width: 40px; overflow-wrap: anywhere",
        "table": "table-layout: fixed; width: 60px",
    },
}


@pytest.mark.parametrize("problem", ["", *PLANTED])
def test_control_what_does_not_fit_is_found(new_context, problem):
    page = new_context().new_page()
    page.set_content(TABLE.format(**{**SOUND, **PLANTED.get(problem, {})}))
    if problem == "scrolls sideways":
        page.evaluate("() => { document.querySelector('main').style.width = '2000px'; }")
    found = misfits(page, 600)
    assert any(problem in each for each in found) if problem else found == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("preferences")
def test_on_a_phone_the_first_order_stands_in_the_first_third(as_role, make_order):
    make_order(number="FIRST", order_date=timezone.localdate() - timedelta(days=40))
    page = as_role(Role.MANAGER, viewport={"width": 360, "height": 740}, has_touch=True)
    for address in ("/orders/overdue/", "/orders/"):
        page.goto(address)
        top = page.locator("[data-row-link]").first.bounding_box()["y"]
        notices = sum(each.bounding_box()["height"] + 16 for each in page.locator(".notice").all())
        assert top - notices < 740 / 3, address
    page.get_by_role("button", name="Filter").click()
    page.get_by_text("More filters").click()
    page.locator("#id_on_hold").check()
    page.get_by_role("button", name="Show the orders").click()
    assert page.get_by_role("navigation", name="Most used").get_by_role("link").count() == 4
