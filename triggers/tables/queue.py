from functools import cached_property
from typing import ClassVar

import django_tables2 as tables
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from studio import folding
from studio.templatetags.components import NONE, NOTHING, badge, icon, shown
from triggers import queue_acts
from triggers.models import Delivery
from triggers.outbox import words as delivery_words

FORM = "steer"
BUTTON = (
    '<button class="button button-small" form="{}" name="one" value="{}-{}" aria-label="{}: {}" title="{}">'
    '{}<span class="act-words fold-{}">{}</span></button>'
)


class DeliveryTable(tables.Table):
    """The Trigger Queue.  Its rows come from `DeliveryQuerySet.for_table`, its buttons belong to the form FORM.

    least_widths: rem, of the columns; the last is the first to go (studio/folding.py).
    """

    least_widths: ClassVar = {
        "what": 11,
        "when": 11.5,
        "reason": 10,
        "state": 6.5,
        "order": 4.5,
        "client": 6.5,
        "trigger": 6.5,
        "tries": 4,
        "act_words": 9,
    }
    taken_width = 8

    what = tables.Column(
        "What and to Whom", empty_values=(), orderable=False, attrs={"td": {"class": "card-title"}}
    )
    when = tables.Column("When", accessor="pk", attrs={"td": {"class": "nowrap"}})
    trigger = tables.Column(empty_values=(), order_by=("trigger__description", "pk"))
    order = tables.Column("Order", accessor="order__number", order_by=("order__number_sorted", "pk"))
    client = tables.Column(
        "Client",
        accessor="order__session__client__name",
        order_by=("order__session__client__name_sorted", "pk"),
    )
    state = tables.Column()
    reason = tables.Column("Why", attrs={"td": {"class": "queue-why"}})
    tries = tables.Column("Tries", attrs={"cell": {"class": "num"}})
    acts = tables.Column(
        "",
        empty_values=(),
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "table-actions"}},
    )

    class Meta:
        model = Delivery
        fields = ()
        sequence = ("what", "when", "trigger", "order", "client", "state", "reason", "tries", "acts")
        attrs = {"id": "queue"}

    @cached_property
    def fold_steps(self) -> dict[str, int]:
        shown = {*self.columns.names(), "act_words"}
        widths = {name: width for name, width in self.least_widths.items() if name in shown}
        return folding.steps(widths, taken=self.taken_width)

    def order_when(self, queryset, is_descending):
        when = Coalesce("finished_at", "not_before")
        if is_descending:
            return queryset.order_by(when.desc(nulls_last=True), "-pk"), True
        return queryset.order_by(when.asc(nulls_last=True), "pk"), True

    def order_tries(self, queryset, is_descending):
        return queryset.order_by("-tries" if is_descending else "tries", "pk"), True

    def order_reason(self, queryset, is_descending):
        sign = "-" if is_descending else ""
        return queryset.order_by(f"{sign}reason_code", f"{sign}reason_details", "pk"), True

    def order_state(self, queryset, is_descending):
        return queryset.order_by("-state" if is_descending else "state", "pk"), True

    def render_what(self, record):
        what = delivery_words.what(record)
        return format_html(
            '<a class="queue-what" href="{}" data-dialog="wide" data-dialog-title="{}" data-row-link>{}</a>',
            reverse("triggers:queue_item", args=[record.pk]),
            what,
            what,
        )

    def value_what(self, record):
        return delivery_words.what(record)

    def render_when(self, record):
        moment = delivery_words.moment(record)
        if moment is None:
            return "On hold"
        if record.state == Delivery.State.PENDING and delivery_words.is_due(record):
            return format_html('<span title="{}">Now</span>', moment.isoformat(timespec="seconds"))
        return shown(moment)

    def value_when(self, record):
        return delivery_words.moment(record)

    def render_trigger(self, record):
        return _cut(record.origin)

    def value_trigger(self, record):
        return record.origin

    def render_order(self, record):
        return format_html(
            '<a class="plain-link" href="{}">{}</a>', record.order.get_absolute_url(), record.order.number
        )

    def value_order(self, record):
        return record.order.number

    def render_client(self, record):
        return _cut(record.order.session.client.name)

    def value_client(self, record):
        return record.order.session.client.name

    def render_state(self, record):
        return badge(record.get_state_display(), delivery_words.TONES.get(record.state, ""))

    def value_state(self, record):
        return record.get_state_display()

    def render_reason(self, value):
        return format_html('<span class="wrap">{}</span>', value) if value else NONE

    def value_reason(self, value):
        return value

    def render_acts(self, record):
        buttons = queue_acts.buttons(record.state)
        if not buttons:
            return NOTHING
        return format_html(
            '<span class="queue-acts">{}</span>',
            format_html_join("", BUTTON, self._filled_in(record, buttons)),
        )

    def _filled_in(self, record, buttons):
        step = self.fold_steps["act_words"]
        for each in buttons:
            words = each["words"]
            yield FORM, each["key"], record.pk, words, record, words, icon(each["icon"]), step, words


def _cut(words):
    return format_html('<span class="cell"><span title="{}">{}</span></span>', words, words)
