"""The columns of the hub that somebody may choose: the usual ones, further facts of the order, custom fields.

What is chosen is what the page shows and what leaves as a file.  A choice is kept for each person, and in a saved view;
in an address it is one text: "client.status.custom_3".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from preproduction.models import CustomField, ListColumns, Order
from preproduction.tables.order import OrderTable, cut
from preproduction.tables.sorted_column import SortedColumn
from studio.templatetags.components import phone_link, shown

CUSTOM = "custom_"  # and the key of the custom field
CUSTOM_KEY = re.compile("[0-9]{1,18}", re.ASCII)

# As OrderTable declares them; the order number and the acts are always there.
USUAL = {
    name: str(column.verbose_name)
    for name, column in OrderTable.base_columns.items()
    if name not in {"number", "actions"}
}


class Fact(NamedTuple):
    """A further fact of an order.

    read:     from an Order to its value, as a file holds it.
    sort_by:  path to sort by; "" for a fact that does not sort.
    join:     what reading it joins.
    is_phone: whether it can be tapped.
    """

    label: str
    read: Callable[[Order], Any]
    sort_by: str = ""
    join: str = ""
    is_phone: bool = False


class FactColumn(SortedColumn):
    def __init__(self, fact: Fact):
        super().__init__(
            verbose_name=fact.label,
            empty_values=(),
            accessor="pk",
            sort_by=[fact.sort_by] if fact.sort_by else (),
            orderable=bool(fact.sort_by),
            attrs={"td": {"class": "card-hide"}},
        )
        self.fact = fact

    def render(self, record):
        value = self.fact.read(record)
        if self.fact.is_phone:
            return phone_link(value)
        return cut(value) if value and isinstance(value, str) else shown(value)

    def value(self, record):
        return self.fact.read(record)


def _named(row) -> str | None:
    return str(row) if row else None


FURTHER = {
    "client_phone": Fact("Client Phone", lambda order: order.session.client.phone, is_phone=True),
    "session_date": Fact("Session Date", lambda order: order.session.date, "session__date"),
    "photographer": Fact(
        "Photographer",
        lambda order: _named(order.session.photographer),
        "session__photographer__name_sorted",
        "session__photographer",
    ),
    "needed_by": Fact("Needed By", lambda order: order.needed_by, "needed_by"),
    "needed_for": Fact("Needed For", lambda order: order.needed_for, "needed_for"),
    "at_risk": Fact(
        "At Risk", lambda order: "At risk" if order.is_at_risk() else None, "forecast__chance", "forecast"
    ),
    "late_reason": Fact(
        "Late Reason", lambda order: _named(order.late_reason), "late_reason__position", "late_reason"
    ),
    "delay_reason": Fact("Reason", lambda order: order.delay_reason, "delay_reason"),
    "vendor_invoice_number": Fact(
        "Vendor Invoice No.", lambda order: order.vendor_invoice_number, "vendor_invoice_number"
    ),
    "vendor_invoice_amount": Fact(
        "Vendor Invoice Amount", lambda order: order.vendor_invoice_amount, "vendor_invoice_amount"
    ),
    "entered_by": Fact(
        "Entered By", lambda order: _named(order.entered_by), "entered_by__name_sorted", "entered_by"
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
        facts = FURTHER | {name: _custom(each) for name, each in self.fields.items()}
        return {name: FactColumn(facts[name]) for name in self.chosen if name in facts}

    def join(self, orders):
        """Return `orders` with what the further columns read, however many rows: one query for all custom fields."""
        joins = [FURTHER[name].join for name in self.chosen if name in FURTHER and FURTHER[name].join]
        orders = orders.select_related(*joins) if joins else orders
        return orders.prefetch_related("custom_values") if self.fields else orders


def columns_for(user, asked: str = "") -> Columns:
    """Return what the address asks for, or else what `user` has chosen, or else the usual ones.

    What makes no sense in it is ignored.  One query, and another where custom fields are among them.
    """
    names = asked.split(".") if asked else _kept_by(user)
    named = [name.removeprefix(CUSTOM) for name in names if name.startswith(CUSTOM)]
    keys = [int(key) for key in named if CUSTOM_KEY.fullmatch(key)]
    fields = {}
    if keys:
        fields = {f"{CUSTOM}{each.pk}": each for each in CustomField.objects.filter(pk__in=keys[:50])}
    chosen = tuple(name for name in (*in_order(), *fields) if name in names)
    return Columns(chosen, fields, is_asked=bool(asked)) if chosen else Columns()


def in_order() -> tuple[str, ...]:
    """Return the names of all but the custom fields, as they stand from left to right."""
    return (*USUAL, *FURTHER)


def choices() -> list[tuple[str, str]]:
    """Return what can be chosen, as names and labels.  One query."""
    further = [(name, fact.label) for name, fact in FURTHER.items()]
    custom = [(f"{CUSTOM}{each.pk}", each.label) for each in CustomField.objects.active()]
    return [*USUAL.items(), *further, *custom]


def _kept_by(user) -> list[str]:
    kept = ListColumns.objects.filter(user=user).first()
    return kept.names if kept else list(USUAL)


def _custom(field: CustomField) -> Fact:
    return Fact(
        field.label,
        lambda order: next(
            (each.value for each in order.custom_values.all() if each.field_id == field.pk), ""
        ),
    )
