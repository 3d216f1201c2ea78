"""Thousands of messages, and transports that note each in a file: outside any transaction, and past any kill."""

import os
import pathlib
from collections import Counter
from datetime import time, timedelta

from django.db.models import F
from django.utils import timezone

from preproduction import operations
from preproduction.models import StatusChange
from studio.models import Client
from triggers.channels.base import Promise
from triggers.models import Delivery, MessagePreferences, MessageTemplate, Trigger

TRIGGERS = 50  # as many for each order
RECIPIENTS = {
    "email": Trigger.Recipient.CLIENT,
    "sms": Trigger.Recipient.CLIENT,
    "webhook": Trigger.Recipient.ADDRESS,
    "task": Trigger.Recipient.UPDATED_BY,
}
PROMISES = {
    "email": Promise.AT_LEAST_ONCE,
    "webhook": Promise.AT_LEAST_ONCE,
    "sms": Promise.AT_MOST_ONCE,
}


class NotingTransport:
    """Writes the id of each message to a file, in one write; `step` is called before and after it."""

    def __init__(self, promise, file: pathlib.Path, step=lambda: None):
        self.promise, self.file, self.step = promise, file, step

    def send(self, message):
        self.step()
        note = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(note, f"{message.message_id}\n".encode())
        os.close(note)
        self.step()


def wait_for_no_disk(connection, monkeypatch):
    """Let SQLite's connections yet to come leave it to the system when to write: it outlives a killed process."""
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        lazy = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
        monkeypatch.setitem(options, "init_command", lazy)
        connection.close()


def notes(file: pathlib.Path) -> Counter:
    """Return how often each message was sent, by its id."""
    return Counter(file.read_text().split() if file.exists() else ())


def make_messages(make_order, kinds, count, *, statuses):
    """Store `count` due rows, of these kinds in turn for each order, at no cost but that of inserting them."""
    MessagePreferences.objects.update_or_create(
        pk=1,
        defaults={
            "most_per_hour": 10**6,
            "most_per_recipient": 10**6,
            "quiet_from": time(0),
            "quiet_until": time(0),
        },
    )
    template = MessageTemplate.objects.create(name="Hello", subject="Hello", text="Dear {{ client.name }}")
    Client.objects.update(mobile_phone="(202) 555-0143", email="anna@example.com")
    triggers = Trigger.objects.bulk_create(
        Trigger(
            description=f"{kind} {n}",
            status=statuses["Sent to lab"],
            kind=kind,
            recipient=RECIPIENTS[kind],
            template=template,
            address="https://receiver.example/hook",
            task_title=f"Task {n}",
        )
        for n, kind in zip(range(TRIGGERS), kinds * TRIGGERS, strict=False)
    )
    first = make_order()
    for _ in range(-(-count // TRIGGERS) - 1):
        make_order()
    payload = operations.last_change(first).payload()
    rows = [
        Delivery(
            trigger=trigger,
            status_change=change,
            order_id=change.order_id,
            kind=trigger.kind,
            channel=trigger.channels[0],
            payload=payload,
        )
        for change in StatusChange.objects.all()
        for trigger in triggers
    ]
    Delivery.objects.bulk_create(rows[:count], batch_size=1000)


def let_leases_end():
    """Let the two minutes pass after which a dead worker's rows are taken over."""
    Delivery.objects.filter(state=Delivery.State.SENDING).update(
        lease_until=timezone.now() - timedelta(seconds=1), lease_number=F("lease_number")
    )
