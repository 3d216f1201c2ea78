"""Company Preferences > Calendar.  Every change is previewed: which open orders it would move, before it is stored."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from preproduction import operations
from preproduction.batch_rows import with_batch
from preproduction.forms.calendar import (
    ApplyForm,
    ClocksForm,
    ClosedDayForm,
    HolidayCountryForm,
    HolidaysForm,
    RecurringForm,
    WorkedDayForm,
    WorkWeekForm,
)
from preproduction.models import Status
from preproduction.operations import CalendarChange, OutdatedPage
from preproduction.views.calendar_preview import page_of, preview_change, recurring_days
from studio import access
from studio.models import ClosedDay, CompanyPreferences, Vendor, WorkedDay


@access.requires("set_preferences")
def calendar(request, *, status=200, **forms):
    """Show the calendar, with the form among `forms` that was sent with mistakes."""
    today = timezone.localdate()
    week = CompanyPreferences.load().work_week
    closed, worked = ClosedDay.objects.filter(vendor=None, rule=""), WorkedDay.objects.all()
    context = {
        "week_form": WorkWeekForm(initial={"days": sorted(week)}),
        "clocks_form": ClocksForm(statuses=Status.objects.active()),
        "closed_form": ClosedDayForm(prefix="closed"),
        "recurring_form": RecurringForm(prefix="recurring", today=today),
        "recurring": recurring_days(None, today),
        "worked_form": WorkedDayForm(prefix="worked"),
        "closed": [day for day in closed if day.last_day >= today],
        "closed_past": [day for day in reversed(closed) if day.last_day < today],
        "worked": [day for day in worked if day.day >= today],
        "worked_past": [day for day in reversed(worked) if day.day < today],
        **forms,
    }
    return render(request, "preproduction/calendar.html", context, status=status)


@require_POST
@access.requires("set_preferences")
def work_week(request):
    return _preview_of(request, week_form=WorkWeekForm(request.POST))


@require_POST
@access.requires("set_preferences")
def clocks(request):
    return _preview_of(request, clocks_form=ClocksForm(request.POST, statuses=Status.objects.active()))


@require_POST
@access.requires("set_preferences")
def closed_day_create(request):
    return _preview_of(request, closed_form=ClosedDayForm(request.POST, prefix="closed"))


@require_POST
@access.requires("set_preferences")
def recurring_create(request):
    form = RecurringForm(request.POST, prefix="recurring", today=timezone.localdate())
    return _preview_of(request, recurring_form=form)


@access.requires("set_preferences")
def closed_day_edit(request, pk):
    day = get_object_or_404(ClosedDay, pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = RecurringForm.of(day, sent) if day.rule else ClosedDayForm.of(day, sent)
    if form.is_bound and form.is_valid():
        return preview_change(request, form.change())
    return _day_page(request, form, day)


@require_POST
@access.requires("set_preferences")
def closed_day_remove(request, pk):
    day = get_object_or_404(ClosedDay, pk=pk)
    return preview_change(request, CalendarChange(vendor=day.vendor_id, closed_to_remove=(day.pk,)))


@require_POST
@access.requires("set_preferences")
def worked_day_create(request):
    return _preview_of(request, worked_form=WorkedDayForm(request.POST, prefix="worked"))


@access.requires("set_preferences")
def worked_day_edit(request, pk):
    day = get_object_or_404(WorkedDay, pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = WorkedDayForm(sent, replaced=day, initial={"day": day.day, "name": day.name})
    if form.is_bound and form.is_valid():
        return preview_change(request, form.change())
    return _day_page(request, form, day)


@require_POST
@access.requires("set_preferences")
def worked_day_remove(request, pk):
    day = get_object_or_404(WorkedDay, pk=pk)
    return preview_change(request, CalendarChange(worked_to_remove=(day.pk,)))


def _preview_of(request, **sent):
    """Preview the change of the form that was sent, or show the page with it; `sent` is {name on the page: form}."""
    (form,) = sent.values()
    return (
        preview_change(request, form.change()) if form.is_valid() else calendar(request, status=422, **sent)
    )


def _day_page(request, form, day):
    status = 422 if form.is_bound else 200
    context = {"form": form, "day": day, "page": page_of(getattr(day, "vendor_id", None))}
    return render(request, "preproduction/calendar_day.html", context, status=status)


@access.requires("set_preferences")
def public_holidays(request):
    """Offer the public holidays of a country (GET), and preview closing on those that were ticked (POST)."""
    country_form = HolidayCountryForm(request.GET, this_year=timezone.localdate().year)
    asked = country_form.is_bound and country_form.is_valid()
    offered = [(day, day, name) for day, name in country_form.offered()] if asked else []
    form = HolidaysForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_bound and form.is_valid():
        return preview_change(request, form.change())
    closed = list(ClosedDay.objects.filter(vendor=None).values_list("first_day", "last_day"))
    rows = [
        {
            "day": day,
            "value": day.isoformat(),
            "name": name,
            "is_closed": any(first <= day <= last for first, last in closed),
            "is_ticked": day.isoformat() in (form["days"].value() or ()),
        }
        for day, _, name in offered
    ]
    context = {"country_form": country_form, "form": form, "rows": rows}
    status = 422 if form.is_bound else 200
    return render(request, "preproduction/calendar_holidays.html", context, status=status)


@require_POST
@access.requires("set_preferences")
def apply_change(request):
    form = ApplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The change could not be read. Nothing was saved; make it again.")
        return calendar(request, status=422)
    change, move = form.cleaned_data["change"], form.cleaned_data["decision"] == ApplyForm.MOVE
    try:
        batch = operations.change_calendar(
            change, by=request.user, move_open_orders=move, seen=form.cleaned_data["seen"]
        )
    except OutdatedPage as refusal:
        return _preview_again(request, change, str(refusal))
    moved = batch.events.count()
    orders = (
        f"{moved:,} open order{'s' if moved != 1 else ''} moved."
        if move
        else "Open orders keep their due dates."
    )
    messages.success(request, with_batch(f"The calendar is saved. {orders}", batch))
    return redirect(page_of(change.vendor)["href"])


def _preview_again(request, change, refusal):
    """Show the same change against the calendar as it is now, or the calendar where it makes no sense any more."""
    removed = ClosedDay.objects.filter(pk__in=change.closed_to_remove).count()
    removed += WorkedDay.objects.filter(pk__in=change.worked_to_remove).count()
    is_whole = removed == len(change.closed_to_remove) + len(change.worked_to_remove)
    days = [day for day, _ in change.worked_to_add]
    collides = WorkedDay.objects.filter(day__in=days).exclude(pk__in=change.worked_to_remove).exists()
    is_whole = is_whole and (change.vendor is None or Vendor.objects.filter(pk=change.vendor).exists())
    if is_whole and not collides:
        return preview_change(
            request, change, outdated=f"{refusal} This is what the change would do now.", status=409
        )
    messages.error(request, f"{refusal} This is the calendar as it is now.")
    return calendar(request, status=409)
