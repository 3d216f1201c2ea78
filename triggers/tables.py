import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from studio.templatetags.components import badge, studio_date
from triggers.models import Task, Trigger


class TaskTable(tables.Table):
    title = tables.Column(
        "Task",
        linkify=lambda record: reverse("triggers:task_edit", args=[record.pk]),
        attrs={"td": {"class": "card-title"}},
    )
    order = tables.Column(
        "Order", accessor="order__number", linkify=lambda record: record.order.get_absolute_url()
    )
    client = tables.Column("Client", accessor="order__session__client__name")
    department = tables.Column("Department", order_by="department__name")
    assigned_user = tables.Column("User", order_by=("assigned_user__first_name", "assigned_user__last_name"))
    due_date = tables.Column("Due Date")
    done = tables.TemplateColumn(
        template_name="triggers/_task_done.html",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        empty_values=(),  # a button is there though there is no value
        attrs={"td": {"class": "table-actions"}},
    )

    class Meta:
        model = Task
        fields = ()
        sequence = ("title", "order", "client", "department", "assigned_user", "due_date", "done")
        row_attrs = {"class": lambda record: "is-overdue" if record.is_overdue() else ""}

    def render_due_date(self, record, value):
        shown = studio_date(value)
        return format_html("{} {}", shown, badge("Late", "danger")) if record.is_overdue() else shown

    def value_due_date(self, value):
        return value


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
