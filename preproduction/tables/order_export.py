"""The list of orders as it leaves in a file: real dates and numbers, and a column for each fact."""

from typing import ClassVar

import django_tables2 as tables

from preproduction import stay
from preproduction.tables.order import OrderTable


class OrderExport(OrderTable):
    """The hub's list as it leaves in a file: what the page puts into one cell has columns of its own."""

    IN_ONE_CELL: ClassVar = {
        "number": ("priority",),
        "session": ("session_type",),
        "due": ("late",),
        "status": ("on_hold",),
        "vendor": ("vendor_order_number",),
    }

    priority = tables.Column(accessor="get_priority_display", verbose_name="Priority")
    session_type = tables.Column(accessor="session__session_type__name", verbose_name="Session Type")
    vendor_order_number = tables.Column(verbose_name="Vendor Order No.")
    late = tables.Column(empty_values=(), verbose_name="Business Days Late")
    on_hold = tables.Column(accessor="held_on", verbose_name="On Hold Since")

    class Meta(OrderTable.Meta):
        sequence = (
            "number",
            "client",
            "session",
            "session_type",
            "priority",
            "status",
            "due",
            "late",
            "on_hold",
            "user",
            "department",
            "vendor",
            "vendor_order_number",
            "order_date",
            "completed_on",
            "actions",
        )

    def in_sequence(self, names):
        return tuple(each for name in names for each in (name, *self.IN_ONE_CELL.get(name, ())))

    def left_out_with(self, without):
        return tuple(dict.fromkeys(self.in_sequence(without)))

    def value_number(self, record):
        return record.number

    def value_client(self, record):
        return record.session.client.name

    def value_session(self, record):
        return record.session.number

    def value_vendor(self, record):
        return record.vendor.name if record.vendor else None

    def value_order_date(self, record):
        return record.order_date

    def value_status(self, record):
        return str(record.status) if record.status else None

    def value_session_type(self, record):
        return record.session.session_type.name

    def value_priority(self, record):
        return record.get_priority_display()

    def value_vendor_order_number(self, record):
        return record.vendor_order_number

    def value_user(self, record):
        return record.user_in_words

    def value_department(self, record):
        return record.department.name

    def value_completed_on(self, record):
        return record.completed_on

    def value_due(self, record):
        return record.status_due_date

    def value_late(self, record):
        if not record.is_overdue(self.today):
            return None
        return self.days_late(record) or stay.late_since(record.status_due_date, self.today)

    def value_on_hold(self, record):
        return record.held_on
