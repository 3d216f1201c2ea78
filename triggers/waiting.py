"""What of triggers, tasks and calls waits for somebody, for the sidebar; and what their notices on every page count."""

from django.db.models import QuerySet
from django.utils import timezone

from studio import access
from studio.navigation import MOST_COUNTED
from triggers.models import Delivery, Reason, Task
from triggers.outbox import heartbeat

BEATS, HELD_BY_CAPS = "the worker's heartbeat", "what caps hold"


def waiting(user) -> dict[str, QuerySet]:
    """Return the tasks and calls of `user` that are due, what is held until somebody says Process, and what
    triggers/notices.py asks.

    What the sidebar shows is counted no further than there.
    """
    found: dict[str, QuerySet] = {BEATS: heartbeat.on_time()}
    if access.may(user, "do_tasks"):
        due = Task.objects.waiting().for_user(user).filter(due_date__lte=timezone.localdate()).order_by()
        found["triggers:task_list"] = due.tasks()[: MOST_COUNTED + 1]
        found["triggers:call_list"] = due.calls()[: MOST_COUNTED + 1]
    if access.may(user, "steer_triggers"):
        held = Delivery.objects.filter(state=Delivery.State.HELD).order_by()
        found["triggers:queue_list"] = held[: MOST_COUNTED + 1]
        found[HELD_BY_CAPS] = held.exclude(reason_code=Reason.REVIEW)
    return found
