"""Whether the worker comes round.  Without it no trigger's task appears, and nobody would notice."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from triggers.models import WorkerHeartbeat

# It comes round each minute, and at once for a status change that fires triggers.
TOO_LONG = timedelta(minutes=2)


def last_seen() -> datetime | None:
    """Return when the worker last came round, None if it never did.  One query."""
    return WorkerHeartbeat.objects.filter(pk=1).values_list("beat_at", flat=True).first()


def is_stopped(seen: datetime | None) -> bool:
    """seen: what `last_seen` returned.  One from the future counts as none: a clock that was set back would hide it."""
    return seen is None or abs(timezone.now() - seen) > TOO_LONG


def on_time() -> QuerySet[WorkerHeartbeat]:
    """Return the heartbeat, unless the worker is stopped: the twin of is_stopped() for queries."""
    now = timezone.now()
    return WorkerHeartbeat.objects.filter(pk=1, beat_at__range=(now - TOO_LONG, now + TOO_LONG))
