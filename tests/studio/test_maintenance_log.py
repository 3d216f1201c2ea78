"""Maintenance > Changes: who changed what, from what to what."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from preproduction.models import CustomField, CustomFieldList, Status
from studio import maintenance_log
from studio.models import Department, MaintenanceChange, Vendor
from triggers.models import MessageTemplate, Trigger, TriggerList

PAGE = "/maintenance/changes/"
Verb = MaintenanceChange.Verb

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("preferences")]


def changes():
    """Return what is written down, the oldest first."""
    return [(row.verb, row.kind, row.name, row.fields) for row in MaintenanceChange.objects.order_by("pk")]


def save(browser, address, **typed):
    """Send the form of a record as it stands on its page, with what is typed."""
    page = browser.get(address).context
    sent = {name: page["form"][name].value() for name in page["form"].fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    answer = browser.post(address, {**sent, "seen": page["seen"], **typed})
    assert answer.status_code == 302, answer.context["form"].errors
    return answer


def test_a_record_is_made_changed_and_deleted(as_administrator, ada):
    as_administrator.post("/maintenance/vendors/new/", {"name": "Northlight", "phone": "555 1"})
    vendor = Vendor.objects.get()
    save(as_administrator, vendor.get_absolute_url(), phone="555 2", is_in_house="on")
    as_administrator.post(reverse("studio:vendor_delete", args=[vendor.pk]))
    made, changed, deleted = changes()
    assert made == (
        Verb.MADE,
        "Vendor",
        "Northlight",
        {"name": ["", "Northlight"], "phone": ["", "555 1"]}
        | {name: ["", "No"] for name in ("is_in_house", "is_inactive")},
    )
    fields = {"is_in_house": ["No", "Yes"], "phone": ["555 1", "555 2"]}
    assert changed == (Verb.CHANGED, "Vendor", "Northlight", fields)
    assert deleted[:3] == (Verb.DELETED, "Vendor", "Northlight")
    assert deleted[3]["phone"] == ["555 2", ""]
    assert {row.by for row in MaintenanceChange.objects.all()} == {ada}
    assert set(MaintenanceChange.objects.values_list("key", flat=True)) == {vendor.pk}


def test_saving_what_is_there_already_is_no_change(as_administrator, vendor):
    save(as_administrator, vendor.get_absolute_url())
    assert changes() == []


def test_a_refused_form_leaves_no_row(as_administrator, vendor):
    as_administrator.post("/maintenance/vendors/new/", {"name": vendor.name.upper()})
    assert changes() == []


def test_departments_of_a_person_are_written_out(as_administrator, sam, retouching, shipping):
    save(as_administrator, sam.get_absolute_url(), departments=[retouching.pk, shipping.pk])
    assert changes() == [
        (Verb.CHANGED, "User", "Sam Okafor", {"departments": ["Retouching", "Retouching, Shipping"]})
    ]


def test_a_password_is_never_in_it(as_proven_administrator, sam):
    password = "hedgehog under copper moon"
    address = reverse("studio:user_password", args=[sam.pk])
    as_proven_administrator.post(address, {"new_password1": password, "new_password2": password})
    sam.refresh_from_db()
    assert sam.check_password(password)
    (row,) = MaintenanceChange.objects.all()
    assert row.sentences == ["Password: set anew"]
    assert sam.password not in str(row.__dict__)


def test_the_status_list_says_who_lost_the_initial_mark_too(as_administrator, statuses):
    page = as_administrator.get(reverse("preproduction:status_list")).context
    lab = statuses["Sent to lab"]
    as_administrator.post(
        reverse("preproduction:edit_status", args=[lab.pk]), {"version": page["version"], "is_initial": "on"}
    )
    assert sorted((name, fields) for _, _, name, fields in changes()) == [
        ("Images selected", {"is_initial": ["Yes", "No"]}),
        ("Sent to lab", {"is_initial": ["No", "Yes"]}),
    ]


def test_a_moved_status_is_one_row(as_administrator, statuses):
    version = as_administrator.get(reverse("preproduction:status_list")).context["version"]
    typed = {"version": version, "status": statuses["Delivered"].pk, "by": "-1"}
    as_administrator.post(reverse("preproduction:move_status"), typed)
    assert changes() == [(Verb.MOVED, "Status", "Delivered", {"position": ["5", "4"]})]


def test_a_status_is_added_and_deleted(as_administrator, statuses):
    grid = reverse("preproduction:status_list")
    version = as_administrator.get(grid).context["version"]
    typed = {"version": version, "description": "Mounted", "default_duration": "3", "place": "first"}
    as_administrator.post(reverse("preproduction:create_status"), typed)
    status = Status.objects.get(description="Mounted")
    typed = {"version": version + 1, "status": status.pk, "confirmed": "on"}
    as_administrator.post(reverse("preproduction:delete_status"), typed)
    assert [change[:3] for change in changes()] == [
        (Verb.MADE, "Status", "Mounted"),
        (Verb.DELETED, "Status", "Mounted"),
    ]


def test_custom_fields(as_administrator):
    as_administrator.post("/maintenance/custom-fields/", {"label": "Frame"})
    as_administrator.post("/maintenance/custom-fields/", {"label": "Album"})
    frame, album = CustomField.objects.all()
    version = {"version": CustomFieldList.current_version()}
    as_administrator.post(reverse("preproduction:custom_field_up", args=[album.pk]), version)
    save(as_administrator, reverse("preproduction:custom_field_edit", args=[frame.pk]), label="Frame colour")
    as_administrator.post(reverse("preproduction:custom_field_delete", args=[album.pk]))
    assert [change[::2] for change in changes()] == [
        (Verb.MADE, "Frame"),
        (Verb.MADE, "Album"),
        (Verb.MOVED, "Album"),
        (Verb.CHANGED, "Frame colour"),
        (Verb.DELETED, "Album"),
    ]


@pytest.fixture
def trigger(statuses):
    return Trigger.objects.create(
        description="Tell the website",
        status=statuses["Delivered"],
        kind="webhook",
        recipient=Trigger.Recipient.ADDRESS,
        address="https://hooks.example.com/in",
        position=1,
    )


def test_triggers_and_never_their_secrets(as_administrator, trigger):
    secret = trigger.secret
    for act in ("switch", "secret", "copy"):
        as_administrator.post(reverse(f"triggers:trigger_{act}", args=[trigger.pk]))
    version = {"version": TriggerList.current_version()}
    as_administrator.post(reverse("triggers:trigger_down", args=[trigger.pk]), version)
    twin = Trigger.objects.exclude(pk=trigger.pk).get()
    as_administrator.post(reverse("triggers:trigger_delete", args=[twin.pk]))
    assert [change[::2] for change in changes()] == [
        (Verb.CHANGED, "Tell the website"),
        (Verb.CHANGED, "Tell the website"),
        (Verb.MADE, "Tell the website (copy)"),
        (Verb.MOVED, "Tell the website"),
        (Verb.DELETED, "Tell the website (copy)"),
    ]
    trigger.refresh_from_db()
    written = " ".join(map(str, changes()))
    assert secret not in written
    assert trigger.secret not in written
    assert trigger.sealed_secret not in written
    assert twin.secret not in written


def test_a_template(as_administrator):
    template = MessageTemplate.objects.create(name="Proofs", subject="Proofs", text="Here they are.")
    save(as_administrator, template.get_absolute_url(), text="They are here.")
    assert changes()[0][3] == {"text": ["Here they are.", "They are here."]}


def test_the_calendar(as_administrator):
    preview = as_administrator.post(
        reverse("preproduction:calendar_work_week"), {"days": ["0", "1", "2", "3", "5"]}
    ).context
    typed = {"change": preview["change"], "seen": preview["seen"], "decision": "leave"}
    as_administrator.post(reverse("preproduction:calendar_apply"), typed)
    week = ["Monday, Tuesday, Wednesday, Thursday, Friday", "Monday, Tuesday, Wednesday, Thursday, Saturday"]
    assert changes() == [
        (Verb.CHANGED, "Company preferences", "Lumen & Sons Photography", {"work_week_mask": week})
    ]


def test_a_record_says_who_changed_it_last_and_leads_to_the_rest(as_administrator, vendor):
    address = vendor.get_absolute_url()
    assert "Last changed" not in as_administrator.get(address).text
    save(as_administrator, address, phone="555 3")
    page = as_administrator.get(address).text
    assert "by Ada Moreau on" in page
    link = f"{PAGE}?model=studio.vendor&key={vendor.pk}"
    assert link.replace("&", "&amp;") in page
    assert "Phone: 555 0199 → 555 3" in as_administrator.get(link).text


@pytest.fixture
def rows(ada, mia, vendor, retouching):
    now = timezone.now()
    for by, record, days_ago in ((ada, vendor, 0), (mia, vendor, 3), (ada, retouching, 0)):
        with time_machine.travel(now - timedelta(days=days_ago)):
            maintenance_log.note(Verb.CHANGED, record, by=by, before={"name": "Old"}, after={"name": "=New"})


def shown(answer):
    return [(row.record.by_name, row.record.kind) for row in answer.context["table"].page.object_list]


def test_changes_are_found_by_kind_person_and_day(as_administrator, rows, ada):
    every = [("Ada Moreau", "Department"), ("Mia Lindqvist", "Vendor"), ("Ada Moreau", "Vendor")]
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    asked = {
        "": every,
        "?model=studio.vendor": every[1:],
        f"?by={ada.pk}": [every[0], every[2]],
        f"?first_day={yesterday}": [every[0], every[2]],
        f"?last_day={yesterday}": [every[1]],
        "?model=nonsense&by=x&first_day=never&page=z": every,
    }
    assert {query: shown(as_administrator.get(PAGE + query)) for query in asked} == asked


def test_changes_leave_as_files(as_administrator, rows):
    book = load_workbook(BytesIO(as_administrator.get(f"{PAGE}?export=xlsx").getvalue()))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert "Name: Old → =New" in [cell.value for cell in cells]
    assert as_administrator.get(f"{PAGE}?export=pdf").getvalue().startswith(b"%PDF")


def test_no_row_is_ever_changed_or_removed(rows):
    for write in (lambda: MaintenanceChange.objects.update(name="x"), MaintenanceChange.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert {change[2] for change in changes()} == {"Northlight Lab", "Retouching"}


def test_a_change_and_its_row_are_one(as_administrator, vendor, monkeypatch):
    monkeypatch.setattr(maintenance_log, "note", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        as_administrator.post(
            vendor.get_absolute_url(), {"name": "Other", "seen": _seen(as_administrator, vendor)}
        )
    vendor.refresh_from_db()
    assert vendor.name == "Northlight Lab"


def _seen(browser, record):
    return browser.get(record.get_absolute_url()).context["seen"]


# What others changed while a form was open.


def test_the_page_says_who_was_quicker_with_what(as_administrator, mia, vendor):
    address, seen = vendor.get_absolute_url(), _seen(as_administrator, vendor)
    Vendor.objects.update(phone="555 7777", notes="Closed in May")
    maintenance_log.note(Verb.CHANGED, vendor, by=mia, after={"phone": "555 7777", "notes": "Closed in May"})
    typed = {"name": vendor.name, "contact_name": "Jo", "phone": "555 0199", "seen": seen}
    answer = as_administrator.post(address, typed)
    assert answer.status_code == 409
    sentence = "Meanwhile Mia Lindqvist changed Phone (now “555 7777”) and Notes (now “Closed in May”)."
    assert sentence in answer.text
    # What only she changed is in the form now; what was typed is kept.
    assert answer.context["form"]["phone"].value() == "555 7777"
    assert answer.context["form"]["contact_name"].value() == "Jo"
    vendor.refresh_from_db()
    assert (vendor.contact_name, vendor.phone) == ("Iris Kim", "555 7777")


def test_a_mistake_in_the_form_does_not_hide_what_a_colleague_wrote(as_administrator, vendor):
    address, seen = vendor.get_absolute_url(), _seen(as_administrator, vendor)
    Vendor.objects.update(phone="555 7777")
    refused = as_administrator.post(address, {"name": "", "phone": "555 0199", "seen": seen})
    assert refused.status_code == 422
    typed = {"name": "Northlight", "phone": "555 0199", "seen": refused.context["seen"]}
    assert as_administrator.post(address, typed).status_code == 409


def test_an_edit_sent_twice_finds_nothing_to_change(as_administrator, vendor):
    """Even without its key, and though the page is outdated by then."""
    typed = {"name": "Northlight", "seen": _seen(as_administrator, vendor)}
    for _ in range(2):
        assert as_administrator.post(vendor.get_absolute_url(), typed).status_code == 302
    assert len(changes()) == 1


def test_a_record_deleted_meanwhile_is_a_missing_page(as_administrator, retouching):
    address = retouching.get_absolute_url()
    Department.objects.all().delete()
    assert as_administrator.post(address, {"name": "Retouch"}).status_code == 404
