"""Lists printed through the front door: whose they are, which page, and every name found by searching."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from pypdf import PdfReader

from preproduction.models import Order, Status
from studio.models import Client, CompanyPreferences, Paper, PhotoSession, Vendor

NAMES = [
    "Ελένη Παπαδοπούλου",
    "Алексей Щёголев",
    "محمد الأحمد",
    "王小明",
    "田中さくら",
    "김민수",
    "Anna <3 & Bob <b>",
    "Łukasz Żółć",
]
ORDERS = "/orders/?export=pdf"
STATUSES = "/maintenance/preproduction-statuses/?export=pdf"


@pytest.fixture
def printed(as_administrator):
    """Return a function that prints the list at an address and returns its pages."""

    def pages(address):
        response = as_administrator.get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
        return PdfReader(BytesIO(response.content)).pages

    return pages


@pytest.fixture
def orders(preferences, make_order, session):
    """An order for each of NAMES."""
    for number, name in enumerate(NAMES):
        one = PhotoSession.objects.create(
            number=f"S-2{number}",
            client=Client.objects.create(name=name),
            date=session.date,
            session_type=session.session_type,
        )
        make_order(session=one)


def text_of(*pages):
    """Return the words of pages; how the lines break is not looked at."""
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_order_list_prints_with_names_in_every_script(printed, orders):
    pages = printed(ORDERS)
    text = text_of(*pages)
    assert len(pages) == 1
    for words in (
        "Lumen & Sons Photography",
        "Preproduction Orders",
        "Page 1 of 1",
        "Images selected",
        *NAMES,
    ):
        assert words in text, words


def test_the_status_list_prints_as_the_studio_wrote_it(printed, preferences, statuses):
    for status, name in zip(Status.objects.all(), NAMES, strict=False):
        Status.objects.filter(pk=status.pk).update(description=name)
    text = text_of(*printed(STATUSES))
    for words in ("Lumen & Sons Photography", "Page 1 of 1", *NAMES[: len(statuses)]):
        assert words in text, words


def test_a_list_of_many_pages_says_on_each_which_it_is(printed, preferences, make_order):
    for _ in range(70):
        make_order()
    pages = printed(ORDERS)
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        text = text_of(page)
        assert "Lumen & Sons Photography" in text
        assert f"Page {number} of {len(pages)}" in text
        assert "Anna <3 & Bob <b>" in text
    numbers = Order.objects.values_list("number", flat=True)
    words = text_of(*pages).split()
    assert [number for number in numbers if words.count(number) != 1] == []


LONG = "Ω" * 80 + "x" * 40  # as long as the name of a vendor may be


def test_words_that_never_end_break_and_stay_on_the_paper(printed, preferences, make_order, vendor):
    Client.objects.update(name="W" * 200)
    Vendor.objects.update(name=LONG)
    CompanyPreferences.objects.update(name="<b>Lumen" + "&" * 110)
    order = make_order(vendor=Vendor.objects.get(), vendor_notes="M" * 2000)
    text = "".join(text_of(*printed(ORDERS)).split())
    assert text.count("W") >= 200
    assert text.count("Ω") >= 80
    assert "<b>Lumen&&&" in text  # and cut, for the band has one line
    assert "Page1of" in text
    for paper in ("work-order", "purchase-order"):
        assert text_of(*printed(f"/orders/{order.pk}/{paper}/")).count("M") >= 2000


def test_the_studios_paper_and_logo_are_used(printed, preferences, order, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    out = BytesIO()
    Image.new("RGB", (300, 100), "navy").save(out, "PNG")
    preferences.paper = Paper.A4
    preferences.logo.save("logo.png", ContentFile(out.getvalue()))
    addresses = (ORDERS, STATUSES, f"/orders/{order.pk}/work-order/", f"/orders/{order.pk}/purchase-order/")
    for address in addresses:
        (page,) = printed(address)
        assert {round(float(side)) for side in page.mediabox[2:]} == {595, 842}
        assert len(page.images) == 1, address


def test_a_logo_whose_file_is_gone_is_left_out(printed, preferences, order, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    CompanyPreferences.objects.update(logo="logo/gone.png")
    for address in (ORDERS, f"/orders/{order.pk}/work-order/"):
        (page,) = printed(address)
        assert not page.images
        assert "Lumen & Sons Photography" in page.extract_text()


def test_a_list_without_rows_says_so(printed, preferences, statuses):
    assert "Nothing to show." in text_of(*printed(ORDERS))
