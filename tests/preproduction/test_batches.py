"""What was done to many orders at once has a page, and is undone there as one, with a result per row."""

from datetime import date, timedelta

import pytest

from preproduction import operations
from preproduction.models import Batch, ImageLine, LateReason, Order, Status, StatusList
from preproduction.operations import CalendarChange
from studio.models import MaintenanceChange
from tests.sending import as_sent

pytestmark = pytest.mark.usefixtures("preferences")


def reassign(browser, orders, **owner):
    sent = {"order": [f"{order.pk}-{order.version}" for order in orders]}
    return browser.post(
        "/orders/reassign/", {**sent, "department": "keep", "assigned_user": "keep", **owner}, follow=True
    )


@pytest.fixture
def orders(make_order):
    return [make_order(), make_order()]


@pytest.fixture
def given_to_ada(as_manager, orders, ada):
    reassign(as_manager, orders, assigned_user=ada.pk)
    return Batch.objects.get()


def undo(browser, batch):
    return browser.post(f"/batches/{batch.pk}/undo/", follow=True)


def test_reassigning_many_is_a_batch_and_its_message_leads_there(as_manager, orders, ada):
    answer = reassign(as_manager, orders, assigned_user=ada.pk)
    batch = Batch.objects.get()
    assert batch.kind == Batch.Kind.REASSIGNED
    assert f'2 orders reassigned. <a href="/batches/{batch.pk}/">' in answer.text


def test_its_page_says_what_was_done_to_each_by_whom(as_manager, given_to_ada, orders):
    page = as_manager.get(f"/batches/{given_to_ada.pk}/").text
    assert "2 orders were reassigned." in page
    assert "Mia Lindqvist" in page
    assert page.count("Unassigned · Retouching → Ada Moreau · Retouching") == 2
    assert all(order.get_absolute_url() in page for order in orders)


def test_undo_all_takes_each_back_and_says_which_stays_and_why(as_manager, given_to_ada, orders, mia):
    moved = Order.objects.get(pk=orders[0].pk)
    operations.advance_status(moved, operations.plan_advance(moved), expected=moved.version, by=mia)
    page = as_manager.get(f"/batches/{given_to_ada.pk}/").text
    assert page.count("Changed since") == 1
    answer = undo(as_manager, given_to_ada)
    assert "Undone: 1 of 2 orders." in answer.text
    assert f"{orders[0]} has moved on since." in answer.text
    assert answer.text.count("Taken back</span>") == 1
    assert Order.objects.get(pk=orders[1].pk).assigned_user is None


def test_a_promise_made_since_stays_and_does_not_stand_in_the_way(as_manager, given_to_ada, orders, mia):
    promised = Order.objects.get(pk=orders[0].pk)
    said = {"needed_for": "Event", "reason": "", "expected": promised.version}
    operations.promise(promised, needed_by=date(2026, 6, 26), by=mia, **said)
    assert "Undone: 2 of 2 orders." in undo(as_manager, given_to_ada).text
    promised.refresh_from_db()
    assert (promised.assigned_user, promised.needed_by) == (None, date(2026, 6, 26))


def test_a_due_date_that_a_calendar_has_moved_since_stays_and_does_not_stand_in_the_way(
    as_manager, given_to_ada, orders, ada
):
    closed = CalendarChange(closed_to_add=((orders[0].status_due_date, orders[0].status_due_date, "Closed"),))
    operations.change_calendar(closed, by=ada, move_open_orders=True)
    moved = list(Order.objects.values_list("status_due_date", flat=True))
    assert moved[0] > orders[0].status_due_date
    assert "Undone: 2 of 2 orders." in undo(as_manager, given_to_ada).text
    assert list(Order.objects.values_list("assigned_user", "status_due_date")) == [
        (None, day) for day in moved
    ]


def recount(was, duration, by):
    version = StatusList.current_version()
    first = Status.objects.initial()
    how = {"duration": duration, "was": was, "expected": version, "move": True}
    return operations.change_duration(first, by=by, **how)


def closed_on(first, last, by, *, move=True, **vendor):
    change = CalendarChange(closed_to_add=((first, last, "Closed"),), **vendor)
    return operations.change_calendar(change, by=by, move_open_orders=move)


def counted(order):
    order.refresh_from_db()
    return order.status_due_date, order.status_duration


def test_undoing_a_calendar_keeps_a_duration_that_was_changed_since(order, ada):
    calendar = closed_on(order.status_due_date, order.status_due_date, ada)
    recount(2, 4, ada)
    since = counted(order)
    ((_, answer),) = operations.undo_batch(calendar, by=ada)
    assert "was given another due date since." in str(answer)
    # But the day is open again, for whatever is counted by it.
    assert counted(order) == (since[0] - timedelta(days=1), 4)


def test_undoing_a_duration_keeps_one_of_the_vendor_made_since(make_order, statuses, vendor, ada):
    order = make_order(vendor=vendor)
    batch = recount(2, 4, ada)
    change = CalendarChange(vendor=vendor.pk, durations=((order.status_id, 6),))
    operations.change_calendar(change, by=ada, move_open_orders=True)
    since = counted(order)
    operations.undo_batch(batch, by=ada)
    assert counted(order) == since
    assert since[1] == 6


def test_undoing_a_duration_leaves_what_a_calendar_has_left_alone(order, ada):
    batch = recount(2, 4, ada)
    closed_on(order.order_date, counted(order)[0], ada, move=False)
    left = counted(order)
    operations.undo_batch(batch, by=ada)
    assert counted(order) == left


def give_away(orders, by):
    operations.assign_orders([(order, None, {"assigned_user": by}) for order in orders], by=by)


def advance_all(orders, by):
    rows = [(order, operations.plan_advance(order), {"expected": order.version}) for order in orders]
    operations.advance_statuses(rows, by=by)


@pytest.mark.parametrize("act", [give_away, advance_all])
def test_what_is_withdrawn_still_is_not_called_put_back(as_manager, orders, mia, act):
    act(orders, mia)
    for order in orders:
        operations.withdraw_order(order, reason="Twice", expected=None, by=mia)
    batch = Batch.objects.get()
    undo(as_manager, batch)
    page = as_manager.get(f"/batches/{batch.pk}/").text
    assert page.count("was withdrawn since.") == 2
    assert "put back" not in page


def test_undoing_twice_is_refused_with_who_was_quicker(as_manager, given_to_ada, orders):
    undo(as_manager, given_to_ada)
    answer = undo(as_manager, given_to_ada)
    assert answer.status_code == 409
    assert "Mia Lindqvist has undone this already." in answer.text
    assert Batch.objects.filter(kind=Batch.Kind.UNDO).count() == 1


def test_sent_twice_it_is_undone_once_and_answered_the_same(as_manager, given_to_ada):
    key = {"request_key": "5f0c7a3e-7d3b-4a55-9a6d-0a9b8c7d6e5f"}
    answers = [as_manager.post(f"/batches/{given_to_ada.pk}/undo/", key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Batch.objects.filter(kind=Batch.Kind.UNDO).count() == 1


def test_staff_see_it_and_are_told_who_can_undo_it(as_staff, given_to_ada):
    page = as_staff.get(f"/batches/{given_to_ada.pk}/")
    assert "Mia Lindqvist did this. A manager can undo it." in page.text
    assert "Undo all" not in page.text
    assert undo(as_staff, given_to_ada).status_code == 409
    assert as_staff.get("/batches/").status_code == 403


def test_managers_have_a_list_of_them(as_manager, given_to_ada, ada):
    page = as_manager.get("/batches/").text
    assert "2 orders were reassigned." in page
    assert "By Mia Lindqvist" not in page
    undo(as_manager, given_to_ada)
    page = as_manager.get("/batches/").text
    assert page.index("Undone: 2 orders were reassigned.") < page.index(">2 orders were reassigned.")
    assert "By Mia Lindqvist" in page


def test_many_advanced_at_once_are_undone_by_whoever_did_it(as_staff, orders, sam):
    advance_all(orders, sam)
    page = undo(as_staff, Batch.objects.get())
    assert "Undone: 2 of 2 orders." in page.text
    assert {order.status.description for order in Order.objects.all()} == {"Images selected"}


def test_what_was_refused_altogether_is_no_batch(orders, sam):
    rows = [(order, operations.plan_advance(order), {"expected": order.version - 1}) for order in orders]
    answers = operations.advance_statuses(rows, by=sam)
    assert all(isinstance(answer, operations.OutdatedPage) for _, answer in answers)
    assert not Batch.objects.exists()


# A replaced status, taken back


@pytest.fixture
def replaced(order, statuses, ada):
    batch, _ = operations.replace_status(
        statuses["Images selected"],
        replacement=statuses["Sent to lab"],
        expected=StatusList.current_version(),
        by=ada,
    )
    return batch


def test_taking_a_replacement_back_raises_the_version_of_the_list_and_is_written_down(
    as_administrator, replaced, statuses
):
    seen = StatusList.current_version()
    undo(as_administrator, replaced)
    assert StatusList.current_version() > seen
    assert Status.objects.initial() == statuses["Images selected"]
    said = MaintenanceChange.objects.filter(model="preproduction.status", key=statuses["Images selected"].pk)
    assert said.latest("pk").fields["is_inactive"] == ["Yes", "No"]


@pytest.mark.parametrize("also", [{}, {"is_initial": True}])
def test_a_status_made_active_again_since_stays_as_it_is(as_administrator, statuses, also):
    shelf = statuses["On the shelf"]  # inactive before it was replaced
    replace(as_administrator, shelf, statuses["Sent to lab"])
    now = Status.objects.get(pk=shelf.pk)
    operations.edit_status(now, expected=None, mark_may_go=True, is_inactive=False, **also)
    assert undo(as_administrator, Batch.objects.get()).status_code == 200
    shelf.refresh_from_db()
    assert (shelf.is_inactive, shelf.is_initial) == (False, bool(also))


def test_a_mark_that_was_moved_on_since_stays_where_it_is(as_administrator, replaced, statuses):
    Status.objects.filter(is_initial=True).update(is_initial=False)
    Status.objects.filter(pk=statuses["Proofs received"].pk).update(is_initial=True)
    undo(as_administrator, replaced)
    assert Status.objects.initial() == statuses["Proofs received"]
    assert not Status.objects.get(pk=statuses["Images selected"].pk).is_inactive


def test_a_description_given_away_since_is_named_and_nothing_is_undone(as_administrator, replaced, order):
    Status.objects.create(description="images Selected", position=9)
    answer = undo(as_administrator, replaced)
    assert answer.status_code == 409
    assert "Another active status is called Images selected by now." in answer.text
    assert Order.objects.get(pk=order.pk).status.description == "Sent to lab"


# Replace with a final status


@pytest.fixture
def missing_proofs(order):
    Status.objects.filter(is_initial=True).update(is_initial=False)
    ImageLine.objects.create(order=order, quantity_sent=3, quantity_returned=1)
    return order


def replace(browser, status, replacement, **typed):
    version = browser.get("/maintenance/preproduction-statuses/").context["version"]
    sent = {"version": version, "status": status.pk, "replacement": replacement.pk, **typed}
    return browser.post("/maintenance/preproduction-statuses/replace/", sent)


def test_replacing_with_a_final_status_first_says_what_it_completes(
    as_administrator, missing_proofs, statuses
):
    question = replace(as_administrator, missing_proofs.status, statuses["Proofs received"])
    assert question.status_code == 302  # the control: nothing is completed, nothing is asked
    question = replace(as_administrator, statuses["Proofs received"], statuses["Delivered"])
    assert question.status_code == 200
    assert "1 open order would be complete." in question.text
    assert "1 of them has proofs missing, 2 in all." in " ".join(question.text.split())
    assert not Order.objects.get().is_complete


def test_it_needs_the_reason_that_completing_one_by_hand_needs(as_administrator, missing_proofs, statuses):
    target = statuses["Delivered"]
    form = replace(as_administrator, missing_proofs.status, target).context["replace_form"]
    sent = as_sent(form)
    refused = replace(as_administrator, missing_proofs.status, target, counted=sent["counted"])
    assert refused.status_code == 409
    assert "Say why they are complete without." in refused.text
    done = replace(
        as_administrator, missing_proofs.status, target, counted=sent["counted"], reason="The lab closed."
    )
    assert done.status_code == 302
    order = Order.objects.get()
    assert order.is_complete
    assert "The lab closed." in order.status_changes.last().note
    page = as_administrator.get(done.url).text
    assert f'<a href="/batches/{Batch.objects.get().pk}/">' in page


def test_a_late_reason_said_on_advancing_is_no_order_more(as_manager, orders, mia):
    reason = LateReason.objects.create(name="The van broke down", position=9)
    rows = [
        (order, operations.plan_advance(order), {"expected": order.version, "late_reason": reason})
        for order in orders
    ]
    operations.advance_statuses(rows, by=mia)
    batch = Batch.objects.get()
    assert len(as_manager.get(f"/batches/{batch.pk}/").context["rows"]) == 2
    assert "Undone: 2 of 2 orders." in undo(as_manager, batch).text
