"""An address that refuses for good, or asks for no more: remembered at the client, shown, lifted; the second way taken."""

import smtplib

import pytest
import time_machine
from django.urls import reverse

from preproduction import operations
from studio.models import Client
from triggers import outbox
from triggers.channels.base import AddressRefused, PermanentError
from triggers.channels.email import _meaning
from triggers.channels.sms import _judge
from triggers.channels.wire.http import Answer
from triggers.models import Delivery, Refusal, Task

State = Delivery.State
ANNA = "anna@example.com"
NO_MAILBOX = "127.0.0.1 refuses anna@example.com: 550 5.1.1 No such user"


@pytest.fixture(autouse=True)
def clock(preferences):
    """Noon of a Wednesday: no quiet hours."""
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def refused(fakes, make_delivery):
    """Send an email, else a call, to a client whose mailbox does not exist; return the row."""
    Client.objects.update(email=ANNA, phone="555 0142")
    fakes["email"].fails = lambda message: AddressRefused(NO_MAILBOX, "Anna@example.com")
    row = make_delivery(trigger_kind="email_call", trigger_task_title="Call instead")
    outbox.deliver_due()
    row.refresh_from_db()
    return row


def page(browser, address):
    return " ".join(browser.get(address).content.decode().split())


def test_the_second_way_is_taken_and_the_refusal_remembered(refused, fakes):
    assert (refused.state, refused.channel) == (State.SENT, "call")
    assert Task.objects.calls().get().call_number == "555 0142"
    refusal = Refusal.objects.get()
    assert (refusal.client, refusal.channel, refusal.address) == (Client.objects.get(), "email", ANNA)
    assert (refusal.why, refusal.said) == (Refusal.Why.REFUSED, NO_MAILBOX)


def test_the_client_who_stays_after_a_merge_is_who_it_is_remembered_of(fakes, make_delivery, mia):
    Client.objects.update(email=ANNA)
    fakes["email"].fails = lambda message: AddressRefused(NO_MAILBOX, ANNA)
    make_delivery(trigger_kind="email")
    goes, stays = Client.objects.get(), Client.objects.create(name="Anna Rossi")
    operations.merge_clients(stays, goes, expected=None, by=mia)
    outbox.deliver_due()
    assert [refusal.client for refusal in Refusal.objects.all()] == [stays]


def test_nothing_more_is_sent_there(refused, fakes, make_delivery):
    fakes["email"].fails = None
    again, alone = make_delivery(trigger_kind="email_call"), make_delivery(trigger_kind="email")
    outbox.deliver_due()
    assert fakes["email"].sent == []
    again.refresh_from_db()
    alone.refresh_from_db()
    assert (again.state, again.channel) == (State.SENT, "call")
    assert alone.state == State.FAILED
    assert "anna@example.com, Email of Anna <3 & Bob <b>: refused for good." in alone.reason


def test_it_is_shown_at_the_client_and_on_the_order(refused, as_staff, order):
    for address in (order.session.client.get_absolute_url(), order.get_absolute_url()):
        shown = page(as_staff, address)
        assert "Refused for good" in shown
        assert "550 5.1.1 No such user" in shown


def test_lifted_it_is_written_to_again_and_the_client_keeps_who_did(
    refused, fakes, make_delivery, as_staff, as_manager, order
):
    fakes["email"].fails = None
    client = order.session.client.get_absolute_url()
    lift = reverse("triggers:refusal_lift", args=[Refusal.objects.get().pk])
    assert as_staff.post(f"{lift}?next={client}")["Location"] == client
    assert "lifted by Sam Okafor" in page(as_staff, client)
    assert "had lifted that" in as_manager.post(lift, follow=True).content.decode()
    make_delivery(trigger_kind="email_call")
    outbox.deliver_due()
    assert fakes["email"].addresses == [ANNA]


def test_another_address_of_the_client_is_not_meant(refused, fakes, make_delivery):
    fakes["email"].fails = None
    Client.objects.update(email="anna@elsewhere.example")
    make_delivery(trigger_kind="email")
    outbox.deliver_due()
    assert fakes["email"].addresses == ["anna@elsewhere.example"]


def test_a_refusal_of_a_vendor_fails_and_marks_no_client(fakes, make_delivery, order, vendor):
    fakes["email"].fails = lambda message: AddressRefused("550 5.1.1", message.addresses[0])
    row = make_delivery(trigger_kind="email_call", trigger_recipient="address", trigger_address=ANNA)
    outbox.deliver_due()
    row.refresh_from_db()
    assert (row.state, Refusal.objects.count()) == (State.FAILED, 0)


@pytest.mark.parametrize(
    ("reply", "is_for_good"),
    [
        (b"5.1.1 <anna@example.com>: Recipient address rejected: User unknown", True),
        (b"5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        (b"5.2.1 The email account that you tried to reach is disabled", True),
        (b"No such user here", True),
        (b"Unrouteable address", True),
        (b"5.7.1 Message rejected: unknown reputation of your server", False),
        (b"5.2.2 Mailbox full", False),
        (b"Blocked, see our policy", False),
    ],
)
def test_no_mailbox_is_told_from_a_filter_that_minds_us(reply, is_for_good):
    error = smtplib.SMTPRecipientsRefused({f'"Anna" <{ANNA}>': (550, reply)})
    meaning = _meaning(error, "mail.example")
    assert isinstance(meaning, PermanentError)
    assert isinstance(meaning, AddressRefused) == is_for_good
    assert not is_for_good or meaning.address == ANNA


@pytest.mark.parametrize(
    ("code", "is_for_good", "said_stop"),
    [(21610, True, True), (21211, True, False), (21614, True, False), (21617, False, False)],
)
def test_who_sends_stop_is_sent_no_more_text_messages(code, is_for_good, said_stop):
    answer = Answer(400, {}, b'{"code": %d, "message": "Attempt to send to unsubscribed recipient"}' % code)
    with pytest.raises(PermanentError) as caught:
        _judge(answer, "+15550142")
    assert isinstance(caught.value, AddressRefused) == is_for_good
    assert not is_for_good or (caught.value.address, caught.value.said_stop) == ("+15550142", said_stop)
