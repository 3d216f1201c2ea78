"""The worker's way through the rows that are due: claim, ask the gates, send, mark."""

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from triggers import channels
from triggers.channels.base import (
    AddressRefused,
    Channel,
    Message,
    OutcomeUnknown,
    PermanentError,
    Promise,
    TryLater,
)
from triggers.messages import composing
from triggers.models import Delivery, Reason, WorkerHeartbeat, because
from triggers.outbox import breakers, caps, claims, gates, refusals
from triggers.outbox.claims import LeaseLost, finish
from triggers.outbox.gates import Admitted
from triggers.rules.schedule import Timetable

logger = logging.getLogger(__name__)

# Seconds to wait before each try, each +/-20 %: 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
RETRY_AFTER = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_WAIT = 86_400  # seconds that another side may ask for
HEARTBEAT = timedelta(seconds=20)
ROUND = 1000  # rows, after which it is asked anew what a dead worker has left, and what is too late

State = Delivery.State


def deliver_due(limit: int = ROUND) -> int:
    """Do what is due, oldest first, at most `limit` rows; return how many were tried."""
    claims.release_stuck()
    gates.expire_due()
    tried, beaten = 0, timezone.now()
    while tried < limit:
        chunk = claims.claim(min(claims.CHUNK, limit - tried))
        if not chunk:
            break
        tried += _deliver(chunk)
        if timezone.now() - beaten > HEARTBEAT:
            beat()
            beaten = timezone.now()
    caps.forget_told()
    return tried


def deliver_next() -> bool:
    """Claim the oldest due row and do it.  Return whether there was one."""
    return bool(_deliver(claims.claim(1)))


def beat() -> None:
    """Note that the worker is alive."""
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": timezone.now()})


def _deliver(chunk: list[Delivery]) -> int:
    """Do rows that are claimed; return how many, less those left to whoever comes next."""
    timetable, failing, admitted = Timetable(), breakers.failing(), []
    for delivery in chunk:
        with _settling(delivery):
            admitted.append(gates.admit(delivery, timetable))
    noted = gates.note_recipients(admitted)
    for index, each in enumerate(admitted):
        # What cannot be sent within its lease is left to others.
        until = each.delivery.lease_until
        if index and until is not None and timezone.now() > until - claims.LEASE / 2:
            claims.give_back(one.delivery for one in admitted[index:])
            return len(chunk) - len(admitted[index:])
        with _settling(each.delivery):
            _send(each, timetable, failing, is_noted=each.delivery.pk in noted)
    return len(chunk)


@contextmanager
def _settling(delivery: Delivery) -> Iterator[None]:
    """Write to the row what stood against it.  Everything is caught: one poisonous row must not stop the others."""
    try:
        yield
    except LeaseLost:
        logger.warning("delivery %s was taken over", delivery.pk)
    except Exception as error:
        _settle(delivery, _outcome_of(delivery, error))


def _send(admitted: Admitted, timetable: Timetable, failing: set[str], *, is_noted: bool) -> None:
    """failing: breakers to be told of a success; the channel is added to it where it fails now."""
    delivery, channel = admitted.delivery, admitted.reach.channel
    if admitted.is_outward:
        if not is_noted:
            _note(delivery)
        gates.refuse_for_the_switches(admitted, timetable)
    way = channels.get(channel)
    message = composing.compose(delivery, admitted.reach, timetable.company)
    done = {
        "state": State.SENT,
        **because(Reason.NONE),
        "channel": channel,
        "sent_to": delivery.sent_to,
        "content": composing.content(message),
    }
    if way.promise is Promise.EXACTLY_ONCE:
        with transaction.atomic():
            way.send(message)
            if not finish(delivery, **done):
                # Another worker took the row over; its work stands and ours is rolled back.
                raise LeaseLost
        return
    _send_out(way, message, failing)
    _mark(delivery, done)
    _note_success(delivery, failing)


def _note(delivery: Delivery) -> None:
    """Store to whom it is about to be sent, as gates.note_recipients does for many at once."""
    with transaction.atomic():
        if not claims.hold_on(delivery, channel=delivery.channel, sent_to=delivery.sent_to):
            raise LeaseLost


def _mark(delivery: Delivery, done: dict[str, Any]) -> None:
    """Mark as done what has gone out.  Whatever happens here, it must not be taken for a message that has not."""
    bare = {"state": State.SENT, "content": None, **because(Reason.NONE)}
    for values in (done, bare, bare):
        try:
            with transaction.atomic():
                marked = finish(delivery, **values)
        except Exception as error:
            logger.warning("delivery %s could not be marked: %s", delivery.pk, type(error).__name__)
        else:
            if not marked:
                raise LeaseLost
            return
    # Its lease runs out: an email goes out again with the same id, of an SMS the outcome is unknown.
    raise LeaseLost


def _send_out(way: Channel, message: Message, failing: set[str]) -> None:
    """Send, outside any transaction, and count a failure that the message itself is not to blame for."""
    try:
        way.send(message)
    except (PermanentError, OutcomeUnknown):
        raise
    except Exception as error:
        delivery = message.delivery
        failing.add(breakers.key_of(delivery.channel, delivery.trigger_id))
        _tell_breaker(breakers.note_failure, delivery)
        if way.promise is Promise.AT_MOST_ONCE and not isinstance(error, TryLater):
            raise OutcomeUnknown(f"It broke off while this was being sent: {_words(error)}") from error
        raise


def _note_success(delivery: Delivery, failing: set[str]) -> None:
    """Let the breaker know; where nothing has failed there is nothing to write, and SQLite has one writer."""
    key = breakers.key_of(delivery.channel, delivery.trigger_id)
    if key in failing:
        failing.discard(key)
        _tell_breaker(breakers.note_success, delivery)


def _tell_breaker(note: Callable[[str, int | None], None], delivery: Delivery) -> None:
    """Whatever happens here, it says nothing about the message, and must not decide what becomes of it."""
    try:
        with transaction.atomic():
            note(delivery.channel, delivery.trigger_id)
    except DatabaseError as error:
        logger.warning("the breaker of %s could not be told: %s", delivery.channel, type(error).__name__)


def _outcome_of(delivery: Delivery, error: Exception) -> dict[str, Any]:
    """Return what is written to a row that was not sent."""
    if isinstance(error, gates.Refused):
        return error.values
    # Errors quote names and addresses; logs hold ids only, the row holds the reason for people who may see it.
    logger.warning("delivery %s failed: %s", delivery.pk, type(error).__name__)
    if isinstance(error, AddressRefused) and refusals.remember(delivery, error):
        other = refusals.other_way(delivery)
        if other:
            second = because(Reason.SECOND_WAY, _words(error))
            return {"state": State.PENDING, "tries": 0, "finished_at": None, "channel": other, **second}
    reason = because(Reason.SAID, _words(error))
    if isinstance(error, OutcomeUnknown):
        return {"state": State.UNKNOWN, **reason}
    if isinstance(error, PermanentError) or delivery.tries >= len(RETRY_AFTER):
        return {"state": State.FAILED, **reason}
    wait = RETRY_AFTER[delivery.tries] * random.uniform(0.8, 1.2)  # noqa: S311  spreads load, guards nothing
    if isinstance(error, TryLater) and error.after is not None:
        wait = min(max(error.after, 0), MOST_WAIT)
    at = timezone.now() + timedelta(seconds=wait)
    return {"state": State.PENDING, "not_before": at, "finished_at": None, **reason}


def _settle(delivery: Delivery, values: dict[str, Any]) -> None:
    """Write what becomes of a row that was not sent.  What cannot be written must not stop the others either."""
    bare = {name: value for name, value in values.items() if name != "sent_to"}
    bare |= because(Reason.UNWRITABLE)
    for attempt in (values, bare):
        try:
            with transaction.atomic():
                written = finish(delivery, **attempt)
        except Exception as error:
            logger.warning("delivery %s could not be settled: %s", delivery.pk, type(error).__name__)
        else:
            if not written:
                logger.warning("delivery %s was taken over", delivery.pk)
            return


def _words(error: Exception) -> str:
    """Return the sentence of `error` as a database can keep it."""
    text = str(error) or type(error).__name__
    return text.encode("utf-8", "replace").decode().replace("\x00", "")[:500]
