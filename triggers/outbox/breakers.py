"""Breakers: a channel, or the receiver of a webhook, that fails again and again is left alone for a while."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from triggers import channels
from triggers.models import Breaker

# So many failures in a row, none of which a message itself is to blame for, ...
FAILURES = 5
# ... and nothing more is tried for so long; then one message, which decides.
REST = timedelta(minutes=5)


def key_of(channel: str, trigger_id: int | None) -> str:
    return channels.get(channel).breaker_key(trigger_id)


def tripped() -> dict[str, datetime]:
    """Return until when each tripped channel, or webhook, is left alone.  One query."""
    rows = Breaker.objects.filter(failures__gte=FAILURES).values_list("key", "open_until")
    return {key: until for key, until in rows if until is not None}


def left_alone(tripped: dict[str, datetime], now: datetime) -> Q:
    """Return which deliveries are not to be claimed.

    tripped: from `tripped`.
    """
    found = Q(pk__in=())
    for key, until in tripped.items():
        if until > now:
            channel, _, trigger = key.partition(":")
            found |= Q(channel=channel, trigger=int(trigger)) if trigger else Q(channel=channel)
    return found


def may_try(channel: str, trigger_id: int | None, now: datetime) -> bool:
    """Whether a message may be sent by this channel.  After a rest one may, and decides."""
    row = Breaker.objects.filter(key=key_of(channel, trigger_id), failures__gte=FAILURES)
    if not row.exists():
        return True
    return bool(row.filter(open_until__lte=now).update(open_until=now + REST))


def failing() -> set[str]:
    """Return the keys of those that have failed since they last succeeded.  One query."""
    return set(Breaker.objects.filter(failures__gt=0).values_list("key", flat=True))


def note_success(channel: str, trigger_id: int | None) -> None:
    Breaker.objects.filter(key=key_of(channel, trigger_id)).update(failures=0, open_until=None)


def note_failure(channel: str, trigger_id: int | None) -> None:
    """Count a failure that another try may mend."""
    key = key_of(channel, trigger_id)
    Breaker.objects.get_or_create(key=key)
    Breaker.objects.filter(key=key).update(failures=F("failures") + 1)
    Breaker.objects.filter(key=key, failures__gte=FAILURES).update(open_until=timezone.now() + REST)
