"""A studio without statuses completes its orders, too; and who entered or completed one can be corrected."""

import pytest
import time_machine

from preproduction import operations
from preproduction.models import ImageLine, Order, OrderEvent, Status, StatusChange
from tests.sending import as_sent


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def bare(session, sam):
    """An order of a studio that has no statuses."""
    return operations.create_order(session, by=sam)


def complete(browser, order, **typed):
    address = f"/orders/{order.pk}/complete/"
    return browser.post(address, as_sent(browser.get(address).context["form"], **typed))


def reread(order):
    return Order.objects.get(pk=order.pk)


def test_an_order_is_completed_and_reopened_by_undo(as_staff, bare, sam):
    assert f"/orders/{bare.pk}/complete/" in as_staff.get(bare.get_absolute_url()).text
    assert complete(as_staff, bare, note="Fetched").status_code == 302
    order = reread(bare)
    assert (order.is_complete, order.completed_by, order.completed_on.isoformat()) == (
        True,
        sam,
        "2026-06-10",
    )
    assert StatusChange.objects.filter(order=bare, note="Fetched").count() == 1
    page = as_staff.get(bare.get_absolute_url()).text
    assert "Completed" in page
    assert f"/orders/{bare.pk}/complete/" not in page
    assert as_staff.post(f"/orders/{bare.pk}/undo/", {"expected": order.version}).status_code == 302
    assert not reread(bare).is_complete


def test_sent_twice_it_is_completed_once(as_staff, bare):
    form = {"expected": 1, "note": "", "request_key": "7c3f8a54-6f1f-4b52-9f0e-2f1d6f0a1b22"}
    for _ in range(2):
        assert as_staff.post(f"/orders/{bare.pk}/complete/", form).status_code == 302
    assert bare.status_changes.count() == 2


def test_where_there_is_a_status_list_it_is_not_for_this(as_staff, bare, statuses):
    assert f"/orders/{bare.pk}/complete/" not in as_staff.get(bare.get_absolute_url()).text
    assert "The studio has a status list." in complete(as_staff, bare).text
    Status.objects.update(is_inactive=True, is_initial=False)
    assert complete(as_staff, bare).status_code == 302


def test_missing_proofs_need_a_word(as_staff, bare):
    ImageLine.objects.create(order=bare, files="1-60", quantity_sent=60)
    assert "60 proofs are missing:" in as_staff.get(f"/orders/{bare.pk}/complete/").text
    answer = complete(as_staff, bare)
    assert (answer.status_code, "60 proofs are missing" in answer.text) == (422, True)
    assert complete(as_staff, bare, note="Lab lost them").status_code == 302


def test_managers_correct_who_entered_and_completed_it(as_manager, as_staff, bare, sam, mia):
    complete(as_staff, bare)
    address = f"/orders/{bare.pk}/edit/"
    form = as_manager.get(address).context["general"]
    answer = as_manager.post(address, as_sent(form, entered_by=mia.pk, completed_by=mia.pk))
    assert answer.status_code == 302
    assert (reread(bare).entered_by, reread(bare).completed_by) == (mia, mia)
    event = OrderEvent.objects.get(kind="edited")
    assert event.before == {
        "entered_by": [sam.pk, "Sam Okafor"],
        "completed_by": [sam.pk, "Sam Okafor"],
    }


def test_staff_do_not(as_staff, bare, mia, sam):
    address = f"/orders/{bare.pk}/edit/"
    form = as_staff.get(address).context["general"]
    assert "entered_by" not in form.fields
    as_staff.post(address, as_sent(form) | {"entered_by": mia.pk, "initial-entered_by": sam.pk})
    assert reread(bare).entered_by == sam
