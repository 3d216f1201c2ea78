"""What the status list asks before, or offers after, a change that reaches further than its row."""

from datetime import date

import pytest

from preproduction import operations
from preproduction.models import Batch, Order, Status, StatusList
from studio.models import MaintenanceChange

pytestmark = pytest.mark.usefixtures("preferences")

LIST = "/maintenance/preproduction-statuses/"


@pytest.fixture(autouse=True)
def on_a_wednesday(time_machine):
    time_machine.move_to("2026-06-10T09:00:00+00:00", tick=False)


def edit(browser, status, **sent):
    data = {"version": StatusList.current_version(), **sent}
    return browser.post(f"{LIST}{status.pk}/edit/", data, follow=True)


# The initial mark


def test_taking_the_initial_mark_away_asks_first(as_administrator, statuses):
    status = statuses["Images selected"]
    question = edit(as_administrator, status, is_initial="false")
    assert "New orders would have no status. Take the mark away?" in question.text
    assert Status.objects.get(pk=status.pk).is_initial
    sent = dict(question.context["sent"])
    done = edit(as_administrator, status, **sent, confirmed="on")
    assert not Status.objects.filter(is_initial=True).exists()
    assert "No status is marked Initial Status" in done.text


def test_marking_another_moves_the_mark_without_a_question(as_administrator, statuses):
    edit(as_administrator, statuses["Sent to lab"], is_initial="true")
    assert Status.objects.get(is_initial=True) == statuses["Sent to lab"]


def test_with_scripts_on_the_question_comes_into_the_dialog(as_administrator, statuses):
    sent = {"version": StatusList.current_version(), "is_initial": "false"}
    address = f"{LIST}{statuses['Images selected'].pk}/edit/"
    answer = as_administrator.post(address, sent, headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#status-dialog-body"
    assert "Take the mark away?" in answer.text


def test_a_list_without_a_final_status_says_so(as_administrator, statuses):
    assert "is marked Final Status" not in as_administrator.get(LIST).text
    Status.objects.filter(is_final=True).update(is_inactive=True)
    assert "No status is marked Final Status: no order can be complete" in as_administrator.get(LIST).text


def test_an_empty_list_lacks_no_mark(as_administrator, db):
    assert "is marked" not in as_administrator.get(LIST).text


# A changed Default Duration


def recount(browser, status, **sent):
    data = {
        "version": StatusList.current_version(),
        "status": status.pk,
        "duration": status.default_duration if status.default_duration is not None else "",
        "was": 2,
        **sent,
    }
    return browser.post(f"{LIST}recount/", data, follow=True)


def due(order):
    return Order.objects.get(pk=order.pk).status_due_date


def change(browser, status, duration):
    answer = edit(browser, status, default_duration=duration)
    status.refresh_from_db()
    return answer


def test_a_changed_duration_says_how_many_stand_there_and_leaves_them(as_administrator, order, statuses):
    answer = change(as_administrator, order.status, 5)
    words = " ".join(answer.text.split())
    assert "1 open order stands there already." in words
    assert "Recounting moves 1 due date: 0 would become overdue" in words
    assert due(order) == date(2026, 6, 12)


def test_recounting_moves_them_as_one_batch_that_can_be_undone(as_administrator, order, ada):
    change(as_administrator, order.status, 5)
    answer = recount(as_administrator, order.status)
    assert due(order) == date(2026, 6, 17)
    batch = Batch.objects.get()
    assert batch.kind == Batch.Kind.DURATION
    assert f'1 due date moved at Images selected. <a href="/batches/{batch.pk}/">' in answer.text
    page = as_administrator.get(f"/batches/{batch.pk}/").text
    assert "The Default Duration of Images selected was changed from 2 business days to 5" in page
    assert "The Default Duration goes back, too." in page
    as_administrator.post(f"/batches/{batch.pk}/undo/")
    order.status.refresh_from_db()
    assert (due(order), order.status.default_duration) == (date(2026, 6, 12), 2)
    changed = MaintenanceChange.objects.filter(model="preproduction.status", key=order.status_id)
    assert changed.latest("pk").fields == {"default_duration": ["5", "2"]}


def test_the_offer_carries_what_the_duration_was(as_administrator, order):
    """Also none, which is another thing than not known."""
    for was, now in ((2, ""), ("", 4)):
        answer = change(as_administrator, order.status, now)
        assert answer.context["recount"].was == (was or None)
        assert f'name="was" value="{was}"' in answer.text
    assert not as_administrator.get(LIST, {"recount": order.status_id}).context["recount"]


def test_a_duration_changed_again_since_is_named_and_nothing_is_undone(as_administrator, order):
    change(as_administrator, order.status, 5)
    recount(as_administrator, order.status)
    change(as_administrator, order.status, 9)
    answer = as_administrator.post(f"/batches/{Batch.objects.get().pk}/undo/")
    assert answer.status_code == 409
    assert (
        "The Default Duration of Images selected was changed again since. Change it by hand." in answer.text
    )
    order.status.refresh_from_db()
    assert (due(order), order.status.default_duration) == (date(2026, 6, 17), 9)


def test_with_scripts_on_the_offer_comes_with_the_list(as_administrator, order):
    sent = {"version": StatusList.current_version(), "default_duration": "5"}
    answer = as_administrator.post(f"{LIST}{order.status_id}/edit/", sent, headers={"HX-Request": "true"})
    assert 'id="status-recount"' in answer.text


def test_typed_due_dates_stay_and_blank_ones_are_counted(as_administrator, make_order, sam):
    typed, counted = make_order(), make_order()
    operations.change_due_date(
        typed, expected=typed.version, by=sam, due_date=date(2026, 6, 30), reason="Client is away."
    )
    status = counted.status
    change(as_administrator, status, "")
    recount(as_administrator, status)
    assert (due(typed), due(counted)) == (date(2026, 6, 30), None)
    change(as_administrator, status, 3)
    recount(as_administrator, status)
    assert (due(typed), due(counted)) == (date(2026, 6, 30), date(2026, 6, 15))


def test_orders_on_hold_are_counted_too_and_stay_on_hold(as_administrator, order, mia):
    operations.hold_order(order, expected=order.version, by=mia, reason="Client is away.")
    change(as_administrator, order.status, 5)
    recount(as_administrator, order.status)
    order.refresh_from_db()
    assert (order.status_due_date, order.held_on) == (date(2026, 6, 17), date(2026, 6, 10))


def test_nothing_is_offered_where_nothing_would_move(as_administrator, statuses):
    assert 'id="status-recount"' not in change(as_administrator, statuses["Images selected"], 5).text


def test_recounting_from_an_outdated_page_is_refused(as_administrator, order, statuses):
    change(as_administrator, order.status, 5)
    old = StatusList.current_version()
    edit(as_administrator, statuses["Delivered"], description="Handed over")
    answer = recount(as_administrator, order.status, version=old)
    assert answer.status_code == 409
    assert due(order) == date(2026, 6, 12)


def test_only_administrators_recount(as_manager, order):
    assert recount(as_manager, order.status).status_code == 403
