"""What the worker writes: today's forecast of each open order, and for ever what was said first and when it was at risk."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from preproduction import operations, set_up
from preproduction.forecast import notes, saying, work
from preproduction.models import Forecast, Order, Prediction, Status, StatusList, VendorDuration
from studio import append_only, work_calendar
from studio.models import ClosedDay, CompanyPreferences
from studio.tasks import go_on_with_long_work
from tests.preproduction.forecast.conftest import TODAY, noon

SAID, WARNED = Prediction.Kind.SAID, Prediction.Kind.WARNED


def predictions(order):
    return set(order_predictions(order).values_list("kind", "on"))


def order_predictions(order):
    return Prediction.objects.filter(order=order)


def on(days):
    return time_machine.travel(noon(TODAY + timedelta(days=days)), tick=False)


@pytest.fixture
def learned(some_past):
    """A studio whose orders take 2 to 5 business days at each status, with cases enough to say so."""
    some_past(105, first="2026-01-12")


@pytest.fixture
def order(learned, make_order):
    return make_order(order_date=TODAY)


def test_the_tick_writes_what_is_said_of_each_open_order(order):
    go_on_with_long_work.call_local()
    forecast = order.forecast
    assert Forecast.objects.count() == Order.objects.open().count() > 5
    assert (forecast.stay_id, forecast.on, forecast.age, forecast.version) == (order.stay_id, TODAY, 0, 1)
    assert forecast.cases > 80
    assert 2 <= forecast.usual_half <= 4 <= forecast.leave_85 <= forecast.leave_95 <= 5
    assert (forecast.usual_85, forecast.usual_95) == (forecast.leave_85, forecast.leave_95)
    assert 9 <= forecast.complete_85 <= forecast.complete_95 <= 15
    assert predictions(order) >= {(SAID, TODAY)}
    said = order_predictions(order).get(kind=SAID)
    assert (said.leave_85, said.complete_95) == (forecast.leave_85, forecast.complete_95)


def test_what_is_written_is_what_the_experience_of_the_morning_says(order):
    work.go_on()
    calendar = work_calendar.load()
    today = saying.Today(TODAY, calendar, notes.experience(TODAY, calendar), set_up.statuses(), 50)
    for each in Order.objects.open().select_related("status", "forecast"):
        again = saying.say(each, today)
        assert all(getattr(again, name) == getattr(each.forecast, name) for name in work.ANEW)


def test_nothing_is_written_twice_and_nothing_is_asked_where_nothing_has_changed(order):
    assert work.go_on() is False
    there = list(Prediction.objects.values())
    with CaptureQueriesContext(connection) as queries:
        assert work.go_on() is False
    assert (
        len(queries) == 4
    )  # the preferences, what is set up, and whether there is anything to do, of orders and of paces
    work.keep([order.forecast for order in Order.objects.open().select_related("forecast")])
    assert list(Prediction.objects.values()) == there


def test_what_there_is_to_do_is_found_by_the_open_orders(order):
    """By the index of open orders, and by the key of each; whatever else there is."""
    if connection.vendor == "postgresql":
        pytest.skip("a table this small is read whole there")
    plan = work.to_forecast(TODAY, 50, "")[: work.CHUNK].explain()
    assert "USING INDEX preproduction_order_open" in plan
    assert plan.count("SCAN") == 1


def test_orders_are_not_compared_with_each_forecast_while_these_are_being_written(order):
    """PostgreSQL's statistics say then that there is none.  Joined by its key it is looked up; ten orders tell by the plan."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite looks each forecast up by its key")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE preproduction_order, preproduction_forecast")
    work.go_on()
    basis = work.basis_of(CompanyPreferences.load(), work_calendar.load(), set_up.statuses())
    plan = work.to_forecast(TODAY, 50, basis)[: work.CHUNK].explain()
    assert "preproduction_forecast" in plan
    assert "Anti Join" not in plan


BIG = ("order", "statuschange", "orderevent", "forecast", "prediction")  # tables that grow with the orders


def plans_of(queries):
    """Return (query, plan) of all that was asked of a big table; PostgreSQL reads none whole where it need not."""
    explain = "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            explain = "EXPLAIN"
            cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in [query["sql"] for query in queries]:
            if re.match(r"SELECT|INSERT INTO \W?preproduction_prediction", sql) and re.search(
                rf"preproduction_({'|'.join(BIG)})\b", sql
            ):
                cursor.execute(f"{explain} {sql}".replace("%", "%%"), None)
                yield sql, "\n".join(str(row[-1]) for row in cursor.fetchall())


def reads_all(sql, plan):
    """Whether a big table is read from end to end.

    What SQLite calls a scan goes by the key; where it need not sort and there is a limit, it ends there.
    """
    if "SCAN" in plan and sql.endswith("DESC LIMIT 100") and "TEMP B-TREE" not in plan:
        return False
    tables = "|".join(BIG)
    return re.search(
        rf"Seq Scan on preproduction_({tables})\b|SCAN preproduction_({tables})\b(?! USING)", plan
    )


def test_a_morning_asks_so_many_queries_and_each_goes_by_an_index(order):
    with CaptureQueriesContext(connection) as queries:
        work.go_on()
    plans = list(plans_of(queries))
    # What is to be done, the last row, Status Notes, History, and twice what is kept for ever.
    assert len(plans) == 6
    assert not [each for each in plans if reads_all(*each)]


def test_control_a_table_read_whole_is_seen(order):
    with CaptureQueriesContext(connection) as queries:
        list(Forecast.objects.filter(age=3))
    assert all(reads_all(*each) for each in plans_of(queries))


def test_queries_do_not_grow_with_orders(order, some_past):
    work.go_on()
    counts = []
    for seed, more in ((5, 2), (6, 30)):
        some_past(more, first="2026-06-01", seed=seed, days=(60, 61))
        with CaptureQueriesContext(connection) as queries:
            work.go_on()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_goes_on_in_pieces(order, monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 3)
    pieces = 1
    while work.go_on():
        pieces += 1
    assert pieces == Order.objects.open().count() // 3 + 1
    basis = work.basis_of(CompanyPreferences.load(), work_calendar.load(), set_up.statuses())
    assert not work.to_forecast(TODAY, 50, basis).exists()


def test_an_order_is_at_risk_once_it_is_less_likely_to_leave_in_time_than_not(order, sam):
    """Due in 5 business days, it leaves in 2 to 5; moved to the next day, it will not."""
    operations.change_due_date(
        order, expected=None, by=sam, due_date=TODAY + timedelta(days=8), reason="Client"
    )
    work.go_on()
    order.refresh_from_db()
    assert not order.forecast.is_at_risk
    assert order.forecast.leave_chance > 90
    operations.change_due_date(
        order, expected=None, by=sam, due_date=TODAY + timedelta(days=1), reason="Client"
    )
    with on(1):
        work.go_on()
        forecast = Forecast.objects.get(order=order)
        assert forecast.is_at_risk
        assert forecast.chance == forecast.leave_chance < 50
    assert predictions(order) == {(SAID, TODAY), (WARNED, TODAY + timedelta(days=1))}


def test_the_chance_under_which_an_order_is_at_risk_is_the_studios(order, sam):
    operations.change_due_date(
        order, expected=None, by=sam, due_date=TODAY + timedelta(days=5), reason="Client"
    )
    work.go_on()
    forecast = Forecast.objects.get(order=order)
    chance = forecast.leave_chance
    assert 1 < chance < 98
    for bound, is_at_risk in ((chance, False), (chance + 1, True), (chance - 1, False)):
        CompanyPreferences.objects.update(at_risk_below=bound)
        work.go_on()
        assert Forecast.objects.get(order=order).is_at_risk is is_at_risk
    assert work.go_on() is False


def test_an_order_on_hold_is_at_risk_by_its_promise_only(order, mia):
    soon = {"needed_by": TODAY + timedelta(days=2), "needed_for": "Event", "reason": ""}
    operations.promise(order, expected=None, by=mia, **soon)
    operations.hold_order(order, expected=None, by=mia, reason="Client is away")
    work.go_on()
    forecast = Forecast.objects.get(order=order)
    assert (forecast.leave_chance, forecast.is_at_risk) == (None, True)
    assert forecast.complete_chance < 5


def test_what_is_late_is_not_at_risk(learned, make_order):
    order = make_order(order_date=TODAY - timedelta(days=20))
    work.go_on()
    assert order.is_overdue(TODAY)
    assert not Forecast.objects.get(order=order).is_at_risk


def test_a_stay_is_said_once_whatever_comes_and_goes(order, statuses, sam, mia):
    work.go_on()
    first = predictions(order)
    plan = operations.plan_advance(order, to=statuses["Sent to lab"])
    operations.advance_status(order, plan, expected=None, by=sam)
    work.go_on()
    operations.undo_last_change(order, expected=None, by=mia)
    work.go_on()
    changes = order.status_changes.filter(undoes=None).values_list("pk", flat=True)
    assert set(order_predictions(order).values_list("stay", flat=True)) == set(changes)
    assert len(changes) == order_predictions(order).filter(kind=SAID).count() == 2
    assert predictions(order) == first
    assert Forecast.objects.get(order=order).stay_id == changes[0]


def test_complete_and_withdrawn_orders_are_passed_over(learned, make_order, statuses, sam, mia):
    complete, withdrawn = make_order(), make_order()
    operations.advance_status(
        complete, operations.plan_advance(complete, to=statuses["Delivered"]), expected=None, by=sam
    )
    operations.withdraw_order(withdrawn, expected=None, by=mia, reason="A twin")
    work.go_on()
    assert not Forecast.objects.filter(order__in=[complete.pk, withdrawn.pk]).exists()


def test_of_few_cases_nothing_is_said(some_past, make_order):
    some_past(6)
    order = make_order(order_date=TODAY)
    work.go_on()
    forecast = order.forecast
    assert forecast.cases < saying.FEW
    assert (forecast.leave_85, forecast.complete_95, forecast.leave_chance) == (None, None, None)
    assert not predictions(order)


@pytest.mark.parametrize("act", ["update", "delete"])
def test_what_was_said_is_never_changed(order, act):
    work.go_on()
    rows = Prediction.objects.filter(order=order)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(leave_85=99) if act == "update" else rows._raw_delete(rows.db)


def test_control_without_its_guard_it_could_be(order):
    work.go_on()
    append_only.remove_guards(connection)
    Prediction.objects.filter(order=order).update(leave_85=99)
    append_only.install_guards(connection)


def test_a_calendar_changed_within_the_day_is_counted_by_at_once(order, mia):
    """Also of an order whose due date was typed, which the calendar does not move."""
    soon = {"needed_by": TODAY + timedelta(days=5), "needed_for": "Event", "reason": ""}
    operations.change_due_date(
        order, expected=None, by=mia, due_date=TODAY + timedelta(days=5), reason="Client"
    )
    operations.promise(order, expected=None, by=mia, **soon)
    work.go_on()
    before, first = Forecast.objects.get(order=order), predictions(order)
    ClosedDay.objects.create(
        first_day=TODAY + timedelta(days=1), last_day=TODAY + timedelta(days=4), name="Flood"
    )
    work.go_on()
    after = Forecast.objects.get(order=order)
    assert after.version == before.version
    assert after.leave_chance < before.leave_chance
    assert after.complete_chance <= before.complete_chance
    assert predictions(order) >= first
    assert order_predictions(order).filter(kind=SAID).count() == 1
    assert work.go_on() is False


def test_durations_changed_within_the_day_are_planned_by_at_once(
    on_a_wednesday, statuses, make_order, vendor, mia
):
    """Those of the list, and those of the order's vendor; of few cases, where the plan decides."""
    order = make_order(order_date=TODAY, vendor=vendor)
    soon = {"needed_by": TODAY + timedelta(days=40), "needed_for": "Event", "reason": ""}
    operations.promise(order, expected=None, by=mia, **soon)
    work.go_on()
    assert Forecast.objects.get(order=order).complete_chance is None
    lab = statuses["Sent to lab"]
    changes = (
        lambda: Status.objects.filter(pk=lab.pk).update(default_duration=60),
        lambda: VendorDuration.objects.create(status=lab, vendor=vendor, days=5),
        lambda: VendorDuration.objects.update(days=61),
    )
    for change, chance in zip(changes, (0, None, 0), strict=True):
        change()
        work.go_on()
        forecast = Forecast.objects.get(order=order)
        assert (forecast.complete_chance, forecast.is_at_risk) == (chance, chance == 0)
        assert work.go_on() is False


def test_an_order_given_to_another_lab_within_the_day_is_forecast_by_that_ones_cases(order, vendor, sam):
    """Also where its due date stays, so that no page is outdated."""
    assert work.go_on() is False
    version = order.version
    operations.edit_order(order, by=sam, changed={"vendor": vendor}, seen={"vendor": None})
    work.go_on()
    forecast = Forecast.objects.get(order=order)
    assert (forecast.vendor_id, forecast.version) == (vendor.pk, version)
    assert work.go_on() is False
    operations.edit_order(order, by=sam, changed={"vendor": None}, seen={"vendor": vendor})
    work.go_on()
    assert Forecast.objects.get(order=order).vendor_id is None
    assert work.go_on() is False


def test_another_time_zone_within_the_day_makes_forecasts_anew_and_says_no_stay_twice(order):
    work.go_on()
    first = predictions(order)
    for zone, day in (("Pacific/Kiritimati", TODAY + timedelta(days=1)), ("America/New_York", TODAY)):
        CompanyPreferences.objects.update(time_zone=zone)
        work.go_on()
        assert Forecast.objects.get(order=order).on == day
        assert work.go_on() is False
    assert predictions(order) == first


def test_a_hold_and_a_replaced_status_are_forecast_anew(order, statuses, mia, ada):
    work.go_on()
    operations.hold_order(order, expected=None, by=mia, reason="Client is away")
    work.go_on()
    assert Forecast.objects.get(order=order).leave_chance is None
    version = StatusList.current_version()
    operations.replace_status(
        statuses["Images selected"], replacement=statuses["Sent to lab"], expected=version, by=ada
    )
    work.go_on()
    now = Order.objects.get(pk=order.pk)
    forecast = Forecast.objects.get(order=order)
    assert (forecast.stay_id, forecast.version, forecast.leave_chance) == (now.stay_id, now.version, None)
    operations.resume_order(now, expected=None, by=mia)
    work.go_on()
    assert Forecast.objects.get(order=order).leave_chance is not None
