from datetime import date

from studio import work_calendar
from triggers.models import Delivery, Task, Trigger
from triggers.transports.base import PermanentError

Recipient = Trigger.Recipient


class TaskTransport:
    """Makes a task in our own database, in the transaction that marks the delivery as done: exactly once."""

    def send(self, delivery: Delivery) -> None:
        trigger, payload = delivery.trigger, delivery.payload
        department, user = _recipient(trigger, payload)
        if department is None and user is None:
            raise PermanentError(
                f"Nobody to give the task to: the order has no {_MISSING[trigger.recipient]}."
            )
        Task.objects.create(
            delivery=delivery,
            order_id=delivery.order_id,
            title=trigger.task_title,
            notes=trigger.task_notes,
            department_id=department,
            assigned_user_id=user,
            due_date=_due_date(trigger, payload),
        )


_MISSING = {
    Recipient.ASSIGNED_USER: "user and no department",
    Recipient.DEPARTMENT_OF_ORDER: "department",
    Recipient.UPDATED_BY: "one who updated its status",
    Recipient.PHOTOGRAPHER: "photographer",
    Recipient.FIXED: "recipient",
}


def _recipient(trigger: Trigger, payload: dict) -> tuple[int | None, int | None]:
    """Return (department key, user key)."""
    match trigger.recipient:
        case Recipient.ASSIGNED_USER:
            # An order without a user is its department's.
            return payload["department_id"], payload["assigned_user_id"]
        case Recipient.DEPARTMENT_OF_ORDER:
            return payload["department_id"], None
        case Recipient.UPDATED_BY:
            return None, payload["updated_by_id"]
        case Recipient.PHOTOGRAPHER:
            return None, payload["photographer_id"]
        case _:
            return trigger.department_id, trigger.user_id


def _due_date(trigger: Trigger, payload: dict) -> date | None:
    if trigger.task_due_in is None:
        return None
    start = date.fromisoformat(payload["completed_on"])
    return work_calendar.load().add_business_days(start, trigger.task_due_in)
