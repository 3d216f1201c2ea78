import django_tables2 as tables

from studio.templatetags.components import NONE

NOWHERE = "No vendor"
GONE = "No longer there"


class ReasonTable(tables.Table):
    """Rows of reasons.Late.  names: {column: {key: name}} of reasons, statuses and vendors."""

    reason = tables.Column("Late Reason", attrs={"td": {"class": "card-title"}})
    status = tables.Column("Status", empty_values=())
    vendor = tables.Column("Vendor", empty_values=())
    month = tables.Column("Month")
    stays = tables.Column("Stays", attrs={"cell": {"class": "num"}})

    class Meta:
        orderable = False

    def __init__(self, *args, names, **kwargs):
        self.names = names
        super().__init__(*args, **kwargs)

    def value_reason(self, value):
        return self.names["reason"].get(value, GONE)

    def value_status(self, value):
        return self.names["status"].get(value, GONE)

    def value_vendor(self, value):
        return NOWHERE if value is None else self.names["vendor"].get(value, GONE)

    def value_month(self, value):
        return value

    render_reason, render_status, render_vendor = value_reason, value_status, value_vendor

    def render_month(self, value):
        return in_words(value) if value else NONE


def in_words(month):
    """Return a month, given by its first day: "June 2026"."""
    return f"{month:%B} {month.year}"
