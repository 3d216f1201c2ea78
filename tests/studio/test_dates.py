"""How a day is written: as Company Preferences says, on screen, on paper, in workbooks and in messages alike."""

import re
from datetime import date
from io import BytesIO

import pytest
import time_machine
from openpyxl import load_workbook
from pypdf import PdfReader

from preproduction import operations
from preproduction.models import StatusChange
from studio import dates
from studio.models import CompanyPreferences
from tests.sending import as_sent

WRITTEN = {
    "day": ("Wed 10 Jun 2026", "10 June 2026", "Wed 10 Jun", "ddd d mmm yyyy"),
    "month": ("Wed, Jun 10, 2026", "June 10, 2026", "Wed, Jun 10", "ddd, mmm d, yyyy"),
    "year": ("Wed 2026-06-10", "2026-06-10", "Wed 2026-06-10", "ddd yyyy-mm-dd"),
}
# A day of the same month, of the same year, of another, after Wed 10 Jun 2026.
AFTER = {
    "day": ["Tue 9", "Wed 1 Jul", "Wed 9 Jun 2027"],
    "month": ["Tue 9", "Wed, Jul 1", "Wed, Jun 9, 2027"],
    "year": ["Tue 2026-06-09", "Wed 2026-07-01", "Wed 2027-06-09"],
}


@pytest.mark.parametrize("style", WRITTEN)
def test_a_day_is_written_in_the_style_in_force(style):
    day = date(2026, 6, 10)
    with dates.override(style):
        found = (dates.written(day), dates.in_text(day), dates.without_year(day), dates.excel_format())
        later = [dates.after(date(*each), day) for each in ((2026, 6, 9), (2026, 7, 1), (2027, 6, 9))]
    assert found == WRITTEN[style]
    assert dates.in_force() == dates.DAY_FIRST
    assert later == AFTER[style]
    assert dates.written(date(987, 6, 1)) == "Fri 1 Jun 0987"


@pytest.fixture
def late_order(preferences, make_order, vendor):
    with time_machine.travel("2026-06-19 12:00", tick=False):
        order = make_order(number="LATE", order_date=date(2026, 6, 8), vendor=vendor)
        yield operations.promise(
            order,
            needed_by=date(2026, 6, 10),
            needed_for="Viewing",
            reason="",
            expected=None,
            by=order.entered_by,
        )


@pytest.mark.parametrize("style", WRITTEN)
def test_every_place_writes_days_as_the_studio_has_chosen(as_administrator, late_order, style):
    page = "/maintenance/preferences/"
    context = as_administrator.get(page).context
    sent = as_sent(context["form"], date_style=style, seen=context["seen"])
    assert as_administrator.post(page, sent).status_code == 302
    assert CompanyPreferences.load().date_style == style
    listed, _, without_year, excel = WRITTEN[style]
    others = [WRITTEN[other][0] for other in WRITTEN if other != style]
    for address in (late_order.get_absolute_url(), "/orders/overdue/", f"/orders/{late_order.pk}/due-date/"):
        text = as_administrator.get(address).text
        assert listed in text, address
        assert not any(other in text for other in others), address
    assert f"promise broken: needed by {without_year}" in as_administrator.get("/orders/overdue/").text
    paper = PdfReader(BytesIO(as_administrator.get(f"/orders/{late_order.pk}/work-order/").content)).pages[0]
    assert listed in paper.extract_text()
    sheet = load_workbook(BytesIO(as_administrator.get("/orders/overdue/?export=xlsx").content)).active
    row = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert row["Due Date"].value.date() == date(2026, 6, 10)
    assert row["Due Date"].number_format == excel


@pytest.mark.parametrize("style", WRITTEN)
def test_messages_write_days_as_the_studio_has_chosen(late_order, sam, style):
    CompanyPreferences.objects.update(date_style=style)
    with CompanyPreferences.load().in_force():
        change = late_order.status_changes.get()
        payload = StatusChange.objects.select_related("order").get(pk=change.pk).payload()
    assert payload["fields"]["order.needed_by"] == WRITTEN[style][1]


def test_all_that_writes_days_asks_for_the_style(settings):
    """Formats of days stand in studio/dates.py, and who puts the studio's time zone in force puts its style in force."""
    found = []
    for folder in ("studio", "preproduction", "triggers", "templates"):
        for path in (settings.BASE_DIR / folder).rglob("*.*"):
            if path.suffix not in {".py", ".html"} or path.name == "dates.py" or "migrations" in path.parts:
                continue
            text = path.read_text()
            if re.search(r"[\"' ]([DlN],? )?([jd] [MF]|[MF] [jd])\b|:%b|%d\.%m", text):
                found.append(str(path))
            if "timezone.override(" in text and path.name != "preferences.py":
                found.append(f"{path}: CompanyPreferences.in_force()")
    assert found == []
