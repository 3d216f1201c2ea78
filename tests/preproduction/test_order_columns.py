"""Columns of one's choice: kept for each person and in a view, and what is shown is what leaves as a file."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from preproduction.models import CustomField, CustomValue, ListColumns, Order, SavedView
from preproduction.operations import custom_fields

HUB, COLUMNS = "/orders/", "/orders/columns/"
USUAL = ["Order No.", "Client", "Session", "Status", "Due Date", "User", "Department", "Vendor", "Order Date"]


@pytest.fixture
def album(order):
    field = custom_fields.add_field(CustomField(label="Album"))
    CustomValue.objects.create(order=order, field=field, value="Linen")
    return field


@pytest.fixture(autouse=True)
def studio(preferences, order):
    return preferences


def headings(browser, address=HUB):
    head = re.search(
        r'id="orders">\s*<thead>(.*?)</thead>', browser.get(address).content.decode(), re.DOTALL
    )[1]
    words = [re.sub(r"<[^>]+>", "", each).strip() for each in re.findall(r"<th.*?</th>", head, re.DOTALL)]
    return [each for each in words if each and each != "Actions"]


def in_file(browser, address=HUB):
    content = browser.get(address, {"export": "xlsx"} if "?" not in address else None).content
    rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    return [list(row) for row in rows]


def choose(browser, *names, **more):
    return browser.post(COLUMNS, {"columns": names, **more}, follow=True)


def test_without_a_choice_there_are_the_usual_ones(as_staff):
    assert headings(as_staff) == USUAL


def test_what_one_chooses_is_shown_to_oneself_and_leaves_as_a_file(as_staff, as_manager, album):
    page = choose(as_staff, "status", f"custom_{album.pk}", "entered_by", "client_phone")
    assert page.redirect_chain[-1][0] == HUB
    assert headings(as_staff) == ["Order No.", "Status", "Client Phone", "Entered By", "Album"]
    assert "Linen" in page.content.decode()
    assert headings(as_manager) == USUAL
    head, row = in_file(as_staff)
    assert head == [
        "Order No.", "Priority", "Status", "On Hold Since", "Client Phone", "Entered By", "Album"
    ]  # fmt: skip
    assert row[-1] == "Linen"
    assert as_staff.get(HUB, {"export": "pdf"}).content.startswith(b"%PDF")


def test_the_usual_ones_come_back(as_staff):
    choose(as_staff, "client")
    assert headings(as_staff) == ["Order No.", "Client"]
    as_staff.post(COLUMNS, {"usual": "on"})
    assert headings(as_staff) == USUAL
    assert not ListColumns.objects.exists()


def test_a_saved_view_keeps_its_columns_for_everybody(as_manager, as_staff):
    choose(as_manager, "client", "photographer")
    html = as_manager.get(HUB).content.decode()
    query = re.search(r'/orders/views/new/\?([^"]*)"', html)[1].replace("&amp;", "&")
    as_manager.post(f"/orders/views/new/?{query}", {"name": "Sittings", "is_shared": "on"})
    view = SavedView.objects.get()
    assert headings(as_staff, f"{HUB}?{view.query}") == ["Order No.", "Client", "Photographer"]
    assert in_file(as_staff, f"{HUB}?{view.query}&export=xlsx")[0] == [
        "Order No.", "Priority", "Client", "Photographer"
    ]  # fmt: skip
    assert headings(as_staff) == USUAL
    # The tabs and filters of the view keep them, and a choice of one's own takes their place.
    tabs = as_staff.get(f"{HUB}?{view.query}").context["tabs"]
    assert all("columns=client.photographer" in tab["query"] for tab in tabs)
    choose_own = as_staff.post(f"{COLUMNS}?next={HUB}%3F{view.query}%26late%3Dany", {"columns": ["status"]})
    assert choose_own["Location"] == f"{HUB}?late=any"


@pytest.mark.parametrize("asked", ["nonsense", "custom_9", "custom_x", ".", "number.actions", "1" * 900])
def test_nonsense_in_the_address_is_ignored(as_staff, asked):
    assert headings(as_staff, f"{HUB}?columns={asked}") == USUAL


def test_a_choice_of_nothing_is_refused(as_staff):
    page = as_staff.post(COLUMNS, {})
    assert page.status_code == 422
    assert "Choose a column, or the usual ones." in page.content.decode()


@pytest.mark.parametrize("sign", ["", "-"])
def test_further_columns_sort(as_staff, sign):
    names = ["session_date", "photographer", "entered_by", "delay_reason", "vendor_invoice_amount"]
    for name in names:
        page = as_staff.get(HUB, {"columns": ".".join(names), "sort": f"{sign}{name}"})
        assert page.context["table"].order_by == (f"{sign}{name}",)


def test_further_columns_cost_the_same_for_any_number_of_rows(
    as_staff, album, make_order, django_assert_num_queries
):
    choose(as_staff, f"custom_{album.pk}", "photographer", "entered_by", "session_date")
    with django_assert_num_queries(12):
        as_staff.get(HUB)
    for number in range(20):
        made = make_order(number=f"N{number}", order_date=date(2026, 6, 1))
        CustomValue.objects.create(order=made, field=album, value="Leather")
    with django_assert_num_queries(12):
        as_staff.get(HUB)


def test_what_there_is_no_room_for_is_named(as_staff):
    html = as_staff.get(HUB).content.decode()
    note = re.search(r'class="folded-columns.*?</p>', html, re.DOTALL)[0]
    steps = [int(step) for step in re.findall(r"<span class=\"unfold-(\d+)\">", note)]
    assert steps == sorted(steps)
    assert "Order Date</span> </p>" in " ".join(note.split())


def test_people_stand_as_a_person_expects(as_manager, make_order, sam, mia):
    sam.first_name, mia.first_name = "Álvaro", "bernd"
    sam.save()
    mia.save()
    for by in (mia, sam):
        make_order(number=f"By {by.first_name}", by=by)
    page = as_manager.get(HUB, {"columns": "entered_by", "sort": "entered_by"})
    shown = [row.record.number for row in page.context["table"].page]
    assert shown.index("By Álvaro") < shown.index("By bernd")


def test_previous_and_next_follow_a_column_of_ones_own(as_manager, make_order, ada):
    for amount, number in ((30, "dear"), (20, "fair"), (10, "cheap")):
        order = make_order(number=number)
        Order.objects.filter(pk=order.pk).update(vendor_invoice_amount=amount)
    choose(as_manager, "status", "vendor_invoice_amount")
    page = as_manager.get(HUB, {"sort": "vendor_invoice_amount"}).content.decode()
    first = re.search(r'href="(/orders/\d+/\?list=[^"]+)"[^>]*title="cheap"', page)[1]
    order_page = as_manager.get(unescape(first)).content.decode()
    forward = re.search(r'href="(/orders/\d+/[^"]*)"[^>]*>[^<]*(?:<[^>]+>[^<]*)*?Next', order_page)[1]
    assert "Order fair" in as_manager.get(unescape(forward)).content.decode()


@pytest.mark.parametrize("key", ["0", "9" * 18, "9" * 40, "٣", "-1", ""])
def test_a_custom_field_that_there_is_not_is_ignored(as_staff, key):
    assert headings(as_staff, f"{HUB}?columns=status.custom_{key}") == ["Order No.", "Status"]
