"""What stands against a message at the moment of sending: people, hours, caps, the breaker, the pause switch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from preproduction import operations
from preproduction.operations import CalendarChange
from studio.models import Client, Vendor
from tests.sending import as_sent
from triggers import outbox
from triggers.channels.base import OutcomeUnknown, PermanentError, TryLater
from triggers.models import Breaker, Delivery, MessagePreferences, Reason, Task, Trigger
from triggers.operations import steering
from triggers.outbox import breakers, claims
from triggers.rules import recipients

State, Recipient = Delivery.State, Trigger.Recipient
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def at_noon(preferences):
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(session):
    Client.objects.update(mobile_phone="(202) 555-0143")
    return session.client


def deliver(delivery, **columns):
    """Run the worker, and return the row as it is then."""
    outbox.deliver_due()
    delivery.refresh_from_db()
    return delivery


def test_an_email_goes_to_the_client_and_the_row_keeps_what_went_out(make_delivery, fakes, client):
    row = deliver(make_delivery())
    [message] = fakes["email"].sent
    assert (message.to_name, message.addresses) == ("Anna <3 & Bob <b>", ("anna@example.com",))
    assert message.message_id == row.message_id
    assert (row.state, row.sent_to, row.tries, row.lease_until) == (State.SENT, "anna@example.com", 1, None)
    assert row.content["text"] == "Dear Anna <3 & Bob <b>, your proofs are here."
    assert row.content["html"] == "<p>Dear Anna &lt;3 &amp; Bob &lt;b&gt;</p>"
    assert row.content["subject"] == f"Order {row.order.number}"


@pytest.mark.parametrize(
    ("kind", "missing", "channel", "reason"),
    [
        ("email", {"email": ""}, None, "{name} has no email address."),
        ("sms", {"mobile_phone": ""}, None, "{name} has no mobile phone."),
        ("letter", {"address": ""}, None, "{name} has no postal address."),
        ("email_call", {"email": ""}, "call", ""),
        ("email_call", {}, "email", ""),
        ("email_letter", {"email": "", "address": "1 Pier Road"}, "letter", ""),
        ("sms_call", {"mobile_phone": ""}, "call", ""),
        ("sms_email", {"mobile_phone": ""}, "email", ""),
        ("sms_email", {}, "sms", ""),
        ("sms_call", {"mobile_phone": "555 0143"}, "call", ""),
        (
            "sms",
            {"mobile_phone": "ask Bob"},
            None,
            "ask Bob, the mobile phone of {name}, is not a number for text messages.",
        ),
        (
            "email_call",
            {"email": "", "phone": "", "mobile_phone": ""},
            None,
            "{name} has no email address. {name} has no phone number.",
        ),
    ],
)
def test_a_or_b_is_a_unless_the_person_cannot_be_reached_by_it(
    make_delivery, fakes, client, kind, missing, channel, reason
):
    row = make_delivery(trigger_kind=kind, trigger_caller=Trigger.Caller.DEPARTMENT_OF_ORDER)
    Client.objects.update(**missing)
    deliver(row)
    if channel is None:
        assert (row.state, row.reason) == (State.FAILED, reason.format(name=client.name))
        return
    assert (row.state, row.channel) == (State.SENT, channel)
    assert Task.objects.filter(kind="call").exists() == (channel == "call")
    assert [name for name, fake in fakes.items() if fake.sent] == ([] if channel == "call" else [channel])


def test_a_mended_address_helps_a_retry(make_delivery, fakes, client, ada):
    Client.objects.update(email="")
    row = deliver(make_delivery())
    assert row.state == State.FAILED
    Client.objects.update(email="new@example.com")
    assert steering.retry([row], by=ada) == 1
    assert deliver(row).state == State.SENT
    assert fakes["email"].addresses == ["new@example.com"]
    assert row.steered_by == ada


def test_do_not_contact_is_asked_when_sending_not_when_queueing(make_delivery, fakes, client):
    rows = [
        make_delivery(),
        make_delivery(trigger_kind="email_call"),
        make_delivery(trigger_respects_do_not_contact=False),
    ]
    Client.objects.update(do_not_contact=True)
    outbox.deliver_due()
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == [State.SKIPPED, State.SKIPPED, State.SENT]
    assert rows[0].reason == f"{client.name} is marked Do Not Contact."


def test_do_not_contact_stops_nothing_for_others(make_delivery, fakes, client, retouching, sam):
    Client.objects.update(do_not_contact=True)
    task = make_delivery(
        trigger_kind="task", trigger_recipient=Recipient.DEPARTMENT_OF_ORDER, trigger_task_title="Pack"
    )
    assert deliver(task).state == State.SENT


def test_the_department_is_written_to_at_the_addresses_of_its_people(
    make_delivery, fakes, sam, ada, retouching
):
    for person in (sam, ada):
        person.email = f"{person.username}@studio.example"
        person.save()
        person.departments.add(retouching)
    ada.is_active = False
    ada.save()
    deliver(make_delivery(trigger_recipient=Recipient.DEPARTMENT_OF_ORDER))
    assert fakes["email"].addresses == ["sam@studio.example"]


def test_two_of_a_department_who_share_a_mailbox_get_one_mail(make_delivery, fakes, sam, ada, retouching):
    for person, address in ((sam, "Retouching@studio.example"), (ada, "retouching@studio.example")):
        person.email = address
        person.save()
        person.departments.add(retouching)
    deliver(make_delivery(trigger_recipient=Recipient.DEPARTMENT_OF_ORDER))
    assert [address.lower() for address in fakes["email"].addresses] == ["retouching@studio.example"]


def test_an_order_without_a_vendor_says_so(make_delivery, fakes):
    row = deliver(make_delivery(trigger_recipient=Recipient.VENDOR))
    assert (row.state, row.reason) == (State.FAILED, "The order has no vendor.")


def test_what_is_too_late_expires_and_says_so(make_delivery, fakes, at_noon, ada):
    row = make_delivery(expires_at=timezone.now() + timedelta(hours=24))
    at_noon.shift(timedelta(hours=24))
    assert deliver(row).state == State.EXPIRED
    assert row.reason.startswith("It was not done within the maximum lateness")
    assert not fakes["email"].sent
    # A person may still want it.
    steering.retry([row], by=ada)
    assert deliver(row).state == State.SENT


def test_what_has_no_maximum_lateness_is_done_however_late(make_delivery, fakes, at_noon):
    row = make_delivery(expires_at=None)
    at_noon.shift(timedelta(days=90))
    assert deliver(row).state == State.SENT


def test_quiet_hours_move_a_message_and_its_tries_do_not_count(make_delivery, fakes, at_noon):
    at_noon.move_to(NOON.replace(hour=21))
    rows = [
        make_delivery(expires_at=timezone.now() + timedelta(hours=1)),
        make_delivery(trigger_send_at="any_time"),
    ]
    task = make_delivery(
        trigger_kind="task", trigger_recipient=Recipient.DEPARTMENT_OF_ORDER, trigger_task_title="Pack"
    )
    outbox.deliver_due()
    for row in (*rows, task):
        row.refresh_from_db()
    assert [row.state for row in (*rows, task)] == [State.PENDING, State.SENT, State.SENT]
    moved = rows[0]
    assert (moved.tries, moved.reason) == (0, "Quiet hours until Thu 11 Jun, 08:00.")
    assert moved.not_before == datetime(2026, 6, 11, 8, tzinfo=UTC)
    at_noon.move_to(moved.not_before)
    assert deliver(moved).state == State.SENT  # not expired: lateness counts from when it may go out


def test_a_message_for_business_days_waits_over_the_weekend(make_delivery, fakes, at_noon):
    at_noon.move_to(datetime(2026, 6, 13, 10, tzinfo=UTC))
    row = make_delivery(trigger_send_at="business_days", expires_at=timezone.now() + timedelta(hours=24))
    assert deliver(row).not_before == datetime(2026, 6, 15, 8, tzinfo=UTC)
    at_noon.move_to(row.not_before)
    assert deliver(row).state == State.SENT


def test_what_waits_for_the_hour_goes_when_the_studio_works_on_that_day(make_delivery, fakes, at_noon, ada):
    at_noon.move_to(datetime(2026, 6, 13, 10, tzinfo=UTC))
    row = make_delivery(trigger_send_at="business_days")
    assert deliver(row).reason_code == Reason.CLOSED
    saturday = CalendarChange(worked_to_add=((datetime(2026, 6, 13, tzinfo=UTC).date(), "Season"),))
    operations.change_calendar(saturday, by=ada, move_open_orders=True)
    assert deliver(row).state == State.SENT


@pytest.mark.parametrize(("end", "state"), [("22:30", State.SENT), ("09:00", State.PENDING)])
def test_what_waits_for_the_hour_waits_as_long_as_quiet_hours_are_now(
    make_delivery, fakes, at_noon, as_administrator, end, state
):
    at_noon.move_to(NOON.replace(hour=21))
    row = make_delivery()
    assert deliver(row).reason_code == Reason.QUIET_HOURS
    at_noon.move_to(NOON.replace(hour=22, minute=45))
    page = as_administrator.get("/maintenance/messages/")
    sent = as_sent(page.context["form"], quiet_until=end) | {"seen": page.context["seen"]}
    assert as_administrator.post("/maintenance/messages/", sent).status_code == 302
    assert deliver(row).state == state
    assert row.not_before.hour == (22 if state == State.SENT else 9)


def test_while_paused_nothing_leaves_the_studio_and_the_studio_goes_on(make_delivery, fakes, client, ada):
    rows = [make_delivery(), make_delivery(trigger_kind="sms")]
    inside = make_delivery(
        trigger_kind="task", trigger_recipient=Recipient.DEPARTMENT_OF_ORDER, trigger_task_title="Pack"
    )
    assert steering.pause(by=ada)
    assert not steering.pause(by=ada)
    assert outbox.deliver_due() == 1
    inside.refresh_from_db()
    assert inside.state == State.SENT
    # One that turns out to be an email after all.
    late = make_delivery(trigger_kind="email_call", channel="call")
    assert deliver(late).state == State.PENDING
    assert (late.reason, late.channel, late.tries) == ("Sending is paused.", "email", 0)
    assert not fakes["email"].sent
    assert steering.resume(by=ada)
    outbox.deliver_due()
    assert {row.state for row in Delivery.objects.all()} == {State.SENT}
    assert len(rows) == len(fakes["sms"].sent) + 1


def test_messages_that_are_paused_do_not_stand_in_the_way_of_tasks(
    make_delivery, fakes, retouching, ada, monkeypatch
):
    monkeypatch.setattr(claims, "CHUNK", 2)
    for _ in range(3):
        make_delivery()
    make_delivery(
        trigger_kind="task", trigger_recipient=Recipient.DEPARTMENT_OF_ORDER, trigger_task_title="Pack"
    )
    steering.pause(ada)
    outbox.deliver_due()
    assert Task.objects.filter(title="Pack").exists()


def test_a_pause_in_the_middle_of_a_chunk_stops_the_next_message(make_delivery, fakes, ada):
    rows = [make_delivery() for _ in range(3)]
    fakes["email"].fails = lambda message: steering.pause(by=ada) and None
    outbox.deliver_due()
    assert len(fakes["email"].sent) == 1
    assert Delivery.objects.filter(state=State.PENDING, tries=0).count() == len(rows) - 1


def test_the_cap_on_one_recipient_holds_what_is_over_and_tells_each_administrator_once(
    make_delivery, fakes, ada, at_noon
):
    MessagePreferences.objects.create(pk=1, most_per_recipient=3)
    for _ in range(5):
        make_delivery()
    outbox.deliver_due()
    held = Delivery.objects.filter(state=State.HELD)
    assert len(fakes["email"].sent) == 3
    assert {row.reason for row in held} == {"One recipient gets at most 3 messages a day."}
    assert [row.tries for row in held] == [0, 0]
    assert Task.objects.get(assigned_user=ada).title.startswith("Look at the Trigger Queue")
    # Pressing Process does not lift the cap, and the administrator is not told again.
    steering.process(held, by=ada)
    outbox.deliver_due()
    assert len(fakes["email"].sent) == 3
    assert Task.objects.count() == 1
    # Tomorrow there is room; once nothing is held, the next time is told anew.
    at_noon.shift(timedelta(days=1))
    steering.process(Delivery.objects.filter(state=State.HELD), by=ada)
    outbox.deliver_due()
    assert len(fakes["email"].sent) == 5
    outbox.deliver_due()
    assert MessagePreferences.load().cap_told_at is None


def test_the_cap_of_an_hour_holds_messages_and_no_tasks(make_delivery, fakes, ada, at_noon):
    MessagePreferences.objects.create(pk=1, most_per_hour=2, most_per_recipient=100)
    for _ in range(4):
        make_delivery()
    task = make_delivery(
        trigger_kind="task", trigger_recipient=Recipient.DEPARTMENT_OF_ORDER, trigger_task_title="Pack"
    )
    outbox.deliver_due()
    task.refresh_from_db()
    held = Delivery.objects.filter(state=State.HELD)
    assert (len(fakes["email"].sent), held.count(), task.state) == (2, 2, State.SENT)
    assert held[0].reason == "The studio sends at most 2 messages an hour."
    assert Task.objects.filter(assigned_user=ada).count() == 1
    at_noon.shift(timedelta(hours=1))
    steering.process(held.all(), by=ada)
    outbox.deliver_due()
    assert len(fakes["email"].sent) == 4


def test_a_webhook_has_no_cap_of_a_recipient(make_delivery, fakes):
    MessagePreferences.objects.create(pk=1, most_per_recipient=1)
    for _ in range(3):
        make_delivery(
            trigger_kind="webhook",
            trigger_recipient=Recipient.ADDRESS,
            trigger_address="https://x.example/",
        )
    outbox.deliver_due()
    assert len(fakes["webhook"].sent) == 3
    data = fakes["webhook"].sent[0].data
    assert data["client.name"] == "Anna <3 & Bob <b>"
    assert all(isinstance(value, str) for value in data.values())


def unreachable(message):
    return TryLater("The mail server did not answer.")


def test_after_five_failures_in_a_row_the_channel_rests_and_then_one_message_decides(
    make_delivery, fakes, client, at_noon
):
    mail = fakes["email"]
    for _ in range(8):
        make_delivery()
    mail.fails = unreachable
    assert outbox.deliver_due() == 8  # claimed together, before the breaker knew
    assert Breaker.objects.get().open_until == timezone.now() + breakers.REST
    at_noon.shift(timedelta(seconds=30))
    sms = make_delivery(trigger_kind="sms")
    assert deliver(sms).state == State.SENT  # the other channels go on
    assert Delivery.objects.filter(channel="email", tries=1).count() == 8
    at_noon.shift(timedelta(minutes=5))
    assert outbox.deliver_due() == 1  # half open: one try
    assert Delivery.objects.filter(channel="email", tries=2).count() == 1
    at_noon.shift(timedelta(minutes=6))
    mail.fails = None
    outbox.deliver_due()
    assert Breaker.objects.get().failures == 0
    assert len(mail.sent) == 8


def test_each_webhook_has_a_breaker_of_its_own(make_delivery, fakes, at_noon):
    keywords = {"trigger_kind": "webhook", "trigger_recipient": Recipient.ADDRESS}
    bad = make_delivery(**keywords, trigger_address="https://down.example/")
    good = make_delivery(**keywords, trigger_address="https://up.example/")
    fakes["webhook"].fails = lambda message: unreachable(message) if "down" in message.addresses[0] else None
    Breaker.objects.create(key=f"webhook:{bad.trigger_id}", failures=4)
    outbox.deliver_due()
    good.refresh_from_db()
    assert good.state == State.SENT
    at_noon.shift(timedelta(minutes=1))
    assert outbox.deliver_due() == 0
    assert Breaker.objects.get(key=f"webhook:{bad.trigger_id}").failures == 5


def test_a_permanent_error_fails_at_once_and_a_poison_one_stops_nobody(make_delivery, fakes, caplog):
    kinds = [
        PermanentError("The address does not exist."),
        ValueError("Anna\x00\udcff <anna@example.com>"),
        None,
    ]
    rows = [make_delivery() for _ in kinds]
    answers = dict(zip([row.pk for row in rows], kinds, strict=True))
    fakes["email"].fails = lambda message: answers[message.delivery.pk]
    assert outbox.deliver_due() == 3
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == [State.FAILED, State.PENDING, State.SENT]
    assert rows[0].reason == "The address does not exist."
    assert "anna@example.com" in rows[1].reason
    assert "anna" not in caplog.text.lower()  # the queue is for people who may see it, logs are not


@pytest.mark.parametrize(
    ("after", "least", "most"), [(None, 4, 6), (90, 90, 90), (10**9, 86_400, 86_400), (0, 0, 0)]
)
def test_the_other_side_may_say_when_to_come_back(make_delivery, fakes, after, least, most):
    fakes["email"].fails = lambda message: TryLater("Too many requests.", after=after)
    row = make_delivery()
    outbox.deliver_next()
    row.refresh_from_db()
    assert least <= (row.not_before - timezone.now()).total_seconds() <= most


def test_the_schedule_of_retries_is_that_of_the_product(make_delivery, fakes, at_noon):
    fakes["email"].fails = unreachable
    row, waits = make_delivery(), []
    while deliver(row).state == State.PENDING:
        waits.append((row.not_before - timezone.now()).total_seconds())
        at_noon.move_to(row.not_before.astimezone(UTC))
        Breaker.objects.all().delete()
        Trigger.objects.update(send_at="any_time")
    assert (row.state, row.tries) == (State.FAILED, 10)
    for wait, planned in zip(waits, outbox.RETRY_AFTER[1:], strict=True):
        assert 0.8 * planned <= wait <= 1.2 * planned


def test_an_sms_whose_outcome_is_unknown_is_left_to_a_person(make_delivery, fakes, client, ada):
    sms = fakes["sms"]
    errors = [OutcomeUnknown("The provider did not answer in time."), RuntimeError("broke off")]
    sms.fails = lambda message: errors.pop() if errors else None
    rows = [make_delivery(trigger_kind="sms") for _ in range(2)]
    outbox.deliver_due()
    assert Delivery.objects.filter(state=State.UNKNOWN).count() == 2
    assert outbox.deliver_due() == 0
    assert steering.retry(rows, by=ada) == 2
    outbox.deliver_due()
    assert len(sms.sent) == 2


def test_a_worker_that_died_leaves_an_sms_unknown_and_an_email_to_be_sent_again(
    make_delivery, fakes, client, at_noon
):
    sms, mail = make_delivery(trigger_kind="sms"), make_delivery()
    assert len(claims.claim()) == 1  # the SMS, alone
    [claimed] = claims.claim()
    at_noon.shift(outbox.LEASE + timedelta(seconds=1))
    assert outbox.release_stuck() == 2
    assert deliver(sms).state == State.UNKNOWN
    assert sms.reason.startswith("The worker stopped while this was being sent.")
    assert deliver(mail).state == State.SENT
    # The dead worker wakes up, and changes nothing any more.
    assert not claims.finish(claimed, state=State.FAILED)
    assert len(fakes["sms"].sent) == 0


def test_what_kills_its_worker_each_time_fails_in_the_end_and_takes_nobody_with_it(
    make_delivery, fakes, at_noon
):
    deadly, *others = [make_delivery(expires_at=None) for _ in range(4)]

    def die(message):
        return KeyboardInterrupt() if message.delivery.pk == deadly.pk else None

    fakes["email"].fails = die
    for _ in range(claims.MOST_TRIES + 1):
        for _ in range(5):
            try:
                outbox.deliver_due()
                break
            except KeyboardInterrupt:
                pass
        at_noon.shift(outbox.LEASE + timedelta(seconds=1))
        Trigger.objects.update(send_at="any_time")
    outbox.deliver_due()
    deadly.refresh_from_db()
    assert (deadly.state, deadly.tries) == (State.FAILED, claims.MOST_TRIES)
    assert {Delivery.objects.get(pk=row.pk).state for row in others} == {State.SENT}
    assert len(fakes["email"].sent) == 3


def test_a_trigger_switched_off_meanwhile_does_nothing_unless_somebody_says_process(
    make_delivery, fakes, ada
):
    row, reviewed = make_delivery(), make_delivery(State.HELD, reason=Reason.REVIEW)
    Trigger.objects.update(is_active=False)
    assert deliver(row).state == State.SKIPPED
    assert row.reason == "The trigger is not active any more."
    steering.process([reviewed], by=ada)
    assert deliver(reviewed).state == State.SENT


def test_a_call_stands_on_the_list_of_its_caller_with_name_and_number(make_delivery, client, retouching):
    row = make_delivery(trigger_kind="call", trigger_task_title="Ask about the crop")
    assert deliver(row).state == State.SENT
    call = Task.objects.get()
    assert (call.kind, call.call_name, call.call_number) == ("call", client.name, "555 0142")
    assert (call.title, call.department) == ("Ask about the crop", retouching)


def test_a_vendor_is_called_at_its_phone(make_delivery, make_order):
    vendor = Vendor.objects.create(name="Northlight Lab", phone="555 0199")
    order = make_order(vendor=vendor)
    row = make_delivery(
        trigger_kind="call", trigger_recipient=Recipient.VENDOR, change=operations.last_change(order)
    )
    deliver(row)
    assert Task.objects.get().call_number == "555 0199"


def test_an_address_that_no_database_can_keep_fails_alone(make_delivery, fakes, monkeypatch):
    rows = [make_delivery() for _ in range(3)]

    def reach(trigger, facts, _reach=recipients.reach):
        found = _reach(trigger, facts)
        return replace(found, addresses=("\udcff@example.com",)) if trigger == rows[1].trigger else found

    monkeypatch.setattr(recipients, "reach", reach)
    assert outbox.deliver_due() == 3
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == [State.SENT, State.PENDING, State.SENT]
    assert (rows[1].tries, bool(rows[1].reason)) == (1, True)
