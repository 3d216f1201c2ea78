"""What people do to the rows of the outbox: Process, Skip, Retry, and the switch that pauses all sending.

Each is one conditional UPDATE for a chunk of rows: what a worker or a colleague has moved on meanwhile stays as it is.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from studio.models import User
from triggers import tasks
from triggers.models import Delivery, MessagePreferences, Reason, because
from triggers.models.delivery import MOST_LATE_BY_HAND

State = Delivery.State
CHUNK = 500

PROCESSABLE = (State.HELD,)
SKIPPABLE = (State.PENDING, State.HELD, State.FAILED, State.UNKNOWN)
RETRIABLE = (State.FAILED, State.UNKNOWN, State.EXPIRED, State.SKIPPED)


def process(deliveries: Iterable[Delivery], by: User) -> int:
    """Let held rows be done, each at its moment, or at once where that is over; return how many were held."""
    on_hold = When(not_before__isnull=True, then=Value(Reason.ON_HOLD))
    changed = 0
    for rows in _chunks(deliveries, PROCESSABLE):
        # What waited for a person is not late: its maximum lateness counts from here, if its moment is over.
        _count_lateness_anew(rows.filter(not_before__lte=timezone.now()))
        changed += rows.update(
            state=State.PENDING,
            reason_code=Case(on_hold, default=Value(Reason.NONE)),
            reason_details="",
            is_reviewed=True,
            steered_by=by,
        )
    return _wake(changed)


def skip(deliveries: Iterable[Delivery], by: User) -> int:
    """Let rows be that wait, are held, have failed, or whose outcome is unknown; return how many."""
    return sum(
        rows.update(
            state=State.SKIPPED, finished_at=timezone.now(), steered_by=by, **because(Reason.SKIPPED_BY, by)
        )
        for rows in _chunks(deliveries, SKIPPABLE)
    )


def retry(deliveries: Iterable[Delivery], by: User) -> int:
    """Do again, at once and from the first try, what failed, expired, was skipped or may have been sent; return how many.

    What follows the due date of a status that was left stays as it is: nothing of it would be done.
    """
    changed = 0
    for rows in _chunks(deliveries, RETRIABLE):
        rows = rows.exclude(pk__in=left_behind(rows).values("pk"))
        _count_lateness_anew(rows)
        changed += rows.update(
            state=State.PENDING,
            tries=0,
            not_before=timezone.now(),
            is_at_once=True,
            finished_at=None,
            is_reviewed=True,
            steered_by=by,
            **because(Reason.NONE),
        )
    return _wake(changed)


def left_behind(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return those that follow the due date of a status that their order has left."""
    return deliveries.filter(follows_due_date=True).exclude(status_change=F("order__stay"))


def pause(by: User) -> bool:
    """Let nothing leave the studio from now on; return whether it was not paused already."""
    MessagePreferences.objects.get_or_create(pk=1)
    running = MessagePreferences.objects.filter(pk=1, is_paused=False)
    return bool(running.update(is_paused=True, paused_by=by, paused_at=timezone.now()))


def resume(by: User) -> bool:
    """Let messages leave again; return whether they were paused."""
    paused = MessagePreferences.objects.filter(pk=1, is_paused=True)
    return bool(_wake(paused.update(is_paused=False, paused_by=None, paused_at=None)))


def _chunks(deliveries: Iterable[Delivery], states: tuple[State, ...]) -> Iterator[QuerySet[Delivery]]:
    if isinstance(deliveries, QuerySet):
        keys = list(deliveries.values_list("pk", flat=True))
    else:
        keys = [delivery.pk for delivery in deliveries]
    for start in range(0, len(keys), CHUNK):
        # A page may have been opened before the order was withdrawn.
        rows = Delivery.objects.filter(order__withdrawn_on=None, state__in=states)
        yield rows.filter(pk__in=keys[start : start + CHUNK])


def _count_lateness_anew(rows: QuerySet[Delivery]) -> None:
    rows.filter(trigger=None).update(expires_at=timezone.now() + MOST_LATE_BY_HAND)
    rows = rows.filter(trigger__isnull=False)
    hours = set(rows.values_list("trigger__max_late_hours", flat=True))
    for most in hours:
        latest = None if most is None else timezone.now() + timedelta(hours=most)
        rows.filter(trigger__max_late_hours=most).update(expires_at=latest)


def _wake(changed: int) -> int:
    if changed:
        tasks.wake_worker_on_commit()
    return changed
