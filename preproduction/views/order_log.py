from django.contrib import messages
from django.views.decorators.http import require_POST

from preproduction.forms.communication import CommunicationForm
from preproduction.views.order import to_tab
from preproduction.views.order_page import get_order, show_order
from studio import access
from triggers.forms.tasks import CallForm, TaskForm


@require_POST
@access.requires("change_order")
def order_communication(request, pk):
    """Write down a call, letter, message or visit."""
    order = get_order(pk)
    form = CommunicationForm(request.POST, prefix="communication")
    form.instance.order, form.instance.recorded_by = order, request.user
    if not form.is_valid():
        return show_order(request, order, status=422, communication_form=form)
    written = form.save()
    messages.success(request, f"{written.get_kind_display()} written down.")
    return to_tab(order, "communication")


@require_POST
@access.requires("do_tasks")
def order_task(request, pk):
    """Add a task by hand."""
    order = get_order(pk)
    form = TaskForm(request.POST, prefix="task")
    form.instance.order, form.instance.created_by = order, request.user
    if not form.is_valid():
        return show_order(request, order, status=422, task_form=form)
    task = form.save()
    messages.success(request, f"Task “{task}” added.")
    return to_tab(order, "tasks")


@require_POST
@access.requires("do_tasks")
def order_call(request, pk):
    """Put a call about the order on the call list."""
    order = get_order(pk)
    form = CallForm(request.POST, prefix="call")
    form.instance.order, form.instance.created_by = order, request.user
    if not form.is_valid():
        return show_order(request, order, status=422, call_form=form)
    call = form.save()
    messages.success(request, f"Call to {call.call_name} added.")
    return to_tab(order, "tasks")
