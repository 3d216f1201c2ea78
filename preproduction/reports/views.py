from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from preproduction.forecast.outcomes import outcomes
from preproduction.forms.list_page import ListPageForm
from preproduction.reports.calibration import shares
from preproduction.reports.reasons import late_by_reason, total_by
from preproduction.reports.tables import GONE, NOWHERE, ReasonTable, in_words
from studio import access, work_calendar
from studio.exports.list_file import list_file
from studio.table_pages import turn

YEAR = timedelta(days=365)


@require_safe
@access.requires("see_overdue")
def forecast(request):
    """Show how much of what was forecast in the last year has held."""
    today, calendar = timezone.localdate(), work_calendar.of_request(request)
    found = outcomes(today - YEAR, today=today, calendar=calendar)
    names = _names(request.set_up)
    statuses, vendors = names["status"], {None: NOWHERE, **names["vendor"]}
    by_status, by_vendor = shares(found, lambda each: each.status), shares(found, lambda each: each.vendor)
    by_month = shares(found, lambda each: each.on.replace(day=1))
    tables = [
        ("Status", [(statuses[key], by_status[key]) for key in statuses if key in by_status]),
        ("Vendor", sorted((vendors.get(key, GONE), row) for key, row in by_vendor.items())),
        (
            "Month",
            [(in_words(month), by_month[month]) for month in sorted(by_month, reverse=True)],
        ),
    ]
    total = shares(found, lambda each: "All").get("All")
    return render(request, "preproduction/reports/forecast.html", {"tables": tables, "total": total})


@require_safe
@access.requires("see_overdue")
def reasons(request):
    """Show why orders were late in the last year, counted."""
    found = late_by_reason(timezone.localdate() - YEAR)
    table = ReasonTable(found, names=_names(request.set_up))
    asked = ListPageForm(request.GET)
    if asked.file_kind:
        return list_file(request, table, kind=asked.file_kind, title="Why It Was Late")
    turn(request, table, size=50)
    context = {"table": table, "totals": _totals(found, table.names) if found else []}
    return render(request, "preproduction/reports/reasons.html", context)


def _totals(found, names):
    named = [
        (label, [(names[column].get(key, GONE), n) for key, n in total_by(found, column).items()])
        for label, column in (("Late Reason", "reason"), ("Status", "status"))
    ]
    vendors = {None: NOWHERE, **names["vendor"]}
    by_vendor = [(vendors.get(key, GONE), n) for key, n in total_by(found, "vendor").items()]
    by_month = [(in_words(day), n) for day, n in sorted(total_by(found, "month").items(), reverse=True)]
    return [*named, ("Vendor", by_vendor), ("Month", by_month)]


def _names(set_up):
    """Return the names of what the rows of reports are by, by column and key."""
    return {
        "reason": {row.pk: str(row) for row in set_up["late reasons"]},
        "status": {row.pk: str(row) for row in set_up["statuses"]},
        "vendor": {key: str(name) for key, name, _ in set_up["vendors"]},
    }
