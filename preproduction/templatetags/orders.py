"""How an order is shown in one line, the same on every page: its status, who has it, when it is due."""

from hashlib import sha256

from django import template
from django.core.cache import caches
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from preproduction import demo, stay
from preproduction.filters import OrderFilter
from preproduction.models import Order
from preproduction.models.order import Priority
from studio import dates, work_calendar
from studio.business_days import WorkCalendar
from studio.templatetags.components import NONE, badge, icon, studio_date

register = template.Library()

# Red is for what is late.
PRIORITY_TONES = {Priority.RUSH: "warning", Priority.HIGH: "", Priority.LOW: "plain"}


@register.simple_tag
def demo_logins() -> dict:
    """Return who can sign in to the demo, and the password of all: names, password."""
    return {"names": demo.LOGINS, "password": demo.PASSWORD}


@register.simple_tag
def filter_menus(filters: OrderFilter) -> SafeString:
    """Draw the menus of `filters`, or take them from where this process has drawn the same before.

    That is a sixth of the processor time of a list of fifty orders.
    """
    name = sha256(filters.looks().encode("utf-8", "backslashreplace")).hexdigest()
    return caches["process"].get_or_set(
        name, lambda: render_to_string("preproduction/_filter_menus.html", {"filters": filters})
    )


@register.filter
def late_by(days: int) -> str:
    return stay.late_by(days)


@register.simple_tag
def status_badge(order: Order) -> SafeString:
    """Return the status of `order` as a badge, the same for a status wherever it is; a second one where it is on hold.

    How late it is its due date says, and its colour with it: a badge that told it, too, would hide which status it is.
    Needs `order.status` joined; no query of its own.
    """
    if order.status is None:
        return badge("Complete", icon="check") if order.is_complete else badge("No status", "plain")
    words = f"{order.status} (inactive)" if order.status.is_inactive else str(order.status)
    if order.is_complete:
        return badge(words, icon="check", title="Complete")
    if order.is_on_hold:
        return format_html("{} {}", badge(words), badge("On hold", "warning", icon="pause"))
    return badge(words)


@register.simple_tag
def priority_badge(order: Order) -> SafeString | str:
    """Return the priority of `order` as a badge; the normal one, which matters to nobody, in plain words."""
    words = order.get_priority_display()
    return words if order.priority == Priority.NORMAL else badge(words, PRIORITY_TONES[order.priority])


@register.simple_tag
def owner(order: Order) -> SafeString:
    """Return who has `order`: the user or "Unassigned", and the department if there is one.  Needs both joined."""
    if order.department is None:
        return format_html("<span>{}</span>", order.user_in_words)
    return format_html(
        '<span>{} <span class="muted">· {}</span></span>', order.user_in_words, order.department
    )


@register.simple_tag(takes_context=True)
def due_date(context, order: Order, new_tab: bool = False) -> SafeString:
    """Return the status due date of `order`, in words if it matters ("3 business days late"), and a way to its explanation.

    new_tab: explain in a tab of its own, not in a dialog: for forms, which may stand in the dialog themselves.

    Two queries a page, for the studio's calendar, however many orders it shows.
    """
    request = getattr(context, "request", None) or context["request"]
    return shown_due_date(order, work_calendar.of_request(request), new_tab=new_tab)


def shown_due_date(order: Order, calendar: WorkCalendar, *, new_tab: bool = False) -> SafeString:
    """Return what the tag `due_date` shows, for tables that draw their own cells.  No query."""
    due = order.status_due_date
    if due is None:
        return NONE
    clock, today = stay.of(order), timezone.localdate()
    words, tone = clock.words(today, order.clock(calendar)), clock.tone(today)
    return format_html(
        '<span class="due{}">{}{} <a class="due-why" href="{}" {} title="Why this day?">{}<span class="visually-hidden">Why {}?</span></a></span>',
        f" due-{tone}" if tone else "",
        studio_date(due),
        format_html(' <span class="due-words">{}</span>', words) if words else "",
        reverse("preproduction:due_date_explanation", args=[order.pk]),
        mark_safe('target="_blank"')
        if new_tab
        else format_html('data-dialog data-dialog-title="Due date of {}"', order),
        icon("question-mark-circle", "outline", 16),
        dates.written(due),
    )
