from datetime import date

from django.db import transaction
from django.utils import timezone

from preproduction import stay
from preproduction.models import Hold, Order, OrderEvent
from preproduction.operations.asking import answer_request
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import keep_order, write_event
from preproduction.stay import Stay
from studio import work_calendar
from studio.business_days import BusinessDayError, WorkCalendar
from studio.models import User
from triggers import tasks
from triggers.models import Reason
from triggers.rules import schedule


@transaction.atomic
def hold_order(order: Order, *, expected: int | None, by: User, reason: str) -> Hold:
    """Put `order` on hold from today: it cannot be overdue until it is resumed.

    expected: order.version as the user's page showed it.
    Raises OutdatedPage if the order has changed meanwhile; OperationRefused without a reason, and for an order that is
    complete or on hold already.
    """
    if not reason.strip():
        raise OperationRefused("Say why the order is put on hold.", field="reason")
    order = keep_order(order, expected)
    if order.is_complete:
        raise OperationRefused(f"{order} is complete; it has no clock to stop.")
    if order.held_on:
        raise OutdatedPage(f"{order} is on hold already.")
    day = stay.of(order).latest_day(timezone.localdate())
    write_event(order, OrderEvent.Kind.HELD, {"held_on": day}, by=by, note=reason.strip())
    answer_request(order, by=by, answer=reason.strip())
    schedule.stop(order.pk)
    return Hold.objects.create(
        order=order,
        reason=reason.strip(),
        started_on=day,
        started_by=by,
        status_sequence=order.status_sequence,
    )


def plan_resume(order: Order, calendar: WorkCalendar) -> Stay:
    """Return the stay of `order`, on hold, as it would be if it were resumed today.

    Raises OperationRefused where the due date would be after the year 9999.
    """
    held = stay.of(order)
    try:
        return held.resumed(held.latest_day(timezone.localdate()), order.clock(calendar))
    except BusinessDayError as error:
        raise OperationRefused(f"{error} Change the due date first.") from error


@transaction.atomic
def resume_order(
    order: Order, *, expected: int | None, by: User, calendar: WorkCalendar | None = None
) -> Hold:
    """Let the clock of `order` run again; its due date moves by the business days it stood still at this status.

    expected: order.version as the user's page showed it.
    Raises OutdatedPage if the order has changed meanwhile or is not on hold.
    """
    order = keep_order(order, expected)
    if order.held_on is None:
        raise OutdatedPage(f"{order} is not on hold.")
    calendar = calendar or work_calendar.load()
    held, resumed = stay.of(order), plan_resume(order, calendar)
    columns = {
        "held_on": None,
        "held_days": resumed.held_days,
        "status_due_date": resumed.due_date,
    }
    write_event(order, OrderEvent.Kind.RESUMED, columns, by=by)
    hold = order.holds.get(ended_on=None)
    hold.ended_on, hold.ended_by = held.latest_day(timezone.localdate()), by
    hold.days_held = resumed.held_days - held.held_days
    hold.save(update_fields=["ended_on", "ended_by", "days_held"])
    if schedule.replan([order.pk], Reason.MOVED_BY_HOLD, schedule.Timetable(calendar)):
        tasks.wake_worker_on_commit()
    return hold


def days_held(order: Order, through: date, calendar: WorkCalendar) -> int:
    """Return the business days up to `through` that `order` was on hold in its present stay.

    Fewer than `order.held_days` where the status was completed, as it turns out, before a hold was over.
    One query for an order that was held, none for others.
    """
    if not order.held_days and not order.held_on:
        return 0
    entered, clock = order.entered_status_on, order.clock(calendar)
    spans = order.holds.values_list("started_on", "ended_on")
    days = (
        clock.count_business_days(max(start, entered or start), min(end or through, through))
        for start, end in spans
    )
    return sum(max(number, 0) for number in days)
