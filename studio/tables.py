"""The columns of the foundation's lists: what is shown, how it sorts, what leaves in an export."""

import django_tables2 as tables
from django.utils.html import format_html, format_html_join

from studio.models import Client, Department, MaintenanceChange, PhotoSession, SessionType, User, Vendor
from studio.templatetags.components import badge, phone_link

# What a row is known by and opened with.
TITLE = {"td": {"class": "card-title"}, "a": {"data-row-link": True}}
NUMBER = {"cell": {"class": "num"}}
LESS = {"cell": {"class": "card-hide"}}
MUTED_WHEN_INACTIVE = {"class": lambda record: "is-muted" if record.is_inactive else ""}


class DepartmentTable(tables.Table):
    name = tables.Column(linkify=True, order_by="name_sorted", attrs=TITLE)
    people = tables.Column("Users", attrs=NUMBER)

    class Meta:
        model = Department
        fields = ("name", "people", "is_inactive")
        order_by = ("name",)
        row_attrs = MUTED_WHEN_INACTIVE


class SessionTypeTable(tables.Table):
    name = tables.Column(linkify=True, order_by="name_sorted", attrs=TITLE)
    session_count = tables.Column("Sessions", attrs=NUMBER)

    class Meta:
        model = SessionType
        fields = ("name", "session_count", "is_inactive")
        order_by = ("name",)
        row_attrs = MUTED_WHEN_INACTIVE


class VendorTable(tables.Table):
    name = tables.Column(linkify=True, order_by="name_sorted", attrs=TITLE)
    is_in_house = tables.Column("In-house")
    contact_name = tables.Column(order_by="contact_sorted")

    class Meta:
        model = Vendor
        fields = ("name", "is_in_house", "contact_name", "phone", "email", "account_number", "is_inactive")
        order_by = ("name",)
        row_attrs = MUTED_WHEN_INACTIVE

    def render_phone(self, value):
        return phone_link(value)

    def value_phone(self, value):
        return value


class ClientTable(tables.Table):
    name = tables.Column(linkify=True, order_by="name_sorted", attrs=TITLE)
    contact_name = tables.Column(order_by="contact_sorted")
    phone = tables.Column(attrs={"td": {"class": "nowrap"}})
    session_count = tables.Column("Sessions", attrs=NUMBER)
    last_session_date = tables.DateColumn(verbose_name="Last Session")
    do_not_contact = tables.Column("Do Not Contact", attrs=LESS)

    class Meta:
        model = Client
        fields = (
            "name",
            "contact_name",
            "phone",
            "email",
            "session_count",
            "last_session_date",
            "do_not_contact",
            "is_inactive",
        )
        order_by = ("name",)
        row_attrs = MUTED_WHEN_INACTIVE

    def render_phone(self, value):
        return phone_link(value)

    def value_phone(self, value):
        return value

    def render_do_not_contact(self, value):
        return badge("Do Not Contact", "warning") if value else ""

    def value_do_not_contact(self, value):
        return value


class ClientChoiceTable(ClientTable):
    """Clients to choose the one of a session from: each name leads on to the form."""

    name = tables.Column(linkify=lambda record: f"?client={record.pk}", order_by="name_sorted", attrs=TITLE)


class SessionTable(tables.Table):
    number = tables.Column(linkify=True, order_by="number_sorted", attrs=TITLE)
    client = tables.Column(
        accessor="client__name",
        verbose_name="Client",
        order_by="client__name_sorted",
        linkify=lambda record: record.client.get_absolute_url(),
    )
    session_type = tables.Column(
        accessor="session_type__name", verbose_name="Session Type", order_by="session_type__name_sorted"
    )
    photographer = tables.Column(order_by="photographer__name_sorted")
    location = tables.Column(order_by="location_sorted")

    class Meta:
        model = PhotoSession
        fields = ("number", "client", "date", "session_type", "photographer", "location", "needed_by")
        order_by = ("-date",)

    def value_needed_by(self, record):
        return record.needed_by

    def value_photographer(self, record):
        return str(record.photographer) if record.photographer else None


class UserTable(tables.Table):
    name = tables.Column(
        empty_values=(),
        accessor="get_full_name",
        order_by="name_sorted",
        verbose_name="Name",
        linkify=True,
        attrs=TITLE,
    )
    username = tables.Column("Username", order_by="username_key")
    email = tables.Column("Email")
    role = tables.Column("Role")
    departments = tables.Column(accessor="departments", orderable=False, verbose_name="Departments")
    last_login = tables.DateTimeColumn(verbose_name="Last Sign-in")
    is_active = tables.Column("Active")

    class Meta:
        model = User
        fields = ("name", "username", "role", "departments", "email", "phone", "last_login", "is_active")
        order_by = ("name",)
        row_attrs = {"class": lambda record: "" if record.is_active else "is-muted"}

    def render_phone(self, value):
        return phone_link(value)

    def value_phone(self, value):
        return value

    def render_name(self, record):
        return str(record)

    def value_name(self, record):
        return str(record)

    def render_departments(self, record):
        # Of the rows fetched with the page; .all() of a prefetch asks nothing.
        return ", ".join(department.name for department in record.departments.all()) or None

    def value_departments(self, record):
        return self.render_departments(record)


class ChangeTable(tables.Table):
    kind = tables.Column("Kind", order_by="model")
    name = tables.Column(attrs=TITLE)
    sentences = tables.Column("Changes", orderable=False)

    class Meta:
        model = MaintenanceChange
        fields = ("made_at", "by_name", "verb", "kind", "name", "sentences")
        orderable = False

    def render_sentences(self, value):
        # In one box: the cell of a card lays its children side by side.
        lines = format_html_join("", '<div class="wrap">{}</div>', ((line,) for line in value))
        return format_html("<div>{}</div>", lines)

    def value_sentences(self, value):
        return "\n".join(value)
