"""Company Preferences > Time Zone: what another zone would do is shown (GET) before it is done (POST)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from preproduction import operations
from preproduction.batch_rows import with_batch
from preproduction.forms.zone import ZoneForm
from preproduction.operations import OperationRefused, OutdatedPage
from studio import access
from studio.models import CompanyPreferences

ORDERS_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("set_preferences")
def time_zone(request):
    if request.method == "POST":
        return _apply(request, ZoneForm(request.POST))
    form = ZoneForm(request.GET if "time_zone" in request.GET else None)
    zone = form.cleaned_data["time_zone"] if form.is_bound and form.is_valid() else None
    return _page(request, form, zone=zone, status=422 if form.errors else 200)


def _apply(request, form):
    if not form.is_valid():
        return _page(request, form, status=422)
    zone = form.cleaned_data["time_zone"]
    try:
        batch = operations.change_zone(zone, seen=form.cleaned_data["seen"], by=request.user)
    except OutdatedPage as refusal:
        return _page(request, form, zone=zone, refusal=str(refusal), status=409)
    except OperationRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, form, status=422)
    messages.success(request, with_batch(str(batch), batch))
    return redirect("preproduction:time_zone")


def _page(request, form, *, zone=None, refusal="", status=200):
    """Show the form and, for `zone`, what it would do now."""
    stored = CompanyPreferences.load().time_zone
    context = {
        "form": form,
        "stored": stored,
        "zone": zone,
        "plan": operations.plan_zone(zone) if zone and zone != stored else None,
        "orders_shown": ORDERS_SHOWN,
        "refusal": refusal,
    }
    return render(request, "preproduction/time_zone.html", context, status=status)
