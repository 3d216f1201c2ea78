from collections.abc import Iterable
from datetime import date

import django_tables2 as tables

from preproduction.models import Status
from preproduction.promise import broken_words
from preproduction.rebuild import Standing
from preproduction.stay import late_since
from preproduction.tables.overdue import ON_TIME, late_cell
from studio.business_days import WorkCalendar
from studio.models.people import UNASSIGNED
from studio.templatetags.components import studio_date


class OverdueThenTable(tables.Table):
    """What was overdue on a past day, as it was known at its end.  Rows are rebuild.Standing; names are as they were.

    Days are counted by the calendar of today.
    """

    number = tables.Column(
        "Order No.",
        accessor="order__number",
        linkify=lambda record: record.order.get_absolute_url(),
        attrs={"td": {"class": "card-title"}},
    )
    late = tables.Column(
        "Business Days Late",
        empty_values=(),
        attrs={"th": {"class": "num"}, "td": {"class": "num days-late"}},
    )
    due = tables.Column("Due Date", accessor="due_date", empty_values=())
    promise = tables.Column("Promise", empty_values=())
    status = tables.Column("Status", empty_values=())
    delay_reason = tables.Column("Reason", empty_values=())
    user = tables.Column("User", empty_values=())
    department = tables.Column("Department", empty_values=())
    client = tables.Column("Client", accessor="order__session__client__name")

    class Meta:
        orderable = False
        attrs = {"id": "orders"}

    def __init__(
        self, data: list[Standing], *, day: date, calendar: WorkCalendar, statuses: Iterable[Status]
    ):
        self.day, self.calendar = day, calendar
        self.statuses = {status.pk: status for status in statuses}
        super().__init__(data)

    def value_late(self, record):
        if not record.is_overdue(self.day):
            return None
        return self._days_late(record) or late_since(record.due_date, self.day)

    def render_late(self, record):
        if not record.is_overdue(self.day):
            return ON_TIME
        return late_cell(self._days_late(record), record.due_date, self.day, at=record.name("status"))

    def _days_late(self, record):
        then = record.columns["status"]
        status = self.statuses.get(then[0]) if then else None
        clock = status.clock_of(record.order.vendor_id, self.calendar) if status else self.calendar
        return clock.count_business_days(record.due_date, self.day)

    def value_due(self, record):
        return record.due_date

    def value_promise(self, record):
        return broken_words(record.needed_by) if record.is_promise_broken(self.day) else ""

    def value_status(self, record):
        return record.name("status")

    def value_delay_reason(self, record):
        return record.why_late

    def value_user(self, record):
        return record.name("assigned_user") or UNASSIGNED

    def value_department(self, record):
        return record.name("department")

    def value_number(self, record):
        return record.order.number

    def value_client(self, record):
        return record.order.session.client.name

    render_status, render_delay_reason = value_status, value_delay_reason
    render_promise = value_promise
    render_user, render_department = value_user, value_department

    def render_due(self, record):
        return studio_date(record.due_date)
