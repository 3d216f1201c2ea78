from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from preproduction.models import Order, Status, StatusChange
from preproduction.models.status_change import Cause
from preproduction.operations.advance import keep_status
from preproduction.operations.plan import counted_due_date
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import announce, entering, signature
from studio import work_calendar
from studio.business_days import DueDateExplanation, WorkCalendar
from studio.models import Department, NumberSeries, PhotoSession, User
from triggers.rules import schedule


def create_order(
    session: PhotoSession,
    *,
    by: User,
    order_date: date | None = None,
    number: str = "",
    calendar: WorkCalendar | None = None,
    request_key: UUID | None = None,
    **fields,
) -> Order:
    """Make a preproduction order from `session`, at the initial status if the list has one.

    Writes the order, the first row of its Status Notes and the outbox rows of the initial status.

    order_date:  studio-local date; today if None.  It is the start day of the first due date.
    number:      the next automatic one if empty.
    request_key: from the form.  The same key again makes no second order and returns the first.
    fields:      the other columns of the General tab (vendor, priority, notes, ...).

    Raises OperationRefused if the order date is in the future or the number is taken.
    """
    order_date = order_date or timezone.localdate()
    if order_date > timezone.localdate():
        raise OperationRefused("Order Date is in the future.", field="order_date")
    try:
        with transaction.atomic():
            earlier = _order_of_request(request_key)
            if earlier:
                return earlier
            _refuse_taken_number(number)
            return _create(session, by, order_date, number, calendar, request_key, fields)
    except IntegrityError:
        # The twin of this form, or a colleague with the same number, has committed meanwhile.
        earlier = _order_of_request(request_key)
        if earlier:
            return earlier
        _refuse_taken_number(number)
        raise


@dataclass(frozen=True)
class StartPlan:
    """Where a new order would start: all None while the list has no initial status."""

    status: Status | None
    explanation: DueDateExplanation | None
    department: Department | None
    assigned_user: User | None

    @property
    def due_date(self) -> date | None:
        return self.explanation.due_date if self.explanation else None


def plan_start(*, order_date: date | None = None, calendar: WorkCalendar | None = None) -> StartPlan:
    """Return where an order made on `order_date` (today if None) starts."""
    status = Status.objects.initial()
    if status is None:
        return StartPlan(None, None, None, None)
    explanation = status.due_date_from(order_date or timezone.localdate(), calendar or work_calendar.load())
    return StartPlan(status, explanation, status.department_to_assign, status.user_to_assign)


def _create(session, by, order_date, number, calendar, request_key, fields) -> Order:
    start = plan_start(order_date=order_date, calendar=calendar)
    if start.status:
        keep_status(start.status)
    order = Order.objects.create(
        session=session,
        number=number or NumberSeries.next_number("order", taken=_number_is_taken),
        order_date=order_date,
        entered_by=by,
        status=start.status,
        status_sequence=1,
        entered_status_on=order_date,
        status_due_date=start.due_date,
        status_duration=start.explanation.days if start.explanation else None,
        department=start.department,
        assigned_user=start.assigned_user,
        **fields,
    )
    change = StatusChange.objects.create(
        order=order,
        sequence=1,
        cause=Cause.CREATED,
        request_key=request_key,
        completed_on=order_date,
        **entering(start.status, start.due_date, start.department, start.assigned_user),
        **signature(by, by),
    )
    announce(change, calendar=calendar)
    return order


@transaction.atomic
def change_order_date(order: Order, *, order_date: date, calendar: WorkCalendar | None = None) -> Order:
    """Correct the order date.  While the order is at its first status, that status' due date follows.

    A due date that was typed stays; the days of a hold are counted on from the new one.
    Raises OperationRefused if the date is in the future, or later than the day the first status was completed.
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("status").get(pk=order.pk)
    if order_date > timezone.localdate():
        raise OperationRefused("Order Date is in the future.", field="order_date")
    if order.status_sequence > 1:
        first_completed = order.status_changes.get(sequence=2).completed_on
        if order_date > first_completed:
            raise OperationRefused(
                "Order Date is later than the day the first status was completed.", field="order_date"
            )
        Order.objects.filter(pk=order.pk).update(order_date=order_date)
    else:
        moved = {}
        if order.status_duration is not None:
            calendar = calendar or work_calendar.load()
            due = counted_due_date(order_date, order.status_duration, order.held_days, calendar)
            moved = {"status_due_date": due}
        Order.objects.filter(pk=order.pk, status_sequence=order.status_sequence).update(
            order_date=order_date, entered_status_on=order_date, **moved
        )
        if moved:
            schedule.replan([order.pk], "Moved with the order date.", schedule.Timetable(calendar))
    order.refresh_from_db()
    return order


def _order_of_request(request_key: UUID | None) -> Order | None:
    if request_key is None:
        return None
    return Order.objects.filter(status_changes__request_key=request_key).first()


def _refuse_taken_number(number: str) -> None:
    if number and _number_is_taken(number):
        raise OperationRefused(f"Another order has the number {number}.", field="number")


def _number_is_taken(number: str) -> bool:
    return Order.objects.filter(number=number).exists()
