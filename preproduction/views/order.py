from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preproduction import due_dates, operations
from preproduction.forms.opened_from import OpenedFromForm
from preproduction.forms.order import CreateOrderForm, GeneralForm, NotesForm
from preproduction.models import Order
from preproduction.neighbours import neighbours_of
from preproduction.views.order_list import listed
from preproduction.views.order_page import custom_form, get_order, show_order
from preproduction.views.withdraw import show_withdrawn
from studio import access, dates, work_calendar
from studio.models import PhotoSession


@require_safe
@access.requires("see_work")
def order_detail(request, pk):
    order = Order.objects.for_page().find(pk)
    return show_order(request, order, **_place_in_list(request, pk)) if order else show_withdrawn(request, pk)


def _place_in_list(request, pk):
    """Say who stands before and after the order in the list from which it was opened, if from one."""
    opened = OpenedFromForm(request.GET)
    if not opened.is_valid():
        return {}
    query = opened.cleaned_data["list"]
    neighbours = neighbours_of(pk, listed(request, query), opened.cleaned_data["at"])
    return {"neighbours": neighbours, "list_query": query}


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("create_order")
def order_create(request, pk):
    session = get_object_or_404(PhotoSession.objects.select_related("client", "session_type"), pk=pk)
    calendar = work_calendar.of_request(request)
    start = operations.plan_start(calendar=calendar)
    form = CreateOrderForm(request.POST or None, session=session, start=start, calendar=calendar)
    if form.is_valid():
        try:
            order = operations.create_order(session, by=request.user, **form.cleaned_data)
        except operations.OperationRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, f"{order} is made.")
            return redirect(order)
    if all(is_inactive for *_, is_inactive in request.set_up["vendors"]):
        form.fields["vendor"].help_text = _who_adds_vendors(request.user)
    context = {"session": session, "form": form, "start": start}
    return render(request, "preproduction/order_create.html", context, status=422 if form.errors else 200)


def _who_adds_vendors(user):
    if not access.may(user, "maintain"):
        return "There are no vendors yet. An administrator adds them; the order can be given one later."
    address = reverse("studio:vendor_create")
    return format_html('There are no vendors yet. <a href="{}">New Vendor</a>', address)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("change_order")
def order_edit(request, pk):
    """The General tab, with its facts as a form in their place."""
    order = get_order(pk)
    may_correct = access.may(request.user, "correct_order")
    form = GeneralForm(request.POST or None, instance=order, may_correct=may_correct)
    if not form.is_valid():
        return show_order(request, order, general=form, status=422 if form.errors else 200)
    return _save(request, order, form, tab="general", name="general")


@require_POST
@access.requires("change_order")
def order_notes(request, pk, kind):
    """Save Studio Notes or Vendor Notes; `kind` is "studio" or "vendor"."""
    order = get_order(pk)
    form = NotesForm.of(f"{kind}_notes", request.POST, instance=order)
    if not form.is_valid():
        return show_order(request, order, status=422, **{f"{kind}_notes": form})
    return _save(request, order, form, tab=f"{kind}-notes", name=f"{kind}_notes")


def _save(request, order, form, *, tab, name):
    due = order.status_due_date
    try:
        edited = operations.edit_order(order, by=request.user, changed=form.changed(), seen=form.seen())
    except operations.OutdatedPage as refusal:
        order = get_order(order.pk)
        form.refuse(refusal)
        form.see_again(order)
        return show_order(request, order, status=409, **{name: form})
    except operations.OperationRefused as refusal:
        form.refuse(refusal)
        return show_order(request, order, status=422, **{name: form})
    if form.changed_data:
        saved = f"{', '.join(form[field].label for field in form.changed_data)} saved."
        moved = edited.status_due_date != due and due_dates.moved_to(
            edited, work_calendar.of_request(request)
        )
        messages.success(request, f"{saved} {moved}" if moved else saved)
        if "priority" in form.changed_data:
            _offer_due_date(request, edited)
    return to_tab(order, tab)


def _offer_due_date(request, order):
    """Offer the due date that follows from another priority; the order keeps the one it has until somebody moves it."""
    day = due_dates.by_its_priority(order, work_calendar.of_request(request))
    if day is None:
        return
    address = f"{reverse('preproduction:change_due_date', args=[order.pk])}?due_date={day.isoformat()}"
    said = 'With this priority {} would be due on {}. <a href="{}">Move the due date</a>'
    messages.info(request, format_html(said, order.status, dates.written(day), address))


@require_POST
@access.requires("change_order")
def order_custom(request, pk):
    order = get_order(pk)
    form = custom_form(request, order, request.POST)
    if not form.is_valid():
        return show_order(request, order, status=422, custom=form)
    try:
        operations.set_custom_values(order, by=request.user, **form.changes())
    except operations.OutdatedPage as refusal:
        form.add_error(None, str(refusal))
        form.see_again()
        return show_order(request, order, status=409, custom=form)
    messages.success(request, "Custom fields saved.")
    return to_tab(order, "custom")


def to_tab(order, tab):
    """Return to the order's page with that tab open."""
    return redirect(f"{order.get_absolute_url()}#{tab}")
