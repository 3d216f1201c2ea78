"""Replay: what a trigger would have done, from Status Notes, with nothing written or sent."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preproduction import operations, replay
from preproduction.models import StatusChange
from studio.models import ClosedDay
from triggers.models import Delivery, MessagePreferences, MessageTemplate, Task, Trigger
from triggers.rules import recipients

pytestmark = pytest.mark.usefixtures("preferences")


@pytest.fixture
def clock():
    """Wednesday noon; move it with clock.move_to."""
    with time_machine.travel("2026-06-10 12:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def trigger(statuses):
    """A task on reaching Sent to lab, not active."""
    return Trigger.objects.create(
        description="Pack", status=statuses["Sent to lab"], task_title="Pack it", is_active=False, position=1
    )


@pytest.fixture
def advance(statuses, sam):
    def advance(order, to="Sent to lab", **plan):
        order.refresh_from_db()
        plan = operations.plan_advance(order, to=statuses[to], **plan)
        return operations.advance_status(order, plan, expected=order.version, by=sam, note="Sent on.")

    return advance


def replayed(trigger, **changed):
    for name, value in changed.items():
        setattr(trigger, name, value)
    trigger.save()
    trigger = Trigger.objects.for_table().get(pk=trigger.pk)
    return replay.replay(trigger, list(replay.changes(trigger)))


def one(trigger, **changed):
    (found,) = replayed(trigger, **changed)
    return found


def at(day, hour=9):
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def test_an_inactive_trigger_shows_what_it_would_have_done(clock, trigger, make_order, advance, shipping):
    order = make_order()
    change = advance(order)
    found = one(trigger)
    assert (found.order, found.change, found.outcome) == (order, change, replay.DONE)
    assert (found.moment, found.to, found.channel, found.why) == (timezone.now(), "Shipping", "Task", "")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("only_vendor", "Only for the vendor Northlight Lab."),
        ("only_from_status", "Only for orders coming from Delivered."),
    ],
)
def test_conditions_are_those_of_the_outbox(
    clock, trigger, make_order, advance, vendor, statuses, condition, why
):
    advance(make_order())
    value = {"only_vendor": vendor, "only_from_status": statuses["Delivered"]}[condition]
    found = one(trigger, **{condition: value})
    assert (found.outcome, found.why, found.moment) == (replay.SKIPPED, why, None)


def test_moments_follow_the_due_date_and_the_calendar(clock, trigger, make_order, advance):
    advance(make_order())  # 5 business days from Wed 10: due Wed 17
    ClosedDay.objects.create(first_day=date(2026, 6, 18), last_day=date(2026, 6, 18), name="Fair")
    found = one(trigger, timing="after_due", days=1)
    assert (found.outcome, found.moment) == (replay.TO_COME, at(19))
    clock.move_to("2026-06-22 12:00Z")
    assert one(trigger).outcome == replay.DONE
    assert one(trigger, timing="before_due", day_kind="calendar").moment == at(16)


def test_an_order_that_left_before_the_moment_is_skipped(clock, trigger, make_order, advance, statuses, sam):
    order = make_order()
    advance(order)
    clock.move_to("2026-06-12 12:00Z")
    advance(order, "Proofs received")
    skipped = one(trigger, timing="after_due", days=1)
    assert skipped.outcome == replay.SKIPPED
    assert skipped.why == "The order left Sent to lab before its moment."
    # On reaching, it would have been done all the same.
    assert one(trigger, timing="reached", days=None).outcome == replay.DONE
    # Taken back, it has never left.
    order.refresh_from_db()
    operations.undo_last_change(order, expected=order.version, by=sam)
    assert one(trigger, timing="after_due", days=1).outcome == replay.TO_COME


def test_an_order_on_hold_waits(clock, trigger, make_order, advance, mia):
    order = make_order()
    advance(order)
    order.refresh_from_db()
    operations.hold_order(order, expected=None, by=mia, reason="Abroad")
    found = one(trigger, timing="after_due", days=1)
    assert (found.outcome, found.moment, found.why) == (replay.TO_COME, None, "The order is on hold.")


def test_a_change_that_was_undone_has_been_left_by_the_undo(clock, trigger, make_order, advance, sam):
    order = make_order()
    advance(order)
    order.refresh_from_db()
    operations.undo_last_change(order, expected=order.version, by=sam)
    assert one(trigger, timing="after_due", days=1).outcome == replay.SKIPPED


def test_recipients_channels_and_what_is_missing(clock, trigger, make_order, advance, session):
    template = MessageTemplate.objects.create(name="Ready", subject="Ready", text="Come.")
    advance(make_order())
    client = session.client
    fields = {"kind": "email_call", "recipient": "client", "template": template, "send_at": "any_time"}
    found = one(trigger, **fields)
    assert (found.to, found.channel, found.addresses) == (client.name, "Email", "anna@example.com")
    client.email = ""
    client.save()
    assert (one(trigger).channel, one(trigger).addresses) == ("Call", "555 0142")
    client.do_not_contact = True
    client.save()
    assert one(trigger).why == f"{client.name} is marked Do Not Contact."
    assert one(trigger, respects_do_not_contact=False).outcome == replay.DONE
    client.phone = ""
    client.save()
    assert "has no email address" in one(trigger).why
    assert "has no phone number" in one(trigger).why


def test_quiet_hours_put_a_message_off(clock, trigger, make_order, advance):
    template = MessageTemplate.objects.create(name="Ready", subject="Ready", text="Come.")
    clock.move_to("2026-06-10 22:00Z")
    order = make_order()
    advance(order)
    clock.move_to("2026-06-12 12:00Z")
    # A task is no message: it may be made at night.
    assert one(trigger, send_at="waking_hours").moment == at(10, 22)
    found = one(trigger, kind="email", recipient="client", template=template, max_late_hours=2)
    assert (found.outcome, found.moment) == (replay.DONE, at(11, 8))


def test_an_order_that_left_in_quiet_hours_is_skipped(clock, trigger, make_order, advance):
    template = MessageTemplate.objects.create(name="Ready", subject="Ready", text="Come.")
    MessagePreferences.objects.create(pk=1, fires_at=time(21))
    order = make_order()
    advance(order)  # due Wed 17
    clock.move_to("2026-06-17 23:00Z")
    advance(order, "Proofs received")
    found = one(trigger, kind="email", recipient="client", template=template, timing="after_due", days=0)
    assert found.why == "The order left Sent to lab before this was done."
    assert one(trigger, send_at="any_time").outcome == replay.DONE


def test_it_looks_back_ninety_days(clock, trigger, make_order, advance):
    advance(make_order())
    clock.move_to(clock_of(90))
    assert len(replayed(trigger)) == 1
    clock.move_to(clock_of(91))
    assert replayed(trigger) == []


def clock_of(days):
    return at(10, 12) + timedelta(days=days)


def test_nothing_is_written_or_sent(
    as_administrator, clock, trigger, make_order, advance, mailoutbox, django_capture_on_commit_callbacks
):
    template = MessageTemplate.objects.create(name="Ready", subject="Ready", text="Come.")
    Trigger.objects.update(kind="email", recipient="client", template=template, send_at="any_time")
    for _ in range(3):
        advance(make_order())
    address = f"{trigger.get_absolute_url()}replay/"
    as_administrator.get(address)  # the session of the browser
    with CaptureQueriesContext(connection) as queries, django_capture_on_commit_callbacks() as callbacks:
        page = as_administrator.get(address)
    written = [query["sql"] for query in queries if not query["sql"].lstrip().upper().startswith("SELECT")]
    assert (written, callbacks, mailoutbox) == ([], [], [])
    assert not Delivery.objects.exists()
    assert not Task.objects.exists()
    trigger.refresh_from_db()
    assert not trigger.is_active
    assert page.text.count("anna@example.com") == 3


def test_it_is_paged_narrowed_and_costs_the_same_however_long(
    as_administrator, clock, trigger, make_order, advance, vendor, monkeypatch
):
    Trigger.objects.update(timing="after_due", days=1, only_vendor=vendor)
    address, counts = f"{trigger.get_absolute_url()}replay/", []
    for rows in (6, 60):
        while StatusChange.objects.filter(to_status=trigger.status).count() < rows:
            advance(make_order(vendor=vendor))
        as_administrator.get("/help/")  # what the studio has set up is read once after each change of it
        with CaptureQueriesContext(connection) as queries:
            page = as_administrator.get(address)
        counts.append(len(queries))
        assert len(page.context["table"].page) == min(rows, 50)
    assert counts[0] == counts[1]
    assert len(as_administrator.get(address, {"page": 2}).context["table"].page) == 10
    advance(make_order())
    skipped = as_administrator.get(address, {"show": "skipped"})
    assert [row.record.why for row in skipped.context["table"].page] == [
        "Only for the vendor Northlight Lab."
    ]
    assert [count for _, _, count in skipped.context["figures"]] == [0, 60, 1]
    monkeypatch.setattr(replay, "MOST", 10)
    assert "The newest 10 of 61 are looked at." in as_administrator.get(address, {"show": "nonsense"}).text


def test_nothing_to_replay_is_said(as_administrator, trigger):
    assert "Nothing to replay" in as_administrator.get(f"{trigger.get_absolute_url()}replay/").text


def test_what_it_shows_is_what_the_outbox_makes(clock, trigger, make_order, advance, vendor, session):
    """The same orders with the trigger active: the rows of the outbox have the moments that the replay showed."""
    trigger.is_active, trigger.only_vendor = True, vendor
    trigger.timing, trigger.days = "after_due", 2
    trigger.active_since = timezone.now()
    trigger.save()
    for n in range(6):
        clock.shift(timedelta(days=n))
        advance(make_order(vendor=vendor if n % 2 else None))
    shown = {each.change.pk: each.moment for each in replayed(trigger) if each.outcome != replay.SKIPPED}
    assert shown == dict(Delivery.objects.values_list("status_change", "not_before"))
    assert len(shown) == 3


@pytest.mark.parametrize("kind", ["task", "email", "sms_call", "letter"])
@pytest.mark.parametrize("recipient", Trigger.Recipient)
def test_it_reaches_whom_the_worker_would(
    clock, trigger, make_order, advance, vendor, people, retouching, shipping, kind, recipient
):
    for number, person in enumerate(people.values()):
        person.email, person.phone = f"p{number}@example.com", f"555 014{number}"
        person.save()
        person.departments.set([retouching, shipping])
    template = MessageTemplate.objects.create(name="Ready", subject="Ready", text="Come.")
    trigger.status.default_user = people["manager"]
    trigger.status.save()
    changes = [advance(make_order(vendor=vendor if n else None)) for n in (0, 1)]
    found = replayed(
        trigger,
        kind=kind,
        recipient=recipient,
        template=template,
        department=retouching,
        address="a@b.example",
    )
    expected = {
        change.pk: recipients.reach(Trigger.objects.get(), change.payload()["facts"]) for change in changes
    }
    assert {each.change.pk: each.reach for each in found} == expected
