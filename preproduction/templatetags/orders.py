"""How an order is shown in one line, the same on every page: its status, who has it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from preproduction.models import Order
from studio.templatetags.components import badge

register = template.Library()

NOBODY = mark_safe('<span class="none">Not assigned</span>')


@register.simple_tag
def status_badge(order: Order) -> SafeString:
    """Return the status of `order` as a badge; a second one where it is on hold.

    Needs `order.status` joined; no query of its own.  Says in words what the colour says.
    """
    if order.status is None:
        return badge("No status", "plain")
    words = f"{order.status} (inactive)" if order.status.is_inactive else str(order.status)
    if order.is_complete:
        return badge(words, "success", icon="check", title="Complete")
    if order.is_on_hold:
        return format_html("{} {}", badge(words), badge("On hold", "warning", icon="pause"))
    if order.is_overdue():
        return badge(words, "danger", title="Overdue")
    return badge(words, "info")


@register.simple_tag
def owner(order: Order) -> SafeString:
    """Return who has `order`: department and user, either, or "Not assigned".  Needs both joined."""
    if order.assigned_user and order.department:
        return format_html('{} <span class="muted">· {}</span>', order.assigned_user, order.department)
    return format_html("{}", order.assigned_user or order.department or NOBODY)
