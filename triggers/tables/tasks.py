from typing import ClassVar

import django_tables2 as tables

from studio.models.people import UNASSIGNED
from studio.templatetags.components import phone_link
from triggers.models import Task
from triggers.templatetags.triggers import task_due_date

IN_A_DIALOG = {"data-row-link": True, "data-dialog": True}


class TaskTable(tables.Table):
    OF_DONE_ONES = ("done_at", "done_by")

    title = tables.Column(
        "Task",
        linkify=True,
        order_by="title_sorted",
        attrs={"td": {"class": "card-title"}, "a": IN_A_DIALOG},
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
    done_at = tables.Column("Done")
    done_by = tables.Column("Done By", order_by="done_by__name_sorted")
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
        sequence = (
            "title",
            "order",
            "client",
            "department",
            "assigned_user",
            "due_date",
            "done_at",
            "done_by",
            "done",
        )
        row_attrs: ClassVar = {
            "data-row": lambda record: record.pk,
            "data-row-is": lambda record: f"done-{record.kind}" if record.done_at else record.kind,
        }

    def render_due_date(self, record):
        return task_due_date(record)

    def value_due_date(self, value):
        return value


class CallTable(TaskTable):
    OF_DONE_ONES = (*TaskTable.OF_DONE_ONES, "outcome")

    call_name = tables.Column(
        "Whom to Call",
        linkify=True,
        order_by="call_name_sorted",
        attrs={"td": {"class": "card-title"}, "a": IN_A_DIALOG},
    )
    call_number = tables.Column("Phone", attrs={"td": {"class": "nowrap"}})
    title = tables.Column("About", order_by="title_sorted")
    outcome = tables.Column("What was said", orderable=False)

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
            "done_at",
            "done_by",
            "outcome",
            "done",
        )

    def render_call_number(self, value):
        return phone_link(value)

    def value_call_number(self, value):
        return value
