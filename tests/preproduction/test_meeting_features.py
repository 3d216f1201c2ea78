"""Faults that lay where two features meet, each by its pages.  How every pair of verbs ends stands in test_seams.py."""

from datetime import date, timedelta

import pytest
import time_machine

from preproduction import operations
from preproduction.models import Order, StatusList
from tests.sending import as_sent
from triggers import outbox
from triggers.models import Delivery, MessageTemplate, Trigger


@pytest.fixture(autouse=True)
def clock(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False) as traveller:
        yield traveller


def stored(order) -> Order:
    return Order.objects.for_table().get(pk=order.pk)


def form_of(browser, order, page):
    shown = browser.get(f"/orders/{order.pk}/{page}/").context
    return shown["general" if page == "edit" else "form"]


def send(browser, order, page, **typed):
    """Open the page and press OK, with `typed` over what it shows."""
    answer = browser.post(f"/orders/{order.pk}/{page}/", as_sent(form_of(browser, order, page), **typed))
    assert answer.status_code == 302, answer.text
    return answer


def undo(browser, order):
    answer = browser.post(f"/orders/{order.pk}/undo/", {"expected": stored(order).version})
    assert answer.status_code == 302, answer.text


def test_what_was_skipped_in_an_earlier_stay_never_fires_in_a_later_one(
    as_manager, order, statuses, clock, mailoutbox
):
    template = MessageTemplate.objects.create(name="Soon", subject="Proofs", text="They are due.")
    Trigger.objects.create(
        description="Three days before",
        status=statuses["Sent to lab"],
        kind="email",
        recipient=Trigger.Recipient.CLIENT,
        template=template,
        timing=Trigger.Timing.BEFORE_DUE,
        days=3,
    )
    send(as_manager, order, "advance", due_date="2026-06-11")  # its moment is over: skipped
    send(as_manager, order, "advance")
    send(as_manager, order, "advance", to=statuses["Sent to lab"].pk)
    send(as_manager, order, "hold", reason="Away")
    clock.shift(timedelta(days=1))
    send(as_manager, order, "resume")
    for _ in range(12):
        clock.shift(timedelta(days=1))
        outbox.deliver_due()
    assert len(mailoutbox) == 1
    assert Delivery.objects.filter(state=Delivery.State.SENT).get().status_change == stored(order).stay


def test_a_reason_from_a_page_that_a_colleague_moved_on_is_not_noted(as_staff, order, mia, clock):
    clock.shift(timedelta(days=7))
    seen = as_sent(form_of(as_staff, order, "note"), reason="Flood")
    operations.advance_status(order, operations.plan_advance(order), expected=1, by=mia)
    answer = as_staff.post(f"/orders/{order.pk}/note/", seen)
    assert (answer.status_code, "Mia Lindqvist moved" in answer.text) == (422, True)
    assert "Flood" in answer.text
    assert stored(order).delay_reason == ""


def test_a_hold_from_a_page_that_a_colleague_moved_on_is_refused(as_manager, order, sam):
    seen = as_sent(form_of(as_manager, order, "hold"), reason="Away")
    operations.advance_status(order, operations.plan_advance(order), expected=1, by=sam)
    answer = as_manager.post(f"/orders/{order.pk}/hold/", seen)
    assert (answer.status_code, "Sam Okafor moved" in answer.text, "Away" in answer.text) == (409, True, True)
    assert not stored(order).holds.exists()


def test_a_resume_from_the_page_of_an_earlier_hold_is_refused(as_manager, order, ada):
    operations.hold_order(order, expected=1, by=ada, reason="Away")
    seen = as_sent(form_of(as_manager, order, "resume"))
    operations.resume_order(order, expected=2, by=ada)
    operations.hold_order(order, expected=3, by=ada, reason="Away again")
    answer = as_manager.post(f"/orders/{order.pk}/resume/", seen)
    assert (answer.status_code, "Ada Moreau put" in answer.text) == (409, True)
    assert stored(order).held_on == date(2026, 6, 10)


def test_undone_an_order_follows_its_order_date(as_manager, order):
    send(as_manager, order, "advance")
    undo(as_manager, order)
    send(as_manager, order, "edit", order_date="2026-06-08")
    assert (stored(order).entered_status_on, stored(order).status_due_date) == (
        date(2026, 6, 8),
        date(2026, 6, 10),
    )


def test_an_order_date_corrected_since_is_not_forgotten_by_undo(as_manager, order):
    send(as_manager, order, "advance")
    send(as_manager, order, "edit", order_date="2026-06-08")
    undo(as_manager, order)
    assert (stored(order).entered_status_on, stored(order).status_due_date) == (
        date(2026, 6, 8),
        date(2026, 6, 10),
    )


def test_held_replaced_and_undone_it_is_still_held(as_manager, order, statuses, ada):
    send(as_manager, order, "hold", reason="Away")
    operations.replace_status(
        order.status, replacement=statuses["Sent to lab"], expected=StatusList.current_version(), by=ada
    )
    undo(as_manager, order)
    assert (stored(order).status, stored(order).held_on) == (order.status, date(2026, 6, 10))
    assert stored(order).holds.get().ended_on is None


def test_undo_does_not_complete_an_order_in_silence(as_manager, order, statuses):
    send(as_manager, order, "advance")
    send(as_manager, order, "advance")
    operations.edit_status(statuses["Sent to lab"], expected=StatusList.current_version(), is_final=True)
    sentence = "Sent to lab is a final status now, so going back there would be another thing."
    assert sentence in as_manager.get(f"/orders/{order.pk}/undo/").text
    answer = as_manager.post(f"/orders/{order.pk}/undo/", {"expected": stored(order).version})
    assert (answer.status_code, sentence in answer.text) == (409, True)
    assert (stored(order).status, stored(order).is_complete) == (statuses["Proofs received"], False)


@pytest.mark.parametrize("timing", [Trigger.Timing.BEFORE_DUE, Trigger.Timing.AFTER_DUE])
def test_a_due_date_on_the_last_day_there_is_can_be_held_and_changed(
    as_manager, order, mia, clock, statuses, timing
):
    """No form takes it; a due date from before there were limits may be there all the same."""
    Trigger.objects.create(
        description="Far",
        status=order.status,
        task_title="Far",
        timing=timing,
        days=0 if timing == Trigger.Timing.AFTER_DUE else 1,
        max_late_hours=48,
    )
    order = make_again(order, mia)
    operations.change_due_date(order, due_date=date.max, reason="Never", expected=1, by=mia)
    send(as_manager, order, "hold", reason="Away")
    clock.shift(timedelta(days=3))
    page = as_manager.get(f"/orders/{order.pk}/resume/")
    assert "Change the due date first." in page.text
    answer = as_manager.post(f"/orders/{order.pk}/resume/", {"expected": stored(order).version})
    assert answer.status_code == 409
    send(as_manager, order, "due-date/change", due_date="2026-06-30", reason="Soon after all")
    send(as_manager, order, "resume")
    assert (stored(order).status_due_date, stored(order).held_on) == (date(2026, 7, 2), None)


def make_again(order, by):
    """Return another order of the same session, made now that the trigger is there."""
    return operations.create_order(order.session, by=by)
