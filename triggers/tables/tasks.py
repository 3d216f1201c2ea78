import django_tables2 as tables

from studio.models.people import UNASSIGNED
from studio.templatetags.components import phone_link
from triggers.models import Task
from triggers.templatetags.triggers import task_due_date


class TaskTable(tables.Table):
    title = tables.Column(
        "Task",
        linkify=True,
        order_by="title_sorted",
        attrs={"td": {"class": "card-title"}},
    )
    order = tables.Column(
        "Order",
        accessor="order__number",
        order_by="order__number_sorted",
        linkify=lambda record: record.order.get_absolute_url(),
    )
    client = tables.Column(
        "Client", accessor="order__session__client__name", order_by="order__session__client__name_sorted"
    )
    department = tables.Column("Department", order_by="department__name_sorted")
    assigned_user = tables.Column("User", order_by="assigned_user__name_sorted", default=UNASSIGNED)
    due_date = tables.Column("Due Date")
    done = tables.TemplateColumn(
        template_name="triggers/_task_cell.html",
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

    def render_due_date(self, record):
        return task_due_date(record)

    def value_due_date(self, value):
        return value


class CallTable(TaskTable):
    call_name = tables.Column(
        "Whom to Call",
        linkify=True,
        order_by="call_name_sorted",
        attrs={"td": {"class": "card-title"}},
    )
    call_number = tables.Column("Phone", attrs={"td": {"class": "nowrap"}})
    title = tables.Column("About", order_by="title_sorted")

    class Meta(TaskTable.Meta):
        sequence = (
            "call_name",
            "call_number",
            "title",
            "order",
            "client",
            "department",
            "assigned_user",
            "due_date",
            "done",
        )

    def render_call_number(self, value):
        return phone_link(value)

    def value_call_number(self, value):
        return value
