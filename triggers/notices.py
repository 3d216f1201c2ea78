"""What every page tells: the worker stands still, and to those who steer triggers what waits for them."""

from dataclasses import dataclass
from datetime import datetime

from triggers import channels
from triggers.models import Delivery, MessagePreferences, Reason
from triggers.outbox import heartbeat

State = Delivery.State


@dataclass(frozen=True)
class Notices:
    """paused_waiting: messages that wait for Resume.  held_by_caps: messages that a cap holds."""

    seen: datetime | None
    is_stopped: bool
    is_paused: bool = False
    paused_at: datetime | None = None
    paused_by: str = ""
    paused_waiting: int = 0
    held_by_caps: int = 0


def notices(*, may_steer: bool) -> Notices:
    """Return what there is to tell: to everybody whether the worker stands still, the rest to those who may steer.

    One small query, or three, for it runs on every page, and two more while messages are paused.  A single one for
    all of it was tried: Django took 5 ms to put it together, six times what the three take in all.
    """
    seen = heartbeat.last_seen()
    is_stopped = heartbeat.is_stopped(seen)
    if not may_steer:
        return Notices(seen, is_stopped)
    preferences = MessagePreferences.load()
    waiting = Delivery.objects.filter(state=State.PENDING, channel__in=channels.outward())
    held = Delivery.objects.filter(state=State.HELD).exclude(reason_code=Reason.REVIEW)
    return Notices(
        seen,
        is_stopped,
        is_paused=preferences.is_paused,
        paused_at=preferences.paused_at,
        paused_by=str(preferences.paused_by or ""),
        paused_waiting=waiting.count() if preferences.is_paused else 0,
        held_by_caps=held.count(),
    )
