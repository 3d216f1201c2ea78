"""What the order's page is made of.  Every view that shows it again, with a form to correct, comes here."""

from django.db.models import F, Sum
from django.shortcuts import get_object_or_404, render

from preproduction import operations
from preproduction.communication_log import communication_log
from preproduction.forms.communication import CommunicationForm
from preproduction.forms.custom_fields import CustomValuesForm
from preproduction.forms.images import ImageFormSet
from preproduction.forms.note import NoteForm
from preproduction.forms.order import NotesForm
from preproduction.models import CustomField, Order
from preproduction.order_triggers import order_triggers
from preproduction.stream import stream
from studio import access
from triggers.forms.tasks import CallForm, TaskForm
from triggers.models import Task


def get_order(pk):
    return get_object_or_404(Order.objects.for_page(), pk=pk)


def show_order(request, order, *, status=200, refusal="", **forms):
    """Answer with the page of `order`.

    forms:   forms that were sent and have to be corrected, by their names in the context.
    refusal: a sentence above the page, where no form can say it.
    """
    changes = list(order.status_changes.select_related("undone_by").order_by("-sequence"))
    asked = None if order.is_complete else operations.hold_request(order)
    last = changes[0] if changes else None
    context = {
        "order": order,
        "next_status": order.status.next() if order.status else None,
        "hold": order.holds.select_related("started_by").filter(ended_on=None).first(),
        "hold_request": asked,
        "may_ask_for_hold": _may_ask_for_hold(order, asked, request.user),
        "may_take": access.may(request.user, "take_order")
        and not operations.take_refusal(order, by=request.user),
        "may_complete": order.status is None and not operations.complete_refusal(order),
        "may_undo": last is not None and not operations.undo_refusal(order, last, by=request.user),
        "changes": changes,
        "stream": stream(changes, order.events.select_related("undone_by")),
        "note_form": NoteForm(prefix="note"),
        "holds": order.holds.select_related("started_by", "ended_by"),
        "tasks": _tasks(order),
        "tasks_waiting": order.tasks.exclude(kind=Task.Kind.REQUEST).waiting().count(),
        "communications": communication_log(order),
        "refusals": order.client.refusals.open(),
        "stays": order_triggers(order, changes),
        "totals": order.images.aggregate(sent=Sum("quantity_sent"), returned=Sum("quantity_returned")),
        "missing": order.proofs_missing(),
        "refusal": refusal,
        "images": ImageFormSet(instance=order, prefix="images"),
        "studio_notes": NotesForm.of("studio_notes", instance=order),
        "vendor_notes": NotesForm.of("vendor_notes", instance=order),
        "custom": custom_form(order),
        "task_form": TaskForm(prefix="task", initial=_given_to(order)),
        "call_form": CallForm(prefix="call", initial={**_given_to(order), **_client_of(order)}),
        "communication_form": CommunicationForm(prefix="communication"),
        **forms,
    }
    return render(request, "preproduction/order_detail.html", context, status=status)


def _may_ask_for_hold(order, asked, user):
    """Whoever may put it on hold does not ask."""
    may = access.may(user, "ask_for_hold") and not access.may(user, "hold_order")
    return may and not (order.is_complete or order.is_on_hold or asked)


def _tasks(order):
    """What waits, by its due date; then what is done, the latest first."""
    return (
        order.tasks.exclude(kind=Task.Kind.REQUEST)
        .for_table()
        .select_related("created_by", "delivery__trigger")
        .order_by(F("done_at").desc(nulls_first=True), F("due_date").asc(nulls_last=True), "pk")
    )


def custom_form(order, data=None):
    """The fields in use, and inactive ones where this order has something in them."""
    values = {value.field_id: value for value in order.custom_values.all()}
    filled = {key for key, value in values.items() if value.value}
    fields = [field for field in CustomField.objects.all() if not field.is_inactive or field.pk in filled]
    return CustomValuesForm(data, order=order, fields=fields, values=values)


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
