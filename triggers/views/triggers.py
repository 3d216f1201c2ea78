from django.contrib import messages
from django.db.models import Max, ProtectedError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from studio import access
from triggers.forms.triggers import TriggerForm
from triggers.models import Trigger, WorkerHeartbeat
from triggers.tables.triggers import TriggerTable


@require_safe
@access.requires("maintain")
def trigger_list(request):
    triggers = Trigger.objects.select_related("status", "department", "user")
    table = TriggerTable(triggers, order_by=())
    RequestConfig(request, paginate={"per_page": 100}).configure(table)
    return render(
        request, "triggers/trigger_list.html", {"table": table, "worker": WorkerHeartbeat.objects.first()}
    )


@access.requires("maintain")
def trigger_create(request):
    last = Trigger.objects.aggregate(last=Max("position"))["last"] or 0
    return _trigger_page(request, Trigger(position=last + 1), "New Trigger")


@access.requires("maintain")
def trigger_edit(request, pk):
    return _trigger_page(request, get_object_or_404(Trigger, pk=pk), "Trigger")


def _trigger_page(request, trigger, heading):
    form = TriggerForm(request.POST or None, instance=trigger)
    if form.is_valid():
        trigger = form.save()
        messages.success(request, f"Trigger “{trigger}” saved.{_who_is_left_out(trigger)}")
        return redirect("triggers:trigger_list")
    status = 422 if form.errors else 200
    return render(request, "triggers/trigger_form.html", {"form": form, "heading": heading}, status=status)


def _who_is_left_out(trigger):
    """Say that nothing fires for orders that reached the status before the trigger was there."""
    standing = trigger.status.orders.count() if trigger.is_active else 0
    if not standing:
        return ""
    orders = "1 order stands" if standing == 1 else f"{standing} orders stand"
    return f" {orders} at {trigger.status} already and will be left out."


@require_POST
@access.requires("maintain")
def trigger_delete(request, pk):
    trigger = get_object_or_404(Trigger, pk=pk)
    try:
        trigger.delete()
    except ProtectedError as refusal:
        count = len(refusal.protected_objects)
        messages.error(
            request,
            f"“{trigger}” has fired {count} {'time' if count == 1 else 'times'} and stays for the record. "
            "Take away its Active mark instead.",
        )
        return redirect(trigger)
    messages.success(request, f"Trigger “{trigger}” deleted.")
    return redirect("triggers:trigger_list")
