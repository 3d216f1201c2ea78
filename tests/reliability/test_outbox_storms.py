"""Too much at once, and too much that is wrong: bounded, nothing lost, each told once."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle

import pytest
import time_machine
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from preproduction import operations
from preproduction.models import Order, StatusChange
from preproduction.operations import OperationRefused
from studio.models import Client, PhotoSession
from tests.reliability.outbox_messages import make_messages
from tests.triggers.fakes import FakeTransport, stand_in
from triggers import channels, outbox
from triggers.channels.base import PermanentError, Promise, TryLater
from triggers.models import Breaker, Delivery, MessagePreferences, MessageTemplate, Task, Trigger
from triggers.operations import steering
from triggers.rules.conditions import why_not

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

State, Recipient = Delivery.State, Trigger.Recipient
START = datetime(2026, 6, 10, 12, tzinfo=UTC)  # a Wednesday
OUTWARD = ("email", "sms", "webhook")


@pytest.fixture(autouse=True)
def clock(preferences):
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def fakes(monkeypatch):
    promises = {
        "email": Promise.AT_LEAST_ONCE,
        "sms": Promise.AT_MOST_ONCE,
        "webhook": Promise.AT_LEAST_ONCE,
        "letter": Promise.EXACTLY_ONCE,
    }
    found = {channel: FakeTransport(promise) for channel, promise in promises.items()}
    for channel, fake in found.items():
        stand_in(monkeypatch, channel, fake)
    return found


def drain(clock, hours=24 * 14):
    """Let the worker come round as time passes, until nothing waits any more."""
    until = timezone.now() + timedelta(hours=hours)
    while timezone.now() < until:
        while outbox.deliver_due():
            pass
        rest = Delivery.objects.filter(state=State.PENDING, not_before__isnull=False)
        if not rest.exists():
            return
        clock.move_to(max(rest.earliest("not_before").not_before, timezone.now() + timedelta(minutes=6)))


POISON = (
    PermanentError("550 No such mailbox."),
    ValueError("Anna\r\nBcc: everybody <anna@example.com>"),
    KeyError("\x00\udcff"),
    TryLater("The server was busy."),
    UnicodeEncodeError("ascii", "Ä", 0, 1, "not in range"),
)


def test_of_100_messages_one_is_poison_and_99_arrive(
    make_order, statuses, fakes, clock, caplog, size, record
):
    messages = size("poisoned mail")
    make_messages(make_order, ["email"], messages, statuses=statuses)
    keys = list(Delivery.objects.values_list("pk", flat=True))
    poison = dict(zip(keys[50::100], cycle(POISON), strict=False))
    fakes["email"].fails = lambda message: poison.get(message.delivery.pk)
    drain(clock)
    arrived = messages - len(poison)
    assert len(fakes["email"].sent) == arrived
    assert len({message.message_id for message in fakes["email"].sent}) == arrived
    failed = Delivery.objects.filter(state=State.FAILED)
    assert set(failed.values_list("pk", flat=True)) == set(poison)
    assert all(row.reason for row in failed)
    assert Delivery.objects.filter(state=State.SENT).count() == arrived
    assert "anna" not in caplog.text.lower()
    record(messages=messages, poison=len(poison))


def test_control_without_a_catch_the_first_poison_stops_the_others(
    make_order, statuses, fakes, clock, monkeypatch, record
):
    def explode(delivery, error):
        raise error

    monkeypatch.setattr("triggers.outbox.delivering._outcome_of", explode)
    make_messages(make_order, ["email"], 100, statuses=statuses)
    fakes["email"].fails = lambda message: ValueError("Bad.") if message.delivery.pk % 50 == 0 else None
    with pytest.raises(ValueError, match="Bad"):
        drain(clock)
    assert len(fakes["email"].sent) < 98
    record(contradictions=1)


@pytest.fixture
def changes(session, statuses, sam, size):
    """Return the status changes of many orders, two of each client, that have just entered Sent to lab."""
    count = size("orders in a storm")
    clients = Client.objects.bulk_create(
        Client(name=f"Client {n}", email=f"client{n}@example.com", mobile_phone=f"(202) 555-{n:04}")
        for n in range(count // 2)
    )
    sessions = PhotoSession.objects.bulk_create(
        PhotoSession(number=f"X-{n}", client=client, date=date(2026, 6, 1), session_type=session.session_type)
        for n, client in enumerate(clients)
    )
    day = timezone.localdate()
    orders = Order.objects.bulk_create(
        Order(
            number=f"X-{n}",
            session=sessions[n % len(sessions)],
            order_date=day,
            entered_by=sam,
            status=statuses["Sent to lab"],
            status_sequence=1,
            version=1,
            entered_status_on=day,
        )
        for n in range(count)
    )
    StatusChange.objects.bulk_create(
        StatusChange(
            order=order,
            sequence=1,
            version=1,
            cause="created",
            completed_on=day,
            to_status=order.status,
            to_status_name=str(order.status),
            updated_by=sam,
            recorded_by=sam,
        )
        for order in orders
    )
    Order.objects.update(stay=Subquery(StatusChange.objects.filter(order=OuterRef("pk")).values("pk")[:1]))
    return StatusChange.objects.select_related(
        "order__vendor",
        "order__session__client",
        "order__session__session_type",
        "order__session__photographer",
    )


@pytest.mark.any_database  # one process, and the same statements as elsewhere
def test_50_triggers_for_many_orders_at_once_keep_the_caps_and_tell_the_administrator_once(
    changes, statuses, fakes, clock, ada, record
):
    orders = changes.count()
    template = MessageTemplate.objects.create(name="Hello", subject="Hello", text="Dear {{ client.name }}")
    kinds = ["email", "sms_email", "email_call", "webhook", "email"]
    for n in range(50):
        kind = kinds[n % 5]
        trigger = Trigger.objects.create(
            description=f"Storm {n}",
            status=statuses["Sent to lab"],
            kind=kind,
            recipient=Recipient.ADDRESS if kind == "webhook" else Recipient.CLIENT,
            address="https://receiver.example/",
            template=template,
        )
        assert outbox.include(trigger, changes) == orders
    drain(clock)
    assert sum(len(fake.sent) for fake in fakes.values()) == MessagePreferences.load().most_per_hour == 500
    held = Delivery.objects.filter(state=State.HELD)
    assert held.count() + Delivery.objects.filter(state=State.SENT).count() == 50 * orders
    assert {row.reason for row in held} == {"The studio sends at most 500 messages an hour."}
    # Whoever presses Process before there is room again gets the rest held again, and no second task.
    some = held.order_by("pk")[:700]
    assert steering.process(some, by=ada) == 700
    drain(clock, hours=0.5)
    assert sum(len(fake.sent) for fake in fakes.values()) == 500
    clock.shift(timedelta(hours=2))
    steering.process(held.order_by("pk")[:700], by=ada)
    drain(clock, hours=0.5)
    assert sum(len(fake.sent) for fake in fakes.values()) == 1000
    assert Delivery.objects.count() == 50 * orders
    assert Task.objects.filter(assigned_user=ada).count() == 1
    per_person = {}
    for message in fakes["email"].sent + fakes["sms"].sent:
        per_person[message.addresses] = per_person.get(message.addresses, 0) + 1
    assert max(per_person.values()) <= MessagePreferences.load().most_per_recipient
    record(messages=50 * orders, sent=sum(len(fake.sent) for fake in fakes.values()))


def some_trigger(chance, statuses, n, **fixed):
    timing = chance.choice(list(Trigger.Timing))
    kind = chance.choice(channels.kinds()).key
    staff = [Recipient.UPDATED_BY, Recipient.PHOTOGRAPHER, Recipient.ASSIGNED_USER]
    recipient = {"task": chance.choice(staff), "webhook": Recipient.ADDRESS}.get(
        kind, chance.choice([Recipient.CLIENT, Recipient.VENDOR])
    )
    return Trigger(
        description=f"Trigger {n}",
        status=chance.choice(statuses),
        timing=timing,
        days=None if timing == Trigger.Timing.REACHED else chance.randint(0, 6),
        day_kind=chance.choice(list(Trigger.DayKind)),
        kind=kind,
        recipient=recipient,
        address="https://receiver.example/",
        task_title=f"Task {n}",
        only_from_status=chance.choice([None, None, *statuses]),
        needs_review=chance.random() < 0.2,
        send_at=chance.choice(list(Trigger.SendAt)),
        max_late_hours=chance.choice([None, 24, 72]),
        **fixed,
    )


def step(chance, orders, statuses, by):
    """Let somebody do something to some order; what the rules refuse is no matter."""
    order = Order.objects.select_related("status").get(pk=chance.choice(orders).pk)
    act = chance.choice(["advance"] * 6 + ["undo", "hold", "resume", "resume"])
    try:
        if act == "advance":
            plan = operations.plan_advance(
                order, to=chance.choice([s for s in statuses if s != order.status])
            )
            operations.advance_status(order, plan, expected=order.version, by=by, note="x")
        elif act == "undo":
            operations.undo_last_change(order, expected=order.version, by=by)
        elif act == "hold":
            operations.hold_order(order, expected=None, by=by, reason="Wait.")
        else:
            operations.resume_order(order, expected=None, by=by)
    except OperationRefused:
        pass


def contradictions(fakes, preferences):
    """Return what must never be, whatever the triggers are and whatever was done to the orders."""
    found, now = [], timezone.now()
    rows = Delivery.objects.select_related("trigger", "order", "status_change")
    for row in rows:
        words = f"row {row.pk} ({row.state}: {row.reason})"
        if why_not(row.trigger, row.payload["facts"]):
            found.append(f"{words} is not for its trigger")
        elsewhere = row.order.status_id != row.trigger.status_id
        if row.follows_due_date and row.state in Delivery.UNFINISHED:
            if elsewhere:
                found.append(f"{words} waits for a status that was left")
            if (row.not_before is None) != (row.order.held_on is not None):
                found.append(f"{words} waits though its order is on hold, or the other way round")
        if row.state == State.PENDING and row.not_before and row.not_before <= now:
            found.append(f"{words} was forgotten")
        if row.state in (State.SKIPPED, State.FAILED, State.HELD, State.EXPIRED) and not row.reason:
            found.append(f"{words} does not say why")
    sent = [message for fake in fakes.values() for message in fake.sent]
    if len({message.message_id for message in sent}) != len(sent):
        found.append("something was sent twice")
    done = rows.filter(state=State.SENT, channel__in=OUTWARD).values_list("sent_to", "finished_at", "channel")
    days = {}
    for sent_to, at, channel in done:
        days[sent_to, at.date()] = days.get((sent_to, at.date()), 0) + (channel != "webhook")
        if sum(at <= other < at + timedelta(hours=1) for _, other, _ in done) > preferences.most_per_hour:
            found.append(f"too many in the hour from {at}")
    if max(days.values(), default=0) > preferences.most_per_recipient:
        found.append("too many for one recipient on one day")
    return found


def play(seed, *, make_order, statuses, fakes, clock, by, vendor):
    """Let 40 random things happen under 25 random triggers; return what contradicts the rules."""
    chance = random.Random(seed)
    Client.objects.update(mobile_phone="(202) 555-0143", address="1 Pier Road")
    type(vendor).objects.update(email="lab@example.com", address="2 Pier Road")
    listed = [status for status in statuses.values() if not status.is_inactive]
    template = MessageTemplate.objects.create(name="Hello", subject="Hello", text="Dear {{ client.name }}")
    Trigger.objects.bulk_create(some_trigger(chance, listed, n, template=template) for n in range(25))
    preferences = MessagePreferences.objects.create(
        pk=1, most_per_recipient=2, most_per_hour=3, quiet_from=time(20), quiet_until=time(8)
    )
    orders, found = [make_order(vendor=vendor) for _ in range(4)], []
    for _ in range(40):
        step(chance, orders, listed, by)
        if chance.random() < 0.7:
            clock.shift(timedelta(minutes=chance.choice([5, 60, 600, 1500])))
        if chance.random() < 0.2:
            steering.process(Delivery.objects.filter(state=State.HELD), by=by)
        outbox.deliver_due()
        found += contradictions(fakes, preferences)
    assert Delivery.objects.count() <= StatusChange.objects.count() * 25
    Breaker.objects.all().delete()
    drain(clock, hours=24 * 60)
    return found + contradictions(fakes, preferences)


@pytest.fixture
def studio(make_order, statuses, fakes, clock, ada, vendor):
    return {
        "make_order": make_order,
        "statuses": statuses,
        "fakes": fakes,
        "clock": clock,
        "by": ada,
        "vendor": vendor,
    }


def test_random_triggers_and_random_days_stay_within_bounds(studio, size, seed, record):
    for number in range(size("random triggers")):
        with transaction.atomic():
            assert play(1000 * seed + number, **studio) == []
            unfinished = Delivery.objects.filter(state__in=[State.PENDING, State.SENDING])
            assert not unfinished.filter(not_before__isnull=False).exists()
            transaction.set_rollback(True)
        for fake in studio["fakes"].values():
            fake.sent.clear()
        studio["clock"].move_to(START)
    record(studios=number + 1)


@pytest.mark.parametrize(
    ("planted", "bug", "number", "found"),
    [
        ("triggers.outbox.leave", lambda change: 0, 0, "waits for a status that was left"),
        ("triggers.outbox.caps.over_for", lambda *arguments: "", 1, "too many for one recipient"),
        ("triggers.outbox.caps.room", lambda *arguments: 100, 1, "too many in the hour"),
        ("triggers.rules.schedule.stop", lambda order: 0, 0, "on hold, or the other way round"),
        ("triggers.outbox.rows.fires", lambda *arguments: True, 0, "is not for its trigger"),
    ],
)
def test_control_what_breaks_a_rule_is_noticed(monkeypatch, studio, record, planted, bug, number, found):
    monkeypatch.setattr(planted, bug)
    assert any(found in each for each in play(number, **studio))
    record(contradictions=1)
