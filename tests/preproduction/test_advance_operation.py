"""The rules of advancing, asked of the operation itself.  The page has test_advance_page.py."""

import dataclasses
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine

from preproduction import operations
from preproduction.models import Cause, ImageLine, Order, StatusChange, StatusList
from preproduction.operations import OperationRefused, OutdatedPage
from studio.models import SessionType, Vendor

WEDNESDAY = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def advance(order, by, *, plan=None, expected=None, **keywords):
    plan = plan or operations.plan_advance(order)
    expected = order.version if expected is None else expected
    return operations.advance_status(order, plan, expected=expected, by=by, **keywords)


def reread(order):
    return Order.objects.get(pk=order.pk)


def test_a_new_order_starts_at_the_initial_status_with_one_row_of_status_notes(order, statuses, retouching):
    assert order.status == statuses["Images selected"]
    assert order.department == retouching
    assert order.status_due_date == date(2026, 6, 12)
    (row,) = order.status_changes.all()
    assert (row.sequence, row.cause, row.to_status_name) == (1, Cause.CREATED, "Images selected")


def test_the_next_status_skips_inactive_ones(order, sam):
    advance(order, sam)
    change = advance(reread(order), sam)
    assert (change.from_status_name, change.to_status_name) == ("Sent to lab", "Proofs received")
    assert change.to_user == sam


def test_the_row_says_how_late_and_how_long(order, sam):
    with time_machine.travel("2026-06-16 12:00"):
        change = advance(order, sam)
    # Due Friday 12; completed Tuesday 16: Monday and Tuesday late.  At the status: Thu, Fri, Mon, Tue.
    assert (change.days_late, change.days_at_status) == (2, 4)
    assert reread(order).status_due_date == date(2026, 6, 23)


def test_the_row_keeps_vendor_and_session_type_as_they_were(make_order, vendor, sam):
    order = make_order(vendor=vendor)
    advance(order, sam)
    Vendor.objects.update(name="Southlight")
    SessionType.objects.update(name="Wedding")
    advance(reread(order), sam)
    rows = order.status_changes.order_by("sequence").values_list("vendor_name", "session_type_name")
    assert list(rows) == [("Northlight Lab", "Portrait")] * 2 + [("Southlight", "Wedding")]
    assert advance(make_order(), sam).vendor_name == ""


def test_a_final_status_completes_the_order_and_has_no_due_date(order, sam, statuses):
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    with pytest.raises(OperationRefused, match="Leave Due Date empty"):
        advance(order, sam, plan=plan.with_due_date(date(2026, 7, 1)))
    advance(order, sam, plan=plan)
    order = reread(order)
    assert order.is_complete
    assert (order.completed_by, order.completed_on, order.status_due_date) == (sam, WEDNESDAY, None)
    with pytest.raises(OperationRefused, match="already at its last status, Delivered"):
        operations.plan_advance(order)


def test_a_final_status_with_proofs_missing_wants_a_reason(order, sam, statuses):
    ImageLine.objects.create(order=order, files="001-040", quantity_sent=40, quantity_returned=38)
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    with pytest.raises(OperationRefused, match="2 proofs have not come back") as refused:
        advance(order, sam, plan=plan)
    assert refused.value.field == "note"
    assert advance(order, sam, plan=plan, note="The lab lost two.").note == "The lab lost two."


def test_reopening_is_a_choice(order, sam, statuses):
    advance(order, sam, plan=operations.plan_advance(order, to=statuses["Delivered"]))
    order = reread(order)
    advance(order, sam, plan=operations.plan_advance(order, to=statuses["Sent to lab"]))
    order = reread(order)
    assert not order.is_complete
    assert (order.completed_by, order.completed_on) == (None, None)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"completed_on": WEDNESDAY + timedelta(days=1)}, "completed_on", "in the future"),
        (
            {"completed_on": WEDNESDAY - timedelta(days=1)},
            "completed_on",
            "before the order entered Images selected",
        ),
        (
            {"due_date": WEDNESDAY - timedelta(days=2), "explanation": None},
            "due_date",
            "before Date Completed",
        ),
    ],
)
def test_dates_that_cannot_be_are_refused(order, sam, change, field, sentence):
    plan = dataclasses.replace(operations.plan_advance(order), **change)
    with pytest.raises(OperationRefused, match=sentence) as refused:
        advance(order, sam, plan=plan)
    assert refused.value.field == field
    assert reread(order).status_sequence == 1


def test_inactive_and_same_statuses_are_refused(order, sam, statuses):
    for name, sentence in [("On the shelf", "is inactive"), ("Images selected", "already")]:
        with pytest.raises(OperationRefused, match=sentence):
            advance(order, sam, plan=operations.plan_advance(order, to=statuses[name]))


def test_whoever_is_slower_reads_who_was_quicker(order, sam, mia):
    advance(order, mia)
    with pytest.raises(OutdatedPage, match=r"Mia Lindqvist moved Order \d+ to Sent to lab at 12:00"):
        advance(order, sam, expected=1)
    assert StatusChange.objects.filter(order=order).count() == 2


def test_the_same_form_sent_twice_is_one_advance_with_one_answer(order, sam):
    key = uuid4()
    first = advance(order, sam, request_key=key)
    assert advance(order, sam, expected=1, request_key=key) == first
    assert reread(order).status_sequence == 2


def test_a_typed_due_date_is_kept_and_has_no_explanation(order, sam):
    plan = operations.plan_advance(order).with_due_date(date(2026, 6, 30))
    advance(order, sam, plan=plan)
    order = reread(order)
    assert (order.status_due_date, order.status_duration) == (date(2026, 6, 30), None)


def test_on_hold_the_clock_stands_still(order, sam):
    operations.hold_order(order, expected=None, by=sam, reason="Client is away")
    with time_machine.travel("2026-06-17 12:00"):
        assert not Order.objects.overdue().exists()
        with pytest.raises(OperationRefused, match="put Order 1001 on hold"):
            advance(reread(order), sam, expected=1)
        with pytest.raises(OperationRefused, match="on hold. Resume it first"):
            advance(reread(order), sam, expected=2)
        hold = operations.resume_order(order, expected=None, by=sam)
        # Thu 11, Fri 12, Mon 15, Tue 16, Wed 17: five business days.
        assert hold.days_held == 5
        assert reread(order).status_due_date == date(2026, 6, 19)
        assert advance(reread(order), sam).days_at_status == 0


def test_a_status_completed_before_a_hold_was_over_loses_only_the_days_held_till_then(order, sam):
    with time_machine.travel("2026-06-12 12:00"):
        operations.hold_order(order, expected=None, by=sam, reason="Client is away")
    with time_machine.travel("2026-06-19 12:00"):
        operations.resume_order(order, expected=None, by=sam)
        # It was ready on Tuesday 16 already: Thu 11, Fri 12 before the hold, Mon 15 and Tue 16 within it.
        plan = operations.plan_advance(order, completed_on=date(2026, 6, 16))
        change = advance(reread(order), sam, plan=plan)
    assert (change.days_at_status, change.held_days) == (2, 5)


def test_correcting_the_order_date_counts_the_days_on_hold_on(order, sam):
    operations.hold_order(order, expected=None, by=sam, reason="Client is away")
    with time_machine.travel("2026-06-12 12:00"):
        operations.resume_order(order, expected=None, by=sam)
        assert reread(order).status_due_date == date(2026, 6, 16)
        operations.change_order_date(order, by=order.entered_by, order_date=date(2026, 6, 9))
    assert reread(order).status_due_date == date(2026, 6, 15)


def test_undo_puts_everything_back_and_keeps_both_rows(order, sam, statuses, retouching):
    change = advance(order, sam)
    undone, _ = operations.undo_last_change(reread(order), expected=2, by=sam)
    order = reread(order)
    assert (order.status, order.status_due_date, order.department) == (
        statuses["Images selected"],
        date(2026, 6, 12),
        retouching,
    )
    assert undone.undoes == change
    assert [row.cause for row in order.status_changes.order_by("sequence")] == ["created", "by_hand", "undo"]
    with pytest.raises(OperationRefused, match="an undo itself"):
        operations.undo_last_change(order, expected=3, by=sam)


def test_undoing_another_persons_change_takes_a_manager(order, sam, mia):
    advance(order, mia)
    with pytest.raises(OperationRefused, match="A manager can undo it"):
        operations.undo_last_change(reread(order), expected=2, by=sam)


def test_overdue_begins_the_day_after_the_due_date(order):
    for day, overdue in [(date(2026, 6, 12), False), (date(2026, 6, 13), True)]:
        assert order.is_overdue(day) is overdue
        assert Order.objects.overdue(day).exists() is overdue


def test_a_status_marked_final_meanwhile_is_not_entered_as_if_it_were_not(order, sam, statuses):
    plan = operations.plan_advance(order, to=statuses["Sent to lab"])
    operations.edit_status(statuses["Sent to lab"], expected=StatusList.current_version(), is_final=True)
    with pytest.raises(OutdatedPage, match="Sent to lab has changed in the status list"):
        advance(order, sam, plan=plan)
    assert reread(order).status_sequence == 1


def test_a_status_deleted_meanwhile_is_not_entered(order, sam, statuses):
    plan = operations.plan_advance(order, to=statuses["Proofs received"])
    operations.delete_status(statuses["Proofs received"], expected=StatusList.current_version())
    plan.to.pk = plan.to.pk or 10**9
    with pytest.raises(OutdatedPage):
        advance(order, sam, plan=plan)
