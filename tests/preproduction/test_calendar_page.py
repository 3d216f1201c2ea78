"""Company Preferences > Calendar: every change is previewed, and moves due dates only where that was chosen."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from preproduction import operations
from preproduction.models import Order
from preproduction.operations import CalendarChange
from studio import public_holidays
from studio.models import Client, ClosedDay, CompanyPreferences, WorkedDay

PAGE = "/maintenance/preferences/calendar/"
WEDNESDAY = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def on_a_wednesday(time_machine, preferences):
    time_machine.move_to("2026-06-10T09:00:00+00:00", tick=False)


@pytest.fixture
def admin(as_administrator):
    return as_administrator


def close(admin, first, last="", name="Works outing"):
    return admin.post(
        reverse("preproduction:closed_day_create"),
        {"closed-first_day": first, "closed-last_day": last, "closed-name": name},
    )


def answer(admin, preview, decision="move"):
    context = preview.context
    return admin.post(
        reverse("preproduction:calendar_apply"),
        {"change": context["change"], "seen": context["seen"], "decision": decision},
    )


def due(order):
    return Order.objects.get(pk=order.pk).status_due_date


def test_a_closed_day_is_previewed_and_moves_open_orders_if_so_chosen(admin, order):
    assert due(order) == date(2026, 6, 12)
    preview = close(admin, "2026-06-11")
    assert preview.status_code == 200
    assert preview.context["preview"].total == 1
    assert order.number in preview.text
    assert "Fri 12 Jun 2026" in preview.text
    assert "Mon 15 Jun 2026" in preview.text
    # Nothing is stored by looking.
    assert not ClosedDay.objects.exists()
    assert due(order) == date(2026, 6, 12)
    response = answer(admin, preview)
    assert response.url == PAGE
    assert due(order) == date(2026, 6, 15)
    assert ClosedDay.objects.values_list("first_day", "last_day", "name").get() == (
        date(2026, 6, 11),
        date(2026, 6, 11),
        "Works outing",
    )
    page = admin.get(PAGE)
    assert "1 open order moved." in page.text
    assert "Works outing" in page.text


def test_open_orders_may_be_left_as_they_are(admin, order, make_order):
    answer(admin, close(admin, "2026-06-11"), decision="leave")
    assert due(order) == date(2026, 6, 12)
    # New ones follow the new calendar, and the next change does not move the old ones after all.
    assert due(make_order()) == date(2026, 6, 15)
    answer(admin, close(admin, "2026-06-12"))
    assert due(order) == date(2026, 6, 12)


def days():
    """Return the calendar without the keys of its rows."""
    return (
        CompanyPreferences.load().work_week_mask,
        sorted(ClosedDay.objects.values_list("first_day", "last_day", "name")),
        sorted(WorkedDay.objects.values_list("day", "name")),
    )


@pytest.fixture
def changed(order, ada):
    """A calendar in which each kind of day was added and taken away, with what it was before."""
    thursday, friday, saturday = (date(2026, 6, day) for day in (11, 12, 13))
    old = CalendarChange(
        closed_to_add=((thursday, thursday, "Flood"),), worked_to_add=((saturday, "Season"),)
    )
    operations.change_calendar(old, by=ada, move_open_orders=True)
    before = days()
    new = CalendarChange(
        work_week_mask=127,
        closed_to_add=((friday, date(2026, 6, 20), "Fair"),),
        closed_to_remove=[ClosedDay.objects.get().pk],
        worked_to_add=((date(2026, 6, 14), "Season"),),
        worked_to_remove=[WorkedDay.objects.get().pk],
    )
    return operations.change_calendar(new, by=ada, move_open_orders=True), before


def test_a_change_is_undone_with_its_due_dates_as_one(admin, changed, order, make_order):
    batch, before = changed
    assert due(order) == date(2026, 6, 14)
    since = make_order()
    admin.post(f"/batches/{batch.pk}/undo/")
    assert days() == before
    assert (due(order), due(since)) == (date(2026, 6, 13), date(2026, 6, 13))


def test_a_calendar_changed_again_since_is_not_undone(admin, changed, order):
    batch, _ = changed
    answer(admin, close(admin, "2026-07-01"))
    after = days()
    page = admin.post(f"/batches/{batch.pk}/undo/")
    assert (page.status_code, "The calendar was changed again since." in page.text) == (409, True)
    assert (days(), due(order)) == (after, date(2026, 6, 14))


def test_a_studio_that_has_never_saved_its_preferences_can_close_a_day(admin, order, ada):
    CompanyPreferences.objects.all().delete()
    flood = CalendarChange(closed_to_add=((date(2026, 6, 11), date(2026, 6, 11), "Flood"),))
    operations.change_calendar(flood, by=ada, move_open_orders=True)
    assert Order.objects.get().status_due_date == date(2026, 6, 15)
    assert CompanyPreferences.objects.exists()


def test_the_work_week_is_previewed_with_what_becomes_overdue_and_what_stops(admin, make_order):
    CompanyPreferences.objects.update(work_week_mask=0b1111111)
    late = make_order(order_date=date(2026, 6, 5))  # Friday + 2 is Sunday with seven days, Tuesday with five
    assert late.status_due_date == date(2026, 6, 7)
    preview = admin.post(
        reverse("preproduction:calendar_work_week"), {"days": ["0", "1", "2", "3"]}
    )  # Monday to Thursday: Friday + 2 is Tuesday 9 June, which is over as well
    assert preview.context["preview"].total == 1
    assert preview.context["preview"].no_longer_overdue == 0
    preview = admin.post(reverse("preproduction:calendar_work_week"), {"days": ["3", "4"]})
    assert preview.context["preview"].no_longer_overdue == 1
    assert "No longer overdue" in preview.text
    assert "Thursday, Friday" in preview.text
    answer(admin, preview)
    assert CompanyPreferences.objects.get().work_week == {3, 4}
    assert due(late) == date(2026, 6, 12)
    back = admin.post(reverse("preproduction:calendar_work_week"), {"days": [str(day) for day in range(7)]})
    assert back.context["preview"].becoming_overdue == 1
    assert "Becomes overdue" in back.text


@pytest.mark.parametrize("days", [[], ["7"], ["x"], ["-1"]])
def test_an_empty_work_week_is_refused_with_a_sentence(admin, days):
    response = admin.post(reverse("preproduction:calendar_work_week"), {"days": days})
    assert response.status_code == 422
    if not days:
        assert "Tick at least one day" in response.text
    assert CompanyPreferences.objects.get().work_week == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    ("first", "last", "name", "sentence"),
    [
        ("2026-06-12", "2026-06-11", "x", "The last day is before the first."),
        ("2026-06-12", "2027-06-13", "x", "Close a year at a time at most."),
        ("1999-12-31", "", "x", "between the years 2000 and 2100"),
        ("9999-12-31", "", "x", "between the years 2000 and 2100"),
        ("", "", "x", "This field is required."),
        ("yesterday", "", "x", "Enter a valid date."),
        ("2026-06-12", "never", "x", "Enter a valid date."),
        ("2026-06-12", "", "", "This field is required."),
        ("2026-06-12", "", "x" * 81, "at most 80 characters"),
        ("2026-06-12", "", "a\u202eb", "invisible character"),
    ],
)
def test_wrong_closed_days_come_back_with_what_was_typed(admin, first, last, name, sentence):
    response = close(admin, first, last, name)
    assert response.status_code == 422
    assert sentence in response.text
    assert not ClosedDay.objects.exists()


def test_a_range_counts_with_both_its_ends(admin, order):
    answer(admin, close(admin, "2026-06-11", "2026-06-15", "Summer break"))
    assert due(order) == date(2026, 6, 17)


def test_closed_days_are_edited_and_removed(admin, order):
    answer(admin, close(admin, "2026-06-11"))
    day = ClosedDay.objects.get()
    page = admin.get(reverse("preproduction:closed_day_edit", args=[day.pk]))
    assert 'value="2026-06-11"' in page.text
    address = reverse("preproduction:closed_day_edit", args=[day.pk])
    wrong = admin.post(address, {"first_day": "x", "name": "y"})
    assert wrong.status_code == 422
    moved = admin.post(address, {"first_day": "2026-06-12", "last_day": "2026-06-12", "name": "Outing"})
    answer(admin, moved)
    assert due(order) == date(2026, 6, 15)
    day = ClosedDay.objects.get()
    assert (day.first_day, day.name) == (date(2026, 6, 12), "Outing")
    preview = admin.post(reverse("preproduction:closed_day_remove", args=[day.pk]))
    assert ClosedDay.objects.exists()
    answer(admin, preview)
    assert not ClosedDay.objects.exists()
    assert due(order) == date(2026, 6, 12)


def test_worked_days_are_added_edited_and_removed(admin, make_order):
    order = make_order(order_date=date(2026, 6, 10))
    address = reverse("preproduction:worked_day_create")
    preview = admin.post(address, {"worked-day": "2026-06-13", "worked-name": "Season Saturday"})
    assert "No open order would move." in preview.text  # it was due on Friday
    answer(admin, preview)
    late = make_order(order_date=date(2026, 6, 10))
    assert late.status_due_date == order.status_due_date
    again = admin.post(address, {"worked-day": "2026-06-13"})
    assert again.status_code == 422
    assert "marked as worked already" in again.text
    answer(admin, close(admin, "2026-06-12"))
    assert due(order) == date(2026, 6, 13)  # the Saturday counts
    day = WorkedDay.objects.get()
    edit = reverse("preproduction:worked_day_edit", args=[day.pk])
    answer(admin, admin.post(edit, {"day": "2026-06-14", "name": "Season Sunday"}))
    assert due(order) == date(2026, 6, 14)
    preview = admin.post(reverse("preproduction:worked_day_remove", args=[WorkedDay.objects.get().pk]))
    answer(admin, preview)
    assert due(order) == date(2026, 6, 15)


def test_complete_orders_typed_due_dates_and_orders_without_one_do_not_move(admin, make_order, statuses, sam):
    complete = make_order()
    operations.advance_status(
        complete, operations.plan_advance(complete, to=statuses["Delivered"]), expected=complete.version, by=sam
    )  # fmt: skip
    typed = make_order()
    plan = operations.plan_advance(typed).with_due_date(date(2026, 6, 30))
    operations.advance_status(typed, plan, expected=typed.version, by=sam)
    assert close(admin, "2026-06-11", "2026-06-30").context["preview"].total == 0


def test_a_calendar_changed_since_the_preview_is_shown_again(admin, order):
    preview = close(admin, "2026-06-11")
    ClosedDay.objects.create(first_day=date(2026, 6, 12), last_day=date(2026, 6, 12), name="A colleague's")
    again = answer(admin, preview)
    assert again.status_code == 409
    assert "The calendar has changed since this page was opened." in again.text
    assert due(order) == date(2026, 6, 12)
    assert ClosedDay.objects.count() == 1
    # What comes back is compared with the calendar of now.
    assert "Tue 16 Jun 2026" in again.text
    assert answer(admin, again).status_code == 302
    assert due(order) == date(2026, 6, 16)


def test_a_change_that_makes_no_sense_any_more_leads_back_to_the_calendar(admin, order):
    answer(admin, close(admin, "2026-06-11"))
    removal = admin.post(reverse("preproduction:closed_day_remove", args=[ClosedDay.objects.get().pk]))
    ClosedDay.objects.all().delete()
    response = answer(admin, removal)
    assert response.status_code == 409
    assert "This is the calendar as it is now." in response.text
    twice = admin.post(reverse("preproduction:worked_day_create"), {"worked-day": "2026-06-13"})
    WorkedDay.objects.create(day=date(2026, 6, 13))
    assert answer(admin, twice).status_code == 409
    assert WorkedDay.objects.count() == 1


@pytest.mark.parametrize("forged", ["", "x", "eyJ3b3JrX3dlZWtfbWFzayI6MH0:1abc:forged"])
def test_a_forged_change_changes_nothing(admin, forged):
    seen = operations.calendar_fingerprint()
    response = admin.post(
        reverse("preproduction:calendar_apply"), {"change": forged, "seen": seen, "decision": "move"}
    )
    assert response.status_code == 422
    assert "Nothing was saved" in response.text
    assert operations.calendar_fingerprint() == seen


def test_only_the_first_moves_are_listed_and_all_are_counted(admin, order):
    session = order.session
    Order.objects.bulk_create(
        Order(
            number=f"B{n}",
            session=session,
            order_date=WEDNESDAY,
            entered_by=order.entered_by,
            status=order.status,
            entered_status_on=WEDNESDAY - timedelta(days=n % 5),
            status_due_date=date(2026, 6, 12),
            status_duration=2,
        )
        for n in range(140)
    )
    preview = close(admin, "2026-06-11").context["preview"]
    assert preview.total > 100
    assert len(preview.moves) == 100


def test_the_preview_counts_what_an_independent_calculation_counts(make_order, ada):
    sitting = make_order().session
    for days_ago in range(12):
        make_order(session=sitting, order_date=WEDNESDAY - timedelta(days=days_ago))
    change = CalendarChange(closed_to_add=((date(2026, 6, 8), date(2026, 6, 9), "x"),))
    closed = {date(2026, 6, 8), date(2026, 6, 9)}

    def by_walking(start, days):
        day = start
        while days:
            day += timedelta(days=1)
            days -= day.weekday() < 5 and day not in closed
        return day

    expected = {
        order.pk: by_walking(order.order_date, 2)
        for order in Order.objects.all()
        if by_walking(order.order_date, 2) != order.status_due_date
    }
    assert expected
    assert {
        move.order.pk: move.after.due_date for move in operations.plan_calendar(change, by=ada)
    } == expected


def test_public_holidays_are_offered_and_those_ticked_are_closed(admin):
    address = reverse("preproduction:calendar_holidays")
    assert "Independence Day" not in admin.get(address).text
    offered = admin.get(address, {"country": "US", "subdivision": "NY", "year": "2026"})
    assert "Christmas Day" in offered.text
    assert " checked" not in offered.text.split('id="holidays"')[1].split("</table>")[0]
    nothing = admin.post(f"{address}?country=US&year=2026", {})
    assert nothing.status_code == 422
    assert "Tick the holidays to close on." in nothing.text
    preview = admin.post(f"{address}?country=US&year=2026", {"days": ["2026-12-25", "2026-11-26"]})
    answer(admin, preview)
    assert list(ClosedDay.objects.values_list("name", flat=True)) == ["Thanksgiving Day", "Christmas Day"]
    assert admin.get(f"{address}?country=US&year=2026").text.count("Closed already") == 2
    # A day that was not offered cannot be slipped in.
    assert admin.post(f"{address}?country=US&year=2026", {"days": ["2026-07-29"]}).status_code == 422


@pytest.mark.parametrize(
    "query", ["country=XX&year=2026", "country=US&year=1", "country=__class__&year=2026", "country=DE&subdivision=NY&year=2026",
              "country=US&subdivision=%00&year=2026", "country[]=US", "year=x"]
)  # fmt: skip
def test_a_country_that_is_none_offers_nothing_and_breaks_nothing(admin, query):
    assert admin.get(f"{reverse('preproduction:calendar_holidays')}?{query}").status_code == 200


def test_every_country_can_be_offered():
    countries = public_holidays.countries()
    assert ("US", "United States") in countries
    assert len(countries) > 200
    for code, name in countries:
        assert name
        public_holidays.subdivisions(code)
        assert all(isinstance(day, date) and words for day, words in public_holidays.of(code, "", 2026))


def test_the_calendar_is_for_administrators(as_staff, as_manager):
    for name in ("calendar", "calendar_holidays"):
        for person in (as_staff, as_manager):
            assert person.get(reverse(f"preproduction:{name}")).status_code == 403
    for name in ("calendar_work_week", "closed_day_create", "worked_day_create", "calendar_apply"):
        assert as_manager.post(reverse(f"preproduction:{name}")).status_code == 403


def test_looking_changes_nothing(admin):
    for name in ("calendar_work_week", "closed_day_create", "worked_day_create", "calendar_apply"):
        assert admin.get(reverse(f"preproduction:{name}"))["Location"] == reverse("preproduction:calendar")


def test_names_are_shown_and_not_run(admin, session):
    Client.objects.filter(pk=session.client_id).update(name="<script>alert(1)</script>")
    preview = close(admin, "2026-06-11", name="<script>alert(2)</script>")
    assert "<script>alert" not in preview.text
    answer(admin, preview)
    assert "<script>alert" not in admin.get(PAGE).text


@pytest.mark.django_db(transaction=True)
def test_an_order_that_advances_meanwhile_keeps_the_due_date_of_its_new_status(order, statuses, sam):
    """The change waits for the advance, and then computes with the status the order is at."""
    has_advanced, may_commit = threading.Event(), threading.Event()

    def advance():
        try:
            with transaction.atomic():
                plan = operations.plan_advance(order)
                operations.advance_status(order, plan, expected=order.version, by=sam)
                has_advanced.set()
                # As long as the change needs to read every order, if nothing holds it up.
                may_commit.wait(1)
        finally:
            has_advanced.set()
            connection.close()

    advancing = threading.Thread(target=advance)
    advancing.start()
    has_advanced.wait(10)
    closed = CalendarChange(closed_to_add=((date(2026, 6, 11), date(2026, 6, 11), "x"),))
    operations.change_calendar(closed, by=sam, move_open_orders=True)
    advancing.join(30)
    # Sent to lab: five business days after Wednesday 10 June, without Thursday the 11th.
    assert Order.objects.get(pk=order.pk).status == statuses["Sent to lab"]
    assert due(order) == date(2026, 6, 18)
