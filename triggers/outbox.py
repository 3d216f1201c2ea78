"""The outbox: what triggers want done, as rows, and the worker's way through them.

A row is written in the transaction of the status change (`enqueue`) and done later by another process
(`deliver_next`).  A worker claims a row with one conditional UPDATE that raises its lease number, and every
finishing UPDATE tests that number: a worker thought dead cannot finish what another has taken over.

Tasks are rows of our own database, so a task and the `sent` mark of its delivery commit together: exactly once.
"""

import logging
import random
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from triggers.models import Delivery, Trigger, WorkerHeartbeat
from triggers.transports import TRANSPORTS
from triggers.transports.base import PermanentError

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
# Seconds to wait before each further try, each +/-20 %: 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
RETRY_AFTER = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)

State = Delivery.State

# Nothing fires for the past: what a back-up still had to do may have been done since.
# As SQL, because it runs inside the transaction that restores, before any worker can see the rows.
SKIP_AFTER_RESTORE = (
    "UPDATE triggers_delivery SET state = 'skipped', reason = 'Restored from a back-up.', "
    "finished_at = CURRENT_TIMESTAMP, lease_until = NULL WHERE state IN ('pending', 'sending')"
)


def matching(status) -> list[Trigger]:
    """Return the active triggers that fire when an order reaches `status`, in the order of their list.  One query."""
    if status is None:
        return []
    return list(Trigger.objects.active().filter(status=status).select_related("department", "user"))


def matching_by_status(statuses) -> dict[int, list[Trigger]]:
    """Return what `matching` would for each of `statuses`, by their keys.  One query."""
    found: dict[int, list[Trigger]] = {}
    for trigger in Trigger.objects.active().filter(status__in=statuses).select_related("department", "user"):
        found.setdefault(trigger.status_id, []).append(trigger)
    return found


def enqueue(change, *, payload: Mapping, left_out: Collection[int] = ()) -> list[Delivery]:
    """Insert one Delivery per active trigger of the status that `change` entered.  Two queries, however many triggers.

    Call inside the transaction of the status change.  A second call for the same change breaks the unique constraint.

    payload:  plain values (str, int, None; dates as ISO text) true at this moment.
    left_out: keys of triggers unticked for this once; their rows are there, skipped, and say so.
    """
    deliveries = [
        Delivery(
            trigger=trigger,
            status_change=change,
            order_id=change.order_id,
            kind=trigger.kind,
            payload=dict(payload),
            state=State.SKIPPED if trigger.pk in left_out else State.PENDING,
            reason=f"Left out by {change.updated_by_name}." if trigger.pk in left_out else "",
            finished_at=timezone.now() if trigger.pk in left_out else None,
        )
        for trigger in matching(change.to_status)
    ]
    Delivery.objects.bulk_create(deliveries)
    return deliveries


def cancel(change, *, reason: str) -> list[Delivery]:
    """Skip what still waits because of `change`; return what was done already or is being done, to be named."""
    change.deliveries.filter(state=State.PENDING).update(
        state=State.SKIPPED, reason=reason, finished_at=timezone.now()
    )
    return done_already(change)


def waiting(change) -> list[Delivery]:
    """Return the deliveries of `change` that `cancel` would skip."""
    return list(change.deliveries.filter(state=State.PENDING).select_related("trigger"))


def done_already(change) -> list[Delivery]:
    """Return the deliveries of `change` that are done, or being done at this moment."""
    return list(change.deliveries.filter(state__in=[State.SENDING, State.SENT]).select_related("trigger"))


def deliver_due(limit: int = 1000) -> int:
    """Do what is due, oldest first, at most `limit` rows; return how many were tried."""
    release_stuck()
    tried = 0
    while tried < limit and deliver_next():
        tried += 1
    return tried


def deliver_next() -> bool:
    """Claim the oldest due row and do it.  Return whether there was one."""
    delivery = _claim()
    if delivery is None:
        return False
    try:
        with transaction.atomic():
            TRANSPORTS[delivery.kind].send(delivery)
            if not _finish(delivery, state=State.SENT, reason=""):
                # Another worker took the row over; its work stands and ours is rolled back.
                raise _LeaseLost
    except _LeaseLost:
        logger.warning("delivery %s was taken over", delivery.pk)
    # Everything is caught: one poisonous row must not stop the others.
    except Exception as error:
        _put_back_or_fail(delivery, error)
    return True


def release_stuck() -> int:
    """Make rows of a worker that died claimable again.  Return how many there were."""
    return Delivery.objects.filter(state=State.SENDING, lease_until__lt=timezone.now()).update(
        state=State.PENDING, lease_until=None
    )


def beat() -> None:
    """Note that the worker is alive."""
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": timezone.now()})


class _LeaseLost(Exception):
    pass


def _claim() -> Delivery | None:
    now = timezone.now()
    waiting: Iterable[tuple[int, int]] = (
        Delivery.objects.filter(state=State.PENDING, not_before__lte=now)
        .order_by("not_before", "pk")
        .values_list("pk", "lease_number")[:10]
    )
    for pk, lease_number in waiting:
        claimed = Delivery.objects.filter(pk=pk, state=State.PENDING, lease_number=lease_number).update(
            state=State.SENDING,
            lease_number=F("lease_number") + 1,
            lease_until=now + LEASE,
            tries=F("tries") + 1,
        )
        if claimed:
            return Delivery.objects.select_related("trigger").get(pk=pk)
    return None


def _finish(delivery: Delivery, **values) -> bool:
    values.setdefault("finished_at", timezone.now())
    return bool(
        Delivery.objects.filter(
            pk=delivery.pk, state=State.SENDING, lease_number=delivery.lease_number
        ).update(lease_until=None, **values)
    )


def _put_back_or_fail(delivery: Delivery, error: Exception) -> None:
    # Errors quote names and addresses; logs hold ids only, the row holds the reason for people who may see it.
    logger.warning("delivery %s failed: %s", delivery.pk, type(error).__name__)
    reason = (str(error) or type(error).__name__)[:500]
    if isinstance(error, PermanentError) or delivery.tries >= len(RETRY_AFTER):
        _finish(delivery, state=State.FAILED, reason=reason)
        return
    wait = RETRY_AFTER[delivery.tries] * random.uniform(0.8, 1.2)  # noqa: S311  spreads load, guards nothing
    _finish(
        delivery,
        state=State.PENDING,
        reason=reason,
        not_before=timezone.now() + timedelta(seconds=wait),
        finished_at=None,
    )
