"""The sheets of an export that no import takes back: for reading, and for another program."""

from dataclasses import replace

from preproduction.models import CustomValue, Hold, ImageLine, Order, OrderEvent, StatusChange, VendorDuration
from preproduction.moving_in.leaving.sheets import Sheet, client_number, field, order_number, words
from studio import recurring
from studio.models import ClosedDay, User, Vendor
from triggers.models import Communication, Delivery, Letter, Refusal, Task

OF_ORDER = "order__session__client"


def _said(content: dict | None) -> str:
    """Return the words of a message that was sent, without its HTML twin."""
    return str((content or {}).get("text", ""))


def _told(columns: dict) -> str:
    """Return what a row of History kept, a line for each column."""
    return "\n".join(f"{name}: {_plain(value)}" for name, value in columns.items() if value not in (None, ""))


def _morning_mail(user: User) -> str:
    chosen = getattr(user, "morning_mail", None)
    return chosen.get_scope_display() if chosen else ""


def _plain(value: object) -> str:
    return " · ".join(words(each) for each in value) if isinstance(value, list) else words(value)


IMAGES = Sheet(
    "Images",
    lambda: ImageLine.objects.select_related("order"),
    [
        ("Order No.", order_number),
        ("File or Frame Range", field("files")),
        ("Proof Type", field("proof_type")),
        ("Proof Size", field("proof_size")),
        ("Quantity Sent", field("quantity_sent")),
        ("Quantity Returned", field("quantity_returned")),
    ],
    client=OF_ORDER,
)
CUSTOM = Sheet(
    "Custom Fields",
    lambda: CustomValue.objects.exclude(value="").select_related("order", "field"),
    [
        ("Order No.", order_number),
        ("Field", lambda row: row.field.label),
        ("Value", field("value")),
    ],
    client=OF_ORDER,
)
# The others are columns of the sheet of orders, which an import takes.
CUSTOM_INACTIVE = replace(
    CUSTOM, title="Inactive Custom Fields", query=lambda: CUSTOM.query().filter(field__is_inactive=True)
)
HOLDS = Sheet(
    "Holds",
    lambda: Hold.objects.select_related("order", "started_by", "ended_by"),
    [
        ("Order No.", order_number),
        ("Reason", field("reason")),
        ("From", field("started_on")),
        ("Put on hold by", lambda row: words(row.started_by)),
        ("Until", field("ended_on")),
        ("Resumed by", lambda row: words(row.ended_by)),
        ("Business days", field("days_held")),
    ],
    client=OF_ORDER,
)
REASONS = Sheet(
    "Reasons",
    lambda: StatusChange.objects.exclude(delay_reason="", late_reason_name="").select_related("order"),
    [
        ("Order No.", order_number),
        ("Status", field("from_status_name")),
        ("Due Date", field("due_date")),
        ("Date Completed", field("completed_on")),
        ("Business days late", field("days_late")),
        ("Late Reason", field("late_reason_name")),
        ("Reason", field("delay_reason")),
    ],
    client=OF_ORDER,
)
UNDONE = Sheet(
    "Undone Changes",
    lambda: StatusChange.objects.filter(undoes__isnull=False).select_related("order", "undoes"),
    [
        ("Order No.", order_number),
        ("From", lambda undo: undo.undoes.from_status_name),
        ("To", lambda undo: undo.undoes.to_status_name),
        ("Date Completed", lambda undo: undo.undoes.completed_on),
        ("Entered By", lambda undo: undo.undoes.updated_by_name),
        ("Note", lambda undo: undo.undoes.note),
        ("Undone", field("recorded_at")),
        ("Undone by", field("recorded_by_name")),
    ],
    client=OF_ORDER,
)
TASKS = Sheet(
    "Tasks and Calls",
    lambda: Task.objects.select_related("order", "department", "assigned_user", "done_by"),
    [
        ("Order No.", order_number),
        ("Kind", lambda task: task.get_kind_display()),
        ("Task", field("title")),
        ("Notes", field("notes")),
        ("Whom to call", field("call_name")),
        ("Phone", field("call_number")),
        ("What was said", field("outcome")),
        ("Department", lambda task: words(task.department)),
        ("User", lambda task: words(task.assigned_user)),
        ("Due Date", field("due_date")),
        ("Made", field("created_at")),
        ("Done", field("done_at")),
        ("Done by", lambda task: words(task.done_by)),
    ],
    client=OF_ORDER,
)
COMMUNICATION = Sheet(
    "Communication",
    lambda: Communication.objects.select_related("order", "recorded_by"),
    [
        ("Order No.", order_number),
        ("When", field("recorded_at")),
        ("Kind", lambda row: row.get_kind_display()),
        ("With", field("with_whom")),
        ("What was said", field("summary")),
        ("Recorded by", lambda row: words(row.recorded_by)),
    ],
    client=OF_ORDER,
)
MESSAGES = Sheet(
    "Messages",
    lambda: Delivery.objects.filter(order__isnull=False).select_related(
        "order", "trigger", "asked_by", "batch"
    ),
    [
        ("Order No.", order_number),
        ("Trigger", lambda row: words(row.trigger)),
        ("Sent by hand by", lambda row: words(row.asked_by)),
        ("Sent with", lambda row: words(row.batch)),
        ("Trigger Type", lambda row: row.get_kind_display()),
        ("State", lambda row: row.get_state_display()),
        ("Why", field("reason")),
        ("Made", field("created_at")),
        ("Finished", field("finished_at")),
        ("Sent to", field("sent_to")),
        ("Subject", lambda row: words((row.content or {}).get("subject"))),
        ("Text", lambda row: _said(row.content)),
    ],
    client=OF_ORDER,
)
# Of no client: one tells of the orders of many.
MORNING_MAILS = Sheet(
    "Morning Mails",
    lambda: Delivery.objects.filter(person__isnull=False).select_related("person"),
    [
        ("To", lambda row: words(row.person)),
        ("Day", field("on")),
        ("State", lambda row: row.get_state_display()),
        ("Why", field("reason")),
        ("Made", field("created_at")),
        ("Finished", field("finished_at")),
        ("Sent to", field("sent_to")),
        ("Subject", lambda row: words(row.payload["message"]["subject"])),
        ("Text", lambda row: words(row.payload["message"]["text"])),
    ],
)
LETTERS = Sheet(
    "Letters",
    lambda: Letter.objects.select_related("order", "printed_by"),
    [
        ("Order No.", order_number),
        ("Written", field("created_at")),
        ("To", field("to_name")),
        ("Address", field("address")),
        ("Subject", field("subject")),
        ("Text", field("text")),
        ("Printed", field("printed_at")),
        ("Printed by", lambda row: words(row.printed_by)),
    ],
    client=OF_ORDER,
)
REFUSALS = Sheet(
    "Sent nothing more",
    lambda: Refusal.objects.select_related("client"),
    [
        ("Client No.", lambda row: client_number(row.client)),
        ("Client", lambda row: row.client.name),
        ("Channel", field("channel")),
        ("Address", field("address")),
        ("Why", lambda row: row.get_why_display()),
        ("What was said", field("said")),
        ("Since", field("refused_at")),
        ("Lifted", field("lifted_at")),
    ],
    client="client",
)
HISTORY = Sheet(
    "What else happened",
    lambda: OrderEvent.objects.select_related("order"),
    [
        ("Order No.", order_number),
        ("When", field("recorded_at")),
        ("What", lambda row: row.get_kind_display()),
        ("By", field("by_name")),
        ("Cause", lambda row: row.get_cause_display()),
        ("Before", lambda row: _told(row.before)),
        ("After", lambda row: _told(row.after)),
        ("Note", field("note")),
    ],
    client=OF_ORDER,
)
WITHDRAWN = Sheet(
    "Withdrawn Orders",
    lambda: Order.with_withdrawn.filter(withdrawn_on__isnull=False).select_related("session__client"),
    [
        ("Order No.", field("number")),
        ("Session No.", lambda order: order.session.number),
        ("Client No.", lambda order: client_number(order.client)),
        ("Client", lambda order: order.client.name),
        ("Order Date", field("order_date")),
        ("Withdrawn", field("withdrawn_on")),
        ("Studio Notes", field("studio_notes")),
        ("Vendor Notes", field("vendor_notes")),
    ],
    client="session__client",
)
PEOPLE = Sheet(
    "People",
    lambda: User.objects.select_related("morning_mail").prefetch_related("departments"),
    [
        ("Username", field("username")),
        ("First Name", field("first_name")),
        ("Last Name", field("last_name")),
        ("Email", field("email")),
        ("Phone", field("phone")),
        ("Role", lambda user: user.get_role_display()),
        ("Departments", lambda user: ", ".join(map(str, user.departments.all()))),
        ("Works here", field("is_active")),
        ("Morning mail about", _morning_mail),
    ],
)
VENDOR_CALENDARS = Sheet(
    "Vendor Calendars",
    lambda: Vendor.objects.exclude(work_week_mask=None, cut_off=None, time_zone=""),
    [
        ("Vendor", field("name")),
        ("Days of the Work Week", lambda vendor: vendor.get_work_week_mask_display()),
        ("Cut-off", lambda vendor: f"{vendor.cut_off:%H:%M}" if vendor.cut_off is not None else ""),
        ("Time Zone", field("time_zone")),
    ],
)
VENDOR_CLOSED_DAYS = Sheet(
    "Vendor Closed Days",
    lambda: ClosedDay.objects.filter(vendor__isnull=False).select_related("vendor"),
    [
        ("Vendor", lambda day: day.vendor.name),
        ("Name", field("name")),
        ("First Day", field("first_day")),
        ("Last Day", lambda day: None if day.rule else day.last_day),
        ("Comes back", lambda day: str(recurring.read(day.rule)) if day.rule else ""),
    ],
)
VENDOR_DURATIONS = Sheet(
    "Vendor Durations",
    lambda: VendorDuration.objects.select_related("vendor", "status"),
    [
        ("Vendor", lambda row: row.vendor.name),
        ("Status", lambda row: row.status.description),
        ("Duration", field("days")),
    ],
)
OTHERS = (IMAGES, HOLDS, REASONS, TASKS, COMMUNICATION, MESSAGES, LETTERS, REFUSALS, HISTORY, WITHDRAWN)
OF_A_CLIENT = (CUSTOM, *OTHERS)
# Of one client, Status Notes themselves have what was undone.
TO_READ = (
    PEOPLE,
    VENDOR_CALENDARS,
    VENDOR_CLOSED_DAYS,
    VENDOR_DURATIONS,
    CUSTOM_INACTIVE,
    *OTHERS,
    MORNING_MAILS,
    UNDONE,
)
