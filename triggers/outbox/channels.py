"""What sets the channels apart for the worker."""

from triggers.channels import TRANSPORTS
from triggers.channels.base import Promise
from triggers.models import Channel

# They leave the studio: the pause switch, the caps, quiet hours and the breakers are for them.
OUTWARD = (Channel.EMAIL, Channel.SMS, Channel.WEBHOOK)
# Of these a person has only so many a day.  A webhook is a machine, and tells of every order.
PERSONAL = (Channel.EMAIL, Channel.SMS)


def at_most_once() -> list[Channel]:
    """Return the channels whose messages are never sent a second time by themselves."""
    return [channel for channel, transport in TRANSPORTS.items() if transport.promise is Promise.AT_MOST_ONCE]
