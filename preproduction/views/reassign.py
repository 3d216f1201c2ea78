from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from preproduction import long_acts, operations
from preproduction.batch_rows import with_batch
from preproduction.forms.reassign import TickedOrdersForm
from preproduction.views.order_list import tell_withdrawn, ticked_or_all
from studio import access
from studio.forms.reassign import ReassignForm
from studio.way_back import come_back, way_back


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("reassign_order")
def reassign_orders(request):
    """Give ticked orders to a department or user, each by itself, so that one refused harms no other."""
    sent = request.method == "POST"
    asked = TickedOrdersForm(request.POST if sent else request.GET)
    ticked = asked.orders() if sent else ticked_or_all(request)
    form = ReassignForm(request.POST if sent else None, noun="orders")
    if form.is_valid():
        tell_withdrawn(request, asked)
    if not ticked:
        messages.warning(request, "No orders were ticked. Tick some, then choose Reassign.")
        return come_back(request, reverse("preproduction:order_list"))
    if not form.is_valid():
        context = {
            "form": form,
            "ticked": ticked,
            "back": way_back(request, reverse("preproduction:order_list")),
        }
        return render(request, "preproduction/reassign_orders.html", context, status=422 if sent else 200)
    if len(ticked) > long_acts.MOST_AT_ONCE:
        named = [f"{order.pk}-{version}" for order, version in ticked]
        long_acts.begin("reassign", request.POST, named, by=request.user)
        return redirect("studio:long_work_list")
    rows = [(order, version, form.owner_of(order)) for order, version in ticked]
    batch, answers = operations.assign_orders(rows, by=request.user)
    refused = [answer for _, answer in answers if isinstance(answer, operations.OperationRefused)]
    done = len(answers) - len(refused)
    if done:
        said = f"{done} {'order' if done == 1 else 'orders'} reassigned."
        messages.success(request, with_batch(said, batch))
    for refusal in refused:
        messages.error(request, str(refusal))
    return come_back(request, reverse("preproduction:order_list"))
