"""What people do about the Trigger Queue: Process, Skip, Retry; pause all messages, resume them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from studio import access
from studio.way_back import come_back, way_back
from triggers import queue_acts
from triggers.forms.queue import TABS, QueueForm, SteerAllForm, SteerForm
from triggers.models import Delivery
from triggers.operations import steering

QUEUE = "triggers:queue_list"
BROKEN = "That button did not come back whole. Choose again."
VERBS = {"process": steering.process, "skip": steering.skip, "retry": steering.retry}
DONE = {"process": "processed", "skip": "skipped", "retry": "put back to be tried again"}


@require_POST
@access.requires("steer_triggers")
def steer_queue(request):
    """Act on one row, or on those that are ticked."""
    form = SteerForm(request.POST)
    if not form.is_valid():
        messages.error(request, BROKEN)
    elif not form.cleaned_data["act"]:
        messages.info(request, "Choose what to do with the ticked rows, at the foot of the list.")
    elif not form.cleaned_data["keys"]:
        messages.info(request, "No row is ticked. Tick those that are meant.")
    else:
        _steer(request, form.cleaned_data["act"], Delivery.objects.filter(pk__in=form.cleaned_data["keys"]))
    return come_back(request, QUEUE)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("steer_triggers")
def steer_all(request):
    """Ask before an act on all that match the filters of the address, naming how many; then do it."""
    asked = QueueForm(request.GET)
    form = SteerAllForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        messages.error(request, BROKEN)
        return come_back(request, QUEUE)
    act, newest = form.cleaned_data["act"], form.cleaned_data["newest"]
    matching = asked.found().filter(state__in=queue_acts.STATES[act])
    if request.method == "POST" and newest:
        _steer(request, act, matching.filter(pk__lte=newest))
        return come_back(request, QUEUE)
    newest = matching.aggregate(newest=Max("pk"))["newest"]
    context = {
        "act": act,
        "words": act.title(),
        "count": matching.count(),
        "newest": newest,
        "narrowed": asked.in_words(),
        "state_words": TABS[asked.tab][0],
        "back": way_back(request, ""),
    }
    return render(request, "triggers/queue_steer_all.html", context)


def _steer(request, act, deliveries):
    """Act on those of `deliveries` for which it is possible, and tell what became of all of them."""
    counts = dict(deliveries.order_by().values_list("state").annotate(n=Count("pk")))
    states = queue_acts.STATES[act]
    possible = sum(counts.get(state, 0) for state in states)
    left = steering.left_behind(deliveries.filter(state__in=states)).count() if act == queue_acts.RETRY else 0
    changed = VERBS[act](deliveries.filter(state__in=states), by=request.user)
    told = [f"{changed} {DONE[act]}"]
    told += [
        f"{n} {'was' if n == 1 else 'were'} {Delivery.State(state).label} already"
        for state, n in counts.items()
        if state not in states
    ]
    if left:
        told.append(f"{left} {'is' if left == 1 else 'are'} about a status that was left")
    if possible > changed + left:
        told.append(f"{possible - changed - left} changed meanwhile")
    tell = messages.success if changed else messages.warning
    tell(request, f"{'; '.join(told)}.")


@require_POST
@access.requires("send_message")
def cancel_message(request, pk):
    """Take back a message sent by hand that still waits: whoever sent it may, and those who steer the queue."""
    delivery = get_object_or_404(Delivery.objects.select_related("order", "asked_by"), pk=pk)
    if not delivery.is_by_hand:
        messages.warning(
            request, "Nobody has sent this by hand; what triggers send is steered in the Trigger Queue."
        )
        return come_back(request, delivery.order or "/")
    if delivery.asked_by != request.user and not access.may(request.user, "steer_triggers"):
        raise PermissionDenied
    if steering.skip(Delivery.objects.filter(pk=pk).unfinished(), by=request.user):
        messages.success(request, "The message is taken back. Nothing was sent.")
    else:
        messages.warning(request, "The message does not wait any more: it is on its way, or was dealt with.")
    return come_back(request, f"{delivery.order.get_absolute_url()}#communication")


@require_POST
@access.requires("steer_triggers")
def pause_messages(request):
    if steering.pause(by=request.user):
        messages.success(
            request, "Messages are paused. Nothing leaves this studio until somebody chooses Resume."
        )
    else:
        messages.info(request, "Messages were paused already.")
    return come_back(request, QUEUE)


@require_POST
@access.requires("steer_triggers")
def resume_messages(request):
    if steering.resume(by=request.user):
        messages.success(request, "Messages go out again.")
    else:
        messages.info(request, "Messages were not paused.")
    return come_back(request, QUEUE)
