"""Somebody leaves: first the page shows what they have and asks who gets it; what nobody has is on somebody's Home."""

from datetime import date

import pytest

from preproduction import operations
from preproduction.models import Batch, Order, Status
from preproduction.operations import Belongings
from studio.models import Department, MaintenanceChange, User
from triggers.models import Task, Trigger

pytestmark = pytest.mark.usefixtures("preferences")


@pytest.fixture
def busy(sam, make_order, statuses, shipping):
    """Sam has two orders, a task, a call, a status that gives him orders, and a trigger that names him."""
    for order in (make_order(), make_order()):
        operations.assign_order(order, expected=None, by=sam, department=shipping, assigned_user=sam)
    for kind in (Task.Kind.TASK, Task.Kind.CALL):
        Task.objects.create(kind=kind, title="Ring the lab", assigned_user=sam)
    Trigger.objects.create(
        description="Pack it",
        status=statuses["Sent to lab"],
        task_title="Pack",
        recipient=Trigger.Recipient.FIXED,
        user=sam,
    )
    return sam


def page_of(person):
    return f"/maintenance/users/{person.pk}/leave/"


def leave(browser, person, **heirs):
    form = browser.get(page_of(person)).context["form"]
    return browser.post(page_of(person), {"counted": form["counted"].value(), **heirs}, follow=True)


def to(person):
    return dict.fromkeys(("orders", "tasks", "statuses", "triggers"), person.pk)


def test_the_page_first_shows_what_they_have_and_changes_nothing(as_administrator, busy):
    words = " ".join(as_administrator.get(page_of(busy)).text.split())
    assert "<strong>2</strong> open orders: Order 1002, Order 1001" in words
    assert "<strong>2</strong> tasks, calls" in words
    assert "<strong>1</strong> status: Proofs received" in words
    assert "<strong>1</strong> trigger: Pack it" in words
    assert User.objects.get(pk=busy.pk).is_active


def test_everything_goes_to_whom_was_chosen_as_one_batch(as_administrator, busy, mia):
    answer = leave(as_administrator, busy, **to(mia))
    assert not User.objects.get(pk=busy.pk).is_active
    assert {order.assigned_user for order in Order.objects.all()} == {mia}
    assert {task.assigned_user for task in Task.objects.all()} == {mia}
    assert busy.pk not in Trigger.objects.values_list("user", flat=True)
    batch = Batch.objects.get(kind=Batch.Kind.LEFT)
    assert batch.events.count() == 2
    assert f'Sam Okafor is inactive now. <a href="/batches/{batch.pk}/">' in answer.text


def undo(browser, batch):
    return browser.post(f"/batches/{batch.pk}/undo/", follow=True)


def test_undone_they_are_here_again_and_have_everything_back(as_administrator, busy, mia, statuses):
    leave(as_administrator, busy, **to(mia))
    batch = Batch.objects.get()
    assert (
        "Who left can sign in again, and has back the tasks" in as_administrator.get(batch_page(batch)).text
    )
    assert "Undone: 2 of 2 orders." in undo(as_administrator, batch).text
    assert User.objects.get(pk=busy.pk).is_active
    has = Belongings.of(busy)
    assert has.counted() == "2-2-1-1"
    assert list(has.statuses) == [statuses["Proofs received"]]
    said = MaintenanceChange.objects.filter(model="studio.user", key=busy.pk).latest("pk")
    assert said.fields == {"is_active": ["No", "Yes"]}


def test_a_name_that_looks_like_a_pattern_is_a_name(as_administrator, sam, mia):
    User.objects.filter(pk=sam.pk).update(first_name="{0.x}", last_name="{}")
    assert leave(as_administrator, sam).status_code == 200
    assert str(Batch.objects.get()) == "{0.x} {} left: no open orders handed over."


def test_what_was_done_or_given_on_since_stays_where_it_is(
    as_administrator, as_manager, busy, mia, ada, statuses
):
    leave(as_administrator, busy, **to(mia))
    task, call = Task.objects.order_by("pk")
    as_manager.post(f"/tasks/{task.pk}/done/")
    Task.objects.filter(pk=call.pk).update(assigned_user=ada)
    Status.objects.update(default_user=ada)
    Trigger.objects.update(user=ada)
    order = Order.objects.first()
    operations.assign_order(order, expected=None, by=ada, department=None, assigned_user=ada)
    assert "Undone: 1 of 2 orders." in undo(as_administrator, Batch.objects.get()).text
    assert Belongings.of(busy).counted() == "1-0-0-0"
    assert Belongings.of(ada).counted() == "1-1-5-1"
    assert Task.objects.get(pk=task.pk).assigned_user == mia


def test_only_an_administrator_lets_them_in_again(as_administrator, as_manager, busy, mia):
    leave(as_administrator, busy, **to(mia))
    batch = Batch.objects.get()
    answer = undo(as_manager, batch)
    assert answer.status_code == 409
    assert "Somebody was made inactive. An administrator can undo it." in answer.text
    assert not User.objects.get(pk=busy.pk).is_active


def batch_page(batch):
    return f"/batches/{batch.pk}/"


def test_each_has_to_be_answered(as_administrator, busy, mia):
    answer = leave(as_administrator, busy, **{**to(mia), "orders": ""})
    assert answer.status_code == 422
    assert "Choose a person, or Unassigned." in answer.text
    assert User.objects.get(pk=busy.pk).is_active


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("tasks", "2 tasks and calls are of no department."), ("triggers", "1 trigger names nobody else")],
)
def test_what_would_be_on_nobodys_list_needs_somebody(as_administrator, busy, mia, name, sentence):
    answer = leave(as_administrator, busy, **{**to(mia), name: "none"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Order.objects.filter(assigned_user=busy).count() == 2


def test_from_an_outdated_page_nothing_is_handed_over(as_administrator, busy, mia, make_order):
    counted = as_administrator.get(page_of(busy)).context["form"]["counted"].value()
    operations.assign_order(make_order(), expected=None, by=mia, department=None, assigned_user=busy)
    answer = as_administrator.post(page_of(busy), {"counted": counted, **to(mia)})
    assert answer.status_code == 409
    assert "Sam Okafor has other work by now." in answer.text
    assert Order.objects.filter(assigned_user=busy).count() == 3


def test_sent_twice_it_is_done_once_and_answered_the_same(as_administrator, busy, mia):
    counted = as_administrator.get(page_of(busy)).context["form"]["counted"].value()
    sent = {"counted": counted, **to(mia), "request_key": "1f0c7a3e-7d3b-4a55-9a6d-0a9b8c7d6e5f"}
    answers = [as_administrator.post(page_of(busy), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Batch.objects.count() == 1


def test_only_administrators(as_manager, busy):
    assert as_manager.get(page_of(busy)).status_code == 403


# Orders of people who left count as unassigned everywhere.


@pytest.fixture
def left(as_administrator, busy, mia):
    User.objects.filter(pk=busy.pk).update(is_active=False)
    return busy


def test_in_the_hub_unassigned_and_nobody_both_find_them(as_manager, left):
    for query in ({"unassigned": "on"}, {"user": "none"}):
        page = as_manager.get("/orders/", query)
        assert "1001" in page.text
        assert "Unassigned (Sam Okafor left)" in page.text


def test_overdue_counts_them_under_nobody(as_manager, left):
    Order.objects.update(status_due_date=date(2020, 1, 6))
    page = as_manager.get("/orders/overdue/", {"user": "none"})
    assert "1001" in page.text


def test_where_nobody_works_in_its_department_managers_see_it_on_home(as_manager, left):
    Department.objects.update(is_inactive=True)
    home = as_manager.get("/")
    unassigned = [section for section in home.context["sections"] if section["title"] == "Unassigned"]
    ((pile, (number,)),) = unassigned[0]["piles"]
    assert pile.count == number.count == as_manager.get(number.href).context["table"].paginator.count == 2


def test_control_an_order_that_somebodys_department_shows_is_not_there_twice(as_manager, order):
    assert [section["title"] for section in as_manager.get("/").context["sections"]] == ["My work"]
