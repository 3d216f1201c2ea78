import random
from datetime import date, datetime, time

import pytest
import time_machine
from django.utils import timezone

from preproduction.forecast import notes
from preproduction.operations import PastOrder
from preproduction.operations.past import store_past_orders
from studio import work_calendar

TODAY = date(2026, 6, 10)  # a Wednesday


def noon(day):
    return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())


@pytest.fixture(autouse=True)
def _nothing_learned_before():
    notes._experience.cache_clear()


@pytest.fixture
def on_a_wednesday(preferences):
    with time_machine.travel(noon(TODAY), tick=False):
        yield TODAY


@pytest.fixture
def some_past(on_a_wednesday, session, statuses, vendor, sam):
    """Return a function that makes orders with a past: 2 to 5 business days at each status, up to yesterday."""
    calendar = work_calendar.load()
    way = [status for status in statuses.values() if not status.is_inactive]

    def make(orders, *, first="2026-01-05", seed=1, cause=None, days=(2, 5)):
        chance, pasts = random.Random(seed), []
        for at in range(orders):
            day = calendar.add_business_days(date.fromisoformat(first), at)
            more = {"cause": cause} if cause else {}
            past = PastOrder.begin(
                session,
                number=f"OLD-{seed}-{at}",
                on=day,
                at=noon(day),
                by=sam,
                status=way[0],
                calendar=calendar,
                vendor=vendor if at % 3 else None,
                **more,
            )
            for to in way[1:]:
                day = calendar.add_business_days(day, chance.randint(*days))
                if day >= TODAY:
                    break
                past.advance(to=to, on=day, at=noon(day), by=sam)
            pasts.append(past)
        store_past_orders(pasts)
        return [past.order for past in pasts]

    return make
