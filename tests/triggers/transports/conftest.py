import uuid

import pytest

from triggers.models import Delivery, MessagePreferences, Trigger
from triggers.transports.base import Message


@pytest.fixture
def make_message():
    """Return a function that makes a Message of a delivery that stands in no database."""

    def make(*addresses, **words):
        delivery = Delivery(trigger=Trigger(description="Tell them"), message_id=uuid.uuid4(), payload={})
        return Message(delivery=delivery, message_id=delivery.message_id, addresses=addresses, **words)

    return make


@pytest.fixture
def allow(db):
    """Return a function that lists origins as in-house."""

    def list_them(*origins):
        preferences = MessagePreferences.load()
        preferences.in_house_receivers = "\n".join(origins)
        preferences.save()

    return list_them
