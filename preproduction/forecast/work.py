"""What the worker does of forecasts: it writes them, a piece at a time, and pages read what it has written."""

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from preproduction.forecast.notes import experience
from preproduction.forecast.pace import paces
from preproduction.forecast.saying import FEW, Today, say
from preproduction.models import Forecast, Order, Pace, Prediction, Status
from preproduction.models.order_queries import OrderQuerySet
from studio import set_up
from studio.business_days import StudioCalendar
from studio.models import CompanyPreferences

CHUNK = 2_000
Kind = Prediction.Kind
# What a prediction takes over from the forecast that it keeps, and which forecasts are worth keeping.
SAME = [field.attname for field in Prediction._meta.concrete_fields if field.name not in ("id", "kind")]
NEW = {
    Kind.SAID: Q(cases__gte=FEW) | Q(complete_cases__gte=FEW),
    Kind.WARNED: Q(is_at_risk=True),
}
ANEW = [field.name for field in Forecast._meta.concrete_fields if not field.primary_key]


def go_on() -> bool:
    """Write the paces of today, and forecasts of orders that have none, or have changed since; return whether there may be
    more."""
    preferences = CompanyPreferences.load()
    with preferences.in_force(), _without_looking_for_cycles():
        known = set_up.now()
        return go_on_with(timezone.localdate(), preferences, known["calendar"], known["statuses"])


@contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """Keep the garbage collector from going through a million rows again and again, which refer to nothing; learning takes
    two thirds of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def go_on_with(
    day: date, preferences: CompanyPreferences, calendar: StudioCalendar, statuses: Sequence[Status]
) -> bool:
    """Write what go_on writes on `day`, a piece of it; the preferences are in force.

    statuses: the whole list in its order, with the durations of vendors.
    """
    basis = basis_of(preferences, calendar, statuses)
    orders = list(to_forecast(day, preferences.at_risk_below, basis)[:CHUNK])
    has_paces = Pace.objects.filter(on=day).exists()
    if not orders and has_paces:
        return False
    today = known_on(day, preferences, calendar, statuses)
    if not has_paces:
        keep_paces(paces(today))
    forecasts = [say(order, today) for order in orders]
    for forecast in forecasts:
        forecast.basis = basis
    if forecasts:
        keep(forecasts)
    return len(orders) == CHUNK


def known_on(
    day: date, preferences: CompanyPreferences, calendar: StudioCalendar, statuses: Sequence[Status]
) -> Today:
    """Return what all orders of the studio share on the morning of `day`."""
    return Today(day, calendar, experience(day, calendar), statuses, preferences.at_risk_below)


def basis_of(preferences: CompanyPreferences, calendar: StudioCalendar, statuses: Sequence[Status]) -> str:
    """Return a short text that is another after any change of what days and plans are counted by."""
    plan = [
        (
            *(status.pk, status.default_duration, status.clock, status.is_final, status.is_inactive),
            sorted((row.vendor_id, row.days) for row in status.vendor_durations.all()),
        )
        for status in statuses
    ]
    counted_by = (preferences.time_zone, sorted(calendar.work_week), calendar, plan)
    return hashlib.sha256(repr(counted_by).encode()).hexdigest()[:16]


def to_forecast(day: date, at_risk_below: int, basis: str) -> OrderQuerySet:
    """Return the open orders at a status without a forecast made on `day` for the order as it is, the earliest due first.

    at_risk_below, basis: as the studio has them; a forecast made with others is none.
    Another vendor alone makes no page outdated, and so no other version.
    """
    # Joined and not asked for with Exists: PostgreSQL, whose statistics know nothing of what the worker is just writing,
    # would compare each order with every forecast.
    made = Q(
        forecast__version=F("version"),
        whose=Coalesce("vendor", 0),
        forecast__on=day,
        forecast__at_risk_below=at_risk_below,
        forecast__basis=basis,
    )
    return (
        Order.objects.open()
        .filter(status__isnull=False, stay__isnull=False, entered_status_on__isnull=False)
        .alias(whose=Coalesce("forecast__vendor", 0))
        .exclude(made)
        .select_related("status")
        .order_by(F("status_due_date"), "pk")
    )


@transaction.atomic
def keep_paces(found: Sequence[Pace]) -> None:
    """Store the paces of a day in the place of those before."""
    Pace.objects.all().delete()
    Pace.objects.bulk_create(found, ignore_conflicts=True)


@transaction.atomic
def keep(forecasts: Sequence[Forecast]) -> None:
    """Store `forecasts`, and for ever what is said of a stay for the first time, and that it is at risk for the first.

    Nothing is said twice, whoever else is at it: on SQLite the transaction waits, on PostgreSQL the twin is passed over.
    """
    Forecast.objects.bulk_create(
        forecasts, update_conflicts=True, unique_fields=["order"], update_fields=ANEW
    )
    predict(forecasts)


def predict(forecasts: Sequence[Forecast]) -> None:
    """Keep for ever what stored `forecasts` say of a stay for the first time, and that it is at risk for the first."""
    orders = [forecast.order_id for forecast in forecasts]
    for kind, is_new in NEW.items():
        there = Prediction.objects.filter(stay=OuterRef("stay"), kind=kind)
        new = Forecast.objects.filter(is_new, ~Exists(there), order__in=orders).order_by("pk")
        _copy(new.annotate(of_kind=Value(kind)).values_list(*SAME, "of_kind"))


def _copy(rows: QuerySet[Forecast, Any]) -> None:
    """Store `rows` as predictions: within the database, which has them all, and takes a fifth of the time."""
    names = ", ".join(map(connection.ops.quote_name, (*SAME, "kind")))  # as their columns are called
    selected, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Prediction._meta.db_table} ({names}) {selected} ON CONFLICT DO NOTHING",
            parameters,
        )
