"""The work order and the purchase order, as files that can be searched."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from preproduction import exports
from preproduction.models import CustomField, CustomValue, ImageLine, Order
from studio.models import Client, CompanyPreferences, Vendor


@pytest.fixture
def studio(preferences):
    CompanyPreferences.objects.update(address="12 Mill Lane\nRiverton", phone="555 0100")
    return CompanyPreferences.load()


@pytest.fixture
def order(make_order, vendor):
    Vendor.objects.update(address="9 Silver Street", account_number="LS-77")
    order = make_order(
        vendor=Vendor.objects.get(),
        studio_notes="Secret: the client is the mayor.",
        vendor_notes="Trim <b>by</b> 3 mm & pack flat.",
        order_date=date(2026, 6, 3),
    )
    ImageLine.objects.create(
        order=order,
        files="0001-0040",
        proof_type="Lustre",
        proof_size="4 x 6",
        quantity_sent=40,
        quantity_returned=38,
    )
    return Order.objects.for_page().get(pk=order.pk)


def text_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_the_work_order_is_for_the_studio(order, studio):
    text = text_of(exports.work_order(order, studio=studio))
    for words in (
        f"Work Order {order.number}",
        "Lumen & Sons Photography",
        "12 Mill Lane",
        "Anna <3 & Bob <b>",
        "Northlight Lab",
        "Secret: the client is the mayor.",
        "Trim <b>by</b> 3 mm & pack flat.",
        "0001-0040",
        "Lustre",
        "Wed 3 Jun 2026",
        "Page 1 of 1",
    ):
        assert words in text, words


def test_the_purchase_order_is_for_the_vendor(order, studio):
    text = text_of(exports.purchase_order(order, studio=studio))
    for words in (
        f"Purchase Order {order.number}",
        "Lumen & Sons Photography",
        "12 Mill Lane",
        "Northlight Lab",
        "9 Silver Street",
        "LS-77",
        "Trim <b>by</b> 3 mm & pack flat.",
        "0001-0040",
        "Page 1 of 1",
    ):
        assert words in text, words
    assert "mayor" not in text
    assert "Quantity Returned" not in text


def test_custom_fields_print_on_the_work_order_only(order, studio):
    field = CustomField.objects.create(label="Frame colour")
    CustomValue.objects.create(order=order, field=field, value="Walnut")
    assert "Walnut" in text_of(exports.work_order(order, studio=studio))
    assert "Walnut" not in text_of(exports.purchase_order(order, studio=studio))


@pytest.mark.parametrize("paper", [exports.work_order, exports.purchase_order])
def test_nothing_a_person_types_is_too_much_for_paper(order, studio, paper):
    ImageLine.objects.bulk_create(
        ImageLine(order=order, files=f"{n:04}-{'W' * 190}", quantity_sent=n) for n in range(80)
    )
    Client.objects.update(name="Αλέξανδρος Ελένη محمد 王小明 " + "x" * 150)
    Order.objects.update(vendor_notes="M" * 2000 + "\n" * 300 + "end of notes", studio_notes="word " * 2000)
    content = paper(Order.objects.for_page().get(), studio=studio)
    reader = PdfReader(BytesIO(content))
    assert len(reader.pages) > 2
    text = text_of(content)
    assert f"Page 2 of {len(reader.pages)}" in text
    assert "Αλέξανδρος" in text
    assert "end of notes" in text


@pytest.mark.parametrize("paper", [exports.work_order, exports.purchase_order])
def test_an_order_with_nothing_in_it_prints(make_order, preferences, paper):
    order = Order.objects.for_page().get(pk=make_order().pk)
    Order.objects.update(status=None, status_due_date=None, department=None)
    assert "No images are entered." in text_of(paper(order, studio=preferences))


@pytest.mark.parametrize(
    ("address", "name"), [("work-order", "Work Order"), ("purchase-order", "Purchase Order")]
)
def test_the_pages_answer_with_a_file_of_that_name(as_staff, order, studio, address, name):
    answer = as_staff.get(f"/orders/{order.pk}/{address}/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{name} {order.number}.pdf"'
    assert f'href="/orders/{order.pk}/{address}/"' in as_staff.get(order.get_absolute_url()).text
