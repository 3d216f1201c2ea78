"""Orders that have a past already: the demo studio's, and those of an import.

Each is played through in memory by the rules of the other operations, and all are stored at once.  Nothing fires
for the past: no outbox row is written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from preproduction.models import Hold, ImageLine, Order, Status, StatusChange
from preproduction.models.status_change import Cause
from preproduction.operations.hold import days_stood_still
from preproduction.operations.plan import plan_advance
from preproduction.operations.rows import arriving, entering, leaving, reckoning, signature
from studio.business_days import WorkCalendar
from studio.models import PhotoSession, User

CHUNK = 500


@dataclass
class PastOrder:
    """An order not yet stored, with what has happened to it so far.  Days are studio-local, `at` an aware moment."""

    order: Order
    calendar: WorkCalendar
    cause: Cause
    changes: list[StatusChange] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    images: list[ImageLine] = field(default_factory=list)

    @classmethod
    def begin(
        cls,
        session: PhotoSession,
        *,
        number: str,
        on: date,
        at: datetime,
        by: User,
        status: Status,
        calendar: WorkCalendar,
        cause: Cause = Cause.BY_HAND,
        **fields,
    ) -> "PastOrder":
        """Start an order at `status`.  `cause` is what its later changes are said to come from."""
        explanation = status.due_date_from(on, calendar)
        due_date = explanation.due_date if explanation else None
        order = Order(
            session=session,
            number=number,
            order_date=on,
            entered_by=by,
            entered_at=at,
            status=status,
            status_sequence=1,
            entered_status_on=on,
            status_due_date=due_date,
            status_duration=explanation.days if explanation else None,
            department=status.default_department,
            assigned_user=status.default_user,
            **fields,
        )
        past = cls(order, calendar, cause)
        past.changes.append(
            StatusChange(
                order=order,
                sequence=1,
                cause=Cause.CREATED,
                completed_on=on,
                recorded_at=at,
                **entering(status, due_date, order.department, order.assigned_user),
                **signature(by, by),
            )
        )
        return past

    def advance(self, *, to: Status, on: date, at: datetime, by: User, note: str = "") -> None:
        """Move the order to `to`, its old status completed on `on`."""
        order = self.order
        plan = plan_advance(order, to=to, completed_on=on, calendar=self.calendar)
        columns = arriving(order, plan, by)
        self.changes.append(
            StatusChange(
                order=order,
                sequence=columns["status_sequence"],
                cause=self.cause,
                completed_on=on,
                recorded_at=at,
                note=note,
                **leaving(order),
                **reckoning(order, on, self.calendar, held=order.held_days),
                **entering(to, columns["status_due_date"], plan.department, plan.assigned_user),
                **signature(by, by),
            )
        )
        for name, value in columns.items():
            setattr(order, name, value)

    def assign(self, user: User) -> None:
        """Give the current status to `user`."""
        self.order.assigned_user = user

    def note_delay(self, reason: str) -> None:
        """Write down why the order is late at its current status."""
        self.order.delay_reason = reason

    def hold(self, *, on: date, by: User, reason: str) -> None:
        order = self.order
        order.held_on = on
        self.holds.append(
            Hold(
                order=order,
                reason=reason,
                started_on=on,
                started_by=by,
                status_sequence=order.status_sequence,
            )
        )

    def resume(self, *, on: date, by: User) -> None:
        order, hold = self.order, self.holds[-1]
        hold.ended_on, hold.ended_by = on, by
        hold.days_held = days_stood_still(order, on, self.calendar)
        order.held_days += hold.days_held
        if order.status_due_date and hold.days_held:
            order.status_due_date = self.calendar.add_business_days(order.status_due_date, hold.days_held)
        order.held_on = None


@transaction.atomic
def store_past_orders(pasts: Sequence[PastOrder]) -> None:
    """Write orders with their whole past: a handful of statements per CHUNK of them."""
    for start in range(0, len(pasts), CHUNK):
        chunk = pasts[start : start + CHUNK]
        Order.objects.bulk_create([past.order for past in chunk])
        StatusChange.objects.bulk_create(
            [change for past in chunk for change in past.changes], batch_size=CHUNK
        )
        Hold.objects.bulk_create([hold for past in chunk for hold in past.holds], batch_size=CHUNK)
        ImageLine.objects.bulk_create([line for past in chunk for line in past.images], batch_size=CHUNK)
