"""Orders as they are made by an import: with the past that their Status Notes tell, or only where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from preproduction.models import Cause, CustomField, LateReason, Order, Status
from preproduction.moving_in.importing.facts import KnownStay
from preproduction.moving_in.importing.orders import ORDER_WORDS
from preproduction.operations import PastOrder, PastStay, set_custom_values
from studio.business_days import WorkCalendar
from studio.models import Department, PhotoSession, User, Vendor


def past_order(
    values: Mapping[str, Any],
    session: int,
    vendor: int | None,
    *,
    by: User,
    calendar: WorkCalendar,
    stays: Sequence[KnownStay] = (),
) -> PastOrder:
    """Return an order of `values`, as orders.py judges them, that stands at the last of `stays`."""
    stays = stays or [KnownStay(values["status"], values["entered_on"])]
    department = Department.objects.find(values.get("department"))
    user = User.objects.find(values.get("user"))
    past = _stays(stays, values["due_date"])
    if department is None and user is None:
        department, user = past[-1].status.department_to_assign, past[-1].status.user_to_assign
    past[-1] = replace(past[-1], department=department, user=user)
    said = {name: values[name] for name in (*ORDER_WORDS, "priority") if name in values}
    return PastOrder.standing(
        PhotoSession.objects.select_related("session_type").get(pk=session),
        past,
        by=by,
        calendar=calendar,
        vendor=Vendor.objects.find(vendor),
        entered_by=User.objects.find(values.get("entered_by")) or by,
        **said,
    )


def made_anew(order: Order, stays: Sequence[KnownStay], *, by: User, calendar: WorkCalendar) -> PastOrder:
    """Return `order`, which an import has made where it stands, with the past that led there."""
    is_typed = order.status_duration is None
    past = _stays(stays, order.status_due_date if is_typed else None)
    past[-1] = replace(past[-1], department=order.department, user=order.assigned_user)
    said = {name: getattr(order, name) for name in (*ORDER_WORDS, "priority", "vendor", "entered_by")}
    return PastOrder.standing(order.session, past, by=by, calendar=calendar, **said)


def keep_custom_values(order: Order, said: Mapping[int, str], *, by: User) -> None:
    """Store what an order just made has in fields of the studio's own.  said: by their keys; a field may be gone."""
    values = {field: said[field.pk] for field in CustomField.objects.filter(pk__in=said)} if said else {}
    if values:
        set_custom_values(order, by=by, values=values, seen=dict.fromkeys(values, ""), cause=Cause.IMPORT)


def _stays(stays: Sequence[KnownStay], due_date: date | None) -> list[PastStay]:
    """Return stays with what their keys mean.  due_date: of the last; None for one that is to be counted."""
    statuses = Status.objects.in_bulk({stay.status for stay in stays})
    departments = Department.objects.in_bulk({stay.department for stay in stays} - {None})
    reasons = LateReason.objects.in_bulk({stay.late_reason for stay in stays} - {None})
    people = User.objects.in_bulk({key for stay in stays for key in (stay.user, stay.by)} - {None})
    past = [
        PastStay(
            statuses[stay.status],
            stay.entered_on,
            stay.due_date,
            department=departments.get(stay.department),
            department_name=stay.department_name,
            user=people.get(stay.user),
            user_name=stay.user_name,
            late_reason=reasons.get(stay.late_reason),
            late_reason_name=stay.late_reason_name,
            delay_reason=stay.delay_reason,
            by=people.get(stay.by),
            by_name=stay.by_name,
            note=stay.note,
        )
        for stay in stays
    ]
    past[-1] = replace(past[-1], due_date=due_date, is_counted=due_date is None)
    return past
