"""Company Preferences > Time Zone: shown before it is done, undone as one, and no order is frozen by it."""

from datetime import UTC, date, datetime

import pytest

from preproduction import operations
from preproduction.models import Batch, Order
from studio.models import CompanyPreferences
from triggers.models import Delivery, Trigger

pytestmark = pytest.mark.usefixtures("preferences")

PAGE = "/maintenance/preferences/time-zone/"
AUCKLAND = "Pacific/Auckland"  # where it is the 13th at 20:00 UTC on the 12th


@pytest.fixture(autouse=True)
def on_a_friday_evening(time_machine):
    time_machine.move_to("2026-06-12T20:00:00+00:00", tick=False)


@pytest.fixture
def due_today(make_order):
    return make_order(order_date=date(2026, 6, 10))


def change(browser, zone, seen="UTC"):
    return browser.post(PAGE, {"time_zone": zone, "seen": seen}, follow=True)


def test_it_says_what_becomes_late_and_writes_nothing(as_administrator, due_today):
    assert due_today.status_due_date == date(2026, 6, 12)
    page = as_administrator.get(PAGE, {"time_zone": AUCKLAND})
    assert "would be" in page.text
    assert "Sat 13 Jun 2026" in page.text
    assert [*page.context["plan"].becoming_overdue] == [due_today]
    assert due_today.get_absolute_url() in page.text
    assert CompanyPreferences.load().time_zone == "UTC"


def test_it_says_what_stops_being_late(as_administrator, due_today, time_machine):
    time_machine.move_to("2026-06-13T03:00:00+00:00", tick=False)
    plan = as_administrator.get(PAGE, {"time_zone": "America/New_York"}).context["plan"]
    assert [*plan.no_longer_overdue] == [due_today]


@pytest.fixture
def reminder(statuses, retouching, due_today):
    trigger = Trigger.objects.create(
        description="Ask the lab",
        status=due_today.status,
        task_title="Ask",
        department=retouching,
        timing=Trigger.Timing.AFTER_DUE,
        days=3,
    )
    return trigger


def test_every_waiting_message_moves_with_the_hours_of_the_day(as_administrator, reminder, make_order):
    for _ in range(5):
        make_order()
    before = {row.pk: row.not_before for row in Delivery.objects.all()}
    assert len(before) == 5
    page = as_administrator.get(PAGE, {"time_zone": AUCKLAND})
    assert page.context["plan"].messages == 5
    answer = change(as_administrator, AUCKLAND)
    batch = Batch.objects.get()
    assert f'<a href="/batches/{batch.pk}/">' in answer.text
    assert all(row.not_before != before[row.pk] for row in Delivery.objects.all())
    as_administrator.post(f"/batches/{batch.pk}/undo/")
    assert CompanyPreferences.load().time_zone == "UTC"
    assert {row.pk: row.not_before for row in Delivery.objects.all()} == before


def test_no_due_date_moves(as_administrator, due_today):
    change(as_administrator, AUCKLAND)
    assert Order.objects.get().status_due_date == date(2026, 6, 12)


def test_who_is_slower_reads_that_it_was_changed(as_administrator):
    change(as_administrator, "Europe/Vienna")
    answer = change(as_administrator, AUCKLAND)
    assert answer.status_code == 409
    assert "was changed to Europe/Vienna meanwhile" in answer.text
    assert CompanyPreferences.load().time_zone == "Europe/Vienna"


@pytest.mark.parametrize(("zone", "code"), [("Mars/Base", 422), ("", 422), ("UTC", 422)])
def test_what_is_no_change_is_refused(as_administrator, zone, code):
    assert change(as_administrator, zone).status_code == code
    assert not Batch.objects.exists()


def test_only_administrators(as_manager):
    assert as_manager.get(PAGE).status_code == 403
    assert change(as_manager, AUCKLAND).status_code == 403


# East, something is written there "today", and back west, where that day is tomorrow.


@pytest.fixture
def there_and_back(as_administrator):
    def back(act):
        change(as_administrator, AUCKLAND)
        act()
        change(as_administrator, "UTC", seen=AUCKLAND)
        assert CompanyPreferences.load().time_zone == "UTC"

    return back


def post_form(browser, address, **typed):
    form = browser.get(address).context["form"]
    sent = {
        name: value if value is not None else ""
        for name, value in ((field.html_name, field.value()) for field in form)
    }
    return browser.post(address, {**sent, **typed})


def test_an_order_held_in_the_east_can_be_resumed_in_the_west(there_and_back, as_manager, due_today, mia):
    address = f"/orders/{due_today.pk}"
    there_and_back(lambda: post_form(as_manager, f"{address}/hold/", reason="Client is away."))
    held = Order.objects.get()
    assert held.held_on == date(2026, 6, 13)
    assert as_manager.post(f"{address}/resume/", {"expected": held.version}).status_code == 302
    assert Order.objects.get().held_on is None


def test_an_order_advanced_in_the_east_can_be_advanced_undone_and_reopened_in_the_west(
    there_and_back, as_manager, due_today, statuses
):
    address = f"/orders/{due_today.pk}/advance/"
    there_and_back(lambda: as_manager.post(address, sent_of(as_manager, address)))
    assert Order.objects.get().entered_status_on == date(2026, 6, 13)
    final = sent_of(as_manager, address) | {"to": statuses["Delivered"].pk}
    assert as_manager.post(address, final).status_code == 302
    assert Order.objects.get().is_complete
    again = sent_of(as_manager, address) | {"to": statuses["Sent to lab"].pk}
    assert as_manager.post(address, again).status_code == 302
    assert not Order.objects.get().is_complete


def sent_of(browser, address):
    form = browser.get(address).context["form"]
    values = ((field.html_name, field.field.prepare_value(field.value())) for field in form)
    return {name: "" if value is None else str(value) for name, value in values}


def test_control_the_two_zones_are_on_different_days():
    plan = operations.plan_zone(AUCKLAND, at=datetime(2026, 6, 12, 20, tzinfo=UTC))
    assert (plan.today_now, plan.today_then) == (date(2026, 6, 12), date(2026, 6, 13))
