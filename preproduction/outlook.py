"""What advancing some orders would send, asked of the triggers before anybody says OK."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cached_property

from preproduction.models import Order, Status
from studio.business_days import WorkCalendar
from studio.models import Department, User
from triggers import outbox
from triggers.models import Trigger
from triggers.rules.before import gone_out
from triggers.rules.outlook import Outlook, Prospect, outlook
from triggers.rules.refusals import Refusals
from triggers.rules.schedule import Timetable


class Outlooks:
    """Those of the orders of one page.  What they ask the database is asked once, when the first of them needs it."""

    def __init__(self, orders: Collection[Order], statuses: Collection[Status], calendar: WorkCalendar):
        self._orders, self._statuses = orders, statuses
        self._calendar, self._timetable = calendar, Timetable(calendar)
        self._refusals = Refusals({order.session.client_id for order in orders})

    def of(
        self,
        order: Order,
        to: Status,
        *,
        department: Department | None,
        assigned_user: User | None,
        updated_by: User | None,
        due_date: date | None,
    ) -> list[Outlook]:
        """Return what each trigger of `to` would do if `order` went there, to these people."""
        prospect = Prospect(
            client=order.session.client,
            vendor=order.vendor,
            session_type_id=order.session.session_type_id,
            photographer=order.session.photographer,
            from_status_id=order.status_id,
            department=department,
            assigned_user=assigned_user,
            updated_by=updated_by,
            due_date=due_date,
            refusals=self._refusals,
            clock=to.clock_of(order.vendor_id, self._calendar),
        )
        triggers = self._triggers.get(to.pk, [])
        before = {trigger.pk: self._gone_out.get((order.pk, trigger.pk)) for trigger in triggers}
        return outlook(triggers, prospect, self._timetable, gone_out=before)

    @cached_property
    def _triggers(self) -> dict[int, list[Trigger]]:
        return outbox.matching_by_status(self._statuses)

    @cached_property
    def _gone_out(self) -> dict[tuple[int, int], datetime]:
        every = [trigger for found in self._triggers.values() for trigger in found]
        return gone_out([order.pk for order in self._orders], every)
