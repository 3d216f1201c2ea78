"""What an advance would do, worked out before anybody says OK."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from preproduction import stay
from preproduction.models import Order, Status
from preproduction.operations.refusal import OperationRefused
from studio import work_calendar
from studio.business_days import BusinessDayError, DueDateExplanation, WorkCalendar
from studio.models import Department, User


@dataclass(frozen=True)
class AdvancePlan:
    """What an advance would do, before anybody says OK.

    due_date:    studio-local date; None for no due date.
    explanation: how `due_date` came about; None when it was typed or is none.
    at:          the moment, where it lies on `completed_on`.
    """

    to: Status
    completed_on: date
    due_date: date | None
    explanation: DueDateExplanation | None
    department: Department | None
    assigned_user: User | None
    at: datetime | None = None

    def with_due_date(self, day: date | None) -> "AdvancePlan":
        """Return the plan with a due date of the user's own.  The computed one keeps its explanation."""
        if day == self.due_date:
            return self
        return replace(self, due_date=day, explanation=None)

    def corrected(
        self, *, due_date: date | None, department: Department | None, assigned_user: User | None
    ) -> "AdvancePlan":
        """Return the plan as the user wants it."""
        return replace(self.with_due_date(due_date), department=department, assigned_user=assigned_user)

    @property
    def duration(self) -> int | None:
        return self.explanation.days if self.explanation else None


def plan_advance(
    order: Order,
    *,
    to: Status | None = None,
    completed_on: date | None = None,
    calendar: WorkCalendar | None = None,
    statuses: Sequence[Status] | None = None,
    at: datetime | None = None,
) -> AdvancePlan:
    """Return the defaults of PRODUCT section 5 for advancing `order` to `to`, or to the next status in the list.

    A default department or user that is inactive is not assigned.

    completed_on: studio-local date; if None today, or the day the order entered its status where that is later, as it
                  can be after the studio's time zone was changed.
    calendar:     the studio's if None, at four queries.
    statuses:     the list in its order, where the caller has read it already; that saves a query for each order.
    at:           the moment it happens; None where that was another day than it is recorded on.

    Raises OperationRefused where there is no next status: at a final one, and at the end of the list; and where the
    due date would be after the year 9999.
    """
    to = to or _next_status(order, statuses)
    completed_on = completed_on or stay.of(order).latest_day(timezone.localdate())
    at = on_its_day(completed_on, at)
    try:
        calendar = calendar or work_calendar.load()
        explanation = to.due_date_from(
            completed_on, calendar, vendor=order.vendor_id, at=at, rush=order.rush(calendar)
        )
    except BusinessDayError as error:
        raise OperationRefused(str(error), field="completed_on") from error
    return AdvancePlan(
        to=to,
        completed_on=completed_on,
        due_date=explanation.due_date if explanation else None,
        explanation=explanation,
        department=to.department_to_assign,
        assigned_user=to.user_to_assign,
        at=at,
    )


def on_its_day(day: date, at: datetime | None) -> datetime | None:
    """Return the moment `at` where it lies on `day`: what was completed on another day came in time, then."""
    return at if at is not None and timezone.localdate(at) == day else None


def _next_status(order: Order, statuses: Sequence[Status] | None) -> Status:
    if order.status is None:
        if statuses is None:
            first = Status.objects.initial() or Status.objects.active().first()
        else:
            active = [status for status in statuses if not status.is_inactive]
            first = next((status for status in active if status.is_initial), active[0] if active else None)
        if first is None:
            raise OperationRefused("The status list is empty. An administrator can add statuses to it.")
        return first
    to = order.status.next(statuses)
    if to is None:
        raise OperationRefused(
            f"{order} is already at its last status, {order.status}. Choose a status to reopen it."
            if order.is_complete
            else f"{order} is already at its last status, {order.status}. Choose another status.",
            field="to",
        )
    return to
