"""What the triggers of an order's statuses did, will do, or did not do, and why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from preproduction.models import Cause, Order, StatusChange
from triggers.models import Delivery, Trigger
from triggers.outbox import words as delivery_words
from triggers.rules import conditions

State = Delivery.State


@dataclass(frozen=True)
class Fate:
    """What became of one trigger at one status change.

    state:    in a word or two; "Did not fire" where nothing was queued.
    at:       when it was done, or when its moment is; None where it has none.
    reason:   a sentence, or "".
    delivery: None where it did not fire.
    """

    trigger: Trigger
    state: str
    tone: str = ""
    at: datetime | None = None
    reason: str = ""
    delivery: Delivery | None = None

    @property
    def what(self) -> str:
        """Say what it is and for whom."""
        return delivery_words.what(self.delivery) if self.delivery else self.trigger.get_kind_display()

    @property
    def is_to_come(self) -> bool:
        return self.delivery is not None and self.delivery.state in (State.PENDING, State.HELD)


@dataclass(frozen=True)
class Stay:
    """One status of the order, from the change that entered it."""

    change: StatusChange
    fates: list[Fate]


def order_triggers(
    order: Order, changes: Iterable[StatusChange], deliveries: Iterable[Delivery], triggers: Iterable[Trigger]
) -> list[Stay]:
    """Return the statuses that have or had triggers, the latest first.  No query.

    changes, deliveries: all of the order's, the latest change first.
    triggers:            all there are.
    """
    of_change: dict[int, list[Delivery]] = {}
    for delivery in deliveries:
        delivery.order = order
        of_change.setdefault(delivery.status_change_id, []).append(delivery)
    of_status: dict[int | None, list[Trigger]] = {}
    for trigger in triggers:
        of_status.setdefault(trigger.status_id, []).append(trigger)
    stays = []
    for change in changes:
        change.order = order
        fired = of_change.get(change.pk, [])
        fates = [*map(_fired, fired), *_others(change, fired, of_status.get(change.to_status_id, []))]
        if fates:
            stays.append(Stay(change, fates))
    return stays


def _fired(delivery: Delivery) -> Fate:
    return Fate(
        delivery.trigger,
        delivery.get_state_display(),
        delivery_words.TONES.get(delivery.state, ""),
        delivery_words.moment(delivery),
        delivery.reason,
        delivery,
    )


def _others(change: StatusChange, fired: list[Delivery], triggers: list[Trigger]):
    """Yield the triggers of the status that did nothing, each with why."""
    known = {delivery.trigger_id for delivery in fired}
    left = [trigger for trigger in triggers if trigger.pk not in known]
    if not left:
        return
    facts = fired[0].payload["facts"] if fired else change.payload()["facts"]
    for trigger in left:
        yield Fate(trigger, "Did not fire", reason=_why_not(trigger, change, facts))


def _why_not(trigger: Trigger, change: StatusChange, facts: dict) -> str:
    if change.cause == Cause.UNDO:
        return "Triggers do not fire when a status change is taken back."
    return (
        conditions.why_not(trigger, facts, change.recorded_at)
        or "Its conditions were others when the order reached the status."
    )
