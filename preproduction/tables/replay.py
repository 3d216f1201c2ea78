import django_tables2 as tables
from django.utils.html import format_html

from preproduction import replay
from studio.templatetags.components import badge, studio_moment

WORDS = {
    replay.DONE: ("Done", "success"),
    replay.TO_COME: ("Still to come", "info"),
    replay.SKIPPED: ("Skipped", ""),
}


class ReplayTable(tables.Table):
    order = tables.Column(
        "Order No.",
        accessor="order__number",
        linkify=lambda record: record.order.get_absolute_url(),
        attrs={"td": {"class": "card-title"}},
    )
    client = tables.Column("Client", accessor="order__session__client__name")
    reached = tables.Column("Reached the status", accessor="change__recorded_at")
    outcome = tables.Column("Outcome")
    moment = tables.Column("When")
    to = tables.Column("To")
    channel = tables.Column("By")

    class Meta:
        orderable = False
        row_attrs = {"class": lambda record: "is-muted" if record.outcome == replay.SKIPPED else ""}

    def render_client(self, value):
        return format_html('<span class="wrap-short">{}</span>', value)

    def render_outcome(self, record):
        words, tone = WORDS[record.outcome]
        why = format_html('<div class="muted small wrap-short">{}</div>', record.why) if record.why else ""
        return format_html("<div>{}{}</div>", badge(words, tone), why)

    def render_to(self, record, value):
        if not record.addresses:
            return value
        return format_html(
            '<div>{}<div class="muted small wrap-short">{}</div></div>', value, record.addresses
        )

    def render_moment(self, value):
        return studio_moment(value)
