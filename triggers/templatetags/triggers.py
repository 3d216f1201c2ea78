from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from studio import access
from studio.navigation import waiting_of
from studio.templatetags.components import studio_date
from triggers.models import Task
from triggers.notices import notices

register = template.Library()


@register.simple_tag(takes_context=True)
def trigger_notices(context):
    """Return what to tell whoever is signed in of what stands in the way of triggers; None for a stranger."""
    request = context["request"]
    if not request.user.is_authenticated:
        return None
    may_steer = access.may(request.user, "steer_triggers")
    return notices(waiting_of(request), request.set_up["message preferences"], may_steer=may_steer)


@register.simple_tag
def task_due_date(task: Task) -> SafeString:
    """Return the due date of a task or call, and that it is late."""
    day = studio_date(task.due_date)
    if not task.is_overdue():
        return day
    return format_html('<span class="due due-late">{} <span class="due-words">late</span></span>', day)
