"""What the order's page is made of.  Every view that shows it again, with a form to correct, comes here."""

from django.db.models import F
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from preproduction import operations, promise
from preproduction.communication_log import communication_log
from preproduction.forecast import words
from preproduction.forms.communication import CommunicationForm
from preproduction.forms.custom_fields import CustomValuesForm
from preproduction.forms.images import ImageFormSet
from preproduction.forms.note import NoteForm
from preproduction.forms.order import NotesForm
from preproduction.models import Hold, Order
from preproduction.order_triggers import order_triggers
from preproduction.stream import keys_of_undone, stream
from studio import access, work_calendar
from triggers.forms.tasks import CallForm, TaskForm
from triggers.models import Delivery, Task


def get_order(pk):
    return get_object_or_404(Order.objects.for_page(), pk=pk)


def promise_of(request, order):
    return promise.of(
        order,
        statuses=request.set_up["statuses"],
        calendar=work_calendar.of_request(request),
        today=timezone.localdate(),
    )


def forecast_of(request, order, promised):
    """Return what the head of `order` says of its promise and its forecast, which is joined; None where it has neither."""
    forecast = getattr(order, "forecast", None)
    if forecast is not None and forecast.version != order.version:
        forecast = None  # it was made of the order as it was
    calendar = work_calendar.of_request(request)
    return words.head(order, forecast, promised, calendar=calendar, today=timezone.localdate())


def show_order(request, order, *, status=200, refusal="", **forms):
    """Answer with the page of `order`.

    forms:   forms that were sent and have to be corrected, by their names in the context.
    refusal: a sentence above the page, where no form can say it.
    """
    changes = list(order.status_changes.select_related("from_status").order_by("-sequence"))
    events = list(order.events.all())
    undone = keys_of_undone(changes)
    tasks, holds, deliveries = _tasks(order), _holds(order), _deliveries(order)
    asked = None if order.is_complete else _request_in(tasks)
    last = changes[0] if changes else None
    promised = promise_of(request, order)
    images = ImageFormSet(instance=order, prefix="images")
    lines = images.stored_lines()
    context = {
        "order": order,
        "next_status": order.status.next(request.set_up["statuses"]) if order.status else None,
        "promise": promised,
        "forecast": forecast_of(request, order, promised),
        "hold": next((hold for hold in holds if hold.ended_on is None), None),
        "hold_request": asked,
        "may_ask_for_hold": _may_ask_for_hold(order, asked, request.user),
        "may_take": access.may(request.user, "take_order")
        and not operations.take_refusal(
            order, by=request.user, departments=request.set_up["departments of"].get(request.user.pk, ())
        ),
        "may_complete": order.status is None and not operations.complete_refusal(order),
        "may_undo": last is not None and not operations.undo_refusal(order, last, by=request.user),
        "changes": [(change, change.pk in undone) for change in changes],
        "stream": stream(changes, events),
        "note_form": NoteForm(prefix="note"),
        "holds": holds,
        "tasks": [task for task in tasks if not task.is_request],
        "tasks_waiting": sum(task.done_at is None and not task.is_request for task in tasks),
        "communications": communication_log(order, tasks, deliveries),
        "refusals": order.client.refusals.open(),
        "stays": order_triggers(order, changes, deliveries, request.set_up["triggers"]),
        "totals": {
            "sent": sum(line.quantity_sent for line in lines),
            "returned": sum(line.quantity_returned for line in lines),
        },
        "missing": sum(line.missing for line in lines),
        "refusal": refusal,
        "images": images,
        "studio_notes": NotesForm.of("studio_notes", instance=order),
        "vendor_notes": NotesForm.of("vendor_notes", instance=order),
        "custom": custom_form(request, order),
        "task_form": TaskForm(prefix="task", initial=_given_to(order), set_up=request.set_up),
        "call_form": CallForm(
            prefix="call", initial={**_given_to(order), **_client_of(order)}, set_up=request.set_up
        ),
        "communication_form": CommunicationForm(prefix="communication"),
        **forms,
    }
    return render(request, "preproduction/order_detail.html", context, status=status)


def _may_ask_for_hold(order, asked, user):
    """Whoever may put it on hold does not ask."""
    may = access.may(user, "ask_for_hold") and not access.may(user, "hold_order")
    return may and not (order.is_complete or order.is_on_hold or asked)


def _tasks(order) -> list[Task]:
    """What waits, by its due date; then what is done, the latest first."""
    return list(
        order.tasks.for_table()
        .select_related("created_by", "delivery__trigger")
        .order_by(F("done_at").desc(nulls_first=True), F("due_date").asc(nulls_last=True), "pk")
    )


def _request_in(tasks):
    """Return the request for a hold that waits for a manager."""
    return next((task for task in tasks if task.is_request and task.done_at is None), None)


def _holds(order) -> list[Hold]:
    return list(order.holds.select_related("started_by", "ended_by"))


def _deliveries(order) -> list[Delivery]:
    return list(
        order.deliveries.select_related("trigger__department", "trigger__user", "asked_by", "task", "letter")
    )


def custom_form(request, order, data=None):
    """The fields in use, and inactive ones where this order has something in them.  No query in a studio without."""
    fields = request.set_up["custom fields"]
    values = {value.field_id: value for value in order.custom_values.all()} if fields else {}
    filled = {key for key, value in values.items() if value.value}
    shown = [field for field in fields if not field.is_inactive or field.pk in filled]
    return CustomValuesForm(data, order=order, fields=shown, values=values)


def _given_to(order):
    """A task by hand goes to whoever has the order, until somebody else is chosen."""
    return {"department": order.department, "assigned_user": order.assigned_user}


def _client_of(order):
    """A call is to the client, until somebody else is typed."""
    client = order.client
    return {
        "call_name": client.contact_name or client.name,
        "call_number": client.phone or client.mobile_phone,
    }
