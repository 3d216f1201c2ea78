"""A vendor's own calendar: work week, closed days, cut-off, durations.  Every change is previewed."""

from dataclasses import replace

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from preproduction.forms.calendar import HolidayCountryForm, HolidaysForm, RecurringForm
from preproduction.forms.vendor_calendar import (
    CopyFromForm,
    VendorClosedDayForm,
    VendorDurationsForm,
    VendorHoursForm,
)
from preproduction.views.calendar_preview import preview_change, recurring_days
from studio import access
from studio.models import ClosedDay, Vendor


@access.requires("set_preferences")
def vendor_calendar(request, pk, *, status=200, **forms):
    """Show the calendar of a vendor, with the form among `forms` that was sent with mistakes."""
    vendor, today = get_object_or_404(Vendor, pk=pk), timezone.localdate()
    closed = list(vendor.closed_days.filter(rule=""))
    statuses = request.set_up["statuses"]
    context = {
        "vendor": vendor,
        "hours_form": VendorHoursForm(vendor=vendor),
        "durations_form": VendorDurationsForm(vendor=vendor, statuses=statuses),
        "closed_form": VendorClosedDayForm(vendor=vendor),
        "recurring_form": _recurring_form(vendor, None),
        "recurring": recurring_days(vendor.pk, today),
        "closed": [day for day in closed if day.last_day >= today],
        "closed_past": [day for day in reversed(closed) if day.last_day < today],
        **forms,
    }
    return render(request, "preproduction/vendor_calendar.html", context, status=status)


@require_POST
@access.requires("set_preferences")
def vendor_hours(request, pk):
    vendor = get_object_or_404(Vendor, pk=pk)
    return _preview_of(request, vendor, hours_form=VendorHoursForm(request.POST, vendor=vendor))


@require_POST
@access.requires("set_preferences")
def vendor_durations(request, pk):
    vendor = get_object_or_404(Vendor, pk=pk)
    form = VendorDurationsForm(request.POST, vendor=vendor, statuses=request.set_up["statuses"])
    return _preview_of(request, vendor, durations_form=form)


@require_POST
@access.requires("set_preferences")
def vendor_closed_create(request, pk):
    vendor = get_object_or_404(Vendor, pk=pk)
    return _preview_of(request, vendor, closed_form=VendorClosedDayForm(request.POST, vendor=vendor))


@require_POST
@access.requires("set_preferences")
def vendor_recurring_create(request, pk):
    vendor = get_object_or_404(Vendor, pk=pk)
    return _preview_of(request, vendor, recurring_form=_recurring_form(vendor, request.POST))


def _recurring_form(vendor, data):
    return RecurringForm(data, prefix="recurring", today=timezone.localdate(), vendor=vendor.pk)


def _preview_of(request, vendor, **sent):
    """Preview the change of the form that was sent, or show the page with it; `sent` is {name on the page: form}."""
    (form,) = sent.values()
    if form.is_valid():
        return preview_change(request, form.change())
    return vendor_calendar(request, vendor.pk, status=422, **sent)


@access.requires("set_preferences")
def vendor_closed_copy(request, pk):
    """Offer the closed days of the studio, of another vendor or of a country (GET); preview those ticked (POST)."""
    vendor, today = get_object_or_404(Vendor, pk=pk), timezone.localdate()
    from_form = CopyFromForm(request.GET if "whose" in request.GET else None, vendor=vendor)
    country = request.GET if "country" in request.GET else None
    country_form = HolidayCountryForm(country, this_year=today.year)
    offered = _offered(from_form, country_form, today)
    form = HolidaysForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_bound and form.is_valid():
        return preview_change(request, replace(form.change(), vendor=vendor.pk))
    there = set(vendor.closed_days.values_list("first_day", "last_day"))
    ticked = form["days"].value() or ()
    rows = [
        {
            "first": first,
            "last": last,
            "value": key,
            "name": name,
            "is_closed": (first, last) in there,
            "is_ticked": key in ticked,
        }
        for key, (first, last, name) in form.offered.items()
    ]
    context = {
        "vendor": vendor,
        "from_form": from_form,
        "country_form": country_form,
        "form": form,
        "rows": rows,
    }
    return render(
        request, "preproduction/vendor_closed_copy.html", context, status=422 if form.is_bound else 200
    )


def _offered(from_form, country_form, today):
    if from_form.is_bound and from_form.is_valid():
        whose = from_form.cleaned_data["whose"]
        days = ClosedDay.objects.filter(
            vendor=None if whose == "studio" else int(whose), last_day__gte=today, rule=""
        )
        return list(days.values_list("first_day", "last_day", "name"))
    if country_form.is_bound and country_form.is_valid():
        return [(day, day, name) for day, name in country_form.offered()]
    return []
