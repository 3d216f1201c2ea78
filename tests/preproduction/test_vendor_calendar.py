"""A vendor's own calendar: its days, its cut-off and its durations count where a status runs on its clock."""

from datetime import date, time

import pytest
from django.urls import reverse

from preproduction import operations
from preproduction.late_bands import late_bands
from preproduction.models import Order, Pace, Status, VendorDuration
from preproduction.models.status import Clock
from preproduction.operations import CalendarChange
from studio import work_calendar
from studio.models import ClosedDay, Vendor
from tests.sending import as_sent

pytestmark = pytest.mark.django_db

THURSDAY, FRIDAY = date(2026, 12, 24), date(2026, 12, 25)


@pytest.fixture(autouse=True)
def on_a_monday(time_machine, preferences):
    time_machine.move_to("2026-12-21T15:00:00+00:00", tick=False)


@pytest.fixture
def admin(as_administrator):
    return as_administrator


@pytest.fixture
def lab(vendor):
    """A lab that is closed over Christmas; the studio is not."""
    ClosedDay.objects.create(vendor=vendor, first_day=THURSDAY, last_day=FRIDAY, name="Christmas")
    return vendor


@pytest.fixture
def at_lab(statuses):
    """The status that runs on the clock of the order's vendor; five business days."""
    Status.objects.filter(description="Sent to lab").update(clock=Clock.VENDOR)
    return Status.objects.get(description="Sent to lab")


@pytest.fixture
def send(make_order, at_lab, sam):
    """Return a function that makes an order of a vendor and sends it to the lab."""

    def sent(vendor, **keywords):
        order = make_order(vendor=vendor)
        plan = operations.plan_advance(order, to=Status.objects.get(pk=at_lab.pk), **keywords)
        operations.advance_status(order, plan, by=sam, expected=order.version)
        return Order.objects.get(pk=order.pk)

    return sent


def answer(admin, preview, decision="move"):
    context = preview.context
    data = {"change": context["change"], "seen": context["seen"], "decision": decision}
    return admin.post(reverse("preproduction:calendar_apply"), data)


def due(order):
    return Order.objects.get(pk=order.pk).status_due_date


def why(client, order):
    return client.get(reverse("preproduction:due_date_explanation", args=[order.pk])).text


def test_the_labs_closed_days_count_where_the_status_runs_on_its_clock(as_manager, send, lab, make_order):
    sent, elsewhere = send(lab), send(Vendor.objects.create(name="Open Lab"))
    assert (sent.status_due_date, elsewhere.status_due_date) == (date(2026, 12, 30), date(2026, 12, 28))
    assert "Lab closed Thu 24, Fri 25." in why(as_manager, sent)
    # The first status runs on the studio's.
    assert make_order(vendor=lab).status_due_date == date(2026, 12, 23)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-12-21T21:59:00+00:00", date(2026, 12, 30)),  # 16:59 in New York
        ("2026-12-21T23:40:00+00:00", date(2026, 12, 31)),
    ],
)
def test_what_is_sent_after_the_cut_off_counts_from_the_next_business_day(
    as_manager, send, lab, time_machine, moment, expected
):
    Vendor.objects.update(cut_off=time(17), time_zone="America/New_York")
    time_machine.move_to(moment, tick=False)
    at = operations.advance.timezone.now()
    order = send(lab, at=at)
    assert order.status_due_date == expected
    said = "sent Mon 18:40, after the 17:00 cut-off: starts Tue, so Wed is day 1"
    assert (said in why(as_manager, order).replace("Sent Mon", "sent Mon")) == (expected.day == 31)
    # A day that is told later was in time, and so is one whose moment nobody knows.
    assert send(lab, at=at, completed_on=date(2026, 12, 21)).entered_status_at == at
    Order.objects.filter(pk=order.pk).update(entered_status_at=None)
    again = list(operations.due_date_moves(work_calendar.load()))
    assert {move.after.due_date for move in again if move.order.pk == order.pk} <= {date(2026, 12, 30)}


def test_the_hour_is_read_where_the_lab_is(send, lab, time_machine):
    Vendor.objects.update(cut_off=time(17), time_zone="Asia/Tokyo")
    time_machine.move_to("2026-12-21T23:40:00+00:00", tick=False)  # Tuesday, 8:40 in Tokyo
    order = send(lab, at=operations.advance.timezone.now())
    explained = operations.plan_advance(
        Order.objects.get(pk=order.pk), to=order.status, at=order.entered_status_at
    ).explanation
    assert str(explained).startswith("sent Tue 08:40, before the 17:00 cut-off: starts Tue, so Wed is day 1;")
    assert order.status_due_date == date(2026, 12, 31)


def test_the_page_sends_it_with_the_moment(as_staff, make_order, lab, at_lab, time_machine):
    Vendor.objects.update(cut_off=time(17), time_zone="America/New_York")
    time_machine.move_to("2026-12-21T23:40:00+00:00", tick=False)
    order = make_order(vendor=lab)
    address = reverse("preproduction:advance_order", args=[order.pk])
    assert "after the 17:00 cut-off" in as_staff.get(address).text
    form = as_staff.get(address).context["advance"].form
    data = {name: form[name].value() or "" for name in form.fields}
    as_staff.post(address, data)
    order.refresh_from_db()
    assert (order.status, order.status_due_date) == (at_lab, date(2026, 12, 31))


def test_a_vendors_duration_counts_in_place_of_the_default(send, lab, at_lab):
    VendorDuration.objects.create(vendor=lab, status=at_lab, days=2)
    order = send(lab)
    assert (order.status_duration, order.status_due_date) == (2, date(2026, 12, 23))


def test_each_change_is_previewed_and_moves_open_orders_if_so_chosen(admin, send, lab, at_lab):
    order, other = send(lab), send(lab)
    page = reverse("preproduction:vendor_calendar", args=[lab.pk])
    assert "Christmas" in admin.get(page).text
    preview = admin.post(
        reverse("preproduction:vendor_durations", args=[lab.pk]), {f"duration-{at_lab.pk}": "1"}
    )
    assert preview.context["preview"].total == 2
    assert (due(order), VendorDuration.objects.exists()) == (date(2026, 12, 30), False)
    applied = answer(admin, preview)
    assert (applied.url, due(order), due(other)) == (page, date(2026, 12, 22), date(2026, 12, 22))
    # The lab works on Saturdays, too, and takes in until noon.
    preview = admin.post(
        reverse("preproduction:vendor_hours", args=[lab.pk]),
        {"days": [0, 1, 2, 3, 4, 5], "cut_off": "12:00", "time_zone": "America/Denver"},
    )
    answer(admin, preview)
    lab.refresh_from_db()
    assert (lab.work_week, lab.cut_off, lab.time_zone) == (frozenset(range(6)), time(12), "America/Denver")
    preview = admin.post(
        reverse("preproduction:vendor_closed_create", args=[lab.pk]),
        {"closed-first_day": "2026-12-22", "closed-name": "Stocktaking"},
    )
    answer(admin, preview, decision="leave")
    assert (due(order), lab.closed_days.count()) == (date(2026, 12, 22), 2)
    # The studio itself has none of that.
    assert not ClosedDay.objects.filter(vendor=None).exists()


def test_the_clock_of_a_status_is_previewed_and_undone_with_its_due_dates(admin, send, lab, at_lab):
    order = send(lab)
    preview = admin.post(reverse("preproduction:calendar_clocks"), {"statuses": []})
    assert preview.context["preview"].total == 1
    answer(admin, preview)
    at_lab.refresh_from_db()
    assert (at_lab.clock, due(order)) == (Clock.STUDIO, date(2026, 12, 28))
    batch = Order.objects.get(pk=order.pk).events.latest("pk").batch
    admin.post(f"/batches/{batch.pk}/undo/")
    at_lab.refresh_from_db()
    assert (at_lab.clock, due(order)) == (Clock.VENDOR, date(2026, 12, 30))


def test_a_duration_of_a_vendor_is_undone_with_its_due_dates(send, lab, at_lab, ada):
    order = send(lab)
    change = CalendarChange(vendor=lab.pk, durations=((at_lab.pk, 1),), hours=("09:00", ""), work_week_mask=3)
    batch = operations.change_calendar(change, by=ada, move_open_orders=True)
    assert due(order) == date(2026, 12, 22)
    operations.undo_batch(batch, by=ada)
    lab.refresh_from_db()
    assert (due(order), VendorDuration.objects.exists()) == (date(2026, 12, 30), False)
    assert (lab.cut_off, lab.work_week_mask) == (None, None)


def test_the_vendors_page_leads_to_its_calendar(admin, vendor):
    page = admin.get(vendor.get_absolute_url())
    assert reverse("preproduction:vendor_calendar", args=[vendor.pk]) in page.text


def test_what_was_measured_stands_beside_what_is_set(admin, lab, at_lab):
    VendorDuration.objects.create(vendor=lab, status=at_lab, days=7)
    day = date(2026, 12, 21)
    Pace.objects.create(status=at_lab, vendor=lab, on=day, cases=31, half=4, most=9, complete_cases=0)
    Pace.objects.create(status=at_lab, vendor=None, on=day, cases=99, half=3, most=5, complete_cases=0)
    page = " ".join(admin.get(reverse("preproduction:vendor_calendar", args=[lab.pk])).text.split())
    assert 'value="7"' in page
    assert 'half take 4, 85 of 100 take 9 <span class="muted nowrap">(31 cases)</span>' in page
    assert "99 cases" not in page


def test_closed_days_are_copied_from_the_studio_a_vendor_and_a_country(admin, lab):
    other = Vendor.objects.create(name="Other Lab")
    address = reverse("preproduction:vendor_closed_copy", args=[other.pk])
    offered = admin.get(address, {"whose": lab.pk})
    assert "Christmas" in offered.text
    preview = admin.post(f"{address}?whose={lab.pk}", {"days": ["2026-12-24..2026-12-25"]})
    answer(admin, preview)
    assert other.closed_days.values_list("first_day", "last_day", "name").get() == (
        THURSDAY,
        FRIDAY,
        "Christmas",
    )
    offered = admin.get(address, {"country": "US", "year": "2027"})
    assert "Independence Day" in offered.text
    answer(admin, admin.post(f"{address}?country=US&year=2027", {"days": ["2027-07-05"]}))
    assert other.closed_days.count() == 2


def test_an_order_given_to_another_lab_is_counted_by_its_calendar(as_staff, send, lab):
    other = Vendor.objects.create(name="Open Lab")
    order = send(lab)
    address = reverse("preproduction:order_edit", args=[order.pk])
    seen = {f"initial-{name}": form_value(order, name) for name in GENERAL}
    data = seen | {name: form_value(order, name) for name in GENERAL} | {"vendor": other.pk}
    page = as_staff.post(address, data, follow=True)
    assert due(order) == date(2026, 12, 28)
    assert "The due date is Mon 28 Dec 2026 now: Mon 21 + 5: Tue 1, Wed 2, Thu 3" in page.text
    event = order.events.latest("pk")
    assert (event.before["status_due_date"], event.after["status_due_date"]) == ("2026-12-30", "2026-12-28")


GENERAL = ("vendor", "order_date", "number", "priority")


def form_value(order, name):
    return order.vendor_id if name == "vendor" else getattr(order, name)


def test_lateness_is_counted_by_the_clock_in_words_bands_and_status_notes(
    as_manager, send, lab, time_machine, sam
):
    Status.objects.filter(description="Sent to lab").update(default_duration=1)
    order = send(lab)
    assert due(order) == date(2026, 12, 22)
    time_machine.move_to("2026-12-28T15:00:00+00:00", tick=False)
    # Wed 23 and Mon 28: the lab is closed on Thursday and Friday.
    page = as_manager.get(reverse("preproduction:overdue_list")).text
    assert "2 business days late" in page
    assert "4 business days late" not in page
    bands = late_bands(date(2026, 12, 28), work_calendar.load())
    assert [band.key for band in bands if Order.objects.filter(band.as_q()).exists()] == ["1-2"]
    overdue = as_manager.get(reverse("preproduction:home")).context["overdue"]
    totals = as_manager.get(reverse("preproduction:overdue_list")).context["totals"]
    assert [band.key for band, count, _ in overdue["counts"] if count] == ["1-2"]
    assert [band.key for band, cell in totals if cell.count] == ["1-2"]
    plan = operations.plan_advance(order)
    change = operations.advance_status(order, plan, by=sam, expected=order.version)
    assert (change.days_late, change.days_at_status) == (2, 3)


def test_control_by_the_studios_calendar_the_order_would_be_later(send, lab, time_machine):
    Status.objects.filter(description="Sent to lab").update(default_duration=1, clock=Clock.STUDIO)
    send(lab)
    bands = late_bands(date(2026, 12, 28), work_calendar.load())
    assert [band.key for band in bands if Order.objects.filter(band.as_q()).exists()] == ["3-5"]


AGAIN = {
    "recurring-start": "2026-01-01",
    "recurring-name": "Maintenance",
    "recurring-day": "",
    "recurring-month": "",
    "recurring-place": "-1",
    "recurring-weekday": "2",
    "recurring-on": "weekday",
}


def test_closed_days_that_come_back_are_shown_as_days_and_move_orders(admin, send, lab, at_lab):
    ClosedDay.objects.all().delete()
    order = send(lab)
    assert due(order) == date(2026, 12, 28)
    preview = admin.post(
        reverse("preproduction:vendor_recurring_create", args=[lab.pk]),
        {**AGAIN, "recurring-place": "4", "recurring-weekday": "4"},
    )
    assert "Fourth Friday of each month: Maintenance" in preview.text
    applied = answer(admin, preview)
    page = admin.get(applied.url).text
    assert all(f'datetime="{day}"' in page for day in ("2026-12-25", "2027-01-22", "2027-02-26"))
    assert due(order) == date(2026, 12, 29)
    batch = Order.objects.get(pk=order.pk).events.latest("pk").batch
    admin.post(f"/batches/{batch.pk}/undo/")
    assert (due(order), ClosedDay.objects.exists()) == (date(2026, 12, 28), False)


def test_the_studio_closes_every_year_and_stops_doing_so(admin, make_order):
    order = make_order()
    assert due(order) == date(2026, 12, 23)
    asked = {**AGAIN, "recurring-on": "day", "recurring-day": "22", "recurring-month": "12"}
    answer(admin, admin.post(reverse("preproduction:recurring_create"), asked))
    assert due(order) == date(2026, 12, 24)
    row = ClosedDay.objects.get()
    assert row.rule == "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=22"
    answer(admin, admin.post(reverse("preproduction:closed_day_remove", args=[row.pk])))
    assert (due(order), ClosedDay.objects.exists()) == (date(2026, 12, 23), False)


@pytest.mark.parametrize("of_vendor", [False, True])
def test_days_that_come_back_are_edited_and_undone_as_they_were(admin, send, lab, at_lab, of_vendor):
    ClosedDay.objects.all().delete()
    order = send(lab)
    whose, before = (lab, date(2026, 12, 28)) if of_vendor else (None, due(order))
    Status.objects.update(clock=Clock.VENDOR if of_vendor else Clock.STUDIO)
    row = ClosedDay.objects.create(
        vendor=whose,
        first_day="2026-01-01",
        last_day="2026-01-01",
        name="Fair",
        rule="FREQ=YEARLY;BYMONTH=9;BYDAY=-1MO",
    )
    address = reverse("preproduction:closed_day_edit", args=[row.pk])
    shown = admin.get(address).context["form"]
    said = {name: shown[name].value() for name in shown.fields}
    assert said | {"start": date(2026, 1, 1)} == {
        "on": "weekday",
        "day": None,
        "place": -1,
        "weekday": 0,
        "month": 9,
        "start": date(2026, 1, 1),
        "name": "Fair",
    }
    sent = as_sent(shown)
    assert admin.post(address, sent | {"on": "day", "month": "2", "day": "30"}).status_code == 422
    preview = admin.post(address, sent | {"place": "4", "weekday": "4", "month": ""})
    assert "Fourth Friday of each month: Fair" in preview.text
    assert "Last Monday of September: Fair" in preview.text
    assert ClosedDay.objects.get().rule == row.rule  # shown before it is stored
    answer(admin, preview)
    assert (ClosedDay.objects.get().rule, ClosedDay.objects.get().vendor) == ("FREQ=MONTHLY;BYDAY=4FR", whose)
    assert due(order) == date(2026, 12, 29)
    batch = Order.objects.get(pk=order.pk).events.latest("pk").batch
    admin.post(f"/batches/{batch.pk}/undo/")
    assert (ClosedDay.objects.get().rule, due(order)) == (row.rule, before)


@pytest.fixture
def fair(lab):
    ClosedDay.objects.all().delete()
    rule = "FREQ=YEARLY;BYMONTH=9;BYDAY=-1MO"
    return ClosedDay.objects.create(
        vendor=lab, first_day="2026-01-01", last_day="2026-01-01", name="Fair", rule=rule
    )


def edit_to_each_fourth_friday(admin, row):
    address = reverse("preproduction:closed_day_edit", args=[row.pk])
    sent = as_sent(admin.get(address).context["form"])
    return admin.post(address, sent | {"place": "4", "weekday": "4", "month": ""})


@pytest.mark.parametrize("when", ["before", "while it is looked at"])
def test_days_that_come_back_are_edited_of_a_vendor_that_is_offered_no_more(
    admin, send, lab, fair, at_lab, when
):
    order = send(lab)
    if when == "before":
        Vendor.objects.update(is_inactive=True)
    preview = edit_to_each_fourth_friday(admin, fair)
    Vendor.objects.update(is_inactive=True)
    applied = answer(admin, preview)
    # Its orders are with it still.
    assert due(order) == date(2026, 12, 29)
    assert applied.url == reverse("preproduction:vendor_calendar", args=[lab.pk])
    assert "Fourth Friday of each month" in admin.get(applied.url).text
    batch = Order.objects.get(pk=order.pk).events.latest("pk").batch
    admin.post(f"/batches/{batch.pk}/undo/")
    assert (ClosedDay.objects.get().rule, due(order)) == (fair.rule, date(2026, 12, 28))
    assert Vendor.objects.get(pk=lab.pk).is_inactive


def test_days_that_come_back_are_not_edited_of_a_vendor_that_is_gone(admin, lab, fair, at_lab, make_order):
    order = make_order()
    preview = edit_to_each_fourth_friday(admin, fair)
    lab.delete()
    applied = answer(admin, preview)
    assert applied.status_code == 409
    assert "The calendar has changed since this page was opened. Nothing was saved." in applied.text
    assert not ClosedDay.objects.exists()
    assert due(order) == date(2026, 12, 23)
    assert admin.get(reverse("preproduction:closed_day_edit", args=[fair.pk])).status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"recurring-on": "day", "recurring-day": "1"},
            "Choose the month in which it comes back every year.",
        ),
        (
            {"recurring-on": "day", "recurring-day": "31", "recurring-month": "2"},
            "There is no such day in that month.",
        ),
        ({"recurring-on": "day", "recurring-month": "2"}, "Choose the day of the month."),
    ],
)
def test_days_that_never_come_are_refused(admin, said, sentence):
    page = admin.post(reverse("preproduction:recurring_create"), AGAIN | said)
    assert (page.status_code, sentence in page.text) == (422, True)
