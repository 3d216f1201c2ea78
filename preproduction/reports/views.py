from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from preproduction.forecast.outcomes import outcomes
from preproduction.reports.calibration import shares
from studio import access, work_calendar

YEAR = timedelta(days=365)
GONE = "No longer there"


@require_safe
@access.requires("see_overdue")
def forecast(request):
    """Show how much of what was forecast in the last year has held."""
    today, calendar = timezone.localdate(), work_calendar.of_request(request)
    found = outcomes(today - YEAR, today=today, calendar=calendar)
    statuses = {status.pk: str(status) for status in request.set_up["statuses"]}
    vendors = {None: "No vendor", **{key: str(name) for key, name, _ in request.set_up["vendors"]}}
    by_status, by_vendor = shares(found, lambda each: each.status), shares(found, lambda each: each.vendor)
    by_month = shares(found, lambda each: each.on.replace(day=1))
    tables = [
        ("Status", [(statuses[key], by_status[key]) for key in statuses if key in by_status]),
        ("Vendor", sorted((vendors.get(key, GONE), row) for key, row in by_vendor.items())),
        (
            "Month",
            [(f"{month:%B} {month.year}", by_month[month]) for month in sorted(by_month, reverse=True)],
        ),
    ]
    total = shares(found, lambda each: "All").get("All")
    return render(request, "preproduction/reports/forecast.html", {"tables": tables, "total": total})
