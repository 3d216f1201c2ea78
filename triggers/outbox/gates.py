"""Gates: what stands against a row at the moment of sending, asked then and not when it was queued."""

from dataclasses import dataclass, field

from django.utils import timezone

from triggers import recipients, schedule
from triggers.models import Delivery, MessagePreferences
from triggers.outbox import breakers, caps
from triggers.outbox.channels import OUTWARD
from triggers.outbox.claims import LeaseLost, hold_on
from triggers.recipients import Reach
from triggers.schedule import Timetable

State = Delivery.State
TOO_LATE = "It was not done within the maximum lateness of its trigger, and is not done any more."


@dataclass(frozen=True)
class Refused(Exception):
    """The row is not sent now.  values: what is written to it instead; tries are not counted where it waits again."""

    values: dict = field(default_factory=dict)


def expire_due() -> int:
    """Let everything expire that waits and is past its maximum lateness; return how many rows."""
    now = timezone.now()
    late = Delivery.objects.filter(state=State.PENDING, not_before__lte=now, expires_at__lte=now)
    return late.update(state=State.EXPIRED, reason=TOO_LATE, finished_at=now)


def admit(delivery: Delivery, timetable: Timetable) -> Reach:
    """Return whom the row goes to, with its channel and address written to it.  Raises Refused, LeaseLost."""
    trigger = delivery.trigger
    _refuse_for_its_order(delivery)
    reach = recipients.reach(trigger, delivery.payload["facts"])
    if reach.do_not_contact and trigger.respects_do_not_contact:
        raise Refused({"state": State.SKIPPED, "reason": f"{reach.name} is marked Do Not Contact."})
    if reach.problem:
        raise Refused({"state": State.FAILED, "reason": reach.problem})
    sent_to = (", ".join(reach.addresses) or reach.name)[:500]
    if reach.channel not in OUTWARD:
        delivery.channel, delivery.sent_to = reach.channel, sent_to  # written with the mark
        return reach
    _wait_for_the_hour(delivery, timetable)
    claimed_as = delivery.channel
    # Written before it goes out: a worker that dies leaves to whom it was sending.
    if not hold_on(delivery, channel=reach.channel, sent_to=sent_to):
        raise LeaseLost
    _refuse_for_the_switches(delivery, claimed_as, timetable)
    return reach


def _refuse_for_its_order(delivery: Delivery) -> None:
    now, trigger, order = timezone.now(), delivery.trigger, delivery.order
    if delivery.expires_at is not None and delivery.expires_at <= now:
        raise Refused({"state": State.EXPIRED, "reason": TOO_LATE})
    if not trigger.is_active and not delivery.is_reviewed:
        raise Refused({"state": State.SKIPPED, "reason": "The trigger is not active any more."})
    if not delivery.follows_due_date:
        return
    # The operations skip and stop such rows; one that was just being tried comes back here.
    if order.status_id != delivery.status_change.to_status_id:
        left = delivery.payload["fields"]["status.name"] or "its status"
        raise Refused({"state": State.SKIPPED, "reason": f"The order left {left} before this was done."})
    if order.held_on is not None:
        raise _waits({"not_before": None, "expires_at": None, "reason": schedule.ON_HOLD}, delivery)


def _wait_for_the_hour(delivery: Delivery, timetable: Timetable) -> None:
    """Quiet hours and closed days.  The maximum lateness counts from when it may go out."""
    at, reason = schedule.next_allowed(timezone.now(), delivery.trigger.send_at, timetable)
    if reason:
        expires_at = delivery.expires_at and max(
            delivery.expires_at, schedule.latest(delivery.trigger, at) or delivery.expires_at
        )
        raise _waits({"not_before": at, "expires_at": expires_at, "reason": reason}, delivery)


def _refuse_for_the_switches(delivery: Delivery, claimed_as: str, timetable: Timetable) -> None:
    preferences = MessagePreferences.load()  # as it is now: somebody may have paused since the claim
    if preferences.is_paused:
        raise _waits({"reason": "Sending is paused."}, delivery)
    now = timezone.now()
    if claimed_as != delivery.channel and not breakers.may_try(delivery.channel, delivery.trigger_id, now):
        raise _waits(
            {"reason": f"{delivery.get_channel_display()} fails at present; it is tried again."}, delivery
        )
    if claimed_as not in OUTWARD and not caps.room(preferences, now):
        raise _waits({"reason": ""}, delivery)  # the next claim holds it
    over = caps.over_for(delivery, delivery.sent_to, preferences, timetable.zone)
    if over:
        caps.tell_administrators()
        raise Refused({"state": State.HELD, "reason": over, "tries": delivery.tries - 1, "finished_at": None})


def _waits(values: dict, delivery: Delivery) -> Refused:
    return Refused({"state": State.PENDING, "finished_at": None, "tries": delivery.tries - 1, **values})
