"""Two years of orders: each walks through the status list at its own pace until today."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from preproduction.demo import names
from preproduction.models import CustomField, CustomValue, ImageLine, LateReason, Status
from preproduction.models.order import Priority
from preproduction.operations import PastOrder
from preproduction.promise import PURPOSES
from studio.business_days import WorkCalendar
from studio.models import PhotoSession, User, Vendor

# Of the orders that have come far enough in time, how many got stuck at a status, and how many were called off.
STUCK, CANCELLED, HELD = 0.09, 0.04, 0.05
PROMISED = 0.4  # of all orders
REASONED = 0.7  # of what was late and has been left


class Storyteller:
    """Plays orders through.  All chance comes from `chance`, so that a seed gives the same studio each time."""

    def __init__(
        self,
        *,
        chance: random.Random,
        today: date,
        zone: ZoneInfo,
        calendar: WorkCalendar,
        statuses: Sequence[Status],
        vendors: Sequence[Vendor],
        late_reasons: Mapping[str, LateReason],
        people: Sequence[User],
    ):
        self.chance, self.today, self.zone, self.calendar = chance, today, zone, calendar
        self.way = [status for status in statuses if not status.is_inactive and not status.is_final]
        self.delivered, self.cancelled = [status for status in statuses if status.is_final]
        self.vendors, self.people = vendors, people
        # A chance of its own, so that reasons do not change what orders do.
        self.late_reasons, self.why = late_reasons, random.Random(1)  # noqa: S311

    def order(self, session: PhotoSession, number: str) -> PastOrder:
        """Return the order `number` of `session`, as far as it has come today."""
        chance = self.chance
        on = min(self.calendar.add_business_days(session.date, chance.randint(0, 3)), self.today)
        past = PastOrder.begin(
            session,
            number=number,
            on=on,
            at=self.moment(on),
            by=chance.choice(self.people),
            status=self.way[0],
            calendar=self.calendar,
            vendor=chance.choices(self.vendors, weights=[5, 3, 1, 2, 2])[0],
            vendor_order_number=f"{chance.randint(20_000, 99_999)}" if chance.random() < 0.6 else "",
            priority=chance.choices(list(Priority), weights=[1, 14, 3, 1])[0],
            **self.promise(on),
            studio_notes=chance.choice(names.STUDIO_NOTES),
            vendor_notes=chance.choice(names.VENDOR_NOTES),
        )
        self.send_images(past)
        self.walk(past)
        self.count_images(past)
        return past

    def promise(self, on: date) -> dict[str, Any]:
        """Choose by when an order made `on` that day is needed, and what for; of most nobody said so."""
        if self.chance.random() > PROMISED:
            return {}
        needed_by = self.calendar.add_business_days(on, self.chance.randint(18, 45))
        return {"needed_by": needed_by, "needed_for": self.chance.choice(PURPOSES)}

    def walk(self, past: PastOrder) -> None:
        stuck_at = self.chance.choice(self.way) if self.chance.random() < STUCK else None
        cancelled_at = self.chance.choice(self.way) if self.chance.random() < CANCELLED else None
        for status, following in zip(self.way, [*self.way[1:], self.delivered], strict=True):
            to = self.cancelled if status == cancelled_at else following
            on = self.completion(past, stuck=status == stuck_at)
            on = self.pause(past, until=on)
            if on is None or on > self.today:
                break
            by = past.order.assigned_user or self.chance.choice(self.people)
            # A cancelled order need not have its proofs back; the note says why it is complete all the same.
            note = "Client cancelled." if to == self.cancelled else self.chance.choice(names.NOTES)
            if past.order.is_overdue(on) and self.why.random() < REASONED:
                past.note_delay(**self.reason())
            past.advance(to=to, on=on, at=self.moment(on), by=by, note=note)
            if to.is_final:
                break
        order = past.order
        if order.is_overdue(self.today):
            past.note_delay(**self.reason())
        if (
            order.assigned_user is None
            and not order.is_complete
            and order.department
            and self.chance.random() < 0.6
        ):
            members = [person for person in self.people if order.department in person.departments.all()]
            past.assign(self.chance.choice(members or self.people))

    def reason(self) -> dict[str, Any]:
        """Choose why an order is late: of the list, and in words; of some nobody said so."""
        chosen, words = self.why.choice(names.DELAY_REASONS)
        return {"late_reason": self.late_reasons.get(chosen), "reason": words}

    def completion(self, past: PastOrder, *, stuck: bool) -> date:
        """Choose the day on which the current status is completed: mostly in time, now and then late."""
        planned = past.order.status_duration or 1
        late = self.chance.choices([-1, 0, 1, 2, 4, 8], weights=[3, 9, 3, 2, 1, 1])[0]
        days = max(planned + late, 0) + (self.chance.randint(4, 32) if stuck else 0)
        return self.calendar.add_business_days(past.order.entered_status_on, days)

    def pause(self, past: PastOrder, *, until: date) -> date | None:
        """Perhaps put the order on hold on its way to `until`; return the later day, or None while it is held."""
        if self.chance.random() > HELD / 2:
            return until
        start = past.order.entered_status_on + timedelta(days=1)
        if start > min(until, self.today):
            return until
        past.hold(on=start, by=self.chance.choice(self.people), reason=self.chance.choice(names.HOLD_REASONS))
        end = self.calendar.add_business_days(start, self.chance.randint(2, 12))
        if end > self.today:
            return None
        past.resume(on=end, by=self.chance.choice(self.people))
        return max(self.calendar.add_business_days(until, past.order.held_days), end)

    def send_images(self, past: PastOrder) -> None:
        for line in range(self.chance.choices([1, 2, 3], weights=[5, 3, 1])[0]):
            first = self.chance.randint(1, 400)
            sent = self.chance.choice([6, 12, 18, 24, 30, 40])
            past.images.append(
                ImageLine(
                    order=past.order,
                    files=f"{past.order.session.number}_{first + 100 * line:04d}-{first + 100 * line + sent - 1:04d}",
                    proof_type=self.chance.choice(names.PROOF_TYPES),
                    proof_size=self.chance.choice(names.PROOF_SIZES),
                    quantity_sent=sent,
                )
            )

    def count_images(self, past: PastOrder) -> None:
        """Enter what came back, for orders that have been at the lab."""
        order = past.order
        been_back = order.status.position > self.way[3].position
        if not been_back or order.status == self.cancelled:
            return
        for line in past.images:
            line.quantity_returned = line.quantity_sent
        if not order.is_complete and self.chance.random() < 0.25:
            past.images[-1].quantity_returned -= self.chance.randint(1, 3)
        order.vendor_invoice_number = (
            f"INV-{self.chance.randint(1000, 9999)}" if self.chance.random() < 0.5 else ""
        )
        if order.vendor_invoice_number:
            order.vendor_invoice_amount = self.chance.randint(1800, 64_000) / 100

    def moment(self, on: date) -> datetime:
        at = time(self.chance.randint(8, 17), self.chance.randint(0, 59))
        # Today's working hours may not have come yet.
        return min(datetime.combine(on, at, tzinfo=self.zone), timezone.now())


def session_days(chance: random.Random, today: date, calendar: WorkCalendar, count: int) -> list[date]:
    """Return `count` business days of the last two years, about a third of them within the last seven weeks."""
    days = []
    for _ in range(count):
        ago = chance.randint(0, 45) if chance.random() < 0.33 else chance.randint(0, 728)
        days.append(calendar.add_business_days(today - timedelta(days=ago + 3), 0))
    return sorted(min(day, today) for day in days)


def custom_values(chance: random.Random, pasts: Sequence[PastOrder]) -> Iterator[CustomValue]:
    cover, _, rush = CustomField.objects.order_by("position")
    for past in pasts:
        if chance.random() < 0.15:
            yield CustomValue(
                order=past.order, field=cover, value=chance.choice(["Linen, sand", "Leather, black"])
            )
        if past.order.priority == Priority.RUSH:
            yield CustomValue(order=past.order, field=rush, value="Yes, by email")
