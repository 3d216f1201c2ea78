"""The list of the Overdue page: how late, why, who has it, whom to call, what can be done.

The worst first: broken promises, the earliest first, then what is late by its step alone.
"""

from typing import ClassVar, NamedTuple

import django_tables2 as tables
from django.db.models import Case, F, When
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from preproduction.models.order_queries import promise_broken_on
from preproduction.promise import broken_words
from preproduction.stay import late_since, lateness_of
from preproduction.tables.order import OrderTable
from preproduction.tables.order_export import OrderExport
from preproduction.tables.sorted_column import SortedColumn
from studio import addresses
from studio.templatetags.components import NONE, icon, phone_link, studio_date


class RowAct(NamedTuple):
    """A button of a row.

    name:   URL name, of a record.
    short:  the words beside its icon, where there is room for them.
    letter: the key that presses it.
    """

    name: str
    words: str
    short: str
    icon: str
    letter: str
    permission: str


ROW_ACTIONS = (
    RowAct("advance_order", "Advance Status", "Advance", "arrow-right", "a", "advance_order"),
    RowAct("assign_order", "Reassign", "Reassign", "user-plus", "r", "reassign_order"),
    RowAct("hold_order", "Put on Hold", "Hold", "pause", "h", "hold_order"),
    RowAct("note_delay", "Note", "Note", "pencil-square", "n", "change_order"),
    RowAct("change_needed_by", "Needed By", "Needed By", "calendar", "m", "change_order"),
    RowAct("ask_the_lab", "Ask the lab", "Ask lab", "question-mark-circle", "l", "send_message"),
    RowAct("tell_the_client", "Tell the client", "Tell client", "envelope", "t", "send_message"),
)
# What stands in the place of Put on Hold for an order that is.
INSTEAD = {"hold_order": RowAct("resume_order", "Resume", "Resume", "play", "h", "hold_order")}
# What stands in the menu at the end of the row.
FURTHER = ("change_needed_by", "ask_the_lab", "tell_the_client")
# What leads to a page of its own.
NO_DIALOG = ("ask_the_lab", "tell_the_client")


IN_DIALOG = SafeString(" data-dialog")
BUTTON, MENU_ITEM = "button button-small button-quiet row-act", "menu-item"


def has_email(vendor) -> bool:
    """Whether one can write to them; else their phone stands in the row."""
    return vendor is not None and bool(vendor.email)


class OverdueTable(OrderTable):
    """One overdue order a row.

    actions: rows of ROW_ACTIONS that the user may do.
    back:    address to come back to after one.
    """

    late = tables.Column(
        verbose_name="Business Days Late",
        empty_values=(),
        attrs={"th": {"class": "num"}, "td": {"class": "num days-late"}},
    )
    delay_reason = SortedColumn(
        verbose_name="Reason",
        empty_values=(),
        sort_by=["late_reason__position", "delay_reason"],
        attrs={"td": {"class": "card-line"}},
    )

    least_widths: ClassVar = {
        "number": 6.25,
        "late": 4.25,
        "status": 8,
        "client": 8,
        "user": 6.75,
        "delay_reason": 7.75,
        "vendor": 8,
        "due": 7.75,
        "act_words": 15.75,
    }
    taken_width = 10.75

    class Meta(OrderTable.Meta):
        exclude = ("session", "department", "order_date", "completed_on")
        sequence = ("number", "late", "due", "status", "delay_reason", "user", "client", "vendor", "actions")

    def __init__(self, *args, actions=(), back="", **kwargs):
        self.row_actions = actions
        self.back = urlencode({"next": back})
        super().__init__(*args, **kwargs)

    def order_late(self, queryset, is_descending):
        return _worst_first(queryset, self.today, is_descending)

    def render_late(self, record):
        if not record.is_overdue(self.today):
            return ON_TIME
        return late_cell(self.days_late(record), record.status_due_date, self.today, at=record.status)

    def render_due(self, record):
        if record.status_due_date is None:
            return NONE
        return format_html(
            '<a class="plain-link" href="{}" data-dialog data-dialog-title="Due date of {}" title="Why this day?">{}</a>',
            addresses.of_record("preproduction:due_date_explanation", record.pk),
            record,
            studio_date(record.status_due_date),
        )

    def render_status(self, record):
        """Show the status, and under it the promise if it is broken; this column stays in narrow windows."""
        status = super().render_status(record)
        if not record.is_promise_broken(self.today):
            return status
        return format_html(
            '{} <span class="promise-line" title="{}">{}</span>',
            status,
            record.needed_for,
            broken_words(record.needed_by),
        )

    def render_delay_reason(self, record):
        words = record.why_late
        return format_html('<span class="cell-reason">{}</span>', words) if words else NONE

    def render_user(self, record):
        return _two_lines(super().render_user(record), record.department or "")

    def render_client(self, record):
        client = record.session.client
        return _two_lines(super().render_client(record), _phones(client.phone, client.mobile_phone))

    def render_vendor(self, record):
        vendor = record.vendor
        phones = _phones(vendor.phone)
        return _two_lines(super().render_vendor(record), format_html("{} {}", vendor.contact_name, phones))

    def render_actions(self, record):
        acts = self._acts_of(record)
        at_hand = self._links(record, (act for act in acts if act.name not in FURTHER), BUTTON)
        further = self._links(record, (act for act in acts if act.name in FURTHER), MENU_ITEM)
        if not further:
            return at_hand
        return format_html(
            '{}<details class="menu menu-end row-menu"><summary class="{}" title="More" aria-label="More: {}">'
            '{}{}</summary><div class="menu-items">{}</div></details>',
            at_hand,
            BUTTON,
            record,
            icon("ellipsis-horizontal"),
            self.act_words("More"),
            further,
        )

    def _links(self, record, acts, css_class):
        return format_html_join(
            "",
            '<a class="{}" href="{}?{}"{} data-row-act="{}"{} aria-label="{}: {}">{}{}</a>',
            (
                (
                    css_class,
                    addresses.of_record(f"preproduction:{act.name}", record.pk),
                    self.back,
                    "" if act.name in NO_DIALOG else IN_DIALOG,
                    act.letter,
                    # A menu's item says it in words.
                    "" if css_class == MENU_ITEM else format_html(' title="{}"', act.words),
                    act.words,
                    record,
                    icon(act.icon),
                    act.words if css_class == MENU_ITEM else self.act_words(act.short),
                )
                for act in acts
            ),
        )

    def _acts_of(self, order):
        acts = [act for act in self.row_actions if act.name != "ask_the_lab" or has_email(order.vendor)]
        return [INSTEAD.get(act.name, act) for act in acts] if order.is_on_hold else acts


class OverdueExport(OrderExport):
    """The Overdue list as it leaves in a file."""

    client_phone = tables.Column(accessor="session__client__phone", verbose_name="Client Phone")
    client_mobile = tables.Column(accessor="session__client__mobile_phone", verbose_name="Mobile Phone")
    needed_by = tables.Column(verbose_name="Needed By")
    promise = tables.Column(verbose_name="Promise", empty_values=())
    late_reason = tables.Column(verbose_name="Late Reason")
    delay_reason = tables.Column(verbose_name="Reason")
    lab_contact = tables.Column(accessor="vendor__contact_name", verbose_name="Lab Contact")
    lab_phone = tables.Column(accessor="vendor__phone", verbose_name="Lab Phone")

    class Meta(OrderExport.Meta):
        exclude = (
            "session",
            "session_type",
            "order_date",
            "completed_on",
            "on_hold",
            "priority",
            "vendor_order_number",
            "actions",
        )
        sequence = (
            "number",
            "late",
            "due",
            "needed_by",
            "promise",
            "status",
            "late_reason",
            "delay_reason",
            "user",
            "department",
            "client",
            "client_phone",
            "client_mobile",
            "vendor",
            "lab_contact",
            "lab_phone",
        )

    def order_late(self, queryset, is_descending):
        return _worst_first(queryset, self.today, is_descending)

    def value_needed_by(self, record):
        return record.needed_by

    def value_late_reason(self, record):
        return str(record.late_reason or "")

    def value_delay_reason(self, record):
        return record.delay_reason

    def value_promise(self, record):
        return "Broken" if record.is_promise_broken(self.today) else None


class OverduePrint(OverdueExport):
    """The Overdue list on paper: what belongs together shares a cell, so that a reason has room."""

    delay_reason = tables.Column(verbose_name="Reason", empty_values=())

    class Meta(OverdueExport.Meta):
        exclude = (
            *OverdueExport.Meta.exclude,
            "needed_by",
            "promise",
            "late_reason",
            "department",
            "client_phone",
            "client_mobile",
            "lab_contact",
            "lab_phone",
        )
        sequence = ("number", "late", "due", "status", "delay_reason", "user", "client", "vendor")

    def value_delay_reason(self, record):
        broken = record.is_promise_broken(self.today)
        return _lines(broken_words(record.needed_by) if broken else "", record.why_late)

    def value_user(self, record):
        return _lines(super().value_user(record), str(record.department or ""))

    def value_client(self, record):
        client = record.session.client
        return _lines(client.name, client.phone, client.mobile_phone)

    def value_vendor(self, record):
        vendor = record.vendor
        return _lines(vendor.name, vendor.contact_name, vendor.phone) if vendor else None


# Of a step that is not late; a card leaves it out.
ON_TIME = format_html('<span class="table-words">{}</span>', NONE)


def late_cell(days, due_date, on, *, at):
    """Return how late as a cell under the heading Business Days Late; a card, which has no heading, says it in whole.

    at: the status, or its name.
    """
    whole = f"{lateness_of(days, due_date, on)} at {at}"
    return format_html(
        '<span class="table-words" title="{}">{}</span><span class="card-words">{}</span>',
        whole,
        days or late_since(due_date, on),
        whole,
    )


def _lines(*texts):
    return "\n".join(text for text in texts if text)


def _worst_first(queryset, today, is_descending):
    # The earlier it was due, the later it is.
    broken_since = Case(When(promise_broken_on(today), then=F("needed_by")))
    worst = [broken_since.asc(nulls_last=True), F("status_due_date").asc(nulls_last=True), "pk"]
    found = queryset.order_by(*worst)
    return (found if is_descending else found.reverse()), True


def _two_lines(first, second):
    return format_html('{}<span class="cell second-line"><span>{}</span></span>', first, second)


def _phones(*numbers):
    return format_html_join(" ", "{}", ((phone_link(number),) for number in numbers if number))
