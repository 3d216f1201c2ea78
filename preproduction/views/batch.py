"""What was done to many orders at once: a list, a page for each, and Undo all."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from preproduction import long_acts, operations
from preproduction.batch_rows import BESIDES, batch_rows
from preproduction.models import Batch
from preproduction.operations import OperationRefused
from preproduction.tables.batch import BatchTable
from studio import access
from studio.table_pages import turn
from triggers.outbox import by_hand
from triggers.outbox import words as delivery_words


@require_safe
@access.requires("see_batches")
def batch_list(request):
    orders = Count("changes", distinct=True) + Count("events", distinct=True)
    # Said again: grouping by what is counted drops the order that the model has.
    batches = Batch.objects.select_related("undone_by").annotate(orders=orders).order_by("-pk")
    table = BatchTable(batches)
    turn(request, table, size=50)
    return render(request, "preproduction/batch_list.html", {"table": table})


@require_safe
@access.requires("see_work")
def batch_detail(request, pk):
    return _page(request, _batch(pk))


@require_POST
@access.requires("undo_own_change")
def batch_undo(request, pk):
    batch = _batch(pk)
    try:
        if batch.changes.count() > long_acts.MOST_AT_ONCE:
            long_acts.begin_undo(batch, by=request.user)
            return redirect("studio:long_work_list")
        answers = operations.undo_batch(batch, by=request.user)
    except OperationRefused as refusal:
        return _page(request, _batch(pk), refusal=str(refusal), status=409)
    undone = [order for order, answer in answers if not isinstance(answer, OperationRefused)]
    total = f"{len(answers)} order{'s' if len(answers) != 1 else ''}"
    messages.success(request, f"Undone: {len(undone)} of {total}.")
    if gone_out := by_hand.gone_out(batch, undone):
        names = ", ".join(f"{delivery_words.what(each)} ({each.order})" for each in gone_out)
        messages.warning(request, f"Sent already, and not taken back: {names}.")
    return redirect("preproduction:batch_detail", pk)


def _batch(pk):
    return get_object_or_404(Batch.objects.select_related("undone_by__by", "undoes"), pk=pk)


def _page(request, batch, *, refusal="", status=200):
    rows = list(batch_rows(batch))
    context = {
        "batch": batch,
        "rows": rows,
        "refusal": refusal,
        "why_no_undo": operations.batch_undo_refusal(batch, by=request.user),
        "besides": BESIDES.get(batch.kind, ""),
        "taken_back": sum(bool(row.taken_back) for row in rows),
    }
    return render(request, "preproduction/batch_detail.html", context, status=status)
