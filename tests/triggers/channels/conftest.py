import uuid

import pytest
from django.core.mail.utils import DNS_NAME

from tests.triggers.channels.outcomes import PATIENT
from triggers.channels.base import Message
from triggers.models import Delivery, MessagePreferences, Trigger


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


@pytest.fixture
def mail_goes_to(settings, monkeypatch):
    """Return a function that points the settings at a port."""
    # Asking the system for its name takes seconds where there is no DNS.
    monkeypatch.setattr(DNS_NAME, "_fqdn", "studio.example", raising=False)

    def point(port, *, seconds=PATIENT, **more):
        settings.EMAIL_BACKEND = "triggers.channels.wire.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, seconds
        settings.DEFAULT_FROM_EMAIL = "studio@lumen.example"
        for name, value in more.items():
            setattr(settings, name, value)

    return point
