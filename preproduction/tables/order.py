"""Lists of orders: their columns, how each sorts, what a page shows and what an export holds."""

from datetime import date

import django_tables2 as tables
from django.db.models import F
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from preproduction.models import Order
from preproduction.models.order import Priority
from preproduction.templatetags.orders import shown_due_date, status_badge
from studio.business_days import WorkCalendar
from studio.templatetags.components import badge, icon

PRIORITY_TONES = {Priority.RUSH: "danger", Priority.HIGH: "warning", Priority.LOW: ""}


class SortedColumn(tables.Column):
    """A column that sorts by `sort_by`, empty values last in either direction, and at the end by primary key.

    sort_by: paths or expressions.
    """

    def __init__(self, *args, sort_by=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.sort_by = [F(term) if isinstance(term, str) else term for term in sort_by]

    def order(self, queryset, is_descending):
        if is_descending:
            return queryset.order_by(*(term.desc(nulls_last=True) for term in self.sort_by), "-pk"), True
        return queryset.order_by(*(term.asc(nulls_last=True) for term in self.sort_by), "pk"), True


def by_number(path: str) -> list:
    """Sort numbers that are text as people read them: "999" before "1000"."""
    return [Length(path), F(path)]


class OrderTable(tables.Table):
    """The hub's list.

    today, calendar: the studio's, read once by the view.
    may_advance:     whether rows get the button.
    """

    number = SortedColumn(
        verbose_name="Order No.", sort_by=by_number("number"), attrs={"td": {"class": "card-title nowrap"}}
    )
    client = SortedColumn(
        accessor="session__client__name", verbose_name="Client", sort_by=["session__client__name"]
    )
    session = SortedColumn(
        accessor="session__number", verbose_name="Session", sort_by=by_number("session__number")
    )
    vendor = SortedColumn(accessor="vendor__name", verbose_name="Vendor", sort_by=["vendor__name"])
    order_date = SortedColumn(
        verbose_name="Order Date", sort_by=["order_date"], attrs={"td": {"class": "nowrap card-hide"}}
    )
    status = SortedColumn(verbose_name="Status", empty_values=(), sort_by=["status__position"])
    due = SortedColumn(
        accessor="status_due_date",
        verbose_name="Due Date",
        empty_values=(),
        sort_by=["status_due_date"],
        attrs={"td": {"class": "nowrap"}},
    )
    department = SortedColumn(
        accessor="department__name", verbose_name="Department", sort_by=["department__name"]
    )
    user = SortedColumn(
        accessor="assigned_user",
        verbose_name="User",
        sort_by=["assigned_user__first_name", "assigned_user__last_name", "assigned_user__username"],
    )
    actions = tables.Column(
        verbose_name="",
        empty_values=(),
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "table-actions"}},
    )

    class Meta:
        order_by_field = "sort"
        row_attrs = {"class": lambda record, table: table.row_class(record), "data-row": True}
        attrs = {"id": "orders"}

    def __init__(self, data, *, today: date, calendar: WorkCalendar, may_advance: bool = False, **kwargs):
        self.today = today
        self.calendar = calendar
        exclude = () if may_advance else ("actions",)
        super().__init__(data, exclude=(*kwargs.pop("exclude", ()), *exclude), **kwargs)

    def row_class(self, order) -> str:
        if order.is_overdue(self.today):
            return "is-overdue"
        return "is-due-today" if self._is_due_today(order) else ""

    def render_number(self, record):
        return format_html(
            '<a href="{}" data-row-link>{}</a>{}',
            record.get_absolute_url(),
            record.number,
            _priority(record),
        )

    def render_client(self, record):
        return _named_link(record.session.client, record.session.client.name)

    def render_session(self, record):
        session = record.session
        return format_html(
            '{} <span class="muted">{}</span>', _named_link(session, session.number), session.session_type
        )

    def render_vendor(self, record):
        number = record.vendor_order_number
        return format_html(
            '<span class="cell-name" title="{0}{1}">{0}</span>{2}',
            record.vendor.name,
            f", their number {number}" if number else "",
            format_html(' <span class="muted">{}</span>', number) if number else "",
        )

    def render_status(self, record):
        return status_badge(record)

    def render_due(self, record):
        return shown_due_date(record, self.calendar)

    def render_actions(self, record):
        if record.is_complete or record.is_on_hold:
            return ""
        return format_html(
            '<a class="button button-small button-quiet" href="{}" data-dialog data-dialog-title="Advance {}" '
            'title="Advance Status" aria-label="Advance Status of {}">{}</a>',
            reverse("preproduction:advance_order", args=[record.pk]),
            record,
            record,
            icon("arrow-right"),
        )

    def days_late(self, order: Order) -> int:
        """Return the business days that have passed since the due date of an overdue order."""
        return self.calendar.count_business_days(order.status_due_date, self.today)

    def _is_due_today(self, order: Order) -> bool:
        return order.status_due_date == self.today and not order.is_on_hold and not order.is_complete


class OrderExport(OrderTable):
    """The hub's list as it leaves in a file: what the page puts into one cell has columns of its own."""

    priority = tables.Column(accessor="get_priority_display", verbose_name="Priority")
    session_type = tables.Column(accessor="session__session_type__name", verbose_name="Session Type")
    vendor_order_number = tables.Column(verbose_name="Vendor Order No.")
    late = tables.Column(empty_values=(), verbose_name="Days Late")
    on_hold = tables.Column(accessor="held_on", verbose_name="On Hold Since")

    class Meta(OrderTable.Meta):
        exclude = ("actions",)
        sequence = (
            "number",
            "client",
            "session",
            "session_type",
            "vendor",
            "vendor_order_number",
            "order_date",
            "priority",
            "status",
            "due",
            "late",
            "on_hold",
            "department",
            "user",
        )

    def value_number(self, record):
        return record.number

    def value_client(self, record):
        return record.session.client.name

    def value_session(self, record):
        return record.session.number

    def value_vendor(self, record):
        return record.vendor.name if record.vendor else None

    def value_order_date(self, record):
        return record.order_date

    def value_status(self, record):
        return str(record.status) if record.status else None

    def value_due(self, record):
        return record.status_due_date

    def value_late(self, record):
        return self.days_late(record) if record.is_overdue(self.today) else None

    def value_on_hold(self, record):
        return record.held_on


def _named_link(target, words: str) -> SafeString:
    return format_html(
        '<a class="cell-name" href="{}" title="{}">{}</a>', target.get_absolute_url(), words, words
    )


def _priority(order: Order) -> SafeString | str:
    if order.priority == Priority.NORMAL:
        return ""
    return format_html(" {}", badge(order.get_priority_display(), PRIORITY_TONES[order.priority]))
