"""With priority Rush each duration is a share of itself, rounded up to whole days."""

from datetime import date

import pytest
from django.urls import reverse

from preproduction import operations, promise
from preproduction.models import Order, Status, VendorDuration
from preproduction.models.order import Priority
from studio import work_calendar
from studio.business_days import shortened
from studio.models import CompanyPreferences

WEDNESDAY = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def half_in_a_hurry(time_machine, preferences):
    time_machine.move_to("2026-06-10T15:00:00+00:00", tick=False)
    CompanyPreferences.objects.update(rush_percent=50)


@pytest.mark.parametrize(
    ("days", "percent", "expected"),
    [(5, 50, 3), (4, 50, 2), (1, 1, 1), (0, 50, 0), (7, 100, 7), (None, 50, None), (365, 99, 362)],
)
def test_it_is_rounded_up_to_whole_days(days, percent, expected):
    assert shortened(days, percent) == expected


def test_a_rush_order_has_half_as_long_at_each_status_and_with_each_vendor(make_order, statuses, vendor):
    VendorDuration.objects.create(vendor=vendor, status=statuses["Sent to lab"], days=7)
    rush = make_order(vendor=vendor, priority=Priority.RUSH)
    assert (rush.status_duration, rush.status_due_date) == (1, date(2026, 6, 11))
    assert make_order(vendor=vendor).status_due_date == date(2026, 6, 12)
    plan = operations.plan_advance(rush)
    assert (plan.duration, plan.due_date) == (4, date(2026, 6, 16))
    found = needed(rush)
    # 3 of Proofs received are 2: to be there by Thu 25, the lab is left by Tue 23, entered by Wed 17 and its 4 days.
    assert [step.last_day for step in found.steps] == [
        date(2026, 6, 17),
        date(2026, 6, 23),
        date(2026, 6, 25),
    ]


def needed(order):
    Order.objects.filter(pk=order.pk).update(needed_by=date(2026, 6, 25), needed_for="Event")
    order = Order.objects.for_table().get(pk=order.pk)
    return promise.of(
        order, statuses=list(Status.objects.all()), calendar=work_calendar.load(), today=WEDNESDAY
    )


def edit(browser, order, priority):
    shown = {
        "vendor": order.vendor_id or "",
        "order_date": order.order_date,
        "number": order.number,
        "priority": order.priority,
    }
    data = {f"initial-{name}": value for name, value in shown.items()} | shown | {"priority": priority}
    return browser.post(reverse("preproduction:order_edit", args=[order.pk]), data, follow=True)


def test_set_in_the_middle_of_a_status_it_offers_the_new_due_date(as_staff, make_order):
    order = make_order()
    page = edit(as_staff, order, Priority.RUSH)
    assert "With this priority Images selected would be due on Thu 11 Jun 2026." in page.text
    order.refresh_from_db()
    assert order.status_due_date == date(2026, 6, 12)
    address = f"{reverse('preproduction:change_due_date', args=[order.pk])}?due_date=2026-06-11"
    assert address in page.text
    assert as_staff.get(address).context["form"]["due_date"].value() == date(2026, 6, 11)


def test_nothing_is_offered_where_nothing_is_counted_otherwise(as_staff, make_order):
    CompanyPreferences.objects.update(rush_percent=100)
    assert "With this priority" not in edit(as_staff, make_order(), Priority.RUSH).text
    CompanyPreferences.objects.update(rush_percent=50)
    assert "With this priority" not in edit(as_staff, make_order(), Priority.HIGH).text
