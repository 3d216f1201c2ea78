"""A studio's own year: every clean row in, every dirty one named, nothing sent, and what is late as the rows say."""

from collections import Counter
from datetime import date
from time import perf_counter

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from preproduction.models import ImportedRow, ImportRun, Order, StatusChange
from preproduction.moving_in.importing import rehearsing
from studio.models import Client, PhotoSession, Vendor
from tests.preproduction.moving_in.importing import a_year
from tests.preproduction.moving_in.importing.pages import (
    run_worker,
    start,
    take_the_ready_made_list,
    undo,
    what_the_lists_say,
)
from triggers.models import Delivery, Task

TODAY = date(2026, 6, 10)  # a Wednesday
SHEETS = list(a_year.HEADINGS)

# Committed as it is in use: PostgreSQL ends a transaction in which nothing happens for a minute, as while a year is read.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def imported(browser, year):
    files = [SimpleUploadedFile(name, content) for name, content in year.workbooks().items()]
    assert browser.post("/maintenance/import/", {"files": files}).status_code == 302
    run_worker()
    run = ImportRun.objects.latest("pk")
    assert run.state == "ready", (run.state, run.refusal, run.sheets)
    start(browser, run, **{what: list(run.rehearsed[what]) for what in ("types", "vendors", "statuses")})
    assert run.state == "done", run.refusal
    return run


def test_every_clean_row_is_in_every_dirty_one_named_and_overdue_is_what_the_rows_say(
    as_administrator, size, seed, record
):
    share = size("rows of a year")  # per mille of a year
    year = a_year.make(
        clients=3 * share,
        sessions=3 * share // 2,
        open_=150 * share // 1000,
        complete=2 * share,
        today=TODAY,
        seed=seed,
    )
    take_the_ready_made_list(as_administrator)
    before = what_the_lists_say(as_administrator)
    began = perf_counter()
    run = imported(as_administrator, year)
    seconds = perf_counter() - began

    refused = {
        (SHEETS[row["sheet"]], row["row"]): row["wrong"][0][0]
        for row in rehearsing.named(run)
        if row.get("fate") == "refused"
    }
    assert refused == year.dirty
    assert set(refused.values()) == {dirt.blamed for kinds in a_year.DIRT.values() for dirt in kinds} | {""}
    assert Client.objects.count() == year.clean("Clients")
    assert PhotoSession.objects.count() == year.clean("Sessions")
    assert Order.objects.filter(is_complete=True).count() == year.complete
    open_ = Order.objects.open().select_related("status")
    assert {order.number: (order.status.description, order.entered_status_on) for order in open_} == {
        number: (standing.status, standing.entered_on) for number, standing in year.open.items()
    }
    assert Delivery.objects.count() == Task.objects.count() == 0
    _past_is_there(year)
    _overdue_is_what_the_rows_say(as_administrator, year)

    again = imported(as_administrator, year).done
    assert [again[kind] for kind in ("client", "session", "order", "note")] == [
        {"same": year.clean(title), "refused": len(year.rows[title]) - year.clean(title)} for title in SHEETS
    ]
    record(rows=sum(map(len, year.rows.values())), dirty=len(year.dirty), seconds=round(seconds))
    _undone_it_is_as_before(as_administrator, run, before, record)


def _undone_it_is_as_before(browser, run, before, record):
    began = perf_counter()
    undo(browser, run)
    assert (run.state, run.done["stays"]) == ("undone", 0)
    record(undo_seconds=round(perf_counter() - began))
    assert what_the_lists_say(browser) == before
    assert not any(model.objects.exists() for model in (Client, PhotoSession, Order, Vendor))
    assert not ImportedRow.objects.exists()


def _past_is_there(year):
    found: dict[str, list] = {}
    changes = StatusChange.objects.order_by("order", "sequence")
    for number, status, day in changes.values_list("order__number", "to_status_name", "completed_on"):
        found.setdefault(number, []).append((status, day))
    assert {number: found[number] for number in year.past} == year.past


def _overdue_is_what_the_rows_say(browser, year):
    late = a_year.late_on(year, TODAY, works_on=lambda day: day.weekday() < 5)
    assert late
    page = browser.get("/orders/overdue/", {"per_page": 100})
    assert page.context["total"].count == len(late)
    table = page.context["table"]
    for row in table.page:
        assert table.days_late(row.record) == late[row.record.number]
    bands = Counter(
        next(key for most, key in ((2, "1-2"), (5, "3-5"), (10, "6-10"), (10**6, "11")) if days <= most)
        for days in late.values()
    )
    shown = {band.key: count for band, count, _ in browser.get("/").context["overdue"]["counts"] if count}
    assert shown == bands


def test_control_a_calendar_that_counts_weekends_is_found_out(as_administrator, seed):
    year = a_year.make(clients=80, sessions=80, open_=30, complete=5, today=TODAY, seed=seed)
    take_the_ready_made_list(as_administrator)
    imported(as_administrator, year)
    every_day = a_year.late_on(year, TODAY, works_on=lambda day: True)
    table = as_administrator.get("/orders/overdue/", {"per_page": 100}).context["table"]
    assert {row.record.number: table.days_late(row.record) for row in table.page} != every_day
