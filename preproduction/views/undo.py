from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from preproduction import operations
from preproduction.forms.advance import UndoForm
from preproduction.models import Order
from preproduction.operations import OperationRefused
from studio import access


@access.requires("undo_own_change")
@require_POST
def undo_order(request, pk):
    order = get_object_or_404(Order.objects.for_table(), pk=pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _refused(request, order, "The form was not complete. Nothing was undone.", status=422)
    try:
        undone, done_already = operations.undo_last_change(order, by=request.user, **form.cleaned_data)
    except OperationRefused as refusal:
        order = Order.objects.for_table().get(pk=pk)
        return _refused(request, order, refusal, status=409)
    messages.success(request, f"{order} is back at {undone.to_status_name or 'no status'}.")
    if done_already:
        messages.warning(request, _not_taken_back(done_already))
    return redirect(order)


def _refused(request, order, sentence, *, status):
    context = {"order": order, "refusal": sentence}
    return render(request, "preproduction/undo_refused.html", context, status=status)


def _not_taken_back(deliveries):
    names = ", ".join(f"{each.get_kind_display().lower()} “{each.trigger}”" for each in deliveries)
    return f"Done already, and not taken back: {names}."
