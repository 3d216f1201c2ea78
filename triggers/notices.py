"""What every page tells: the worker stands still, and to those who steer triggers what waits for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triggers import channels
from triggers.models import Delivery, MessagePreferences
from triggers.outbox import heartbeat
from triggers.waiting import BEATS, HELD_BY_CAPS

State = Delivery.State


@dataclass(frozen=True)
class Notices:
    """seen: when the worker last came round; asked only where it is stopped.

    paused_waiting: messages that wait for Resume.  held_by_caps: messages that a cap holds.
    """

    seen: datetime | None
    is_stopped: bool
    is_paused: bool = False
    paused_at: datetime | None = None
    paused_by: str = ""
    paused_waiting: int = 0
    held_by_caps: int = 0


def notices(counts: Mapping[str, int], preferences: MessagePreferences, *, may_steer: bool) -> Notices:
    """Return what there is to tell: to everybody whether the worker stands still, the rest to those who may steer.

    counts: of triggers/waiting.py, which every page asks in one statement.  No query where all is well: one while the
    worker stands still, and one while messages are paused.
    """
    is_stopped = not counts[BEATS]
    seen = heartbeat.last_seen() if is_stopped else None
    if not may_steer:
        return Notices(seen, is_stopped)
    waiting = Delivery.objects.filter(state=State.PENDING, channel__in=channels.outward())
    return Notices(
        seen,
        is_stopped,
        is_paused=preferences.is_paused,
        paused_at=preferences.paused_at,
        paused_by=str(preferences.paused_by or ""),
        paused_waiting=waiting.count() if preferences.is_paused else 0,
        held_by_caps=counts[HELD_BY_CAPS],
    )
