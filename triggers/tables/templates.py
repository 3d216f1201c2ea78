import django_tables2 as tables

from studio.tables import TITLE
from triggers.models import MessageTemplate


class TemplateTable(tables.Table):
    name = tables.Column(linkify=True, order_by="name_sorted", attrs=TITLE)
    subject = tables.Column()
    used_by = tables.Column("Triggers", attrs={"cell": {"class": "num"}})

    class Meta:
        model = MessageTemplate
        fields = ("name", "subject", "used_by", "is_inactive")
        order_by = ("name",)
        row_attrs = {"class": lambda record: "is-muted" if record.is_inactive else ""}
