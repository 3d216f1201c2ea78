"""Transports that leave nothing but a note, for tests of the outbox."""

import pytest

from triggers import channels
from triggers.channels.base import Promise


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


def stand_in(monkeypatch, key, fake):
    """Let `fake` send what is for a channel, and promise what it promises; all else stays the channel's."""
    channel = channels.get(key)
    monkeypatch.setattr(channel, "send", fake.send)
    monkeypatch.setattr(channel, "promise", fake.promise)


@pytest.fixture
def fakes(monkeypatch):
    """Put a fake in the place of every transport that leaves the studio, and of the letters; return them by channel."""
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
