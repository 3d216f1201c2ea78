"""The channels there are, and the kinds of trigger that are made of them.

A channel is a room: what email is stands in email.py, and everything else asks the channel, by its key.  rooms.py opens
those of the product when Django starts.  The models ask here, too, so nothing here knows a model.
"""

from typing import NamedTuple

from triggers.channels.base import Channel, PermanentError, Promise


class Kind(NamedTuple):
    """What a trigger can be for: one channel, or two: the second where somebody cannot be reached by the first."""

    key: str
    label: str
    channels: tuple[str, ...]


_channels: dict[str, Channel] = {}
_kinds: dict[str, Kind] = {}


def register(channel: Channel) -> None:
    """Open `channel`, and the kind of trigger that is for it alone."""
    _channels[channel.key] = channel
    _kinds[channel.key] = Kind(channel.key, channel.label, (channel.key,))


def register_pair(first: str, second: str) -> None:
    """Open the kind of trigger that takes `first`, else `second`."""
    label = f"{_channels[first].label}/{_channels[second].label}"
    _kinds[f"{first}_{second}"] = Kind(f"{first}_{second}", label, (first, second))


def get(key: str) -> Channel:
    """Return the channel, or raise PermanentError where there is none any more."""
    try:
        return _channels[key]
    except KeyError:
        raise PermanentError(f"There is no way to do this: {key}.") from None


def every() -> list[Channel]:
    return list(_channels.values())


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kind(key: str) -> Kind:
    """Return the kind; of one that is gone, as much as its key says."""
    return _kinds.get(key) or Kind(key, key, (key,))


def channel_choices() -> list[tuple[str, str]]:
    return [(channel.key, channel.label) for channel in every()]


def kind_choices() -> list[tuple[str, str]]:
    return [(each.key, each.label) for each in kinds()]


def outward() -> list[str]:
    """Return the channels that leave the studio: the pause switch, caps, quiet hours and breakers are for them."""
    return [channel.key for channel in every() if channel.is_outward]


def personal() -> list[str]:
    """Return those of which a person has only so many a day."""
    return [channel.key for channel in every() if channel.is_personal]


def at_most_once() -> list[str]:
    """Return those whose messages are never sent a second time by themselves."""
    return [channel.key for channel in every() if channel.promise is Promise.AT_MOST_ONCE]


def worded() -> list[Channel]:
    """Return those whose words come from a template."""
    return [channel for channel in every() if channel.is_worded]
