import django_tables2 as tables

from studio.templatetags.components import badge
from triggers.models import Trigger


class TriggerTable(tables.Table):
    description = tables.Column(linkify=True, attrs={"td": {"class": "card-title"}})
    status = tables.Column(order_by="status__position")
    kind = tables.Column("Trigger Type")
    recipient = tables.Column("To", accessor="pk", orderable=False)
    task_title = tables.Column("Task")
    is_active = tables.BooleanColumn("Active")

    class Meta:
        model = Trigger
        fields = ("description", "status", "kind", "recipient", "task_title", "is_active")
        row_attrs = {"class": lambda record: "" if record.is_active else "is-muted"}

    def render_recipient(self, record):
        if record.recipient != Trigger.Recipient.FIXED:
            return record.get_recipient_display()
        return ", ".join(str(who) for who in (record.department, record.user) if who)

    value_recipient = render_recipient

    def render_is_active(self, value):
        return badge("Active", "success") if value else badge("Not active")

    def value_is_active(self, value):
        return "Yes" if value else "No"
