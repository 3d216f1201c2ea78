from django import template

from studio import access
from triggers import worker

register = template.Library()


@register.inclusion_tag("triggers/_worker_notice.html")
def worker_notice(user):
    """Tell managers and administrators that the worker stands still.  One query for them, none for others."""
    if not access.may(user, "see_overdue"):
        return {"stopped": False}
    seen = worker.last_seen()
    return {"stopped": worker.is_stopped(seen), "seen": seen}
