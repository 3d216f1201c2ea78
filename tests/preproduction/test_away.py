"""Away from a day until a day: new work goes to who stands in; what is open is offered, and given back as one."""

import pytest

from preproduction import operations
from preproduction.models import Batch, Order, Status
from studio.models import User
from triggers import outbox
from triggers.models import Task, Trigger

pytestmark = pytest.mark.usefixtures("preferences")


@pytest.fixture(autouse=True)
def on_a_wednesday(time_machine):
    time_machine.move_to("2026-06-10T09:00:00+00:00", tick=False)


def page_of(person):
    return f"/maintenance/users/{person.pk}/away/"


def say_away(browser, person, first="2026-06-10", last="2026-06-19", stands_in=""):
    seen = browser.get(page_of(person)).context["seen"]
    sent = {"seen": seen, "away_from": first, "away_until": last, "stands_in": stands_in}
    return browser.post(page_of(person), sent, follow=True)


@pytest.fixture
def away(as_administrator, sam, mia):
    """Sam, default user of Proofs received, is away; Mia stands in."""
    say_away(as_administrator, sam, stands_in=mia.pk)
    return User.objects.get(pk=sam.pk)


def test_new_work_goes_to_who_stands_in(away, statuses, mia, order):
    status = Status.objects.get(pk=statuses["Proofs received"].pk)
    assert operations.plan_advance(order, to=status).assigned_user == mia


@pytest.mark.parametrize(("day", "who"), [("09", "sam"), ("10", "mia"), ("19", "mia"), ("20", "sam")])
def test_both_days_count_and_no_other(away, time_machine, day, who, order, statuses):
    time_machine.move_to(f"2026-06-{day}T12:00:00+00:00", tick=False)
    status = type(order.status).objects.get(pk=statuses["Proofs received"].pk)
    assert status.user_to_assign.username == who


def test_a_triggers_task_goes_to_who_stands_in(away, statuses, order, mia):
    Trigger.objects.create(
        description="Pack it",
        status=statuses["Sent to lab"],
        task_title="Pack",
        recipient=Trigger.Recipient.FIXED,
        user=away,
    )
    plan = operations.plan_advance(order)
    operations.advance_status(order, plan, expected=order.version, by=mia)
    outbox.deliver_due()
    assert Task.objects.get().assigned_user == mia


def test_who_stands_in_may_be_away_too(as_administrator, away, mia, ada):
    say_away(as_administrator, mia, stands_in=ada.pk)
    assert User.objects.get(pk=away.pk).who_works() == ada
    # In a circle it stays where it was.
    say_away(as_administrator, ada, stands_in=away.pk)
    assert User.objects.get(pk=away.pk).who_works() == away


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"last": ""}, "Enter both days, or none."),
        ({"last": "2026-06-01"}, "The last day is before the first."),
        ({}, "Choose who gets the new work."),
        ({"last": "9999-12-31"}, "between the years 2000 and 2100"),
    ],
)
def test_what_cannot_be_is_refused(as_administrator, sam, typed, sentence):
    answer = say_away(as_administrator, sam, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text


def hand_over(browser, person):
    counted = browser.get(page_of(person)).context["counted"]
    return browser.post(f"/maintenance/users/{person.pk}/hand-over/", {"counted": counted}, follow=True)


@pytest.fixture
def open_order(order, sam):
    return operations.assign_order(
        order, expected=None, by=sam, department=order.department, assigned_user=sam
    )


def test_what_is_open_stays_until_it_is_handed_over_and_comes_back_as_one(
    as_administrator, open_order, away, mia
):
    assert Order.objects.get().assigned_user == away
    assert "Sam Okafor has 1 open order." in " ".join(as_administrator.get(page_of(away)).text.split())
    answer = hand_over(as_administrator, away)
    assert Order.objects.get().assigned_user == mia
    batch = Batch.objects.get()
    assert f"Sam Okafor is away: 1 open order handed to {mia}." in answer.text
    assert f'href="/batches/{batch.pk}/"' in as_administrator.get(page_of(away)).text
    as_administrator.post(f"/batches/{batch.pk}/undo/")
    assert Order.objects.get().assigned_user == away
    assert not as_administrator.get(page_of(away)).context["handed_over"]


def test_from_an_outdated_page_nothing_is_handed_over(as_administrator, open_order, away):
    sent = {"counted": "0-0-0-0"}
    answer = as_administrator.post(f"/maintenance/users/{away.pk}/hand-over/", sent, follow=True)
    assert "has other work by now" in answer.text
    assert Order.objects.get().assigned_user == away


def test_only_administrators(as_manager, sam):
    assert as_manager.get(page_of(sam)).status_code == 403
