"""The lines of Images: what was sent, what came back, what is missing."""

import pytest

from preproduction import operations
from preproduction.models import ImageLine
from tests.sending import as_sent_set

pytestmark = pytest.mark.usefixtures("preferences")


@pytest.fixture
def lines(order):
    return [
        ImageLine.objects.create(
            order=order,
            files=files,
            proof_type="Lustre",
            proof_size="4 x 6",
            quantity_sent=sent,
            quantity_returned=returned,
        )
        for files, sent, returned in [("001-040", 40, 38), ("051-060", 10, 10)]
    ]


def shown(browser, order):
    return as_sent_set(browser.get(order.get_absolute_url()).context["images"])


def send(browser, order, sent=None, **typed):
    sent = (sent or shown(browser, order)) | {
        f"images-{name.replace('__', '-')}": value for name, value in typed.items()
    }
    return browser.post(f"/orders/{order.pk}/images/", sent)


def as_rows(order):
    return list(order.images.values_list("files", "quantity_sent", "quantity_returned"))


def test_the_tab_says_what_is_not_back_and_of_a_complete_order_what_is_missing(
    as_staff, order, lines, sam, statuses
):
    page = as_staff.get(order.get_absolute_url()).text
    assert "2 not back" in page
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=order.version, by=sam, note="Lost in the post.")
    assert "2 missing" in as_staff.get(order.get_absolute_url()).text


def test_all_that_is_not_back_can_come_back_at_once(as_staff, order, lines):
    page = as_staff.get(order.get_absolute_url()).text
    assert "All Returned" in page


def test_a_line_is_added_in_the_empty_row(as_staff, order):
    answer = send(
        as_staff, order, **{"0__files": "1001-1048", "0__quantity_sent": 48, "0__proof_type": "Matte"}
    )
    assert answer.headers["Location"] == f"{order.get_absolute_url()}#images"
    assert as_rows(order) == [("1001-1048", 48, 0)]


def test_an_empty_row_adds_nothing(as_staff, order, lines):
    before = as_rows(order)
    assert send(as_staff, order).status_code == 302
    assert as_rows(order) == before


def test_several_lines_are_edited_added_and_removed_at_once(as_staff, order, lines):
    send(
        as_staff,
        order,
        **{
            "0__quantity_returned": 40,
            "1__DELETE": "on",
            "2__files": "100-110",
            "2__quantity_sent": 11,
        },
    )
    assert as_rows(order) == [("001-040", 40, 40), ("100-110", 11, 0)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"0__files": ""}, "This field is required."),
        ({"0__quantity_sent": "-1"}, "greater than or equal to 0"),
        ({"0__quantity_returned": "many"}, "Enter a whole number."),
        ({"0__quantity_sent": "9999999999999999999999"}, "less than or equal to"),
        ({"2__quantity_sent": "5"}, "This field is required."),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_saved(as_staff, order, lines, typed, sentence):
    before = as_rows(order)
    answer = send(as_staff, order, **{"1__quantity_returned": 3}, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert as_rows(order) == before


def test_two_people_at_different_cells_both_succeed(as_staff, order, lines):
    old = shown(as_staff, order)
    ImageLine.objects.filter(pk=lines[0].pk).update(quantity_returned=39)
    assert send(as_staff, order, old, **{"1__quantity_returned": 9}).status_code == 302
    assert as_rows(order) == [("001-040", 40, 39), ("051-060", 10, 9)]


def test_two_people_at_the_same_cell_do_not_overwrite_each_other_unseen(as_staff, as_manager, order, lines):
    old = shown(as_staff, order)
    send(as_manager, order, old, **{"0__quantity_returned": 39})
    answer = send(as_staff, order, old, **{"0__quantity_returned": 40, "1__quantity_returned": 9})
    assert answer.status_code == 409
    assert "Meanwhile Mia Lindqvist changed Quantity Returned (now “39”)." in answer.text
    assert as_rows(order) == [("001-040", 40, 39), ("051-060", 10, 10)]


def test_a_line_that_a_colleague_removed_is_not_brought_back(as_staff, order, lines):
    old = shown(as_staff, order)
    lines[0].delete()
    answer = send(as_staff, order, old, **{"0__quantity_returned": 40})
    assert answer.status_code == 409
    assert "A colleague has removed one of these lines meanwhile." in answer.text
    assert as_rows(order) == [("051-060", 10, 10)]


def test_all_returned_is_about_the_lines_that_the_page_has_shown(as_staff, as_manager, order, lines):
    address = f"/orders/{order.pk}/images/returned/"
    assert '<input type="hidden" name="missing" value="2">' in as_staff.get(order.get_absolute_url()).text
    send(as_manager, order, **{"1__quantity_sent": 60})
    before = as_rows(order)
    answer = as_staff.post(address, {"missing": 2})
    assert answer.status_code == 409
    assert (
        "Mia Lindqvist changed the lines of Images meanwhile, and 52 proofs are missing now." in answer.text
    )
    assert as_rows(order) == before
    assert as_staff.post(address, {"missing": 52}).status_code == 302
    assert order.proofs_missing() == 0


def test_all_returned_fills_what_is_missing_and_takes_nothing_away(as_staff, order, lines):
    ImageLine.objects.filter(pk=lines[1].pk).update(quantity_returned=12)
    as_staff.post(f"/orders/{order.pk}/images/returned/", {"missing": 2})
    assert as_rows(order) == [("001-040", 40, 40), ("051-060", 10, 12)]
    assert as_staff.get(order.get_absolute_url()).context["missing"] == 0


def test_lines_of_another_order_are_out_of_reach(as_staff, order, lines, make_order):
    other = make_order()
    sent = shown(as_staff, order)
    answer = as_staff.post(f"/orders/{other.pk}/images/", sent | {"images-0-quantity_returned": "1"})
    assert answer.status_code in {409, 422}
    assert as_rows(order) == [("001-040", 40, 38), ("051-060", 10, 10)]
    assert not other.images.exists()


def test_a_count_of_lines_below_none_is_refused(as_staff, order, lines):
    sent = shown(as_staff, order) | {"images-INITIAL_FORMS": "-1"}
    answer = as_staff.post(f"/orders/{order.pk}/images/", sent)
    assert answer.status_code == 422
    assert "did not arrive whole" in answer.text
    assert as_rows(order) == [("001-040", 40, 38), ("051-060", 10, 10)]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"images-TOTAL_FORMS": "x"},
        {"images-INITIAL_FORMS": "-1"},
        {"images-TOTAL_FORMS": "99999999", "images-INITIAL_FORMS": "0"},
    ],
)
def test_a_broken_request_is_answered(as_staff, order, sent):
    assert as_staff.post(f"/orders/{order.pk}/images/", sent).status_code in {409, 422}
