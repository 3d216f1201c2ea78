import django_tables2 as tables
from django.urls import reverse

from studio.tables import TITLE
from triggers.models import Letter


class LetterTable(tables.Table):
    to_name = tables.Column(
        order_by=("to_name_sorted", "pk"),
        linkify=lambda record: reverse("triggers:letter_pdf", args=[record.pk]),
        attrs=TITLE,
    )
    order = tables.Column(
        "Order",
        accessor="order__number",
        order_by=("order__number_sorted", "pk"),
        linkify=lambda record: record.order.get_absolute_url(),
    )
    # Letters of one moment keep their order, else they would stand on two pages or on none.
    created_at = tables.Column(order_by=("created_at", "pk"))
    printed_at = tables.Column(order_by=("printed_at", "pk"))

    class Meta:
        model = Letter
        fields = ("to_name", "subject", "order", "created_at", "printed_at", "printed_by")
        order_by = ("created_at",)
