"""Why orders are late, from the studio's own list: chosen, kept with the stay, found, counted."""

from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse

from preproduction import operations
from preproduction.models import LateReason, Order, StatusList
from preproduction.operations import late_reasons as the_reasons
from tests.preproduction.moving_in.importing import books
from tests.preproduction.moving_in.importing.pages import send, start
from tests.preproduction.test_advance_many import typed
from tests.preproduction.test_export_orders import sheet
from tests.promises import history_rebuilds
from tests.sending import as_sent

pytestmark = pytest.mark.usefixtures("preferences", "on_a_wednesday")
LIST = "/maintenance/late-reasons/"
OVERDUE = "/orders/overdue/"


@pytest.fixture
def on_a_wednesday():
    with time_machine.travel("2026-06-10 16:00", tick=False):
        yield


@pytest.fixture
def reasons(db):
    return [the_reasons.add_late_reason(LateReason(name=name)) for name in ("Lab is behind", "Client")]


@pytest.fixture
def late(make_order, vendor):
    return make_order(number="LATE", order_date=date(2026, 6, 1), vendor=vendor)


def reread(order):
    return Order.objects.for_page().get(pk=order.pk)


def note(browser, order, **said):
    address = reverse("preproduction:note_delay", args=[order.pk])
    return browser.post(address, {"stay": reread(order).stay_id, "reason": "", **said})


def advance_form(browser, order):
    address = reverse("preproduction:advance_order", args=[order.pk])
    return address, browser.get(address).context["form"]


def advance(browser, order, **typed):
    address, form = advance_form(browser, order)
    return browser.post(address, as_sent(form, **typed))


def test_administrators_make_rename_and_retire_reasons_and_staff_do_not(as_administrator, as_staff, late):
    assert as_staff.get(LIST).status_code == 403
    assert as_administrator.post(LIST, {"name": "Lab is behind"}).status_code == 302
    answer = as_administrator.post(LIST, {"name": "LAB IS BEHIND"})
    assert answer.status_code == 422
    assert "Another active reason has this name." in answer.text
    reason = LateReason.objects.get()
    note(as_staff, late, late_reason=reason.pk)
    advance(as_staff, late)
    page = as_administrator.get(f"{LIST}{reason.pk}/")
    sent = as_sent(page.context["form"], name="The lab", is_inactive="on") | {"seen": page.context["seen"]}
    assert as_administrator.post(f"{LIST}{reason.pk}/", sent).status_code == 302
    reason.refresh_from_db()
    assert (reason.name, reason.is_inactive) == ("The lab", True)
    # The past keeps the name it had.
    assert "Lab is behind" in as_staff.get(late.get_absolute_url()).text
    assert "The lab" not in as_staff.get(late.get_absolute_url()).text
    answer = as_administrator.post(f"{LIST}{reason.pk}/delete/")
    assert answer.status_code == 409
    assert "Orders were late by “The lab”, so it stays. Make it inactive instead." in answer.text


def test_a_reason_is_noted_with_words_and_goes_with_the_stay_into_status_notes(as_staff, late, reasons):
    assert note(as_staff, late, late_reason=reasons[0].pk, reason="No paper").status_code == 302
    assert reread(late).why_late == "Lab is behind: No paper"
    page = as_staff.get(late.get_absolute_url()).text
    assert "Why it is late" in page
    assert "Lab is behind: No paper" in page
    advance(as_staff, late)
    row = late.status_changes.get(sequence=2)
    assert (row.late_reason, row.late_reason_name, row.delay_reason) == (
        reasons[0],
        "Lab is behind",
        "No paper",
    )
    now = reread(late)
    assert (now.late_reason, now.delay_reason) == (None, "")
    history_rebuilds(reread(late))


def test_advance_status_asks_why_only_where_the_status_is_late(as_staff, late, reasons, make_order):
    in_time = make_order(number="FRESH", order_date=date(2026, 6, 10))
    assert "late_reason" not in advance_form(as_staff, in_time)[1].fields
    _, form = advance_form(as_staff, late)
    assert "late_reason" in form.fields
    advance(as_staff, late, late_reason=str(reasons[1].pk))
    assert late.status_changes.get(sequence=2).late_reason == reasons[1]
    assert late.events.get(kind="reason").after == {"late_reason": [reasons[1].pk, "Client"]}
    history_rebuilds(reread(late))


def test_undo_gives_the_reason_back(as_staff, late, reasons):
    advance(as_staff, late, late_reason=str(reasons[1].pk))
    address = reverse("preproduction:undo_order", args=[late.pk])
    assert as_staff.post(address, {"expected": reread(late).version}).status_code == 302
    assert reread(late).late_reason == reasons[1]
    history_rebuilds(reread(late))


def test_many_at_once_take_a_reason_for_those_that_are_late(as_staff, late, reasons, make_order):
    other = make_order(number="OTHER", order_date=date(2026, 6, 10))
    address = reverse("preproduction:advance_orders")
    data = typed(as_staff.get(address, {"order": [late.pk, other.pk]}))
    page = as_staff.post(address, data | {"all-late_reason": reasons[0].pk, "apply": "yes"})
    as_staff.post(address, typed(page))
    assert late.status_changes.get(sequence=2).late_reason == reasons[0]
    assert other.status_changes.get(sequence=2).late_reason is None


def test_a_reason_that_is_inactive_is_offered_only_where_it_is(as_staff, late, reasons, make_order):
    another = make_order(number="TOO", order_date=date(2026, 6, 1))
    note(as_staff, late, late_reason=reasons[0].pk)
    LateReason.objects.filter(pk=reasons[0].pk).update(is_inactive=True)
    assert note(as_staff, late, late_reason=reasons[0].pk, reason="Still").status_code == 302
    assert note(as_staff, another, late_reason=reasons[0].pk).status_code == 422
    assert reread(another).late_reason is None


def test_a_stay_that_a_replaced_status_ends_keeps_its_reason(as_staff, late, reasons, statuses, ada):
    note(as_staff, late, late_reason=reasons[0].pk)
    operations.replace_status(
        statuses["Images selected"],
        replacement=statuses["Sent to lab"],
        expected=StatusList.current_version(),
        by=ada,
    )
    assert late.status_changes.get(sequence=2).late_reason == reasons[0]
    assert reread(late).late_reason is None
    history_rebuilds(reread(late))


def test_lists_show_filter_and_export_it(as_manager, late, reasons, make_order):
    make_order(number="NONE", order_date=date(2026, 6, 1))
    note(as_manager, late, late_reason=reasons[0].pk, reason="No paper")
    found = as_manager.get("/orders/", {"late_reason": reasons[0].pk, "columns": "client.late_reason"})
    assert "Lab is behind" in found.text
    assert ">NONE<" not in found.text
    assert "Lab is behind: No paper" in as_manager.get(OVERDUE, {"late_reason": reasons[0].pk}).text
    rows = sheet(as_manager.get(OVERDUE, {"export": "xlsx"}))
    assert {row["Order No."].value: (row["Late Reason"].value, row["Reason"].value) for row in rows} == {
        "LATE": ("Lab is behind", "No paper"),
        "NONE": (None, None),
    }
    then = as_manager.get(OVERDUE, {"on": "2026-06-10"}).text
    assert "Lab is behind: No paper" in then


def test_the_report_counts_stays_and_leaves_out_what_was_undone(as_manager, late, reasons, make_order):
    undone = make_order(number="UNDONE", order_date=date(2026, 6, 1))
    for order in (late, undone):
        advance(as_manager, order, late_reason=str(reasons[0].pk))
    address = reverse("preproduction:undo_order", args=[undone.pk])
    as_manager.post(address, {"expected": reread(undone).version})
    page = as_manager.get("/reports/late-reasons/")
    for words in ("Lab is behind", "Images selected", "Northlight Lab", "June 2026"):
        assert words in page.text
    (row,) = sheet(as_manager.get("/reports/late-reasons/", {"export": "xlsx"}))
    assert [cell.value for cell in row.values()] == [
        "Lab is behind",
        "Images selected",
        "Northlight Lab",
        datetime(2026, 6, 1),
        1,
    ]


def test_status_notes_bring_reasons_of_the_list_and_others_as_words(as_administrator, statuses, reasons):
    notes = [[*row, "", ""] for row in books.notes(1)]
    notes[1][-2:] = ["lab is behind", "No paper"]
    notes[2][-2:] = ["Flood", ""]
    book = books.workbook(
        Clients=[books.SPECTRA_CLIENTS, *books.clients(1)],
        Sessions=[books.SPECTRA_SESSIONS, *books.sessions(1)],
        Orders=[books.SPECTRA_ORDERS, *books.orders(1)],
        **{"Status Notes": [[*books.STATUS_NOTES, "Late Reason", "Reason"], *notes]},
    )
    run = send(as_administrator, book)
    start(
        as_administrator,
        run,
        **{what: list(run.rehearsed[what]) for what in ("types", "vendors", "statuses", "former")},
    )
    _, first, second = Order.objects.get(number="P-0001").status_changes.order_by("sequence")
    assert (first.late_reason, first.late_reason_name, first.delay_reason) == (
        reasons[0],
        "Lab is behind",
        "No paper",
    )
    assert (second.late_reason, second.late_reason_name) == (None, "Flood")
    history_rebuilds(Order.objects.get())
