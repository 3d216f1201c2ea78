"""The Trigger Queue: what triggers want done, what became of it, and why."""

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from studio import access
from studio.exports.list_file import list_file
from studio.table_pages import turn
from studio.way_back import way_back
from triggers import queue_acts
from triggers.forms.queue import TABS, QueueForm
from triggers.messages.shown import message_of
from triggers.models import Delivery, MessagePreferences
from triggers.outbox import words as delivery_words
from triggers.tables.queue import FORM, DeliveryTable

# What waits, in the order of its moments; the rest is looked up, the newest first.
USUAL_SORTS = {"waiting": (F("not_before").asc(nulls_last=True), "pk"), "held": ("pk",)}


@require_safe
@access.requires("steer_triggers")
def queue_list(request):
    asked = QueueForm(request.GET)
    rows = asked.found().for_table().order_by(*USUAL_SORTS.get(asked.tab, ["-pk"]))
    table = DeliveryTable(rows, order_by=())
    if asked.asked.get("export"):
        RequestConfig(request, paginate=False).configure(table)
        return list_file(request, table, kind="xlsx", title="Trigger Queue")
    if asked.tab != "waiting":
        table.exclude = ("state",)  # the tab says it
    turn(request, table, size=50)
    tabs = asked.tabs()
    current = next(tab for tab in tabs if tab["is_current"])
    acts = queue_acts.buttons(TABS[asked.tab][1][0])
    context = {
        "table": table,
        "form": asked,
        "tabs": tabs,
        "tab": current,
        "acts": acts,
        "steer_form": FORM,
        "select": FORM if acts and current["count"] else "",
        "empty": _empty(asked, tabs),
        "export_kinds": ("xlsx",),
        "is_paused": MessagePreferences.load().is_paused,
        "back": request.get_full_path(),
    }
    return render(request, "triggers/queue_list.html", context)


def _empty(asked, tabs):
    """Say why there are no rows, and what to do next."""
    words = TABS[asked.tab][0]
    if asked.is_narrowed:
        return {
            "title": f"{words}: nothing matches",
            "text": "Nothing in this state fits all of what is chosen above.",
            "url": f"?state={asked.tab}",
            "action": "Show all of them",
        }
    fullest = max(tabs, key=lambda tab: tab["count"])
    return {
        "title": f"{words}: nothing",
        "text": "What triggers want done stands here, from the status change until it is done.",
        "url": f"?state={fullest['key']}" if fullest["count"] else "",
        "action": f"{fullest['words']}: {fullest['count']}" if fullest["count"] else "",
    }


@require_safe
@access.requires("see_work")
def queue_item(request, pk):
    """Show what exactly will be sent, or what was sent, how it came about, and what can be done about it."""
    delivery = get_object_or_404(
        Delivery.objects.for_table().select_related("status_change", "steered_by", "letter", "template"),
        pk=pk,
    )
    may_steer = access.may(request.user, "steer_triggers")
    if delivery.person_id not in (None, request.user.pk) and not may_steer:
        raise PermissionDenied
    context = {
        "delivery": delivery,
        "what": delivery_words.what(delivery),
        "tone": delivery_words.TONES.get(delivery.state, ""),
        "story": delivery_words.story(delivery),
        "message": message_of(delivery),
        "order_link": delivery.order and _link(delivery.order.get_absolute_url(), delivery.order),
        "trigger_link": _trigger(request.user, delivery),
        "acts": queue_acts.buttons(delivery.state) if may_steer else [],
        "back": way_back(request, _usual_way_back(delivery, may_steer)),
    }
    return render(request, "triggers/queue_item.html", context)


def _usual_way_back(delivery, may_steer):
    if may_steer:
        return reverse("triggers:queue_list")
    return delivery.order.get_absolute_url() if delivery.order else "/"


def _trigger(user, delivery):
    if delivery.trigger is None or not access.may(user, "maintain"):
        return delivery.origin
    return _link(delivery.trigger.get_absolute_url(), delivery.trigger)


def _link(address, words):
    return format_html('<a href="{}">{}</a>', address, words)
