"""The triggers of the demo studio, and the words they send."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from preproduction.models import Status
from studio.models import SessionType, User
from triggers.models import MessageTemplate, Trigger
from triggers.rules import kinds

# name: subject, text, HTML part.
TEMPLATES = {
    "Proofs are ready": (
        "Your proofs are ready, {{ client.name }}",
        "Dear {{ client.name }},\n\nthe proofs of your {{ session.type }} session of {{ session.date }} are here. "
        "Please come and see them until {{ status.due_date }}; the order number is {{ order.number }}.\n\n"
        "{{ studio.name }}\n{{ studio.phone }}",
        "<p>Dear {{ client.name }},</p>\n<p>the proofs of your <strong>{{ session.type }}</strong> session of "
        "{{ session.date }} are here. Please come and see them until {{ status.due_date }}; the order number is "
        "{{ order.number }}.</p>\n<p>{{ studio.name }}<br>{{ studio.phone }}</p>",
    ),
    "Pick-up reminder (SMS)": (
        "",
        "{{ studio.name }}: your proofs of order {{ order.number }} are waiting for you. {{ studio.phone }}",
        "",
    ),
    "Where are our proofs?": (
        "Order {{ order.vendor_order_number }} is late",
        "Hello {{ vendor.contact }},\n\nwe expected the proofs of your order {{ order.vendor_order_number }} "
        "(ours: {{ order.number }}) on {{ status.due_date }}. When will they be with us?\n\n{{ studio.name }}, "
        "{{ studio.phone }}",
        "",
    ),
    "Due tomorrow": (
        "{{ order.number }} is due on {{ status.due_date }}",
        "{{ status.name }} of {{ client.name }}, {{ session.type }}, order {{ order.number }}.",
        "",
    ),
    "Thank you (letter)": (
        "Thank you",
        "Dear {{ client.name }},\n\nthank you for letting us be there on {{ session.date }}. It was a pleasure, and we "
        "hope that the pictures will be one for many years.\n\nWith kind regards\n{{ studio.name }}",
        "",
    ),
    "It takes longer": (
        "Your order {{ order.number }} takes longer than we thought",
        "Dear {{ client.contact | default: client.name }},\n\nyour pictures of {{ session.date }} need some days more "
        "than we thought. We have not forgotten you, and write as soon as they are here.\n\n{{ studio.name }}\n"
        "{{ studio.phone }}",
        "",
    ),
    "We have begun": (
        "We are working on your pictures",
        "Dear {{ client.name }},\n\nyour pictures of {{ session.date }} are with our retouchers now. "
        "We write again as soon as the proofs are here.\n\n{{ studio.name }}",
        "",
    ),
}

USED_FOR = {
    "Where are our proofs?": MessageTemplate.UsedFor.ASK_THE_LAB,
    "It takes longer": MessageTemplate.UsedFor.TELL_THE_CLIENT,
}

# Description, status, and what is not as usual.  A name stands for the row that has it.
TRIGGERS = [
    {
        "description": "Tell the client that we have begun",
        "status": "Retouching",
        "kind": "email",
        "recipient": "client",
        "template": "We have begun",
    },
    {
        "description": "Due tomorrow: remind whoever retouches",
        "status": "Retouching",
        "timing": "before_due",
        "days": 1,
        "kind": "email",
        "recipient": "assigned_user",
        "template": "Due tomorrow",
    },
    {
        "description": "Prepare files for the lab",
        "status": "Sent to lab",
        "recipient": "assigned_user",
        "task_title": "Upload the files and pack the order sheet",
        "task_due_in": 0,
    },
    {
        "description": "Lab is late: ask for a date",
        "status": "At lab",
        "timing": "after_due",
        "days": 2,
        "recipient": "department",
        "task_title": "Call the lab and ask for a delivery date",
        "task_due_in": 1,
    },
    {
        "description": "Lab is late: write to them",
        "status": "At lab",
        "timing": "after_due",
        "days": 4,
        "kind": "email",
        "recipient": "vendor",
        "template": "Where are our proofs?",
        "needs_review": True,
        "send_at": "business_days",
        "max_late_hours": 72,
    },
    {
        "description": "Proofs are back: check them",
        "status": "Proofs received",
        "recipient": "department",
        "task_title": "Count the proofs against the images sent",
        "task_due_in": 1,
    },
    {
        "description": "Tell the client: proofs are ready",
        "status": "Ready for client",
        "kind": "email_letter",
        "recipient": "client",
        "template": "Proofs are ready",
    },
    {
        "description": "Remind the client to pick them up",
        "status": "Ready for client",
        "timing": "before_due",
        "days": 1,
        "kind": "sms_call",
        "recipient": "client",
        "template": "Pick-up reminder (SMS)",
        "task_title": "Ask when they will come for their proofs",
        "task_due_in": 0,
        "caller": "fixed",
        "user": "priya",
    },
    {
        "description": "Thank wedding couples",
        "status": "Delivered",
        "kind": "letter",
        "recipient": "client",
        "template": "Thank you (letter)",
        "only_session_type": "Wedding",
    },
    {
        "description": "Tell the website",
        "status": "Delivered",
        "kind": "webhook",
        "recipient": "address",
        "address": "https://hooks.hartleyvane.example/orders",
        "is_active": False,
    },
]
# The studio began to use triggers lately.
AGE = timedelta(days=28)


def make_triggers(statuses: Sequence[Status], people: Mapping[str, User], now: datetime) -> list[Trigger]:
    by_name = {status.description: status for status in statuses}
    templates = {
        name: MessageTemplate.objects.create(
            name=name, subject=subject, text=text, html=html, used_for=USED_FOR.get(name, "")
        )
        for name, (subject, text, html) in TEMPLATES.items()
    }
    triggers = []
    for position, row in enumerate(TRIGGERS, start=1):
        fields = _usual_sending(row) | row
        fields["status"] = by_name[row["status"]]
        fields["template"] = templates.get(row.get("template"))
        fields["user"] = people.get(row.get("user"))
        if "only_session_type" in row:
            fields["only_session_type"] = SessionType.objects.get(name=row["only_session_type"])
        triggers.append(Trigger.objects.create(position=position, active_since=now - AGE, **fields))
    return triggers


def _usual_sending(row: Mapping) -> dict:
    return kinds.usual_sending(row.get("kind", "task"))
