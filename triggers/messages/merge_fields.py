"""The fields that a message may use: one list, for checking, for the list beside the text, and for docs.

Fields of `studio` are read when a message is written; all others are a snapshot that the status change took
(`payload["fields"]` of a delivery), a flat dictionary of name to text, "" where there is none.
"""

from typing import NamedTuple


class Field(NamedTuple):
    name: str
    label: str
    # What it might hold: shown beside the text, and by the preview while there is no order.
    sample: str

    @property
    def key(self) -> str:
        return self.name.split(".")[1]


class Group(NamedTuple):
    label: str
    fields: tuple[Field, ...]

    @property
    def prefix(self) -> str:
        return f"{self.label.lower()}."


GROUPS = (
    Group(
        "Client",
        (
            Field("client.name", "Name", "Ana Martins"),
            Field("client.contact", "Contact", "Rui Martins"),
            Field("client.email", "Email", "ana@example.com"),
            Field("client.phone", "Phone", "555 0142"),
            Field("client.mobile", "Mobile phone", "555 0143"),
            Field("client.address", "Address", "12 Harbour Street\nPortland, ME 04101"),
        ),
    ),
    Group(
        "Session",
        (
            Field("session.number", "Session No.", "2041"),
            Field("session.date", "Session Date", "June 1, 2026"),
            Field("session.type", "Session Type", "Family"),
            Field("session.location", "Location", "Studio A"),
            Field("session.photographer", "Photographer", "Maya Lindqvist"),
        ),
    ),
    Group(
        "Order",
        (
            Field("order.number", "Order No.", "1001"),
            Field("order.date", "Order Date", "June 3, 2026"),
            Field("order.needed_by", "Needed By", "June 20, 2026"),
            Field("order.vendor_order_number", "Vendor Order No.", "NL-5581"),
        ),
    ),
    Group(
        "Vendor",
        (
            Field("vendor.name", "Name", "Northlight Lab"),
            Field("vendor.contact", "Lab Contact", "Iris Kim"),
            Field("vendor.email", "Email", "orders@northlight.example"),
            Field("vendor.phone", "Phone", "555 0199"),
            Field("vendor.account", "Account No.", "A-77"),
        ),
    ),
    Group(
        "Status",
        (
            Field("status.name", "Status", "Proofs received"),
            Field("status.previous", "Status before", "Sent to lab"),
            Field("status.completed_on", "Date Completed", "June 10, 2026"),
            Field("status.due_date", "Due Date", "June 15, 2026"),
            Field("status.department", "Department", "Retouching"),
            Field("status.user", "User", "Sam Okafor"),
            Field("status.updated_by", "Status Updated By", "Maya Lindqvist"),
        ),
    ),
    Group(
        "Studio",
        (
            Field("studio.name", "Studio Name", "Lindqvist Photography"),
            Field("studio.phone", "Phone", "555 0100"),
            Field("studio.email", "Email", "hello@lindqvist.example"),
            Field("studio.website", "Website", "https://lindqvist.example"),
            Field("studio.address", "Address", "3 Mill Lane\nPortland, ME 04101"),
        ),
    ),
)
FIELDS = {field.name: field for group in GROUPS for field in group.fields}
NAMES = frozenset(FIELDS)


def samples() -> dict[str, str]:
    """Return every field with what it might hold."""
    return {name: field.sample for name, field in FIELDS.items()}


def of_studio(preferences) -> dict[str, str]:
    """Return the fields of `studio`, read from the CompanyPreferences of the moment."""
    return {
        "studio.name": preferences.name,
        "studio.phone": preferences.phone,
        "studio.email": preferences.email,
        "studio.website": preferences.website,
        "studio.address": preferences.address,
    }


def nested(fields: dict[str, str]) -> dict[str, dict[str, str]]:
    """Turn {"client.name": "Ana"} into {"client": {"name": "Ana"}}: every field of the list, and nothing else.

    A field that is missing, as in a payload from before it was thought of, is "".
    """
    tree: dict[str, dict[str, str]] = {}
    for name in NAMES:
        group, key = name.split(".")
        tree.setdefault(group, {})[key] = str(fields.get(name, ""))
    return tree
