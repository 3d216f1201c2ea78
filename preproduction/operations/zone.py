"""Changing the studio's time zone: what "today" is, and with it what is late and when messages go out."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from preproduction.models import Batch, Order
from preproduction.models.order_queries import late_on
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from studio import maintenance_log
from studio.models import CompanyPreferences, MaintenanceChange, User
from triggers import tasks
from triggers.models import Reason
from triggers.rules import schedule


@dataclass(frozen=True)
class ZonePlan:
    """What another time zone would do now.

    becoming_overdue, no_longer_overdue: open orders, by their step or by their promise; the soonest due first.
    messages: how many waiting messages move with the hours of the day.
    """

    today_now: date
    today_then: date
    becoming_overdue: QuerySet[Order]
    no_longer_overdue: QuerySet[Order]
    messages: int


def plan_zone(zone: str, *, at: datetime | None = None) -> ZonePlan:
    """Return what `change_zone` to `zone` would do at the moment `at`, or now.  Nothing is written."""
    at = at or timezone.now()
    now = at.astimezone(CompanyPreferences.load().zone).date()
    then = at.astimezone(ZoneInfo(zone)).date()
    orders = Order.objects.for_table().order_by(F("status_due_date").asc(nulls_last=True), "pk")
    return ZonePlan(
        now,
        then,
        orders.filter(late_on(then)).exclude(late_on(now)),
        orders.filter(late_on(now)).exclude(late_on(then)),
        schedule.count_moving(schedule.Timetable(zone=ZoneInfo(zone))),
    )


@transaction.atomic
def change_zone(zone: str, *, seen: str, by: User) -> Batch:
    """Put the studio into another time zone, and everything that waits for an hour of its day with it.

    No due date moves, and no order is frozen: a day that was today when it was written stays valid (Stay.latest_day).

    seen: the zone that the user's page showed.

    Raises OutdatedPage if it is another by now; OperationRefused if it is this one already.
    """
    stored = _lock()
    if stored.time_zone != seen:
        raise OutdatedPage(
            f"The time zone was changed to {_words(stored.time_zone)} meanwhile. Nothing was changed."
        )
    if stored.time_zone == zone:
        raise OperationRefused(f"The studio is in {_words(zone)} already.", field="time_zone")
    batch = Batch.begin(
        Batch.Kind.ZONE,
        f"The time zone was changed from {_words(seen)} to {_words(zone)}.",
        by=by,
        before={"zone": {"from": seen, "to": zone}},
    )
    _store(stored, zone, by)
    if schedule.replan_all(Reason.MOVED_BY_ZONE):
        tasks.wake_worker_on_commit()
    return batch


def take_back_zone(batch: Batch, *, by: User) -> None:
    """Put the time zone back to what it was before `batch`.  What waits is the caller's to replan.

    Raises OperationRefused if it was changed again since.
    """
    kept, stored = batch.before["zone"], _lock()
    if stored.time_zone != kept["to"]:
        raise OperationRefused("The time zone was changed again since. Change it by hand.")
    _store(stored, kept["from"], by)


def _lock() -> CompanyPreferences:
    CompanyPreferences.objects.get_or_create(pk=1)
    # One change at a time: the second waits here, and then finds another zone than it saw.
    return CompanyPreferences.objects.select_for_update().get(pk=1)


def _store(stored: CompanyPreferences, zone: str, by: User) -> None:
    before = maintenance_log.words_of(stored)
    stored.time_zone = zone
    stored.save(update_fields=["time_zone"])
    after = maintenance_log.words_of(stored)
    maintenance_log.note(MaintenanceChange.Verb.CHANGED, stored, by=by, before=before, after=after)


def _words(zone: str) -> str:
    return zone.replace("_", " ")
