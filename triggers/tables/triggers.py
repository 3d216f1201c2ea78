from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from studio.tables import TITLE
from studio.templatetags.components import badge
from triggers.models import Delivery, Trigger
from triggers.rules import words as trigger_words

State = Delivery.State

# What is counted of the last days: words, states, the tab of the queue that shows just these, and whether it is bad.
COUNTED = [
    ("done", (State.SENT,), "done", False),
    ("waiting", (State.PENDING, State.SENDING), "waiting", False),
    ("held", (State.HELD,), "held", False),
    ("failed", (State.FAILED,), "failed", True),
    ("expired", (State.EXPIRED,), "expired", True),
    ("unknown", (State.UNKNOWN,), "unknown", True),
]


class TriggerTable(tables.Table):
    description = tables.Column(linkify=True, attrs=TITLE)
    status = tables.Column()
    kind = tables.Column("Trigger Type")
    recipient = tables.Column("To", accessor="pk")
    conditions = tables.Column("Conditions", accessor="pk")
    recent = tables.Column("Last 30 days", accessor="pk")
    is_active = tables.TemplateColumn(template_name="triggers/_trigger_switch.html", verbose_name="Active")
    acts = tables.TemplateColumn(
        template_name="triggers/_trigger_acts.html",
        verbose_name="",
        empty_values=(),
        attrs={"td": {"class": "table-actions"}},
    )

    class Meta:
        model = Trigger
        fields = ()
        sequence = (
            "description",
            "status",
            "kind",
            "recipient",
            "conditions",
            "recent",
            "is_active",
            "acts",
        )
        orderable = False
        row_attrs = {"class": lambda record: "" if record.is_active else "is-muted"}

    def __init__(self, *args, counts, **kwargs):
        super().__init__(*args, **kwargs)
        self.counts = counts

    def render_status(self, record):
        return _two_lines(record.status, trigger_words.when(record))

    def render_kind(self, record):
        return _two_lines(record.get_kind_display(), record.template or record.task_title)

    def render_recipient(self, record):
        return format_html('<span class="wrap-short">{}</span>', trigger_words.recipient(record))

    def render_conditions(self, record):
        words = [*trigger_words.conditions(record)]
        shown = format_html_join("", "<div>{}</div>", ((phrase,) for phrase in words))
        review = (
            badge("Review", "warning", title="Waits for a person before it is done")
            if record.needs_review
            else ""
        )
        return format_html('<div class="wrap-short">{}{}</div>', shown, review) if words or review else None

    def render_recent(self, record):
        links = format_html_join(" · ", "{}", ((link,) for link in self._links(record)))
        return format_html("<div>{}</div>", links) if links else None

    def _links(self, record):
        counts = self.counts.get(record.pk, {})
        for words, states, tab, is_bad in COUNTED:
            count = sum(counts.get(state, 0) for state in states)
            if count:
                query = urlencode({"trigger": record.pk, "state": tab})
                href = f"{reverse('triggers:queue_list')}?{query}"
                css = "count-bad" if is_bad else "count-good"
                yield format_html('<a class="{}" href="{}">{}&nbsp;{}</a>', css, href, f"{count:,}", words)


def _two_lines(first, second):
    if not second:
        return first
    return format_html('<div>{}<div class="muted small wrap-short">{}</div></div>', first, second)
