"""What became of what was said: of days said in 85 and 95 of 100 cases how many held, and which warnings came true."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from preproduction.models import Cause, Order, Prediction, StatusChange
from preproduction.stay import of as stay_of
from studio.business_days import WorkCalendar

WARNING = "warning"
# The last warnings: so many, and of so long.
LAST, SO_LONG = 100, timedelta(days=180)


class Outcome(NamedTuple):
    """said: 85, 95 or WARNING.  held: whether the day held; whether the warning came true."""

    said: int | str
    of: str  # "leaving", "completing" or WARNING
    status: int | None
    vendor: int | None
    on: date
    held: bool


def outcomes(since: date, *, today: date, calendar: WorkCalendar) -> list[Outcome]:
    """Return what became of what was said from `since` on, as far as it is known: each once.  Three queries.

    A day counts once it has passed, whether or not its order was sooner.  Left out: stays that were undone, or ended by
    a replaced status, and orders withdrawn.
    """
    return _outcomes(Prediction.objects.filter(on__gte=since), today, calendar)


class CameTrue(NamedTuple):
    """Of so many warnings whose end is known, so many came true."""

    came_true: int
    cases: int


def last_warnings(today: date, *, calendar: WorkCalendar) -> CameTrue:
    """Return how many of the last warnings came true: of LAST of them, and not older than SO_LONG.  Three queries."""
    latest = Prediction.objects.filter(kind=Prediction.Kind.WARNED, on__gte=today - SO_LONG, on__lt=today)
    found = _outcomes(latest.order_by("-on", "-pk")[:LAST], today, calendar)
    return CameTrue(sum(outcome.held for outcome in found), len(found))


def _outcomes(said: QuerySet[Prediction], today: date, calendar: WorkCalendar) -> list[Outcome]:
    with_stays = said.select_related("stay__to_status")
    predictions = list(with_stays.defer("stay__before", "stay__after", "stay__note"))
    of_orders = said.values("order")
    chains: dict[int, list[StatusChange]] = defaultdict(list)
    rows = (
        StatusChange.objects.filter(order__in=of_orders)
        .select_related("to_status")
        .order_by("order", "sequence")
    )
    for row in rows.defer("before", "after", "note"):
        chains[row.order_id].append(row)
    orders = Order.objects.filter(pk__in=of_orders).select_related("status").in_bulk()
    found: list[Outcome] = []
    for prediction in predictions:
        if order := orders.get(prediction.order_id):
            fate = _fate(order, chains[order.pk], prediction, today, calendar)
            if fate is not None:
                found += _judged(prediction, fate, order, today, calendar)
    return found


@dataclass(frozen=True)
class Fate:
    """What became of a stay: its days on the clock, and those until the order was complete; so far, or in all.

    ended: the row that ended it; None while it goes on.
    """

    days: int
    total: int
    is_complete: bool
    ended: StatusChange | None


def _fate(
    order: Order, chain: Sequence[StatusChange], prediction: Prediction, today: date, calendar: WorkCalendar
) -> Fate | None:
    """Return the fate of the stay of `prediction`; None where it was undone, or nobody counted its days."""
    undone = {row.undoes_id for row in chain if row.undoes_id}
    standing = [row for row in chain if row.undoes_id is None and row.pk not in undone]
    keys = [row.pk for row in standing]
    if prediction.stay_id not in keys:
        return None
    total, days, ended = 0, None, None
    for row in standing[keys.index(prediction.stay_id) + 1 :]:
        if row.days_at_status is None:
            return None
        total += max(row.days_at_status, 0)
        if ended is None:
            ended, days = row, max(row.days_at_status, 0)
        if row.to_status is not None and row.to_status.is_final:
            return Fate(days or 0, total, True, ended)
    clock = stay_of(order)
    if clock.entered_on is None:
        return None
    calendar = order.clock(calendar)
    so_far = calendar.count_business_days(clock.entered_on, today) - clock.held_days
    so_far = max(so_far - clock.days_stood_still(today, calendar), 0)
    return Fate(so_far if days is None else days, total + so_far, False, ended)


def _judged(
    prediction: Prediction, fate: Fate, order: Order, today: date, calendar: WorkCalendar
) -> Iterator[Outcome]:
    status, of = prediction.stay.to_status_id, (prediction.vendor_id, prediction.on)
    if prediction.kind == Prediction.Kind.WARNED:
        if (came_true := _came_true(prediction, fate, order, today)) is not None:
            yield Outcome(WARNING, WARNING, status, *of, came_true)
        return
    days = (
        ("leaving", 85, prediction.leave_85, fate.days, fate.ended is not None),
        ("leaving", 95, prediction.leave_95, fate.days, fate.ended is not None),
        ("completing", 85, prediction.complete_85, fate.total, fate.is_complete),
        ("completing", 95, prediction.complete_95, fate.total, fate.is_complete),
    )
    status_then = prediction.stay.to_status
    clock = status_then.clock_of(prediction.vendor_id, calendar) if status_then else calendar
    is_replaced = fate.ended is not None and fate.ended.cause == Cause.REPLACED
    for what, said, day, took, is_over in days:
        if day is None or (is_replaced and what == "leaving"):
            continue
        has_passed = clock.add_business_days(prediction.on, day - prediction.age) < today
        if has_passed and (is_over or took > day):
            yield Outcome(said, what, status, *of, is_over and took <= day)


def _came_true(prediction: Prediction, fate: Fate, order: Order, today: date) -> bool | None:
    """Whether the stay was late, or the promise broken; None while neither can be said."""
    is_late = order.is_overdue(today) if fate.ended is None else (fate.ended.days_late or 0) > 0
    is_broken = order.needed_by is not None and (order.completed_on or today) > order.needed_by
    if is_late or is_broken:
        return True
    return False if order.is_complete or (fate.ended and prediction.complete_chance is None) else None
