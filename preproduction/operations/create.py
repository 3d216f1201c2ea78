from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from preproduction import stay, written
from preproduction.models import Cause, Order, OrderEvent, Status, StatusChange
from preproduction.models.order import Priority, rush_of
from preproduction.operations.needed_by import refuse_without_a_day
from preproduction.operations.plan import on_its_day
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import (
    COLUMNS,
    announce,
    entering,
    keep_order,
    keep_status,
    signature,
    where_it_went,
    write_event,
)
from preproduction.stay import Stay
from studio import texts, work_calendar
from studio.business_days import DueDateExplanation, WorkCalendar
from studio.models import Department, NumberSeries, PhotoSession, User
from triggers.models import Reason
from triggers.rules import schedule

# What an order says beside where it stands: the General tab and the notes.
SAID = (
    "number",
    "vendor",
    "order_date",
    "vendor_order_number",
    "vendor_invoice_number",
    "vendor_invoice_amount",
    "priority",
    "studio_notes",
    "vendor_notes",
    "needed_by",
    "needed_for",
    "entered_by",
)


def create_order(
    session: PhotoSession,
    *,
    by: User,
    order_date: date | None = None,
    number: str = "",
    calendar: WorkCalendar | None = None,
    request_key: UUID | None = None,
    **fields: Any,
) -> Order:
    """Make a preproduction order from `session`, at the initial status if the list has one.

    Writes the order, the first row of its Status Notes and the outbox rows of the initial status.

    order_date:  studio-local date; today if None.  It is the start day of the first due date.
    number:      the next automatic one if empty.
    request_key: from the form.  The same key again makes no second order and returns the first.
    fields:      the other columns of the General tab (vendor, priority, notes, ...).

    Raises OperationRefused if the order date is in the future, the number is taken, or it is needed by no day for
    something.
    """
    order_date = order_date or timezone.localdate()
    if order_date > timezone.localdate():
        raise OperationRefused("Order Date is in the future.", field="order_date")
    refuse_without_a_day(fields.get("needed_by"), fields.get("needed_for", ""))
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
    at: datetime | None = None

    @property
    def due_date(self) -> date | None:
        return self.explanation.due_date if self.explanation else None

    def columns(self, order_date: date) -> dict[str, Any]:
        """Return the columns of an order that starts so."""
        duration = self.explanation.days if self.explanation else None
        return {
            **stay.columns(Stay(order_date, self.due_date, duration, entered_at=self.at)),
            "status": self.status,
            "department": self.department,
            "assigned_user": self.assigned_user,
        }


def plan_start(
    *,
    vendor: int | None = None,
    order_date: date | None = None,
    calendar: WorkCalendar | None = None,
    at: datetime | None = None,
    priority: int = Priority.NORMAL,
) -> StartPlan:
    """Return where an order made on `order_date` (today if None) starts.

    vendor: its key, where it is known already.
    at:     the moment it is made.
    """
    status = Status.objects.initial()
    if status is None:
        return StartPlan(None, None, None, None)
    order_date = order_date or timezone.localdate()
    at = on_its_day(order_date, at)
    calendar = calendar or work_calendar.load()
    explanation = status.due_date_from(
        order_date, calendar, vendor=vendor, at=at, rush=rush_of(priority, calendar)
    )
    return StartPlan(status, explanation, status.department_to_assign, status.user_to_assign, at)


def _create(
    session: PhotoSession,
    by: User,
    order_date: date,
    number: str,
    calendar: WorkCalendar | None,
    request_key: UUID | None,
    fields: dict[str, Any],
) -> Order:
    vendor = fields.get("vendor")
    start = plan_start(
        vendor=vendor.pk if vendor else None,
        order_date=order_date,
        calendar=calendar,
        at=timezone.now(),
        priority=fields.get("priority", Priority.NORMAL),
    )
    if start.status:
        keep_status(start.status)
    number = number or NumberSeries.next_number("order", taken=_number_is_taken)
    order = Order(
        session=session,
        number=number,
        order_date=order_date,
        entered_by=by,
        version=1,
        status_sequence=1,
        **fields,
    )
    for name, value in start.columns(order_date).items():
        setattr(order, name, value)
    order.save()
    change = first_change(order, by=by, at=order.entered_at, request_key=request_key)
    change.save()
    Order.objects.filter(pk=order.pk).update(stay=change)
    order.stay = change
    made(order, by=by).save()
    announce(change, calendar=calendar)
    return order


def first_change(order: Order, *, by: User, at: datetime, **others: Any) -> StatusChange:
    """Return the first row of the Status Notes of an `order` just made, not stored yet."""
    columns = {name: getattr(order, name) for name in COLUMNS}
    return StatusChange(
        order=order,
        sequence=1,
        version=1,
        cause=Cause.CREATED,
        completed_on=order.order_date,
        recorded_at=at,
        after=written.write(columns),
        **where_it_went(order),
        **entering(columns),
        **signature(by, by),
        **others,
    )


def made(order: Order, *, by: User, cause: Cause = Cause.BY_HAND) -> OrderEvent:
    """Return the row of History that keeps what an `order` just made said at first, not stored yet."""
    return OrderEvent(
        order=order,
        kind=OrderEvent.Kind.CREATED,
        cause=cause,
        stay=order.stay,
        version=1,
        raised_version=False,
        after=written.of(order, SAID),
        by=by,
        by_name=str(by),
        recorded_at=order.entered_at,
    )


@transaction.atomic
def change_order_date(
    order: Order, *, order_date: date, by: User, calendar: WorkCalendar | None = None
) -> Order:
    """Correct the order date.  While the order is at its first status, that status' due date follows.

    A due date that was typed stays; the days of a hold are counted on from the new one.
    Raises OperationRefused if the date is in the future, or later than the day the first status was completed.
    """
    order = keep_order(order)
    if order_date > timezone.localdate():
        raise OperationRefused("Order Date is in the future.", field="order_date")
    columns: dict[str, date | None] = {"order_date": order_date}
    first_left = _first_left_on(order)
    assert order.stay is not None  # it has one from its creation on
    if order.stay.sequence == 1:
        clock = stay.of(order).entered_again(order_date, order.clock(calendar or work_calendar.load()))
        columns |= {
            "entered_status_on": clock.entered_on,
            "entered_status_at": clock.entered_at,
            "status_due_date": clock.due_date,
        }
    elif first_left and order_date > first_left:
        raise OperationRefused(
            "Order Date is later than the day the first status was completed.", field="order_date"
        )
    moves = columns.get("status_due_date", order.status_due_date) != order.status_due_date
    write_event(order, OrderEvent.Kind.EDITED, columns, by=by, raises=moves)
    if moves:
        schedule.replan([order.pk], Reason.MOVED_BY_ORDER_DATE, schedule.Timetable(calendar))
    return order


def _first_left_on(order: Order) -> date | None:
    """Return the day on which the first status was completed; None while the order stands there, or again."""
    left = order.status_changes.filter(ends__sequence=1, undone_by=None).order_by("sequence").first()
    return left.completed_on if left else None


def _order_of_request(request_key: UUID | None) -> Order | None:
    if request_key is None:
        return None
    return Order.objects.filter(status_changes__request_key=request_key).first()


def _refuse_taken_number(number: str) -> None:
    if number and _number_is_taken(number):
        raise OperationRefused(f"Another order has the number {number}.", field="number")


def _number_is_taken(number: str) -> bool:
    # The number of a withdrawn order is not used again.
    return Order.with_withdrawn.filter(number_key=texts.unique_key(number)).exists()
