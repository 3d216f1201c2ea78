"""Undo: the last change of an order goes back while nothing later happened, and Status Notes keep both rows."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from preproduction import operations
from preproduction.models import Cause, Order
from preproduction.operations import CalendarChange, OperationRefused, OutdatedPage
from tests.sending import as_sent
from triggers import outbox
from triggers.models import Delivery, Task, Trigger
from triggers.operations.tasks import finish_task, note_no_answer

pytestmark = pytest.mark.usefixtures("preferences")
STATUS_COLUMNS = (
    "status_id",
    "status_due_date",
    "status_duration",
    "entered_status_on",
    "held_days",
    "held_on",
    "department_id",
    "assigned_user_id",
    "is_complete",
    "completed_by_id",
    "completed_on",
    "delay_reason",
)


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def triggers(statuses, retouching):
    """Two tasks on reaching Sent to lab."""
    return [
        Trigger.objects.create(
            description=name,
            status=statuses["Sent to lab"],
            task_title=name,
            department=retouching,
            recipient=Trigger.Recipient.FIXED,
            position=position,
        )
        for position, name in enumerate(["Pack", "Call the lab"])
    ]


def reread(order):
    return Order.objects.for_table().get(pk=order.pk)


def columns(order):
    return Order.objects.values(*STATUS_COLUMNS).get(pk=order.pk)


def advance(order, by, to=None, **keywords):
    order = reread(order)
    plan = operations.plan_advance(order, to=to)
    return operations.advance_status(order, plan, expected=order.version, by=by, **keywords)


def undo(browser, order, expected=None, **options):
    expected = reread(order).version if expected is None else expected
    return browser.post(address(order), {"expected": expected}, **options)


def address(order):
    return reverse("preproduction:undo_order", args=[order.pk])


def test_status_due_date_and_owner_go_back_and_both_rows_stay(as_staff, order, sam, mia, statuses):
    operations.assign_order(order, by=order.entered_by, expected=1, department=None, assigned_user=mia)
    operations.note_delay_reason(order, by=order.entered_by, stay=None, reason="Waiting for the client")
    before = columns(order)
    advance(order, sam)
    assert columns(order) != before
    response = undo(as_staff, order, follow=True)
    assert f"Order {order.number} is back at Images selected." in response.content.decode()
    assert columns(order) == before
    assert [row.cause for row in order.status_changes.order_by("sequence")] == [
        Cause.CREATED,
        Cause.BY_HAND,
        Cause.UNDO,
    ]


def test_completing_and_reopening_can_be_undone(as_staff, as_manager, order, sam, mia, statuses):
    start = columns(order)
    advance(order, sam, statuses["Delivered"])
    complete = columns(order)
    with time_machine.travel("2026-06-12 12:00"):
        advance(order, mia, statuses["Sent to lab"])
        undo(as_manager, order)
        assert columns(order) == complete
        assert undo(as_manager, order).status_code == 409  # the last change is an undo itself
    assert complete["completed_by_id"] == sam.pk
    assert start != complete


def test_what_waits_is_cancelled_and_what_is_done_is_named(as_staff, order, sam, triggers):
    advance(order, sam)
    outbox.deliver_next()
    finish_task(Task.objects.get(), by=sam)
    page = as_staff.get(address(order)).content.decode()
    assert "task “Call the lab”" in page
    assert "Not taken back" in page
    html = undo(as_staff, order, follow=True).content.decode()
    assert "Done already, and not taken back: task “Pack”." in html
    assert Task.objects.get().title == "Pack"
    cancelled = Delivery.objects.get(trigger=triggers[1])
    assert (cancelled.state, cancelled.reason) == (
        Delivery.State.SKIPPED,
        "Sam Okafor took the status change back.",
    )
    assert not outbox.deliver_next()


def test_tasks_that_nobody_has_touched_are_closed_and_named(as_staff, order, sam, triggers):
    advance(order, sam)
    while outbox.deliver_next():
        pass
    Task.objects.filter(title="Call the lab").update(kind="call")
    task, call = Task.objects.order_by("title").reverse()
    note_no_answer(call, note="", by=sam)
    assert "Task “Pack”" in as_staff.get(address(order)).text
    page = undo(as_staff, order, follow=True).text
    assert "Closed as taken back: Task “Pack”." in page
    assert "Done already, and not taken back: task “Call the lab”." in page
    task.refresh_from_db()
    call.refresh_from_db()
    assert (task.done_by, task.taken_back_by) == (sam, order.status_changes.get(sequence=3))
    assert call.done_at is None


@pytest.mark.parametrize("touch", ["edit", "do and open again"])
def test_a_task_that_somebody_has_worked_on_stays_open(as_staff, as_manager, order, sam, triggers, touch):
    advance(order, sam)
    outbox.deliver_next()
    task = Task.objects.get()
    if touch == "edit":
        page = as_manager.get(f"/tasks/{task.pk}/").context
        typed = as_sent(page["form"], notes="The blue box.") | {"seen": page["seen"]}
        assert as_manager.post(f"/tasks/{task.pk}/", typed).status_code == 302
    else:
        as_manager.post(f"/tasks/{task.pk}/done/")
        as_manager.post(f"/tasks/{task.pk}/reopen/")
    page = undo(as_staff, order, follow=True).text
    assert "Done already, and not taken back: task “Pack”." in page
    task.refresh_from_db()
    assert (task.done_at, task.taken_back_by) == (None, None)


def test_undoing_fires_nothing(as_staff, order, sam, statuses, triggers):
    advance(order, sam)
    advance(order, sam)
    made = Delivery.objects.count()
    undo(as_staff, order)  # back to Sent to lab, which has two triggers
    assert Delivery.objects.count() == made


def test_a_double_click_undoes_once_with_the_same_answer(as_staff, order, sam, triggers):
    advance(order, sam)
    outbox.deliver_next()
    for _ in range(2):
        html = undo(as_staff, order, expected=2, follow=True).content.decode()
        assert "is back at Images selected." in html
        assert "Closed as taken back: Task “Pack”" in html
    assert reread(order).status_sequence == 3


def test_whoever_is_slower_reads_who_was_quicker(as_staff, order, sam, mia):
    advance(order, sam)
    advance(order, mia)
    response = undo(as_staff, order, expected=2)
    assert response.status_code == 409
    html = response.content.decode()
    assert f"Mia Lindqvist moved Order {order.number} to Proofs received at 12:00. Nothing was undone" in html
    assert reread(order).status_sequence == 3


def test_an_older_change_is_told_with_its_day(order, sam, mia):
    advance(order, sam)
    with time_machine.travel("2026-06-11 08:05"):
        advance(order, mia)
    with (
        time_machine.travel("2026-06-12 08:05"),
        pytest.raises(OutdatedPage, match="on Thu 11 Jun 2026 at 08:05"),
    ):
        operations.undo_last_change(order, expected=2, by=sam)


def test_the_colleagues_undo_is_not_taken_for_ones_own(order, sam, mia):
    advance(order, sam)
    operations.undo_last_change(order, expected=2, by=mia)
    with pytest.raises(OutdatedPage):
        operations.undo_last_change(order, expected=2, by=sam)


@pytest.mark.parametrize(
    ("later", "sentence"),
    [
        (
            lambda order, mia: operations.hold_order(order, expected=None, by=mia, reason="Away"),
            "was put on hold since",
        ),
        (
            lambda order, mia: operations.assign_order(
                order, by=order.entered_by, expected=2, department=None, assigned_user=mia
            ),
            "was given to somebody else since",
        ),
        (
            lambda order, mia: operations.change_due_date(
                order, due_date=date(2026, 7, 1), reason="The lab is slow", expected=2, by=mia
            ),
            "was given another due date since",
        ),
    ],
)
def test_once_something_later_happened_it_is_too_late(as_manager, order, sam, mia, later, sentence):
    advance(order, sam)
    later(reread(order), mia)
    before = columns(order)
    assert sentence in as_manager.get(address(order)).content.decode()
    response = undo(as_manager, order)
    assert response.status_code == 409
    assert sentence in response.content.decode()
    assert columns(order) == before


def test_the_calendar_is_nobodys_act_and_the_due_date_is_counted_by_it(as_manager, order, sam, ada):
    before = columns(order)["status_due_date"]
    advance(order, sam)
    flood = CalendarChange(closed_to_add=((date(2026, 6, 11), date(2026, 6, 11), "Flood"),))
    operations.change_calendar(flood, by=ada, move_open_orders=True)
    assert undo(as_manager, order).status_code == 302
    assert before == date(2026, 6, 12)
    assert columns(order)["status_due_date"] == date(2026, 6, 15)


def test_a_reason_does_not_stand_in_the_way_and_goes_with_its_stay(as_manager, order, sam):
    advance(order, sam)
    operations.note_delay_reason(reread(order), by=sam, stay=None, reason="Flood")
    assert undo(as_manager, order).status_code == 302
    assert columns(order)["delay_reason"] == ""


def test_a_hold_that_moved_the_due_date_is_later_too(as_manager, order, sam, mia):
    advance(order, sam)
    operations.hold_order(order, expected=None, by=mia, reason="Away")
    with time_machine.travel("2026-06-12 12:00"):
        operations.resume_order(order, expected=None, by=mia)
        assert undo(as_manager, order).status_code == 409


def test_held_days_of_the_old_status_come_back(order, sam, mia):
    operations.hold_order(order, expected=None, by=mia, reason="Away")
    with time_machine.travel("2026-06-12 12:00"):
        operations.resume_order(order, expected=None, by=mia)
        before = columns(order)
        assert before["held_days"] == 2
        advance(order, sam)
        operations.undo_last_change(reread(order), expected=4, by=sam)
        assert columns(order) == before


def test_staff_undo_their_own_changes_and_managers_any(as_staff, as_manager, order, sam, mia):
    advance(order, mia)
    assert undo(as_staff, order).status_code == 409
    assert "A manager can undo it" in as_staff.get(address(order)).content.decode()
    advance(order, sam)
    assert undo(as_manager, order).status_code == 302


def test_a_new_order_has_nothing_to_undo(as_staff, order):
    assert "nothing to undo" in as_staff.get(address(order)).content.decode()
    assert undo(as_staff, order).status_code == 409


def test_the_order_page_offers_undo_only_while_it_is_possible(as_staff, order, sam):
    page = reverse("preproduction:order_detail", args=[order.pk])
    assert address(order) not in as_staff.get(page).content.decode()
    advance(order, sam)
    assert address(order) in as_staff.get(page).content.decode()
    undo(as_staff, order)
    as_staff.get(page)  # the message has been read
    assert address(order) not in as_staff.get(page).content.decode()


def test_advancing_after_an_undo_goes_on_counting(order, sam):
    advance(order, sam)
    operations.undo_last_change(reread(order), expected=2, by=sam)
    change = advance(order, sam)
    assert (change.sequence, change.from_status_name) == (4, "Images selected")
    operations.undo_last_change(reread(order), expected=4, by=sam)
    assert reread(order).status_sequence == 5


def test_an_undone_change_cannot_be_undone_again(order, sam):
    advance(order, sam)
    operations.undo_last_change(reread(order), expected=2, by=sam)
    with pytest.raises(OperationRefused, match="an undo itself"):
        operations.undo_last_change(reread(order), expected=3, by=sam)


@pytest.mark.parametrize("expected", ["", "x", "-1", "9" * 30])
def test_a_broken_form_undoes_nothing(as_staff, order, sam, expected):
    advance(order, sam)
    assert as_staff.post(address(order), {"expected": expected}).status_code == 422
    assert reread(order).status_sequence == 2
