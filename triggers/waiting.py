"""What of triggers, tasks and calls waits for somebody, for the sidebar."""

from collections import Counter

from django.utils import timezone

from studio import access
from studio.navigation import MOST_COUNTED
from triggers.models import Delivery, Task


def waiting(user) -> dict[str, int]:
    """Return the tasks and calls of `user` that are due, and what is held until somebody says Process.

    Two queries at most; neither counts further than the sidebar shows.
    """
    if not access.may(user, "do_tasks"):
        return {}
    due = Task.objects.waiting().for_user(user).filter(due_date__lte=timezone.localdate()).order_by()
    kinds = Counter(due.values_list("kind", flat=True)[: 2 * MOST_COUNTED])
    found = {"triggers:task_list": kinds[Task.Kind.TASK], "triggers:call_list": kinds[Task.Kind.CALL]}
    if access.may(user, "steer_triggers"):
        held = Delivery.objects.filter(state=Delivery.State.HELD).order_by()
        found["triggers:queue_list"] = held[: MOST_COUNTED + 1].count()
    return found
