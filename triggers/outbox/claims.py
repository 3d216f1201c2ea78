"""Claims: which worker does which row, and for how long.

A claim is one conditional UPDATE.  It raises the lease number of each row, and whoever finishes a row tests that
number: a worker thought dead cannot finish what another has taken over.
"""

from collections.abc import Container, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from triggers import channels
from triggers.models import Delivery, Reason, because
from triggers.outbox import breakers, caps

LEASE = timedelta(minutes=2)
# Rows claimed at once: a commit for each row is what a worker waits for most.
CHUNK = 20
MOST_TRIES = 10

State = Delivery.State


class LeaseLost(Exception):
    """Another worker has taken the row over; its work stands."""


def claim(limit: int = CHUNK) -> list[Delivery]:
    """Claim the oldest rows that are due, at most `limit`; [] where there are none.

    A message that may go out once only is claimed alone, for its claim is the mark that it may have gone; so is what
    has been tried before, lest one that kills its worker takes its neighbours with it.
    """
    for _ in range(3):
        with transaction.atomic():
            keys = _choose(limit)
            if not keys:
                return []
            claimed = _claim(keys)
            if claimed == len(keys):
                return list(_claimed(keys))
            # Somebody has skipped or moved one of them; the others would be hard to tell apart.
            transaction.set_rollback(True)
    return []


def finish(delivery: Delivery, **values: Any) -> bool:
    """Write how it ended, unless another worker has taken the row over; return whether it was written."""
    values.setdefault("finished_at", timezone.now())
    return hold_on(delivery, lease_until=None, **values)


def put_back(delivery: Delivery, **values: Any) -> bool:
    """Let the row wait again; `values` say until when, and why."""
    return finish(delivery, **{"state": State.PENDING, "finished_at": None, **values})


def hold_on(delivery: Delivery, **values: Any) -> bool:
    """Write columns of a row that is being sent, unless another worker has taken it over."""
    mine = Delivery.objects.filter(
        pk=delivery.pk, state=State.SENDING, lease_number=delivery.lease_number
    ).update(**values)
    if mine:
        for name, value in values.items():
            setattr(delivery, name, value)
    return bool(mine)


def give_back(deliveries: Iterable[Delivery]) -> None:
    """Let others have rows that were claimed and not begun."""
    for delivery in deliveries:
        put_back(delivery, tries=delivery.tries - 1)


def release_stuck() -> int:
    """Settle the rows of a worker that died: what may go out once only is left to a person, the rest is tried again.

    Return how many rows there were.
    """
    stuck = Delivery.objects.filter(state=State.SENDING, lease_until__lt=timezone.now())
    once = stuck.filter(channel__in=channels.at_most_once()).update(
        state=State.UNKNOWN,
        lease_until=None,
        finished_at=timezone.now(),
        **because(Reason.WORKER_STOPPED),
    )
    given_up = stuck.filter(tries__gte=MOST_TRIES).update(
        state=State.FAILED,
        lease_until=None,
        finished_at=timezone.now(),
        **because(Reason.WORKER_STOPPED_OFTEN, MOST_TRIES),
    )
    return once + given_up + stuck.update(state=State.PENDING, lease_until=None)


def _choose(limit: int) -> list[int]:
    now = timezone.now()
    preferences = caps.locked_preferences()
    tripped = breakers.tripped()
    due = Delivery.objects.filter(state=State.PENDING, not_before__lte=now)
    if tripped:
        due = due.exclude(breakers.left_alone(tripped, now))
    room = 0
    if not preferences.is_paused:
        room = caps.room(preferences, now)
        if not room:
            caps.hold_due(preferences, now)
    if not room:
        due = due.exclude(channel__in=channels.outward())
    rows = due.order_by("not_before", "pk").values_list("pk", "channel", "tries", "trigger_id")[:limit]
    return _together(rows, room, tripped, now)


def _together(
    rows: Iterable[tuple[int, str, int, int | None]], room: int, tripped: Container[str], now: datetime
) -> list[int]:
    """Return the keys of those that one worker may claim at once."""
    keys: list[int] = []
    once, outward = channels.at_most_once(), channels.outward()
    for pk, channel, tries, trigger_id in rows:
        alone = tries > 0 or channel in once
        if keys and alone:
            break
        if channel in outward:
            is_tripped = breakers.key_of(channel, trigger_id) in tripped
            if room <= 0 or (is_tripped and not breakers.may_try(channel, trigger_id, now)):
                continue
            room -= 1
        keys.append(pk)
        if alone:
            break
    return keys


def _claim(keys: list[int]) -> int:
    return Delivery.objects.filter(pk__in=keys, state=State.PENDING).update(
        state=State.SENDING,
        lease_number=F("lease_number") + 1,
        lease_until=timezone.now() + LEASE,
        tries=F("tries") + 1,
    )


def _claimed(keys: list[int]) -> QuerySet[Delivery]:
    of_triggers = ("trigger__template", "trigger__department", "trigger__user", "status_change")
    joined = (*of_triggers, "order", "template", "asked_by", "person")
    return Delivery.objects.filter(pk__in=keys).select_related(*joined).order_by("not_before", "pk")
