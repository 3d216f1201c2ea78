"""Leaves one studio and moves into another, by the pages alone; and what must be the same in both."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

from preproduction.models import CustomValue, ExportRun, ImportRun, Order, StatusChange
from preproduction.moving_in.importing import work as importing
from preproduction.moving_in.leaving import work as leaving
from studio.models import Client, PhotoSession, Vendor


def export(browser) -> zipfile.ZipFile:
    """Press Export, let the worker write, and download."""
    answer = browser.post("/maintenance/export/start/")
    assert answer.status_code == 302, answer.content.decode()
    while leaving.go_on():
        pass
    run = ExportRun.objects.latest("pk")
    assert (run.state, run.position) == ("ready", run.rows)
    answer = browser.get(f"/maintenance/export/{run.pk}/download/")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def set_up(browser, archive):
    """Apply the set-up of an export to a studio."""
    file = SimpleUploadedFile("set-up.toml", archive.read("set-up.toml"))
    page = browser.post("/maintenance/setup-file/", {"file": file})
    assert page.status_code == 200, (page.status_code, page.headers)
    sent = {"set_up": page.context["set_up"], "seen": page.context["outcome"].seen, "decision": "move"}
    answer = browser.post("/maintenance/setup-file/apply/", sent)
    assert answer.status_code == 302, answer.content.decode()


def import_all(browser, archive) -> ImportRun:
    """Send all that is to be imported, and start."""
    sent = [
        SimpleUploadedFile(name.split("/")[1], archive.read(name))
        for name in archive.namelist()
        if name.startswith("to import/")
    ]
    assert browser.post("/maintenance/import/", {"files": sent}).status_code == 302
    while importing.go_on():
        pass
    run = ImportRun.objects.latest("pk")
    assert run.state == "ready", (run.state, run.refusal, run.sheets)
    browser.post(f"/maintenance/import/{run.pk}/start/", {"seen": run.touched_at.isoformat()})
    while importing.go_on():
        pass
    run.refresh_from_db()
    return run


def contents() -> dict[str, list]:
    """Return what has to be the same in both studios, by what it is."""
    return {
        "clients": sorted(
            Client.objects.values_list(
                *("name", "contact_name", "email", "phone", "mobile_phone", "address"),
                *("do_not_contact", "notes", "is_inactive"),
            )
        ),
        "vendors": sorted(
            Vendor.objects.values_list(
                *("name", "is_in_house", "account_number", "contact_name", "email", "phone"),
                *("website", "address", "notes", "is_inactive"),
            )
        ),
        "sessions": sorted(
            PhotoSession.objects.values_list(
                *("number", "client__name", "client__email", "date", "session_type__name"),
                *("photographer__username", "location", "notes"),
            ),
            key=repr,
        ),
        "orders": sorted(
            Order.objects.values_list(
                *("number", "session__number", "vendor__name", "order_date", "status__description"),
                *("entered_status_on", "status_due_date", "is_complete", "completed_on"),
                *("department__name", "assigned_user__username", "needed_by", "needed_for", "priority"),
                *("vendor_order_number", "vendor_invoice_number", "vendor_invoice_amount"),
                *("entered_by__username", "studio_notes", "vendor_notes"),
            ),
            key=repr,
        ),
        "custom fields": sorted(
            CustomValue.objects.exclude(value="").values_list("order__number", "field__label", "value")
        ),
        "changes": list(
            StatusChange.objects.filter(order__withdrawn_on=None, undoes=None, undone_by=None)
            .order_by("order__number", "sequence")
            .values_list(
                *("order__number", "from_status__description", "to_status__description"),
                *("completed_on", "due_date", "department_name", "assigned_user_name"),
                *("updated_by_name", "note"),
            )
        ),
    }
