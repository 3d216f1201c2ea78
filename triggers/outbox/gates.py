"""Gates: what stands against a row at the moment of sending, asked then and not when it was queued."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from studio import dates
from triggers import channels
from triggers.models import Delivery, MessagePreferences, Reason, because
from triggers.outbox import breakers, caps
from triggers.rules import recipients, schedule
from triggers.rules.recipients import Reach
from triggers.rules.schedule import Timetable

State = Delivery.State


class Refused(Exception):
    """The row is not sent now.  values: what is written to it instead; tries are not counted where it waits again."""

    def __init__(self, values: dict[str, Any]):
        super().__init__(values)
        self.values = values


def expire_due() -> int:
    """Let everything expire that waits and is past its maximum lateness; return how many rows."""
    now = timezone.now()
    late = Delivery.objects.filter(state=State.PENDING, not_before__lte=now, expires_at__lte=now)
    return late.update(state=State.EXPIRED, finished_at=now, **because(Reason.TOO_LATE))


@dataclass(frozen=True)
class Admitted:
    """A row that may be sent, and to whom.  claimed_as: its channel before that was settled."""

    delivery: Delivery
    reach: Reach
    claimed_as: str

    @property
    def is_outward(self) -> bool:
        return self.reach.channel in channels.outward()


def admit(delivery: Delivery, timetable: Timetable) -> Admitted:
    """Return whom the row goes to; its channel and address are set, and not stored yet.  Raises Refused."""
    _refuse_for_its_order(delivery)
    reach = recipients.reach_of(delivery)
    if reach.do_not_contact and delivery.rule.respects_do_not_contact:
        raise Refused({"state": State.SKIPPED, **because(Reason.DO_NOT_CONTACT, reach.name)})
    if reach.problem:
        raise Refused({"state": State.FAILED, **because(Reason.SAID, reach.problem)})
    admitted = Admitted(delivery, reach, delivery.channel)
    delivery.channel = reach.channel
    delivery.sent_to = (", ".join(reach.addresses) or reach.name)[:500]
    if admitted.is_outward:
        _wait_for_the_hour(delivery, timetable)
    return admitted


def note_recipients(admitted: Iterable[Admitted]) -> set[int]:
    """Store to whom each is about to be sent: what a dead worker leaves, and what the caps of other workers count.

    Return the keys of the rows for which that is stored; none where one of them cannot be, or is not ours any more.
    """
    rows = [each.delivery for each in admitted if each.is_outward]
    if not rows:
        return set()
    ours = Delivery.objects.filter(state=State.SENDING, lease_until=rows[0].lease_until)
    try:
        with transaction.atomic():
            if ours.bulk_update(rows, ["channel", "sent_to"]) < len(rows):
                return set()
    except Exception:
        # One of them has what no database can keep; each is tried by itself, and that one fails.
        return set()
    return {row.pk for row in rows}


def refuse_for_the_switches(admitted: Admitted, timetable: Timetable) -> None:
    """Ask what may have changed since the claim, right before a message leaves the studio.  Raises Refused."""
    delivery, preferences, now = admitted.delivery, timetable.preferences, timezone.now()
    if MessagePreferences.objects.filter(pk=1, is_paused=True).exists():
        raise _waits(because(Reason.PAUSED), delivery)
    if admitted.claimed_as != delivery.channel:
        if not breakers.may_try(delivery.channel, delivery.trigger_id, now):
            raise _waits(because(Reason.CHANNEL_RESTS, delivery.get_channel_display()), delivery)
        if admitted.claimed_as not in channels.outward() and not caps.room(preferences, now):
            raise _waits(because(Reason.NONE), delivery)  # the next claim holds it
    over = caps.over_for(delivery, delivery.sent_to, preferences, timetable.zone)
    if over:
        caps.tell_administrators()
        held = {"state": State.HELD, "tries": delivery.tries - 1, "finished_at": None, **over}
        raise Refused({**held, "channel": delivery.channel, "sent_to": delivery.sent_to})


def _refuse_for_its_order(delivery: Delivery) -> None:
    now, order = timezone.now(), delivery.order
    if delivery.expires_at is not None and delivery.expires_at <= now:
        raise Refused({"state": State.EXPIRED, **because(Reason.TOO_LATE)})
    if delivery.on is not None and delivery.on != timezone.localdate():
        raise Refused({"state": State.EXPIRED, **because(Reason.PAST_DAY, dates.written(delivery.on))})
    if not delivery.rule.is_active and not delivery.is_reviewed:
        raise Refused({"state": State.SKIPPED, **because(Reason.TRIGGER_OFF)})
    if order is None or not delivery.follows_due_date:
        return
    # The operations skip and stop such rows; one that was just being tried comes back here.
    if order.stay_id != delivery.status_change_id:
        left = delivery.payload["fields"]["status.name"] or "its status"
        raise Refused({"state": State.SKIPPED, **because(Reason.LEFT, left)})
    if order.held_on is not None:
        raise _waits({"not_before": None, "expires_at": None, **because(Reason.ON_HOLD)}, delivery)


def _wait_for_the_hour(delivery: Delivery, timetable: Timetable) -> None:
    """Quiet hours and closed days.  The maximum lateness counts from when it may go out."""
    at, reason = schedule.next_allowed(timezone.now(), delivery.rule.send_at, timetable)
    if reason:
        expires_at = delivery.expires_at and max(
            delivery.expires_at, schedule.latest(delivery.rule, at) or delivery.expires_at
        )
        raise _waits({"not_before": at, "expires_at": expires_at, **because(reason)}, delivery)


def _waits(values: dict[str, Any], delivery: Delivery) -> Refused:
    again = {"state": State.PENDING, "finished_at": None, "tries": delivery.tries - 1}
    return Refused({**again, "channel": delivery.channel, **values})
