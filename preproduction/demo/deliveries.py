"""What the triggers of the demo studio have done of late: tasks, messages, letters, and what went wrong.

Replay tells what they would have done; here it is written down as done.  Nothing is sent.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from preproduction import replay
from studio import work_calendar
from studio.models import User
from triggers import channels
from triggers.messages import composing
from triggers.models import Delivery, Letter, Reason, Task, Trigger, because

State = Delivery.State

STAYS_OPEN = timedelta(days=2)  # older tasks and calls have been done

# What goes wrong now and then, by channel: state, and why.
TROUBLE = {
    "email": [
        (
            State.FAILED,
            because(Reason.SAID, "The mail server refused the message for good: 550 5.1.1 No such mailbox."),
        ),
        (State.EXPIRED, because(Reason.TOO_LATE)),
    ],
    "sms": [
        (State.UNKNOWN, because(Reason.WORKER_STOPPED)),
        (State.FAILED, because(Reason.SAID, "The number cannot get text messages.")),
    ],
}
TROUBLE_EVERY = 9


def make_history(
    chance: random.Random, triggers: Sequence[Trigger], people: Sequence[User], now: datetime
) -> None:
    """Write the deliveries of `triggers` up to `now`, with the tasks, calls and letters that came of them."""
    told = [each for trigger in triggers if trigger.is_active for each in _told(trigger, now)]
    told.sort(key=lambda pair: (pair[1].moment or pair[1].change.recorded_at, pair[0].pk, pair[1].change.pk))
    pairs = [(each, _delivery(trigger, each, number, now)) for number, (trigger, each) in enumerate(told)]
    Delivery.objects.bulk_create([delivery for _, delivery in pairs])
    done = [(each, delivery) for each, delivery in pairs if delivery.state == State.SENT]
    _write_contents(done)
    Task.objects.bulk_create(list(_tasks(chance, done, people, now)))
    Letter.objects.bulk_create(list(_letters(done, people, now)))


def _told(trigger: Trigger, now: datetime) -> Iterator[tuple[Trigger, replay.Replayed]]:
    """Yield what the outbox would have a row for: not what does not fit the conditions."""
    changes = replay.changes(trigger, since=trigger.active_since)
    for each in replay.replay(trigger, list(changes), now=now):
        if each.moment is not None or each.outcome == replay.TO_COME:
            yield trigger, each


def _delivery(trigger: Trigger, each: replay.Replayed, number: int, now: datetime) -> Delivery:
    state, why = _outcome(trigger, each, number, now)
    waits = state in Delivery.UNFINISHED
    channel = each.reach.channel if each.reach else trigger.channels[0]
    return Delivery(
        trigger=trigger,
        status_change=each.change,
        order=each.order,
        kind=trigger.kind,
        channel=channel,
        payload=each.change.payload(),
        state=state,
        **why,
        follows_due_date=trigger.waits_for_due_date,
        not_before=each.moment,
        expires_at=_expires_at(trigger, each) if waits else None,
        tries=0 if waits or state == State.SKIPPED else 1,
        created_at=each.change.recorded_at,
        finished_at=None if waits else min(each.moment, now),
        sent_to=(each.addresses or each.to)[:500] if state in (State.SENT, State.UNKNOWN) else "",
    )


def _outcome(trigger: Trigger, each: replay.Replayed, number: int, now: datetime) -> tuple[State, dict]:
    said = because(Reason.SAID, each.why) if each.why else {}
    if each.outcome == replay.SKIPPED and each.reach is None:
        return State.SKIPPED, said
    if trigger.needs_review:
        return State.HELD, because(Reason.REVIEW)
    if each.moment is None or each.moment > now:
        return State.PENDING, {} if each.moment else said
    if each.outcome == replay.SKIPPED:
        return (State.FAILED if each.reach.problem else State.SKIPPED), said
    trouble = TROUBLE.get(each.reach.channel)
    if trouble and number % TROUBLE_EVERY == 0:
        return trouble[number // TROUBLE_EVERY % len(trouble)]
    return State.SENT, {}


def _expires_at(trigger: Trigger, each: replay.Replayed) -> datetime | None:
    # Held rows of the past shall be there to be looked at, whenever the demo is.
    if trigger.max_late_hours is None or trigger.needs_review or each.moment is None:
        return None
    return each.moment + timedelta(hours=trigger.max_late_hours)


def _write_contents(done: Sequence[tuple[replay.Replayed, Delivery]]) -> None:
    for each, delivery in done:
        delivery.message = composing.compose(delivery, each.reach)
        if delivery.channel in channels.outward():
            delivery.content = composing.content(delivery.message)
    Delivery.objects.bulk_update([delivery for _, delivery in done], ["content"], batch_size=200)


def _tasks(chance, done, people, now) -> Iterator[Task]:
    calendar = work_calendar.load()
    for each, delivery in done:
        if delivery.channel not in ("task", "call"):
            continue
        message, due_in = delivery.message, delivery.trigger.task_due_in
        is_open = now - each.moment < STAYS_OPEN
        is_call = delivery.channel == "call"
        day = each.moment.date()
        yield Task(
            kind=Task.Kind.CALL if is_call else Task.Kind.TASK,
            delivery=delivery,
            order=each.order,
            title=message.subject,
            notes=message.text,
            department_id=message.department_id,
            assigned_user_id=message.user_id,
            due_date=None if due_in is None else calendar.add_business_days(day, due_in),
            created_at=delivery.finished_at,
            call_name=message.to_name if is_call else "",
            call_number=message.addresses[0] if is_call else "",
            outcome="Will come on Saturday." if is_call and not is_open else "",
            done_at=None if is_open else each.moment + timedelta(hours=chance.randint(1, 20)),
            done_by=None if is_open else chance.choice(people),
        )


def _letters(done, people, now) -> Iterator[Letter]:
    for each, delivery in done:
        if delivery.channel != "letter":
            continue
        is_printed = now - each.moment > 3 * STAYS_OPEN
        yield Letter(
            delivery=delivery,
            order=each.order,
            to_name=delivery.message.to_name,
            address=delivery.message.postal_address,
            subject=delivery.message.subject,
            text=delivery.message.text,
            layout=delivery.trigger.template.letter_layout,
            created_at=delivery.finished_at,
            printed_at=delivery.finished_at + timedelta(hours=3) if is_printed else None,
            printed_by=people[0] if is_printed else None,
        )
