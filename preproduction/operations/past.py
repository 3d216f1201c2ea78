"""Orders that have a past already: the demo studio's, and those of an import.

Each is played through in memory by the rules of the other operations, and all are stored at once.  Nothing fires
for the past: no outbox row is written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils import timezone

from preproduction import stay, written
from preproduction.models import (
    Cause,
    Hold,
    ImageLine,
    LateReason,
    Order,
    OrderEvent,
    Status,
    StatusChange,
)
from preproduction.models.order import Priority, rush_of
from preproduction.operations.advance import arriving
from preproduction.operations.create import StartPlan, first_change, made
from preproduction.operations.edit import LINE
from preproduction.operations.past_stay import PastStay, name_in
from preproduction.operations.plan import AdvancePlan, plan_advance
from preproduction.operations.rows import (
    COLUMNS,
    entering,
    in_chunks,
    keep_status,
    leaving,
    new_event,
    reckoning,
    signature,
    where_it_went,
)
from studio.business_days import WorkCalendar
from studio.models import PhotoSession, User

Kind = OrderEvent.Kind
CHUNK = 500


@dataclass
class PastOrder:
    """An order not yet stored, with what has happened to it so far.  Days are studio-local, `at` an aware moment."""

    order: Order
    calendar: WorkCalendar
    cause: Cause
    by: User
    at: datetime
    changes: list[StatusChange] = field(default_factory=list)
    events: list[OrderEvent] = field(default_factory=list)
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
        **fields: Any,
    ) -> "PastOrder":
        """Start an order at `status`.  `cause` is what its later changes are said to come from."""
        vendor = fields.get("vendor")
        rush = rush_of(fields.get("priority", Priority.NORMAL), calendar)
        explanation = status.due_date_from(on, calendar, vendor=vendor.pk if vendor else None, rush=rush)
        start = StartPlan(status, explanation, status.default_department, status.default_user)
        order = Order(
            session=session,
            number=number,
            order_date=on,
            entered_at=at,
            version=1,
            status_sequence=1,
            **{"entered_by": by, **fields},
            **start.columns(on),
        )
        return cls(order, calendar, cause, by, at, changes=[first_change(order, by=by, at=at)])

    @classmethod
    def standing(
        cls,
        session: PhotoSession,
        stays: Sequence[PastStay],
        *,
        number: str,
        order_date: date,
        by: User,
        calendar: WorkCalendar,
        **fields: Any,
    ) -> "PastOrder":
        """Start an order that an import finds at the status of the last of `stays`, having been at those before.

        Of one that has been elsewhere before, nobody knows where, there is the last alone.
        """
        order = Order(
            session=session,
            number=number,
            order_date=order_date,
            entered_at=timezone.now(),
            version=1,
            status_sequence=1,
            **{"entered_by": by, **fields},
        )
        past = cls(order, calendar, Cause.IMPORT, by, order.entered_at)
        past._set(arriving(order, stays[0].plan(order, calendar), stays[0].by or by), raises=False)
        first = first_change(order, by=stays[0].by or by, at=past.at)
        first.completed_on = stays[0].entered_on
        first.recorded_by, first.recorded_by_name = by, str(by)
        past._sign(first, stays[0])
        past.changes = [first]
        for left, entered in pairwise(stays):
            order.late_reason, order.delay_reason = left.late_reason, left.delay_reason
            past._arrive(entered.plan(order, calendar), at=past.at, by=entered.by or by, note="")
            change = past.changes[-1]
            change.recorded_by, change.recorded_by_name = by, str(by)
            past._sign(change, entered)
            name_in(change, "", left)
        return past

    @staticmethod
    def _sign(change: StatusChange, entered: PastStay) -> None:
        change.note = entered.note
        change.updated_by_name = entered.by_name or change.updated_by_name
        name_in(change, "to_", entered)

    def advance(self, *, to: Status, on: date, at: datetime, by: User, note: str = "") -> None:
        """Move the order to `to`, its old status completed on `on`."""
        plan = plan_advance(self.order, to=to, completed_on=on, calendar=self.calendar)
        self._arrive(plan, at=at, by=by, note=note)

    def _arrive(self, plan: AdvancePlan, *, at: datetime, by: User, note: str) -> None:
        order, on = self.order, plan.completed_on
        columns = arriving(order, plan, by)
        self.changes.append(
            StatusChange(
                order=order,
                sequence=order.status_sequence + 1,
                version=order.version + 1,
                cause=self.cause,
                ends=self.changes[-1],
                before=written.of(order, COLUMNS),
                after=written.write(columns),
                completed_on=on,
                recorded_at=at,
                note=note,
                **leaving(order),
                **where_it_went(order),
                **reckoning(order, on, self.calendar, held=order.held_days),
                **entering(columns),
                **signature(by, by),
            )
        )
        self.at = at
        self._set(columns, raises=True)
        order.status_sequence += 1

    def assign(self, user: User) -> None:
        """Give the current status to `user`."""
        self._happen(Kind.ASSIGNED, {"assigned_user": user})

    def note_delay(self, reason: str, late_reason: LateReason | None = None) -> None:
        """Write down why the order is late at its current status."""
        columns = {"late_reason": late_reason, "delay_reason": reason}
        self._happen(Kind.REASON, columns, raises=False)

    def hold(self, *, on: date, by: User, reason: str) -> None:
        order = self.order
        self.holds.append(
            Hold(
                order=order,
                reason=reason,
                started_on=on,
                started_by=by,
                status_sequence=order.status_sequence,
            )
        )
        self.at = _noon(on)
        self._happen(Kind.HELD, {"held_on": on}, by=by, note=reason)

    def resume(self, *, on: date, by: User) -> None:
        hold, held = self.holds[-1], stay.of(self.order)
        resumed = held.resumed(on, self.order.clock(self.calendar))
        hold.ended_on, hold.ended_by = on, by
        hold.days_held = resumed.held_days - held.held_days
        self.at = _noon(on)
        columns = {
            "held_on": None,
            "held_days": resumed.held_days,
            "status_due_date": resumed.due_date,
        }
        self._happen(Kind.RESUMED, columns, by=by)

    def _happen(
        self,
        kind: Kind,
        columns: Mapping[str, Any],
        *,
        by: User | None = None,
        raises: bool = True,
        **others: Any,
    ) -> None:
        event = new_event(self.order, kind, columns, by=by or self.by, raises=raises, **others)
        event.stay, event.recorded_at, event.cause = self.changes[-1], self.at, self.cause
        self.events.append(event)
        self._set(columns, raises=raises)

    def _set(self, columns: Mapping[str, Any], *, raises: bool) -> None:
        for name, value in columns.items():
            setattr(self.order, name, value)
        self.order.version += raises

    def first_events(self) -> list[OrderEvent]:
        """Return the rows that tell what the order and its images say, once these are stored."""
        self.order.stay = self.changes[0]
        said = [made(self.order, by=self.by, cause=self.cause)]
        if self.images:
            lines = {str(line.pk): [getattr(line, name) for name in LINE] for line in self.images}
            said.append(
                OrderEvent(
                    order=self.order,
                    kind=Kind.IMAGES,
                    cause=self.cause,
                    stay=self.changes[0],
                    version=1,
                    raised_version=False,
                    after=lines,
                    by=self.by,
                    by_name=str(self.by),
                    recorded_at=self.order.entered_at,
                )
            )
        return said


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())


@transaction.atomic
def store_past_orders(pasts: Sequence[PastOrder]) -> None:
    """Write orders with their whole past: a few statements per CHUNK of them, and one for each turn of the longest.

    Raises OutdatedPage where a status at which one stands was deleted, or its Final Status mark changed, since it was
    read.
    """
    standing = {past.order.status_id: past.order.status for past in pasts if past.order.status}
    for _, status in sorted(standing.items()):
        keep_status(status)
    for chunk in in_chunks(list(pasts), CHUNK):
        Order.objects.bulk_create([past.order for past in chunk])
        # Each change names the one whose stay it ends, which has to be there before.
        for turn in range(max(len(past.changes) for past in chunk)):
            StatusChange.objects.bulk_create(
                [past.changes[turn] for past in chunk if turn < len(past.changes)], batch_size=CHUNK
            )
        Hold.objects.bulk_create([hold for past in chunk for hold in past.holds], batch_size=CHUNK)
        ImageLine.objects.bulk_create([line for past in chunk for line in past.images], batch_size=CHUNK)
        events = [event for past in chunk for event in (*past.first_events(), *past.events)]
        OrderEvent.objects.bulk_create(events, batch_size=CHUNK)
        for past in chunk:
            past.order.stay = past.changes[-1]
        Order.objects.bulk_update([past.order for past in chunk], ["stay"], batch_size=CHUNK)
