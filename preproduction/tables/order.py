"""The list of orders: its columns, how each sorts, and what a page shows of them."""

from datetime import date
from functools import cached_property
from typing import ClassVar

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from preproduction import stay
from preproduction.models import Order
from preproduction.models.order import Priority
from preproduction.tables.sorted_column import SortedColumn
from preproduction.templatetags.orders import priority_badge, status_badge
from studio import addresses, folding
from studio.business_days import WorkCalendar
from studio.templatetags.components import NONE, NOTHING, icon, studio_date


def how_it_stands(record: Order) -> str:
    if record.is_complete:
        return "complete"
    return "held" if record.is_on_hold else "open"


class OrderTable(tables.Table):
    """The hub's list.

    today, calendar: the studio's, read once by the view.
    columns:         what was chosen (tables/columns.py); the usual ones if None.
    without:         columns that say nothing about these orders.
    least_widths:    rem, of what each column needs at least; the last is the first to go (studio/folding.py).  So does
                     what is no column: how late, on one line with the date; the words beside the icons of the acts.
    taken_width:     rem, of check boxes and acts.
    query:           the list's, which the order's page keeps for its Previous and Next; None for no such links.
    take:            buttons for orders that nobody has; None for none.
    """

    number = SortedColumn(
        verbose_name="Order No.", sort_by=["number_sorted"], attrs={"td": {"class": "card-title"}}
    )
    client = SortedColumn(
        accessor="session__client__name", verbose_name="Client", sort_by=["session__client__name_sorted"]
    )
    session = SortedColumn(
        accessor="session__number",
        verbose_name="Session",
        sort_by=["session__number_sorted"],
        attrs={"td": {"class": "card-hide"}},
    )
    status = SortedColumn(
        verbose_name="Status",
        empty_values=(),
        sort_by=["status__position"],
        attrs={"td": {"class": "card-line"}},
    )
    due = SortedColumn(
        accessor="status_due_date", verbose_name="Due Date", empty_values=(), sort_by=["status_due_date"]
    )
    user = SortedColumn(
        accessor="assigned_user",
        verbose_name="User",
        empty_values=(),
        sort_by=["assigned_user__name_sorted"],
    )
    completed_on = SortedColumn(
        verbose_name="Completed Date",
        sort_by=["completed_on"],
        filled="is_complete",
        attrs={"td": {"class": "card-hide"}},
    )
    department = SortedColumn(
        accessor="department__name",
        verbose_name="Department",
        sort_by=["department__name_sorted"],
        attrs={"td": {"class": "card-hide"}},
    )
    vendor = SortedColumn(
        accessor="vendor__name",
        verbose_name="Vendor",
        sort_by=["vendor__name_sorted"],
        attrs={"td": {"class": "card-hide"}},
    )
    order_date = SortedColumn(
        verbose_name="Order Date", sort_by=["order_date"], attrs={"td": {"class": "card-hide"}}
    )
    actions = tables.Column(
        verbose_name="",
        empty_values=(),
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "table-actions"}},
    )

    least_widths: ClassVar = {
        "number": 6.75,
        "status": 8,
        "due": 9,
        "client": 7.75,
        "user": 7,
        "due_line": 8,
        "vendor": 7,
        "session": 6.75,
        "department": 6.5,
        "completed_on": 7.75,
        "order_date": 7.75,
        "act_words": 8,
    }
    taken_width = 6.5
    further_width = 9  # rem, of a further column
    cards_without_names = True

    class Meta:
        order_by_field = "sort"
        # For the letters that act on a row; see static/js/row_keys.js.
        row_attrs = {"data-row": lambda record: record.pk, "data-row-is": how_it_stands}
        attrs = {"id": "orders"}

    def __init__(
        self,
        data,
        *,
        today: date,
        calendar: WorkCalendar,
        without=(),
        columns=None,
        query=None,
        take=None,
        **kwargs,
    ):
        self.today = today
        self.take = take
        self.query = query
        self.calendar = calendar
        self.further = columns.further() if columns else {}
        if columns:
            without = (*without, *columns.left_out)
            kwargs["sequence"] = self.in_sequence(("number", *columns.chosen, "actions"))
        super().__init__(
            data, exclude=self.left_out_with(without), extra_columns=self.further.items(), **kwargs
        )

    def in_sequence(self, names) -> tuple[str, ...]:
        return names

    def left_out_with(self, without) -> tuple[str, ...]:
        """Return all columns that go when those of `without` do."""
        return without

    def render_number(self, record):
        return format_html(
            '<span class="cell cell-number"><a href="{}" data-row-link title="{}">{}</a>{}</span>',
            self._address(record),
            record.number,
            record.number,
            "" if record.priority == Priority.NORMAL else priority_badge(record),
        )

    def _address(self, order) -> str:
        if self.query is None:
            return order.get_absolute_url()
        return f"{order.get_absolute_url()}?{urlencode({'list': self.query, 'at': order.place})}"

    def render_client(self, record):
        client = record.session.client
        return format_html(
            '<span class="cell"><a class="plain-link" href="{}" title="{}">{}</a></span>',
            client.get_absolute_url(),
            client.name,
            client.name,
        )

    def render_session(self, record):
        session = record.session
        return format_html(
            '<span class="cell"><span title="{2}, {0}"><a class="plain-link" href="{1}">{2}</a> '
            '<span class="muted">{0}</span></span></span>',
            session.session_type,
            session.get_absolute_url(),
            session.number,
        )

    def render_vendor(self, record):
        words = " ".join(filter(None, (record.vendor.name, record.vendor_order_number)))
        return format_html(
            '<span class="cell"><span title="{}">{} <span class="muted">{}</span></span></span>',
            words,
            record.vendor.name,
            record.vendor_order_number,
        )

    def render_department(self, record):
        return cut(record.department.name)

    def render_user(self, record):
        return cut(record.user_in_words)

    def render_status(self, record):
        return format_html('<span class="cell-badges">{}</span>', status_badge(record))

    def render_due(self, record):
        due = record.status_due_date
        if due is None:
            return NONE
        tone, words = self._due_words(record)
        return format_html(
            '<span class="due {}"><a class="plain-link" href="{}" data-dialog data-dialog-title="Due date of {}" '
            'title="Why this day?">{}</a>{}</span>',
            tone,
            addresses.of_record("preproduction:due_date_explanation", record.pk),
            record,
            studio_date(due),
            self._late_words(words) if words else "",
        )

    def _late_words(self, words: str) -> SafeString:
        """Return the words that stand beside the date, or under it where there is no room."""
        line_break = format_html('<br class="unfold-{}">', self.fold_steps.get("due_line", folding.WIDEST))
        return format_html(' {}<span class="due-words">{}</span>', line_break, words)

    def _due_words(self, order: Order) -> tuple[str, str]:
        """Return the colour and the words of a due date; that its clock stands still the status says."""
        clock = stay.of(order)
        tone = clock.tone(self.today)
        words = "" if order.is_on_hold else clock.words(self.today, order.clock(self.calendar))
        return f"due-{tone}" if tone else "", words

    def render_actions(self, record):
        if record.is_complete:
            return NOTHING
        take = self.take.of(record, self.fold_steps["act_words"]) if self.take else ""
        advance = "" if record.is_on_hold else self._advance(record)
        return format_html("{}{}", take, advance) if take or advance else NOTHING

    def _advance(self, record):
        return format_html(
            '<a class="button button-small button-quiet row-act" href="{}" data-dialog data-row-act="a" '
            'data-dialog-title="Advance {}" title="Advance Status" aria-label="Advance Status of {}">{}{}</a>',
            addresses.of_record("preproduction:advance_order", record.pk),
            record,
            record,
            icon("arrow-right"),
            self.act_words("Advance"),
        )

    def act_words(self, words: str) -> SafeString:
        """Return what an act's icon says where there is room: beside all columns, and under the icon for a finger."""
        return format_html('<span class="act-words fold-{}">{}</span>', self.fold_steps["act_words"], words)

    @cached_property
    def fold_steps(self) -> dict[str, int]:
        """Return from which width of its box on, in rem, each column is shown, and what there is else."""
        shown = {*self.columns.names(), "due_line", "act_words"}
        widths = {name: width for name, width in self.least_widths.items() if name in shown}
        widths |= dict.fromkeys(self.further, self.further_width)
        widths["act_words"] = widths.pop("act_words")  # these go first
        return folding.steps(widths, taken=self.taken_width)

    def days_late(self, order: Order) -> int:
        """Return the business days that have passed since the due date of an overdue order."""
        return order.clock(self.calendar).count_business_days(order.status_due_date, self.today)


def cut(words: str) -> SafeString:
    return format_html('<span class="cell"><span title="{}">{}</span></span>', words, words)
