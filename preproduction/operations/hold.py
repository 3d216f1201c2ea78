from datetime import date

from django.db import transaction
from django.utils import timezone

from preproduction.models import Hold, Order
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from studio import work_calendar
from studio.business_days import WorkCalendar
from studio.models import User
from triggers import tasks
from triggers.rules import schedule


@transaction.atomic
def hold_order(order: Order, *, by: User, reason: str) -> Hold:
    """Put `order` on hold from today: it cannot be overdue until it is resumed.

    Raises OperationRefused without a reason, and for an order that is complete or on hold already.
    """
    if not reason.strip():
        raise OperationRefused("Say why the order is put on hold.", field="reason")
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.is_complete:
        raise OperationRefused(f"{order} is complete; it has no clock to stop.")
    today = timezone.localdate()
    # An order entered with a later date (none should be) must not have a hold that begins before its status.
    held = Order.objects.filter(
        pk=order.pk, held_on=None, is_complete=False, status_sequence=order.status_sequence
    ).update(held_on=today)
    if not held:
        raise OutdatedPage(f"{order} is on hold already.")
    schedule.stop(order.pk)
    return Hold.objects.create(
        order=order,
        reason=reason.strip(),
        started_on=today,
        started_by=by,
        status_sequence=order.status_sequence,
    )


def plan_resume(order: Order, calendar: WorkCalendar) -> tuple[int, date | None]:
    """Return the business days that `order`, on hold, has stood still, and its due date if it is resumed today."""
    days = days_stood_still(order, timezone.localdate(), calendar)
    due = order.status_due_date
    return days, calendar.add_business_days(due, days) if due and days else due


@transaction.atomic
def resume_order(order: Order, *, by: User, calendar: WorkCalendar | None = None) -> Hold:
    """Let the clock of `order` run again; its due date moves by the business days it stood still at this status.

    Raises OutdatedPage if the order is not on hold.
    """
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.held_on is None:
        raise OutdatedPage(f"{order} is not on hold.")
    calendar = calendar or work_calendar.load()
    days, due = plan_resume(order, calendar)
    resumed = Order.objects.filter(pk=order.pk, held_on=order.held_on).update(
        held_on=None,
        held_days=order.held_days + days,
        status_due_date=due,
    )
    if not resumed:
        raise OutdatedPage(f"{order} is not on hold.")
    hold = order.holds.get(ended_on=None)
    Hold.objects.filter(pk=hold.pk, ended_on=None).update(
        ended_on=timezone.localdate(), ended_by=by, days_held=days
    )
    hold.refresh_from_db()
    if schedule.replan([order.pk], "Moved by the days on hold.", schedule.Timetable(calendar)):
        tasks.wake_worker_on_commit()
    return hold


def days_stood_still(order: Order, on, calendar: WorkCalendar) -> int:
    """Return the business days that the running hold of `order` has lasted at its current status, up to `on`.

    A replaced status can be entered during a hold; the days before it belong to the status that was left.
    """
    since = max(order.held_on, order.entered_status_on or order.held_on)
    return max(calendar.count_business_days(since, on), 0)


def days_held(order: Order, through: date, calendar: WorkCalendar) -> int:
    """Return the business days up to `through` that `order` was on hold at its current status.

    Fewer than `order.held_days` where the status was completed, as it turns out, before a hold was over.
    One query for an order that was held, none for others.
    """
    if not order.held_days and not order.held_on:
        return 0
    entered = order.entered_status_on
    spans = order.holds.values_list("started_on", "ended_on")
    days = (
        calendar.count_business_days(max(start, entered), min(end or through, through))
        for start, end in spans
    )
    return sum(max(number, 0) for number in days)
