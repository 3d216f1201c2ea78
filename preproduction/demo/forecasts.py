"""What the worker would have forecast in the demo studio, day by day: said from what was known on each morning alone.

Each order is rebuilt as its history tells it that morning, and the product's own forecast is asked of it.  So what is
shown of the forecast, right or wrong, came about as it does in a studio.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from django.utils import timezone

from preproduction import set_up, written
from preproduction.forecast import work
from preproduction.forecast.saying import say
from preproduction.models import Order, OrderEvent, Status, StatusChange
from preproduction.rebuild import Rebuilt, in_turn
from studio.business_days import StudioCalendar
from studio.models import CompanyPreferences

MORNINGS = 60  # business days at most: the longest forecasts have to come to their end
Row = StatusChange | OrderEvent


def make_forecasts(*, today: date, calendar: StudioCalendar, preferences: CompanyPreferences) -> None:
    """Store what was predicted on the mornings before `today`, and the forecasts of today, as the worker does."""
    orders = [_Replayed(key, rows) for key, rows in _histories().items()]
    listed = set_up.statuses()
    # Of few orders nobody learns much, however many mornings there are.
    for back in range(min(MORNINGS, len(orders) // 5), 0, -1):
        day = calendar.add_business_days(today, -back)
        known = work.known_on(day, preferences, calendar, listed)
        statuses = {status.pk: status for status in listed}
        standing = [order for each in orders if (order := each.on_morning_of(day, statuses))]
        if standing:
            work.keep([say(order, known) for order in standing])
    while work.go_on_with(today, preferences, calendar, listed):
        pass


def _histories() -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in (*StatusChange.objects.select_related("undoes__ends"), *OrderEvent.objects.all()):
        found[row.order_id].append(row)
    return found


class _Replayed:
    """One order, and what happens to it next."""

    def __init__(self, key: int, rows: list[Row]):
        self.key, self.told = key, Rebuilt()
        self.rows: Iterator[Row] = iter(in_turn(rows))
        self.next = next(self.rows, None)

    def on_morning_of(self, day: date, statuses: Mapping[int, Status]) -> Order | None:
        """Return the order as it stood then, if it was open and at one of `statuses`.  Mornings are asked for in turn."""
        begins = datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
        while self.next is not None and self.next.recorded_at < begins:
            self.told.take(self.next)
            self.next = next(self.rows, None)
        columns = self.told.columns
        if columns.get("is_complete", True) or columns["status"] is None:
            return None
        row = written.read(columns)
        row |= {
            "status": statuses[row.pop("status_id")],
            "stay_id": self.told.stay,
            "version": self.told.version,
        }
        return Order(pk=self.key, **row)  # to be asked, never to be stored
