"""The columns of the hub that somebody may choose: the usual ones, further facts of the order, custom fields.

What is chosen is what the page shows and what leaves as a file.  A choice is kept for each person, and in a saved view;
in an address it is one text: "client.status.custom_3".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from preproduction.models import CustomField, ListColumns
from preproduction.tables.order import SortedColumn, cut
from studio.templatetags.components import phone_link, shown

# As OrderTable declares them; the order number is always there.
USUAL = {
    "client": "Client",
    "session": "Session",
    "status": "Status",
    "due": "Due Date",
    "user": "User",
    "completed_on": "Completed Date",
    "department": "Department",
    "vendor": "Vendor",
    "order_date": "Order Date",
}


class FactColumn(SortedColumn):
    """A further fact of an order.  read: from an Order to its value, as a file holds it."""

    def __init__(self, label: str, read: Callable, *, sort_by: Iterable = ()):
        super().__init__(
            verbose_name=label,
            empty_values=(),
            accessor="pk",
            sort_by=sort_by,
            orderable=bool(sort_by),
            attrs={"td": {"class": "card-hide"}},
        )
        self.read, self.is_phone = read, label.endswith("Phone")

    def render(self, record):
        value = self.read(record)
        if self.is_phone:
            return phone_link(value)
        return cut(value) if value and isinstance(value, str) else shown(value)

    def value(self, record):
        return self.read(record)


# Name: label, value, path to sort by, join.
FURTHER = {
    "client_phone": ("Client Phone", lambda order: order.session.client.phone, "", ""),
    "session_date": ("Session Date", lambda order: order.session.date, "session__date", ""),
    "photographer": (
        "Photographer",
        lambda order: _named(order.session.photographer),
        "session__photographer__first_name",
        "session__photographer",
    ),
    "delay_reason": ("Reason", lambda order: order.delay_reason, "delay_reason", ""),
    "vendor_invoice_number": (
        "Vendor Invoice No.",
        lambda order: order.vendor_invoice_number,
        "vendor_invoice_number",
        "",
    ),
    "vendor_invoice_amount": (
        "Vendor Invoice Amount",
        lambda order: order.vendor_invoice_amount,
        "vendor_invoice_amount",
        "",
    ),
    "entered_by": (
        "Entered By",
        lambda order: _named(order.entered_by),
        "entered_by__first_name",
        "entered_by",
    ),
}


@dataclass(frozen=True)
class Columns:
    """Which columns a list shows.

    chosen:  names, in the order in which they stand.
    fields:  the custom fields among them, by name.
    is_asked: whether the address says so, and not the person's own choice.
    """

    chosen: tuple[str, ...] = tuple(USUAL)
    fields: dict[str, CustomField] = field(default_factory=dict)
    is_asked: bool = False

    @property
    def text(self) -> str:
        """Return the choice as an address has it; "" for the usual one."""
        return "" if self.chosen == tuple(USUAL) else ".".join(self.chosen)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the usual columns that are not among them."""
        return tuple(name for name in USUAL if name not in self.chosen)

    def further(self) -> dict[str, FactColumn]:
        """Return the columns that no table declares, by name."""
        found = {}
        for name in self.chosen:
            if name in FURTHER:
                label, read, path, _ = FURTHER[name]
                found[name] = FactColumn(label, read, sort_by=[path] if path else ())
            elif name in self.fields:
                found[name] = FactColumn(self.fields[name].label, _custom(self.fields[name].pk))
        return found

    def join(self, orders):
        """Return `orders` with what the further columns read, however many rows: one query for all custom fields."""
        joins = [FURTHER[name][3] for name in self.chosen if name in FURTHER and FURTHER[name][3]]
        orders = orders.select_related(*joins) if joins else orders
        return orders.prefetch_related("custom_values") if self.fields else orders


def columns_for(user, asked: str = "") -> Columns:
    """Return what the address asks for, or else what `user` has chosen, or else the usual ones.

    What makes no sense in it is ignored.  One query, and another where custom fields are among them.
    """
    names = asked.split(".") if asked else _kept_by(user)
    keys = [int(name[7:]) for name in names if name.startswith("custom_") and name[7:].isdecimal()]
    fields = {}
    if keys:
        fields = {f"custom_{each.pk}": each for each in CustomField.objects.filter(pk__in=keys[:50])}
    chosen = tuple(name for name in (*in_order(), *fields) if name in names)
    return Columns(chosen, fields, is_asked=bool(asked)) if chosen else Columns()


def in_order() -> tuple[str, ...]:
    """Return the names of all but the custom fields, as they stand from left to right."""
    return (*USUAL, *FURTHER)


def choices() -> list[tuple[str, str]]:
    """Return what can be chosen, as names and labels.  One query."""
    further = [(name, FURTHER[name][0]) for name in FURTHER]
    custom = [(f"custom_{each.pk}", each.label) for each in CustomField.objects.active()]
    return [*USUAL.items(), *further, *custom]


def _kept_by(user) -> list[str]:
    kept = ListColumns.objects.filter(user=user).first()
    return kept.names if kept else list(USUAL)


def _named(person) -> str | None:
    return str(person) if person else None


def _custom(key: int) -> Callable:
    return lambda order: next((each.value for each in order.custom_values.all() if each.field_id == key), "")
