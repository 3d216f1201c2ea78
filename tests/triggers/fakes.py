"""Transports that leave nothing but a note, for tests of the outbox."""

import pytest

from triggers.channels import TRANSPORTS
from triggers.channels.base import Promise
from triggers.models import Channel


class FakeTransport:
    """Notes what it is given; `fails` may say with which error."""

    def __init__(self, promise):
        self.promise, self.sent, self.fails = promise, [], None

    def send(self, message):
        error = self.fails(message) if self.fails else None
        if error:
            raise error
        self.sent.append(message)

    @property
    def addresses(self):
        return [", ".join(message.addresses) for message in self.sent]


@pytest.fixture
def fakes(monkeypatch):
    """Put a fake in the place of every transport that leaves the studio, and of the letters; return them by channel."""
    promises = {
        Channel.EMAIL: Promise.AT_LEAST_ONCE,
        Channel.SMS: Promise.AT_MOST_ONCE,
        Channel.WEBHOOK: Promise.AT_LEAST_ONCE,
        Channel.LETTER: Promise.EXACTLY_ONCE,
    }
    found = {channel: FakeTransport(promise) for channel, promise in promises.items()}
    for channel, fake in found.items():
        monkeypatch.setitem(TRANSPORTS, channel, fake)
    return found
