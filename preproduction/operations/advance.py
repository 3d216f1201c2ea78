"""Advance Status: the one path on which an order changes its status."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from preproduction.models import Hold, Order, Status, StatusChange
from preproduction.models.status_change import Cause
from preproduction.operations.hold import days_stood_still
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from studio import work_calendar
from studio.business_days import BusinessDayError, DueDateExplanation, WorkCalendar
from studio.models import Department, User
from triggers import outbox, tasks

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class AdvancePlan:
    """What an advance would do, before anybody says OK.  `dataclasses.replace` makes the user's corrections.

    due_date:    studio-local date; None for no due date.
    explanation: how `due_date` came about; None when it was typed or is none.
    """

    to: Status
    completed_on: date
    due_date: date | None
    explanation: DueDateExplanation | None
    department: Department | None
    assigned_user: User | None

    def with_due_date(self, day: date | None) -> "AdvancePlan":
        """Return the plan with a due date of the user's own.  The computed one keeps its explanation."""
        if day == self.due_date:
            return self
        return replace(self, due_date=day, explanation=None)

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
) -> AdvancePlan:
    """Return the defaults of PRODUCT section 5 for advancing `order` to `to`, or to the next status in the list.

    A default department or user that is inactive is not assigned.

    completed_on: studio-local date; today if None.
    calendar:     the studio's if None, at three queries.
    statuses:     the list in its order, where the caller has read it already; that saves a query for each order.

    Raises OperationRefused where there is no next status: at a final one, and at the end of the list; and where the
    due date would be after the year 9999.
    """
    to = to or _next_status(order, statuses)
    completed_on = completed_on or timezone.localdate()
    try:
        explanation = to.due_date_from(completed_on, calendar or work_calendar.load())
    except BusinessDayError as error:
        raise OperationRefused(str(error), field="completed_on") from error
    return AdvancePlan(
        to=to,
        completed_on=completed_on,
        due_date=explanation.due_date if explanation else None,
        explanation=explanation,
        department=to.department_to_assign,
        assigned_user=to.user_to_assign,
    )


@transaction.atomic
def advance_status(
    order: Order,
    plan: AdvancePlan,
    *,
    expected: int,
    by: User,
    updated_by: User | None = None,
    note: str = "",
    request_key: UUID | None = None,
    left_out: Collection[int] = (),
    cause: Cause = Cause.BY_HAND,
    calendar: WorkCalendar | None = None,
) -> StatusChange:
    """Move `order` as `plan` says: order row, one Status Notes row and the triggers' outbox rows, or nothing.

    expected:    order.status_sequence as the user's page showed it.
    by:          who is logged in; `updated_by` is whom the user names, `by` if None.
    request_key: from the form.  The same key again changes nothing and returns the first answer.
    left_out:    keys of triggers that shall not fire this once.

    Raises OutdatedPage if the order was moved or held meanwhile; OperationRefused where the rules say no.
    """
    earlier = _change_of_request(order, request_key)
    if earlier:
        return earlier
    plan = replace(plan, to=keep_status(plan.to))
    # On SQLite the transaction itself is the lock; on either engine the compare-and-set below decides.
    order = Order.objects.select_for_update(of=("self",)).select_related("status").get(pk=order.pk)
    # The twin of a form sent twice may have committed while this one waited for the lock.
    earlier = _change_of_request(order, request_key)
    if earlier:
        return earlier
    refuse_if_outdated(order, expected)
    _refuse_if_against_the_rules(order, plan, note=note, cause=cause)
    return move(
        order,
        plan,
        by=by,
        updated_by=updated_by or by,
        note=note.strip(),
        request_key=request_key,
        left_out=left_out,
        cause=cause,
        calendar=calendar or work_calendar.load(),
    )


def advance_statuses(
    rows: Iterable[tuple[Order, AdvancePlan, dict]], *, by: User
) -> list[tuple[Order, StatusChange | OperationRefused]]:
    """Advance many orders, each in a transaction of its own, and answer for each: its change, or why not.

    rows: (order, plan, the further keywords of advance_status: expected, note, request_key, ...).

    Call outside a transaction.  A row that the database cannot take is an answer too, and stops no other.
    """
    calendar = work_calendar.load()
    results = []
    for order, plan, keywords in rows:
        try:
            answer = advance_status(order, plan, by=by, cause=Cause.MANY, calendar=calendar, **keywords)
        except OperationRefused as refusal:
            answer = refusal
        except DatabaseError as error:
            logger.warning("order %s could not be advanced: %s", order.pk, type(error).__name__)
            answer = OperationRefused("The database was busy. Nothing was changed; try this order again.")
        results.append((order, answer))
    return results


def move(
    order: Order,
    plan: AdvancePlan,
    *,
    by: User,
    updated_by: User,
    note: str,
    request_key: UUID | None,
    left_out: Collection[int],
    cause: Cause,
    calendar: WorkCalendar,
    undoes: StatusChange | None = None,
) -> StatusChange:
    """Write the move of an `order` just read in this transaction.  Shared by advance and replace; not for others."""
    if order.held_on:
        # Only a replaced status is left during a hold; the days so far belong to it.
        order.held_days += days_stood_still(order, plan.completed_on, calendar)
    columns = arriving(order, plan, updated_by)
    if order.is_complete and plan.to.is_final and cause == Cause.REPLACED:
        columns["completed_by"] = order.completed_by
    moved = Order.objects.filter(
        pk=order.pk, status_sequence=order.status_sequence, held_on=order.held_on
    ).update(**columns)
    if not moved:
        raise OutdatedPage(who_was_quicker(order))
    if order.held_on and plan.to.is_final:
        Hold.objects.filter(order=order, ended_on=None).update(ended_on=timezone.localdate(), ended_by=by)
    change = StatusChange.objects.create(
        order=order,
        sequence=order.status_sequence + 1,
        cause=cause,
        undoes=undoes,
        request_key=request_key,
        completed_on=plan.completed_on,
        **leaving(order),
        **reckoning(order, plan.completed_on, calendar),
        **entering(plan.to, columns["status_due_date"], plan.department, plan.assigned_user),
        **signature(by, updated_by),
        note=note,
    )
    order.refresh_from_db()
    announce(change, left_out=left_out)
    return change


def keep_status(status: Status) -> Status:
    """Return `status` as the list has it now, and keep it so until the transaction ends.

    Without this an order could enter a status just as an administrator marks it final or deletes it.  Statuses are
    kept before orders are, everywhere, so that nobody waits for each other in a circle.

    Raises OutdatedPage if it was deleted, or its Final Status mark changed, since it was read.
    """
    now = Status.objects.select_for_update(no_key=True).filter(pk=status.pk).first()
    if now is None or now.is_final != status.is_final:
        raise OutdatedPage(f"{status} has changed in the status list meanwhile. Look at the order again.")
    return now


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


def reckoning(order: Order, completed_on: date, calendar: WorkCalendar) -> dict:
    """Return how late the status of `order` was completed, and its business days there less those on hold."""
    due, entered = order.status_due_date, order.entered_status_on
    days = calendar.count_business_days(entered, completed_on) - order.held_days if entered else None
    return {
        "days_late": calendar.count_business_days(due, completed_on) if due else None,
        # A Date Completed before the end of a hold would make it negative.
        "days_at_status": max(days, 0) if days is not None else None,
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


def announce(change: StatusChange, *, left_out: Collection[int] = ()) -> None:
    """Queue what the triggers of the entered status want done, and wake the worker after the commit."""
    if outbox.enqueue(change, payload=payload_of(change), left_out=left_out):
        tasks.wake_worker_on_commit()


def payload_of(change: StatusChange) -> dict:
    """Return what a trigger may tell of `change`: plain strings, keys and ISO dates, as true now as ever after."""
    order = change.order
    session = order.session
    return {
        "order_number": order.number,
        "client": session.client.name,
        "session_number": session.number,
        "photographer_id": session.photographer_id,
        "vendor": str(order.vendor or ""),
        "from_status": change.from_status_name,
        "status": change.to_status_name,
        "completed_on": change.completed_on.isoformat(),
        "status_due_date": change.to_due_date.isoformat() if change.to_due_date else "",
        "department_id": change.to_department_id,
        "assigned_user_id": change.to_user_id,
        "updated_by_id": change.updated_by_id,
    }


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


def _change_of_request(order: Order, request_key: UUID | None) -> StatusChange | None:
    if request_key is None:
        return None
    change = StatusChange.objects.filter(request_key=request_key).first()
    if change and change.order_id != order.pk:
        raise OutdatedPage("This form has been used for another order. Open the order again.")
    return change


def refuse_if_outdated(order: Order, expected: int | None) -> None:
    """Raise OutdatedPage if `order` has seen more status changes than the page of its user; None is not known."""
    if expected is not None and order.status_sequence != expected:
        raise OutdatedPage(who_was_quicker(order))


def _refuse_if_against_the_rules(order: Order, plan: AdvancePlan, *, note: str, cause: Cause) -> None:
    to, today = plan.to, timezone.localdate()
    if order.held_on and cause != Cause.REPLACED:
        raise OperationRefused(f"{order} is on hold. Resume it first.")
    if to.is_inactive:
        raise OperationRefused(f"{to} is inactive. Choose an active status.", field="to")
    if to == order.status:
        raise OperationRefused(f"{order} is at {to} already. Choose another status.", field="to")
    if plan.completed_on > today:
        raise OperationRefused("Date Completed is in the future.", field="completed_on")
    if order.entered_status_on and plan.completed_on < order.entered_status_on:
        entered = date_format(order.entered_status_on, "D j M Y")
        raise OperationRefused(
            f"Date Completed is before the order entered {order.status or 'the list'} ({entered}).",
            field="completed_on",
        )
    if plan.due_date and not plan.explanation and plan.due_date < plan.completed_on and not to.is_final:
        raise OperationRefused("The due date is before Date Completed.", field="due_date")
    if to.is_final and cause != Cause.REPLACED and not note.strip():
        missing = order.proofs_missing()
        if missing:
            proofs = "1 proof has" if missing == 1 else f"{missing} proofs have"
            raise OperationRefused(
                f"{proofs} not come back. Say why {order} is complete without: write a Note, "
                "or enter what was returned under Images.",
                field="note",
            )


def who_was_quicker(order: Order, nothing: str = "Nothing was changed by you; look at it again.") -> str:
    """Say who moved `order` last, to what and when, and that `nothing` came of what the user wanted."""
    last = StatusChange.objects.filter(order=order).order_by("-sequence").first()
    if last is None:
        return f"{order} has changed meanwhile. {nothing}"
    at = timezone.localtime(last.recorded_at)
    day = "" if at.date() == timezone.localdate() else f" on {date_format(at, 'D j M Y')}"
    return (
        f"{last.recorded_by_name} moved {order} to {last.to_status_name or 'no status'}{day} "
        f"at {date_format(at, 'H:i')}. {nothing}"
    )
