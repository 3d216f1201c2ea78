"""What every page tells managers and administrators: the worker stands still, messages are paused, caps hold some."""

from dataclasses import dataclass
from datetime import datetime

from triggers import worker
from triggers.models import Delivery, MessagePreferences
from triggers.outbox.channels import OUTWARD

State = Delivery.State


@dataclass(frozen=True)
class Notices:
    """paused_waiting: messages that wait for Resume.  held_by_caps: messages that a cap holds."""

    seen: datetime | None
    is_stopped: bool
    is_paused: bool
    paused_at: datetime | None
    paused_by: str
    paused_waiting: int
    held_by_caps: int


def notices() -> Notices:
    """Return what there is to tell.  Three small queries, for it runs on every page, and a fourth while paused.

    One query for all of it was tried: Django took 5 ms to put it together, six times what the three take in all.
    """
    seen = worker.last_seen()
    preferences = MessagePreferences.objects.select_related("paused_by").filter(pk=1).first()
    preferences = preferences or MessagePreferences(pk=1)
    waiting = Delivery.objects.filter(state=State.PENDING, channel__in=OUTWARD)
    held = Delivery.objects.filter(state=State.HELD).exclude(reason=Delivery.WAITS_FOR_REVIEW)
    return Notices(
        seen=seen,
        is_stopped=worker.is_stopped(seen),
        is_paused=preferences.is_paused,
        paused_at=preferences.paused_at,
        paused_by=str(preferences.paused_by or ""),
        paused_waiting=waiting.count() if preferences.is_paused else 0,
        held_by_caps=held.count(),
    )
