from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from preproduction import operations
from preproduction.forms.communication import CommunicationForm
from preproduction.forms.note import NoteForm
from preproduction.views.order import to_tab
from preproduction.views.order_page import get_order, show_order
from studio import access
from studio.way_back import come_back, dialog_page, way_back


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


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("change_order")
def order_note(request, pk):
    """Keep a note in History, signed and dated by itself."""
    order = get_order(pk)
    form = NoteForm(request.POST if request.method == "POST" else None, prefix="note")
    if not form.is_valid():
        return _note_page(request, order, form)
    operations.write_note(order, by=request.user, **form.cleaned_data)
    messages.success(request, "Note written.")
    return come_back(request, order)


def _note_page(request, order, form):
    """Show the form by itself, as a list opens it; a refused one of the order's page there."""
    if form.is_bound and not dialog_page(request):
        return show_order(request, order, status=422, note_form=form)
    context = {"order": order, "form": form, "back": way_back(request, order.get_absolute_url())}
    return render(request, "preproduction/order_note.html", context, status=422 if form.is_bound else 200)


@require_POST
@access.requires("do_tasks")
def order_task(request, pk, form_class):
    """Add a task, or put a call about the order on the call list, by hand."""
    order, kind = get_order(pk), form_class.kind
    form = form_class(request.POST, prefix=kind)
    form.instance.order, form.instance.created_by = order, request.user
    if not form.is_valid():
        return show_order(request, order, status=422, **{f"{kind}_form": form})
    messages.success(request, f"{form.save().named} added.")
    return to_tab(order, "tasks")
