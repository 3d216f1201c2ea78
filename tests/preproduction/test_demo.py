"""The demo studio: loads once, always the same, never over a studio's own data."""

import re
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from preproduction.demo import names
from preproduction.forecast.outcomes import outcomes
from preproduction.models import Forecast, Hold, Order, OrderEvent, Pace, Prediction, StatusChange
from studio import work_calendar
from studio.models import Client, CompanyPreferences, User, Vendor
from tests.promises import held_where_a_hold_is_open, history_rebuilds
from triggers.models import Delivery, Letter, MessageTemplate, Task, Trigger


def load(orders=60, **options):
    call_command("demo", orders=orders, today=date(2026, 6, 10), verbosity=0, **options)


def test_no_client_of_the_demo_looks_like_a_fault_and_the_world_is_there():
    clients = [name for name, _ in names.SPECIAL_CLIENTS]
    assert [name for name in clients if set(name) & set("<>={}")] == []
    for first, last in (("א", "ת"), ("ا", "ي"), ("α", "ω"), ("а", "я"), ("一", "龥")):
        assert any(first <= letter <= last for name in clients for letter in name)


def fingerprint():
    changes = StatusChange.objects.order_by("order__number", "sequence")
    deliveries = Delivery.objects.order_by("pk")
    return [
        *changes.values_list(
            "order__number", "order__session__client__name", "to_status_name", "completed_on", "note"
        ),
        *deliveries.values_list("order__number", "trigger__description", "state", "not_before", "content"),
        *Task.objects.order_by("pk").values_list("title", "order__number", "done_at"),
        *Prediction.objects.order_by("pk").values_list(
            "order__number", "kind", "on", "leave_85", "complete_95"
        ),
    ]


def _delete_all(model):
    """Orders and their history name each other; only without asking can either go first."""
    rows = model.objects.all()
    rows._raw_delete(rows.db)


@pytest.fixture
def emptied(db):
    """Return a function that empties the database inside the test's transaction."""
    from django.db import connection

    from preproduction.models import (
        CustomField,
        CustomValue,
        Hold,
        ImageLine,
        LateReason,
        SavedView,
        Status,
        StatusList,
    )
    from studio import append_only
    from studio import models as studio

    def empty():
        append_only.remove_guards(connection)
        for model in (
            Task,
            Letter,
            Delivery,
            Trigger,
            MessageTemplate,
            CustomValue,
            CustomField,
            SavedView,
            ImageLine,
            Prediction,
            Forecast,
            Pace,
            OrderEvent,
            Hold,
            StatusChange,
            Order,
            LateReason,
            Status,
        ):
            _delete_all(model)
        for model in (StatusList, studio.PhotoSession, Client, studio.SessionType, studio.Vendor, User):
            model.objects.all().delete()
        for model in (
            studio.Department,
            studio.NumberSeries,
            studio.ClosedDay,
            studio.WorkedDay,
            CompanyPreferences,
        ):
            model.objects.all().delete()
        append_only.install_guards(connection)

    return empty


def test_the_same_seed_gives_the_same_studio(emptied):
    load(seed=7)
    first = fingerprint()
    emptied()
    load(seed=7)
    assert fingerprint() == first
    emptied()
    load(seed=8)
    assert fingerprint() != first


def test_it_loads_once(db, capsys):
    load()
    before = fingerprint()
    call_command("demo", orders=60)
    assert fingerprint() == before
    assert "loaded already" in capsys.readouterr().out


def test_it_refuses_a_database_with_a_studios_own_data(db):
    Client.objects.create(name="A real client")
    with pytest.raises(CommandError, match="holds a studio's own data"):
        load()
    assert not Order.objects.exists()


def test_a_start_leaves_a_studios_own_data_in_silence(db, capsys):
    Client.objects.create(name="A real client")
    call_command("demo", if_new=True)
    assert capsys.readouterr().out == ""
    assert not User.objects.exists()


def test_it_refuses_production(db, settings):
    """Its password is printed in the README, and a new database of a deployment is empty, too."""
    settings.PRODUCTION = True
    for options in ({}, {"if_new": True}):
        with pytest.raises(CommandError, match="PRODUCTION is set"):
            load(**options)
    assert not User.objects.exists()


def test_it_holds_what_a_newcomer_should_see(db):
    load()
    orders = Order.objects
    assert orders.count() == 60
    assert orders.complete().exists()
    assert orders.overdue().exists()
    assert orders.filter(status__is_inactive=True).count() == 0
    assert Task.objects.waiting().exists()
    assert set(Trigger.objects.values_list("kind", flat=True)) >= {
        "task",
        "email",
        "email_letter",
        "sms_call",
        "letter",
        "webhook",
    }
    assert MessageTemplate.objects.count() == 7


def test_its_triggers_have_done_things_and_have_things_to_do(db, mailoutbox):
    load(seed=3)
    states = set(Delivery.objects.values_list("state", flat=True))
    assert states >= {"pending", "held", "sent", "failed", "skipped"}
    done = Delivery.objects.filter(state="sent")
    tasks, letters = done.filter(channel__in=["task", "call"]), done.filter(channel="letter")
    assert Task.objects.filter(delivery__isnull=False).count() == tasks.count() > 0
    assert Letter.objects.count() == letters.count() > 0
    for delivery in done.filter(channel__in=["email", "sms"]):
        assert delivery.sent_to
        assert "{" not in delivery.content["text"]
    # Nothing fires for the past, and nothing has been sent.
    for delivery in Delivery.objects.select_related("trigger", "status_change"):
        assert delivery.trigger.active_since <= delivery.status_change.recorded_at
        assert delivery.trigger.status_id == delivery.status_change.to_status_id
    assert mailoutbox == []


@pytest.mark.any_database
def test_its_forecast_was_said_on_the_mornings_before(db):
    """Will be late and Reports have something to show at once, and each was known that morning."""
    load(orders=150)
    today, preferences = date(2026, 6, 10), CompanyPreferences.load()
    assert Order.objects.at_risk(today).exists()
    assert set(Prediction.objects.values_list("kind", flat=True)) == {"said", "warned"}
    with preferences.in_force():
        found = outcomes(date(2026, 1, 1), today=today, calendar=work_calendar.load(preferences))
    assert {each.of for each in found} == {"leaving", "completing", "warning"}
    for said in Prediction.objects.select_related("stay"):
        assert said.stay.recorded_at.date() < said.on or said.on == today  # the worker sees today as it is
    ended = dict(StatusChange.objects.filter(ends__isnull=False).values_list("ends", "recorded_at__date"))
    assert all(said.on <= ended.get(said.stay_id, today) for said in Prediction.objects.all())


def test_its_addresses_are_nobodys(db):
    load()
    for model in (Client, Vendor):
        for email, phone in model.objects.values_list("email", "phone"):
            assert not email or email.endswith(".example")
            assert not re.search(r"\d{3}", phone) or re.search(r"555-01\d\d$", phone)
    sent = Delivery.objects.exclude(sent_to="").filter(channel="email").values_list("sent_to", flat=True)
    assert all(address.endswith(".example") for each in sent for address in each.split(", "))


def test_the_worker_finds_nothing_overdue_in_it(db):
    """Who tries the demo sees no burst of messages: what waits has its moment still to come."""
    load()
    ends = datetime(2026, 6, 10, 22, tzinfo=UTC)  # 18:00 in New York
    for made, finished in Delivery.objects.values_list("created_at", "finished_at"):
        assert made <= (finished or ends) <= ends
    waiting = Delivery.objects.filter(state="pending", order__held_on=None)
    assert all(delivery.not_before > ends for delivery in waiting)


def test_its_past_obeys_the_rules(db):
    load()
    for order in Order.objects.prefetch_related("status_changes"):
        changes = sorted(order.status_changes.all(), key=lambda change: change.sequence)
        assert [change.sequence for change in changes] == list(range(1, order.status_sequence + 1))
        for earlier, later in pairwise(changes):
            assert later.from_status_id == earlier.to_status_id
            assert later.entered_on == earlier.completed_on <= later.completed_on
        assert changes[-1].to_status_id == order.status_id
    for order in Order.objects.filter(holds__isnull=False).distinct():
        history_rebuilds(order)
        held_where_a_hold_is_open(order)
    resumed = Hold.objects.filter(days_held__isnull=False).values_list("order", "ended_on")
    told = OrderEvent.objects.filter(kind="resumed").values_list("order", "recorded_at__date")
    assert sorted(resumed) == sorted(told) != []


def test_the_published_password_opens_a_demo_database_only(db):
    load()
    form = {"login": "admin", "password": "studio-demo"}
    assert Browser().post(reverse("account_login"), form).status_code == 302
    CompanyPreferences.objects.update(is_demo=False)
    refused = Browser().post(reverse("account_login"), form)
    assert refused.status_code == 200
    assert "_auth_user_id" not in refused.client.session


def test_the_sign_in_page_names_the_logins_on_the_demo_only(sam):
    assert "This is the demo" not in Browser().get("/accounts/login/").content.decode()
    CompanyPreferences.objects.update_or_create(pk=1, defaults={"is_demo": True})
    page = " ".join(Browser().get("/accounts/login/").content.decode().split())
    for words in ("admin", "manager", "staff", "studio-demo"):
        assert f"<strong>{words}</strong>" in page
    assert "python3 run.py --studio" in page
