"""Orders of the past, as the demo has them: written with their history at once, as if each step had been done then."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from preproduction.models import Order, Status
from preproduction.models.status import Clock
from preproduction.operations import PastOrder
from preproduction.operations.past import store_past_orders
from studio import work_calendar
from studio.models import ClosedDay, Vendor

MONDAY = date(2026, 6, 8)


@pytest.mark.parametrize("has_vendor", [True, False])
def test_one_is_due_when_one_that_is_made_on_that_day_is(
    preferences, session, statuses, make_order, sam, has_vendor
):
    """By the clock of its lab, which is closed on Tuesday, where it has one."""
    lab = Vendor.objects.create(name="Lab") if has_vendor else None
    Status.objects.update(clock=Clock.VENDOR)
    if lab:
        ClosedDay.objects.create(vendor=lab, first_day="2026-06-09", last_day="2026-06-09", name="Fair")
    noon = datetime(2026, 6, 8, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        made = make_order(vendor=lab)
    past = PastOrder.begin(
        session,
        number="OLD",
        on=MONDAY,
        at=noon,
        by=sam,
        status=made.status,
        calendar=work_calendar.load(),
        vendor=lab,
    )
    store_past_orders([past])
    assert Order.objects.get(number="OLD").status_due_date == made.status_due_date
    assert made.status_due_date == date(2026, 6, 11 if lab else 10)
