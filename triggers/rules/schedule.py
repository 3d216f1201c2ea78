"""When a trigger's moment is: "3 business days before the status due date", and when a message may go out at all.

`moment`, `plan` and `next_allowed` are pure: dates in, moments out.  The others keep the rows of the outbox in step
with the due dates of their orders.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from studio import work_calendar
from studio.business_days import BusinessDayError, WorkCalendar
from studio.models import CompanyPreferences
from triggers.models import Delivery, MessagePreferences, Reason, Trigger, because

CHUNK = 500  # rows to a bulk update; SQLite limits the variables of one statement

# Skipped for want of a moment; another due date may give it one.
WITHOUT_MOMENT = (Reason.NO_DUE_DATE, Reason.TOO_EARLY)

# What is not done, nor being done, and what another due date may still give a moment.
WAITING = Q(state__in=Delivery.UNFINISHED) | Q(state=Delivery.State.SKIPPED, reason_code__in=WITHOUT_MOMENT)

State = Delivery.State


class Timetable:
    """The studio's calendar, hours and time zone, each read when first asked for."""

    def __init__(
        self,
        calendar: WorkCalendar | None = None,
        preferences: MessagePreferences | None = None,
        zone: tzinfo | None = None,
    ):
        if calendar is not None:
            self.calendar = calendar
        if preferences is not None:
            self.preferences = preferences
        if zone is not None:
            self.zone = zone

    @cached_property
    def company(self) -> CompanyPreferences:
        return CompanyPreferences.load()

    @cached_property
    def calendar(self) -> WorkCalendar:
        return work_calendar.load(self.company)

    @cached_property
    def preferences(self) -> MessagePreferences:
        return MessagePreferences.load()

    @cached_property
    def zone(self) -> tzinfo:
        return self.company.zone


@dataclass(frozen=True)
class Plan:
    """When a delivery is due; not_before is None, and `reason` says why, where it has no moment for now.

    is_skipped: it never had a moment.
    """

    not_before: datetime | None
    expires_at: datetime | None = None
    reason: Reason = Reason.NONE
    is_skipped: bool = False


def moment(
    trigger: Trigger,
    due_date: date | None,
    calendar: WorkCalendar,
    preferences: MessagePreferences,
    zone: tzinfo | None = None,
) -> datetime | None:
    """Return when `trigger` fires for a status due on `due_date`, in UTC; None without a due date.

    The hour is the studio's on either side of a change of clocks.  An hour that the clocks leave out is as much later,
    one that they repeat is the first.

    zone: the studio's; the active one if None.
    """
    if due_date is None or not trigger.waits_for_due_date:
        return None
    days = -trigger.days if trigger.timing == Trigger.Timing.BEFORE_DUE else trigger.days
    try:
        if not days:
            day = due_date
        elif trigger.day_kind == Trigger.DayKind.BUSINESS:
            day = calendar.add_business_days(due_date, days)
        else:
            day = due_date + timedelta(days=days)
        return _at(day, preferences.fires_at, zone or timezone.get_current_timezone())
    except (BusinessDayError, OverflowError):
        return None  # before the year 1, after the year 9999


def plan(
    trigger: Trigger,
    *,
    reached_at: datetime,
    due_date: date | None,
    is_on_hold: bool,
    timetable: Timetable,
    clock: WorkCalendar | None = None,
) -> Plan:
    """Return when a delivery of `trigger` is due for an order that reached the status at `reached_at`.

    clock: whose business days count at the status; the studio's if None.
    """
    if not trigger.waits_for_due_date:
        return Plan(reached_at, latest(trigger, reached_at))
    at = moment(trigger, due_date, clock or timetable.calendar, timetable.preferences, timetable.zone)
    if at is None:
        return Plan(reached_at, None, Reason.NO_DUE_DATE, is_skipped=True)
    if at < reached_at:
        return Plan(at, None, Reason.TOO_EARLY, is_skipped=True)
    if is_on_hold:
        return Plan(None, None, Reason.ON_HOLD)
    return Plan(at, latest(trigger, at))


def latest(trigger: Trigger, start: datetime) -> datetime | None:
    """Return until when what was due at `start` may still be done; None: however late."""
    if trigger.max_late_hours is None:
        return None
    try:
        return start + timedelta(hours=trigger.max_late_hours)
    except OverflowError:
        return None  # after the year 9999


def next_allowed(now: datetime, send_at: str, timetable: Timetable) -> tuple[datetime, Reason]:
    """Return when a message may be sent that is due at `now`, and why not at once (NONE where it may)."""
    if send_at == Trigger.SendAt.ANY_TIME:
        return now, Reason.NONE
    at, reason = now.astimezone(timetable.zone), Reason.NONE
    # A closed day ends in quiet hours, and quiet hours in a closed day: at most a few turns.
    while True:
        closed = send_at == Trigger.SendAt.BUSINESS_DAYS and not timetable.calendar.is_business_day(at.date())
        if closed:
            at = _at(timetable.calendar.add_business_days(at.date(), 1), time(0), timetable.zone)
            reason = Reason.CLOSED
        else:
            awake = _end_of_quiet(at, timetable)
            if awake is None:
                break
            at, reason = awake, reason or Reason.QUIET_HOURS
        at = at.astimezone(timetable.zone)
    return (at.astimezone(UTC) if reason else now), reason


def stop(order_id: int) -> int:
    """Let what follows the due date of an order stand still, because it was put on hold.  Return how many."""
    following = Delivery.objects.filter(order_id=order_id, follows_due_date=True)
    no_moment = {"not_before": None, "expires_at": None}
    waiting = following.filter(state=State.PENDING).update(**no_moment, **because(Reason.ON_HOLD))
    # Those say that they wait for review, and still do.
    return waiting + following.filter(state=State.HELD).update(**no_moment)


def replan(
    order_ids: Iterable[int],
    reason: Reason = Reason.NONE,
    timetable: Timetable | None = None,
    *,
    by: object = "",
) -> int:
    """Move what follows the due dates of these orders to where it belongs now.  Return how many rows moved.

    What never had a moment is given one, if the new due date has it.  Call in the transaction that changed the dates.

    reason: of the moved rows, such as Reason.MOVED_BY_CALENDAR.
    by:     whom its sentence names.
    """
    timetable, why = timetable or Timetable(), because(reason, by)
    keys, moved = list(order_ids), 0
    for start in range(0, len(keys), CHUNK):
        moved += _replan_chunk(keys[start : start + CHUNK], why, timetable)
    return moved


def replan_all(reason: Reason) -> int:
    """Replan the orders of everything that follows a due date and waits, and look again at what waits for the hour."""
    orders = _following().order_by("order")
    return replan(orders.values_list("order", flat=True).distinct(), reason) + look_again()


def look_again() -> int:
    """Let the worker ask again whether what waits for the hour may go out, as hours or days are others; return how many."""
    return _asleep().update(not_before=timezone.now())


def _following() -> QuerySet[Delivery]:
    """Return what follows a due date and waits, or might: not for an order that was withdrawn, which is asked again with it."""
    return Delivery.objects.filter(WAITING, follows_due_date=True, order__withdrawn_on=None)


def _asleep() -> QuerySet[Delivery]:
    """Return what was due, and waits for the end of quiet hours or of closed days."""
    for_the_hour = (Reason.QUIET_HOURS, Reason.CLOSED)
    return Delivery.objects.filter(
        state=State.PENDING,
        reason_code__in=for_the_hour,
        follows_due_date=False,
        not_before__gt=timezone.now(),
    )


def count_moving(timetable: Timetable) -> int:
    """Return how many rows `replan_all` would move by `timetable`.  Nothing is written."""
    now, rows = timezone.now(), _following()
    asleep = _asleep().select_related("trigger", "template", "asked_by", "person")
    other_hour = sum(
        next_allowed(now, row.rule.send_at, timetable)[0] != row.not_before
        for row in asleep.iterator(chunk_size=2000)
    )
    return other_hour + sum(
        row.status_change_id == row.order.stay_id and _moves(row, because(Reason.NONE), timetable)
        for row in rows.select_related("trigger", "order__status", "status_change").iterator(chunk_size=2000)
    )


def _replan_chunk(order_ids: list[int], why: dict[str, str], timetable: Timetable) -> int:
    rows = _following().filter(order_id__in=order_ids)
    changed = [
        row
        for row in rows.select_related("trigger", "order__status", "status_change")
        if row.status_change_id == row.order.stay_id and _moves(row, why, timetable)
    ]
    # The condition again: what a worker has claimed meanwhile is not taken from it.
    return Delivery.objects.filter(WAITING).bulk_update(
        changed,
        ["not_before", "expires_at", "state", "reason_code", "reason_details", "finished_at"],
        batch_size=CHUNK,
    )


def _moves(row: Delivery, why: dict[str, str], timetable: Timetable) -> bool:
    """Give `row` its new moment; return whether it has another than before."""
    new = _at_once(row) if row.is_at_once else _planned(row, timetable)
    was_skipped = row.state == State.SKIPPED
    if new.is_skipped and was_skipped:
        return False
    if not new.is_skipped and not was_skipped and new.not_before == row.not_before:
        return False
    row.not_before, row.expires_at = new.not_before, new.expires_at
    if new.is_skipped:
        row.state, row.finished_at, why = State.SKIPPED, timezone.now(), because(new.reason)
    else:
        waits = row.trigger.needs_review and not row.is_reviewed
        row.state, row.finished_at = (State.HELD if waits else State.PENDING), None
        if waits or new.reason:
            why = because(Reason.REVIEW if waits else new.reason)
    row.reason_code, row.reason_details = why["reason_code"], why["reason_details"]
    return True


def _planned(row: Delivery, timetable: Timetable) -> Plan:
    return plan(
        row.trigger,
        reached_at=row.status_change.recorded_at,
        due_date=row.order.status_due_date,
        is_on_hold=row.order.held_on is not None,
        timetable=timetable,
        clock=row.order.clock(timetable.calendar),
    )


def _at_once(row: Delivery) -> Plan:
    """What a person wants done at once stays due, whatever the due date; only a hold lets it wait."""
    if row.order.held_on is not None:
        return Plan(None, None, Reason.ON_HOLD)
    if row.not_before is not None:
        return Plan(row.not_before, row.expires_at)
    return Plan(timezone.now(), latest(row.trigger, timezone.now()))


def _at(day: date, hour: time, zone: tzinfo, *, fold: int = 0) -> datetime:
    return datetime.combine(day, hour.replace(fold=fold), tzinfo=zone).astimezone(UTC)


def _end_of_quiet(at: datetime, timetable: Timetable) -> datetime | None:
    """Return when the quiet hours end in which `at`, a moment in the studio's zone, lies; None if it lies in none."""
    start, end, hour = timetable.preferences.quiet_from, timetable.preferences.quiet_until, at.time()
    over_night = start > end
    if not (start <= hour < end or (over_night and (hour >= start or hour < end))):
        return None
    day = at.date() + timedelta(days=1) if over_night and hour >= start else at.date()
    # Where the clocks go back the end may come twice, and the first time be over.
    ends = (_at(day, end, timetable.zone, fold=fold) for fold in (0, 1))
    return next((moment for moment in ends if moment > at), None)
