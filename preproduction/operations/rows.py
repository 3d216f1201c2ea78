"""The columns that a status change writes, in one place for all the verbs that make one."""

from collections.abc import Collection
from datetime import date

from preproduction.models import Order, Status, StatusChange
from preproduction.operations.plan import AdvancePlan
from studio.business_days import WorkCalendar
from studio.models import User
from triggers import outbox, tasks


def arriving(order: Order, plan: AdvancePlan, updated_by: User) -> dict:
    """Return the columns of an Order that `plan` sets."""
    to = plan.to
    due_date = None if to.is_final else plan.due_date
    return {
        "status": to,
        "status_sequence": order.status_sequence + 1,
        "entered_status_on": plan.completed_on,
        "status_due_date": due_date,
        "status_duration": plan.duration if due_date else None,
        "held_days": 0,
        # A complete order needs no clock to stand still.
        "held_on": None if to.is_final else order.held_on,
        "department": plan.department,
        "assigned_user": plan.assigned_user,
        "is_complete": to.is_final,
        "completed_by": updated_by if to.is_final else None,
        "completed_on": plan.completed_on if to.is_final else None,
        "delay_reason": "",
    }


def leaving(order: Order) -> dict:
    """Return the columns of a StatusChange that tell of the status `order` is about to leave."""
    return {
        "from_status": order.status,
        "from_status_name": str(order.status or ""),
        "entered_on": order.entered_status_on,
        "due_date": order.status_due_date,
        "duration": order.status_duration,
        "held_days": order.held_days,
        "delay_reason": order.delay_reason,
        "department": order.department,
        "department_name": str(order.department or ""),
        "assigned_user": order.assigned_user,
        "assigned_user_name": str(order.assigned_user or ""),
    }


def reckoning(order: Order, completed_on: date, calendar: WorkCalendar, *, held: int) -> dict:
    """Return how late the status of `order` was completed, and its business days there less the `held` ones."""
    due, entered = order.status_due_date, order.entered_status_on
    return {
        "days_late": calendar.count_business_days(due, completed_on) if due else None,
        "days_at_status": calendar.count_business_days(entered, completed_on) - held if entered else None,
    }


def entering(to: Status | None, due_date, department, user) -> dict:
    return {
        "to_status": to,
        "to_status_name": str(to or ""),
        "to_due_date": due_date,
        "to_department": department,
        "to_department_name": str(department or ""),
        "to_user": user,
        "to_user_name": str(user or ""),
    }


def signature(by: User, updated_by: User) -> dict:
    return {
        "updated_by": updated_by,
        "updated_by_name": str(updated_by),
        "recorded_by": by,
        "recorded_by_name": str(by),
    }


def announce(
    change: StatusChange, *, left_out: Collection[int] = (), calendar: WorkCalendar | None = None
) -> None:
    """Queue what the triggers of the entered status want done, and skip what those of the left one still wanted.

    The worker is woken after the commit.  `change.order` is as the change has left it.
    """
    if change.sequence > 1:
        outbox.leave(change)
    if outbox.enqueue(change, left_out=left_out, calendar=calendar):
        tasks.wake_worker_on_commit()
