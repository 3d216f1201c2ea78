"""What a list of orders weighs on the wire, at 50 rows such as a studio has: kilobytes of HTML, plain and compressed.

The limits are what was reached; the aim is 80 and 20.  Whoever passes one says why, or takes something out.
"""

import gzip
from datetime import date, timedelta

import pytest
import time_machine

from preproduction import operations
from studio.models import Client, PhotoSession, Vendor

ROWS = 50
LIMITS = {"/orders/?per_page=50": (150, 13), "/orders/overdue/?per_page=50": (280, 17)}
FIRST_NAMES = ("Søren", "Freya", "Oliver", "Łukasz", "Camille", "Dmitri", "Анна", "Isla", "Mateo", "Ingrid")
LAST_NAMES = ("MacAllister", "Okonkwo", "García-Márquez", "Żółć", "Castellanos")


@pytest.fixture
def orders(make_order, session, vendor, mia, retouching):
    """50 late orders of as many clients, most of them given to somebody."""
    inhouse = Vendor.objects.create(
        name="In-house lab", contact_name="Tom Abernathy", phone="ext. 14", email="tom@example.com"
    )
    with time_machine.travel("2026-06-10 12:00", tick=False):
        for at in range(ROWS):
            client = Client.objects.create(
                name=f"{FIRST_NAMES[at % 10]} {LAST_NAMES[at // 10]}",
                phone=f"(201) 555-0{at:03}",
                mobile_phone=f"(908) 555-0{at:03}",
            )
            own = PhotoSession.objects.create(
                number=f"S2611-{at:03}",
                client=client,
                date=session.date,
                session_type=session.session_type,
                photographer=mia,
            )
            order = make_order(
                session=own,
                order_date=date(2026, 5, 1) + timedelta(at % 20),
                vendor=vendor if at % 2 else inhouse,
            )
            if at % 4:
                operations.assign_order(
                    order,
                    by=order.entered_by,
                    expected=order.version,
                    department=retouching,
                    assigned_user=mia,
                )
        yield


@pytest.mark.parametrize("address", LIMITS)
def test_lists_of_orders_are_light(as_manager, preferences, orders, address):
    page = as_manager.get(address)
    assert len(page.context["table"].page) == ROWS
    plain, compressed = len(page.content), len(gzip.compress(page.content, 6))
    most_plain, most_compressed = LIMITS[address]
    assert plain < most_plain * 1000, f"{address} weighs {plain / 1000:.0f} kB"
    assert compressed < most_compressed * 1000, f"{address} weighs {compressed / 1000:.1f} kB compressed"
