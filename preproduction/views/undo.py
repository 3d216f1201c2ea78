from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from preproduction import operations
from preproduction.forms.version import VersionForm
from preproduction.models import Order
from preproduction.operations import OperationRefused
from studio import access
from studio.way_back import come_back
from triggers import outbox


@access.requires("undo_own_change")
@require_http_methods(["GET", "HEAD", "POST"])
def undo_order(request, pk):
    order = get_object_or_404(Order.objects.for_table(), pk=pk)
    if request.method != "POST":
        return _page(request, order)
    form = VersionForm(request.POST, order=order)
    if not form.is_valid():
        return _page(request, order, "The form was not complete. Nothing was undone.", status=422)
    try:
        undone, done_already = operations.undo_last_change(order, by=request.user, **form.cleaned_data)
    except OperationRefused as refusal:
        return _page(request, Order.objects.for_table().get(pk=pk), refusal, status=409)
    messages.success(request, f"{order} is back at {undone.to_status_name or 'no status'}.")
    closed = undone.tasks_taken_back.all()
    if closed:
        messages.info(request, f"Closed as taken back: {_named(closed)}.")
    if done_already:
        messages.warning(request, f"Done already, and not taken back: {_names(done_already)}.")
    return come_back(request, order)


def _page(request, order, refusal="", *, status=200):
    """Say what undoing would do, or why it cannot be done, and with `refusal` that it was not."""
    change = operations.last_change(order)
    reason = operations.undo_refusal(order, change, by=request.user)
    context = {"order": order, "change": change, "reason": reason, "refusal": refusal}
    if not reason:
        context["cancelled"] = _names(outbox.waiting(change))
        context["closed"] = _named(outbox.untouched_tasks(change))
        context["done_already"] = _names(outbox.done_already(change))
    return render(request, "preproduction/undo_order.html", context, status=status)


def _names(deliveries):
    return ", ".join(f"{each.get_kind_display().lower()} “{each.trigger}”" for each in deliveries)


def _named(tasks):
    return ", ".join(task.named for task in tasks)
