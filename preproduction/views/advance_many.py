"""Advance Status for many orders at once: rows to correct before OK, and an answer for each after it."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from preproduction import long_acts, operations
from preproduction.advancing import AdvanceRow, ManyAdvances, Shared
from preproduction.forms.advance_many import MOST_ORDERS, set_for_all
from preproduction.forms.reassign import TickedOrdersForm
from preproduction.models import Order, StatusChange
from preproduction.operations import OutdatedPage
from preproduction.views.order_list import tell_withdrawn, ticked_or_all
from studio import access, sent_once
from studio.way_back import way_back

OUTDATED = "Its row shows it as it is now; tick it to advance it from there."


@sent_once.without_key
@access.requires("advance_order")
@require_http_methods(["GET", "HEAD", "POST"])
def advance_orders(request):
    data = request.POST if request.method == "POST" else None
    asked = TickedOrdersForm(data)
    ticked = ticked_or_all(request) if data is None else asked.orders()
    keys = [order.pk for order, _ in ticked]
    batch = _batch(request, keys[:MOST_ORDERS], data)
    if data is None or not batch.form["filled"].value():
        return _page(request, _batch(request, keys[:MOST_ORDERS]), too_many=_too_many(keys))
    values = batch.for_all.given()
    if batch.form["apply"].value() or values:
        return _set_for_all(request, keys, data, values)
    tell_withdrawn(request, asked)
    return _submit(request, batch)


@access.requires("advance_order")
@require_safe
def advance_row(request, pk):
    """Answer what follows from the status and the date in one row, as its cells."""
    order = get_object_or_404(Order.objects.for_page(), pk=pk)
    shared = Shared([order], request.set_up)
    row = AdvanceRow(order, request.GET, by=request.user, shared=shared)
    row.form.forget_errors()
    return render(request, "preproduction/_advance_row_cells.html", {"row": row, "oob": True})


def _batch(request, keys, data=None):
    found = Order.objects.for_page().in_bulk(keys)
    orders = [found[key] for key in keys if key in found]
    return ManyAdvances(orders, request.user, request.set_up, data)


def _too_many(keys):
    if len(keys) <= MOST_ORDERS:
        return ""
    return (
        f"{len(keys)} orders were ticked, and at most {MOST_ORDERS} can be advanced at once. "
        "These are the first of them; advance the others afterwards."
    )


def _set_for_all(request, keys, data, values):
    """Show the rows with the values for all in them.  OK does so first, too: nobody advances what they have not seen."""
    orders = _batch(request, keys).orders
    batch = _batch(request, keys, set_for_all(data, orders, values))
    for row in batch.rows:
        row.form.forget_errors()
    batch.form.errors.clear()
    asked_to_advance = not batch.form["apply"].value()
    return _page(request, batch, was_set=asked_to_advance, status=422 if asked_to_advance else 200)


def _submit(request, batch):
    ticked = [row for row in batch.rows if row.form.is_bound and row.form.is_included]
    if not ticked or not batch.form.is_valid():
        return _page(request, batch, nothing_ticked=not ticked, status=422)
    ready, answers = batch.judged(ticked)
    if len(ready) > long_acts.MOST_AT_ONCE:
        return _hand_over(request, batch, ready, answers)
    given = operations.advance_statuses(batch.moves(ready), by=request.user)
    answers |= {row: answer for row, (_, answer) in zip(ready, given, strict=True)}
    results = [(row.order, answers.get(row)) for row in ticked]
    batch.rows = list(_rows_left(batch, answers))
    done = sum(isinstance(answer, StatusChange) for _, answer in results)
    status = 200 if done == len(ticked) else 422
    batch_done = next((answer.batch for _, answer in results if isinstance(answer, StatusChange)), None)
    return _page(request, batch, results=results, done=done, batch_done=batch_done, status=status)


def _hand_over(request, batch, ready, answers):
    """Let the worker advance so many, and show the rows that are left, if any is."""
    long_acts.begin("advance", request.POST, [str(row.order.pk) for row in ready], by=request.user)
    handed = set(ready)
    batch.rows = [row for row in _rows_left(batch, answers) if row not in handed]
    if not batch.rows:
        return redirect("studio:long_work_list")
    return _page(request, batch, handed=len(ready), status=422)


def _rows_left(batch, answers):
    """Yield the rows to show once more: those not ticked, and those refused, with why."""
    outdated = [row.order.pk for row, answer in answers.items() if isinstance(answer, OutdatedPage)]
    now = Order.objects.for_page().in_bulk(outdated)
    for row in batch.rows:
        answer = answers.get(row)
        if isinstance(answer, StatusChange):
            continue
        if isinstance(answer, OutdatedPage):
            order = now[row.order.pk]
            row = batch.row_of(order, initial={"include": False, "note": row.form["note"].value()})
            row.sentence = f"{answer} {OUTDATED}"
        elif answer is not None:
            row.form.refuse(answer)
        elif not row.form.is_included:
            row.form.forget_errors()
        yield row


def _page(request, batch, *, status=200, **context):
    context |= {
        "batch": batch,
        "back": way_back(request, reverse("preproduction:order_list")),
    }
    return render(request, "preproduction/advance_orders.html", context, status=status)
