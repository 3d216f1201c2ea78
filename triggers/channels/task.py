"""Tasks and calls: rows of our own database, made in the transaction that marks the delivery as done."""

from datetime import date
from typing import Any

from django.utils import timezone

from studio import work_calendar
from triggers.channels.base import Channel, Message, Promise
from triggers.models import Task, Trigger


class TaskChannel(Channel):
    key, label = "task", "Task"
    promise = Promise.EXACTLY_ONCE
    needs = ("task_title", "task_notes", "task_due_in")
    required = {"task_title": "Say what is to be done."}
    reaches = Trigger.STAFF
    cannot_reach = "A task is for somebody of the studio"
    usual_recipient = Trigger.Recipient.DEPARTMENT_OF_ORDER.value
    owner_column = "recipient"
    is_talk = False
    preposition = "for"

    def send(self, message: Message) -> None:
        Task.objects.create(kind=Task.Kind.TASK, **columns(message))


def columns(message: Message) -> dict[str, Any]:
    """Return what a task and a call have in common."""
    delivery = message.delivery
    return {
        "delivery": delivery,
        "order_id": delivery.order_id,
        "title": message.subject[:200],
        "notes": message.text,
        "department_id": message.department_id,
        "assigned_user_id": message.user_id,
        "due_date": _due_date(message),
    }


def _due_date(message: Message) -> date | None:
    """Count from the day on which the trigger fired: that of the status change, or the trigger's moment."""
    delivery, days = message.delivery, message.delivery.rule.task_due_in
    if days is None:
        return None
    if delivery.follows_due_date:
        start = timezone.localdate(delivery.not_before)
    else:
        start = date.fromisoformat(delivery.payload["facts"]["completed_on"])
    return work_calendar.load().add_business_days(start, days)
