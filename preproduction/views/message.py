"""Send a message about one order or many, now and by hand: looked at first, order by order, as it would go out."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from preproduction import operations
from preproduction.drafts import drafts
from preproduction.forms.message import CHANGED, MOST_ORDERS, AskedForm, MessageForm, digest
from preproduction.forms.reassign import TickedOrdersForm
from preproduction.models import Order
from preproduction.views.order_list import tell_withdrawn, ticked_or_all
from studio import access
from studio.way_back import come_back, way_back

ORDERS = "preproduction:order_list"


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("send_message")
def send_messages(request):
    """Send what the page showed; answered for each order, so that one that cannot be sent harms no other."""
    sent = request.method == "POST"
    asked = TickedOrdersForm(request.POST if sent else request.GET)
    ticked = asked.orders() if sent else ticked_or_all(request)
    if sent:
        tell_withdrawn(request, asked)
    if not ticked:
        messages.warning(request, "No orders were ticked. Tick some, then choose Send Message.")
        return come_back(request, reverse(ORDERS))
    form = MessageForm(request.POST) if sent else _chosen(request)
    if not sent or not form.is_valid():
        return _page(request, ticked, form, status=422 if sent else 200)
    if form.is_outdated:
        return _page(request, ticked, form, status=409, refusal=CHANGED)
    answers = operations.send_messages(
        [order for order, _ in ticked],
        form.wanted,
        by=request.user,
        waits_for_review=form.cleaned_data["waits_for_review"],
    )
    _tell(request, answers)
    return come_back(request, reverse(ORDERS))


@require_safe
@access.requires("send_message")
def about_lateness(request, pk, used_for):
    """Lead to the message with which one asks the lab about an order, or tells its client."""
    query = {
        "order": get_object_or_404(Order, pk=pk).pk,
        "used_for": used_for,
        "next": way_back(request, reverse("preproduction:overdue_list")),
    }
    return redirect(f"{reverse('preproduction:send_messages')}?{urlencode(query)}")


def _chosen(request):
    """Return the form as the address fills it in: as somebody chose on the page, or as the page starts."""
    if "channel" in request.GET:
        return MessageForm(request.GET)
    start = AskedForm(request.GET).start()
    return MessageForm(start) if start.get("template") else MessageForm(initial=start)


def _page(request, ticked, form, *, status=200, refusal=""):
    keys = [order.pk for order, _ in ticked[:MOST_ORDERS]]
    found = Order.objects.for_page().select_related("stay").in_bulk(keys)
    orders = [found[key] for key in keys if key in found]
    is_ready = form.is_bound and form.is_valid()
    rows = drafts(orders, form.wanted, by=request.user, company=request.preferences) if is_ready else []
    context = {
        "form": form,
        "orders": orders,
        "left_over": len(ticked) - len(orders),
        "rows": rows,
        "sendable": sum(not row.draft.why_not for row in rows),
        "seen": digest(form.wanted.template) if is_ready else "",
        "refusal": refusal,
        "back": way_back(request, orders[0].get_absolute_url() if len(orders) == 1 else reverse(ORDERS)),
    }
    return render(request, "preproduction/send_messages.html", context, status=status)


def _tell(request, answers):
    refused = [answer for _, answer in answers if isinstance(answer, operations.OperationRefused)]
    done = len(answers) - len(refused)
    if done:
        messages.success(request, f"{done} {'message is' if done == 1 else 'messages are'} on the way.")
    for refusal in refused:
        messages.error(request, str(refusal))
