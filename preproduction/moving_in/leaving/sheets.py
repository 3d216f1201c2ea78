"""The sheets of an export: which records each holds, and what of them stands in its columns.

What an import takes has its headings, so that an export goes in again as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model, QuerySet

from preproduction.models import CustomField, Order, StatusChange
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.kinds import KINDS
from studio.models import Client, PhotoSession, Vendor

Cell = Callable[[Any], object]


@dataclass(frozen=True)
class Sheet:
    """query: all its records, with what the columns read joined.  columns: their headings, and what stands in them.

    client: the path from a record to its client; "" where it is of no client.
    own: its columns for the fields of the studio's own, as they are now.
    comes_back: whether an import takes it.
    beside: the sheet of the same records' rows, written with them so that the two tell of one moment.
    """

    title: str
    query: Callable[[], QuerySet]
    columns: Sequence[tuple[str, Cell]]
    client: str = ""
    own: Callable[[], list[tuple[str, Cell]]] | None = None
    comes_back: bool = False
    beside: "Sheet | None" = None

    def settled(self) -> "Sheet":
        """Return the sheet with all its columns."""
        return replace(self, columns=[*self.columns, *self.own()], own=None) if self.own else self

    @property
    def headings(self) -> list[str]:
        return [heading for heading, _ in self.columns]

    def cells(self, record: Model) -> list[object]:
        return [cell(record) for _, cell in self.columns]

    def of_client(self, client: Client) -> QuerySet:
        return self.query().filter(**{self.client: client.pk})


def client_number(client: Client) -> str:
    """Return what tells clients of one name apart."""
    return f"C-{client.pk}"


def words(record: object) -> str:
    return "" if record is None else str(record)


def _imported(kind: Kind, columns: dict[str, Cell]) -> list[tuple[str, Cell]]:
    return [(KINDS[kind].column(name).label, cell) for name, cell in columns.items()]


def field(name: str) -> Cell:
    return lambda record: getattr(record, name)


def _fields(*names: str) -> dict[str, Cell]:
    return {name: field(name) for name in names}


CLIENTS = Sheet(
    "Clients",
    Client.objects.all,
    _imported(
        Kind.CLIENT,
        {
            "number": client_number,
            **_fields(
                *("name", "contact_name", "phone", "mobile_phone", "email", "address"),
                *("do_not_contact", "notes", "is_inactive"),
            ),
        },
    ),
    client="pk",
    comes_back=True,
)
VENDORS = Sheet(
    "Vendors",
    Vendor.objects.all,
    _imported(
        Kind.VENDOR,
        _fields(
            *("name", "account_number", "contact_name", "phone", "email", "website", "address"),
            *("notes", "is_in_house", "is_inactive"),
        ),
    ),
    comes_back=True,
)
SESSIONS = Sheet(
    "Sessions",
    lambda: PhotoSession.objects.select_related("client", "session_type", "photographer"),
    _imported(
        Kind.SESSION,
        {
            "number": field("number"),
            "client_number": lambda session: client_number(session.client),
            "client_name": lambda session: session.client.name,
            "date": field("date"),
            "session_type": lambda session: session.session_type.name,
            "photographer": lambda session: words(session.photographer),
            **_fields("location", "needed_by", "needed_for", "notes"),
        },
    ),
    client="client",
    comes_back=True,
)


def order_number(row: Any) -> str:
    return row.order.number if row.order else ""


STATUS_NOTES = Sheet(
    "Status Notes",
    lambda: StatusChange.objects.filter(order__withdrawn_on=None).select_related(
        "order", "from_status", "to_status"
    ),
    # A status has the name that it has now, by which the sheet of orders and the set-up know it, too.  The other columns
    # are of the status that was left.
    [
        ("Order No.", order_number),
        ("From", lambda change: words(change.from_status)),
        ("To", lambda change: words(change.to_status)),
        ("Date Completed", field("completed_on")),
        ("Due Date", field("due_date")),
        ("Department", field("department_name")),
        ("User", field("assigned_user_name")),
        ("Late Reason", field("late_reason_name")),
        ("Reason", field("delay_reason")),
        ("Entered By", field("updated_by_name")),
        ("Note", field("note")),
    ],
    client="order__session__client",
    comes_back=True,
)


def _custom_columns() -> list[tuple[str, Cell]]:
    return [(each.label, _custom(each.pk)) for each in CustomField.objects.active()]


def _custom(key: int) -> Cell:
    return lambda order: next((each.value for each in order.custom_values.all() if each.field_id == key), "")


ORDERS = Sheet(
    "Orders",
    lambda: Order.objects.for_table().select_related("entered_by").prefetch_related("custom_values"),
    _imported(
        Kind.ORDER,
        {
            "number": field("number"),
            "session_number": lambda order: order.session.number,
            "client_number": lambda order: client_number(order.client),
            "client_name": lambda order: order.client.name,
            "session_date": lambda order: order.session.date,
            "session_type": lambda order: order.session.session_type.name,
            "vendor": lambda order: words(order.vendor),
            "order_date": field("order_date"),
            "status": lambda order: words(order.status),
            "entered_on": field("entered_status_on"),
            "due_date": field("status_due_date"),
            "department": lambda order: words(order.department),
            "user": lambda order: words(order.assigned_user),
            **_fields("needed_by", "needed_for"),
            "priority": lambda order: order.get_priority_display(),
            **_fields("vendor_order_number", "vendor_invoice_number", "vendor_invoice_amount"),
            "entered_by": lambda order: words(order.entered_by),
            **_fields("studio_notes", "vendor_notes"),
        },
    ),
    client="session__client",
    own=_custom_columns,
    comes_back=True,
    beside=STATUS_NOTES,
)
TO_IMPORT = (VENDORS, CLIENTS, SESSIONS, ORDERS)


def with_beside(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Return the sheets, each followed by the one beside it."""
    return [each for sheet in sheets for each in (sheet, sheet.beside) if each is not None]
