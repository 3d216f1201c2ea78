"""Triggers as an administrator keeps them: the list, one of them, its copy, its place, its switch."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from studio import access, maintenance_log
from studio.maintenance_log import Verb
from studio.table_pages import turn
from studio.views.lists import delete_record, edit_record
from studio.views.ordered_lists import move_row
from triggers.forms.triggers import SwitchForm, TriggerForm
from triggers.models import Delivery, Trigger, TriggerList
from triggers.models.trigger import new_sealed_secret
from triggers.operations import trigger_list as the_list
from triggers.rules import kinds
from triggers.tables.triggers import TriggerTable

COUNTED_DAYS = 30


@require_safe
@access.requires("maintain")
def trigger_list(request):
    return _show_list(request, status=200)


def _show_list(request, *, refusal="", status=409):
    # Read before the rows: of rows newer than the version the next change is refused, never the other way round.
    version = TriggerList.current_version()
    table = TriggerTable(Trigger.objects.for_table(), counts=_recent_counts(), order_by=())
    turn(request, table, size=200)
    context = {"table": table, "version": version, "refusal": refusal}
    return render(request, "triggers/trigger_list.html", context, status=status)


def _recent_counts():
    """Return {trigger key: {state: how many}} of the last days.  One query."""
    since = timezone.now() - timedelta(days=COUNTED_DAYS)
    rows = (
        Delivery.objects.filter(created_at__gte=since)
        .order_by()
        .values_list("trigger", "state")
        .annotate(n=Count("pk"))
    )
    counts = {}
    for trigger, state, n in rows:
        counts.setdefault(trigger, {})[state] = n
    return counts


@access.requires("maintain")
def trigger_edit(request, pk=None, *, refusal=""):
    trigger = get_object_or_404(Trigger.objects.for_table(), pk=pk) if pk is not None else Trigger()
    back = reverse("triggers:trigger_list")

    def done(saved):
        _say_what_was_included(request, saved)
        return back

    return edit_record(
        request,
        TriggerForm,
        trigger,
        template="triggers/trigger_form.html",
        title=trigger.description if pk else "New Trigger",
        parent="Triggers",
        back=back,
        done=done,
        delete_url=pk and reverse("triggers:trigger_delete", args=[pk]),
        refusal=refusal,
    )


def _say_what_was_included(request, trigger):
    if trigger.included:
        orders = "1 order" if trigger.included == 1 else f"{trigger.included:,} orders"
        messages.success(request, f"{orders} that matched already: included.")
    if trigger.not_included > 0:
        messages.warning(
            request,
            f"{trigger.not_included:,} of the orders that matched already are not included. "
            "Switch the trigger off and on again to be asked about them once more.",
        )


@require_POST
@access.requires("maintain")
def trigger_delete(request, pk):
    return delete_record(
        request,
        get_object_or_404(Trigger, pk=pk),
        back=reverse("triggers:trigger_list"),
        delete=the_list.delete,
        page=trigger_edit,
    )


@require_POST
@access.requires("maintain")
def trigger_copy(request, pk):
    with transaction.atomic():
        twin = the_list.make_copy(get_object_or_404(Trigger, pk=pk))
        maintenance_log.note(Verb.MADE, twin, by=request.user, after=maintenance_log.words_of(twin))
    messages.success(request, f"This is “{twin}”. It is not active yet.")
    return redirect(twin)


@require_POST
@access.requires("maintain")
def trigger_move(request, pk, by):
    return move_row(
        request,
        Trigger.objects.filter(pk=pk).first(),
        move=the_list.move,
        by=by,
        page=_show_list,
        back="triggers:trigger_list",
    )


@require_POST
@access.requires("maintain")
def trigger_switch(request, pk):
    """Switch a trigger on or off; on, after the question about orders that match already."""
    trigger = get_object_or_404(Trigger.objects.for_table(), pk=pk)
    if missing := kinds.lacking(trigger):
        return _show_list(request, refusal=f"“{trigger}” stays off: open it, and fill in {missing}.")
    was_active, form = trigger.is_active, SwitchForm(request.POST, trigger=trigger)
    if not form.is_valid():
        return render(request, "triggers/trigger_switch.html", {"form": form, "trigger": trigger}, status=422)
    is_active = form.cleaned_data["active"]
    if is_active != was_active:
        with maintenance_log.noting(Trigger.objects.filter(pk=pk), by=request.user):
            form.save()
        _say_what_was_included(request, trigger)
    messages.success(request, f"“{trigger}” is {'active' if is_active else 'switched off'}.")
    return redirect("triggers:trigger_list")


@require_POST
@access.requires("maintain")
def trigger_secret(request, pk):
    """Give a webhook a new signing secret; its receiver refuses it until it has the new one, too."""
    trigger = get_object_or_404(Trigger, pk=pk)
    with transaction.atomic():
        Trigger.objects.filter(pk=trigger.pk).update(sealed_secret=new_sealed_secret())
        maintenance_log.note_secret(trigger, "sealed_secret", by=request.user)
    messages.success(request, "The webhook is signed with a new secret from now on. Give it to the receiver.")
    return redirect(trigger)
