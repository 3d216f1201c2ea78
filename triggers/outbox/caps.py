"""Caps: so many messages of the studio an hour, so many to one recipient a day.  What is over is held, never lost."""

from datetime import datetime, timedelta, tzinfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from studio.models import User
from triggers import channels
from triggers.models import Delivery, MessagePreferences, Reason, Task, because

State = Delivery.State

_HELD = Q(state=State.HELD) & ~Q(reason_code=Reason.REVIEW)


def locked_preferences() -> MessagePreferences:
    """Return the preferences, locked until the transaction ends: of two claims, the second sees what the first took.

    On SQLite the transaction itself is the lock.
    """
    rows = MessagePreferences.objects.select_for_update().filter(pk=1)
    found = rows.first()
    if found is None:
        MessagePreferences.objects.get_or_create(pk=1)
        found = rows.get()
    return found


def room(preferences: MessagePreferences, now: datetime) -> int:
    """Return how many messages may still go out within the hour.  One query."""
    gone = Q(state__in=(State.SENT, State.UNKNOWN), finished_at__gt=now - timedelta(hours=1))
    going = Q(state=State.SENDING)
    used = Delivery.objects.filter(gone | going, channel__in=channels.outward()).count()
    return max(preferences.most_per_hour - used, 0)


def hold_due(preferences: MessagePreferences, now: datetime) -> int:
    """Hold every message that is due while there is no room for it; return how many."""
    held = Delivery.objects.filter(
        state=State.PENDING, not_before__lte=now, channel__in=channels.outward()
    ).update(state=State.HELD, **because(Reason.STUDIO_CAP, _messages(preferences.most_per_hour)))
    if held:
        tell_administrators()
    return held


def over_for(
    delivery: Delivery, sent_to: str, preferences: MessagePreferences, zone: tzinfo
) -> dict[str, str]:
    """Return why `sent_to` has had enough for today, as columns; {} if not.  One query.

    Call with `sent_to` written to the row already: two workers then see each other's.
    """
    if delivery.channel not in channels.personal():
        return {}
    today = timezone.localtime(timezone=zone).replace(hour=0, minute=0, second=0, microsecond=0)
    gone = Q(state__in=(State.SENT, State.UNKNOWN), finished_at__gte=today) | Q(state=State.SENDING)
    most = preferences.most_per_recipient
    others = Delivery.objects.filter(gone, sent_to=sent_to, channel__in=channels.personal()).exclude(
        pk=delivery.pk
    )
    if others.count() < most:
        return {}
    return because(Reason.RECIPIENT_CAP, _messages(most))


def _messages(most: int) -> str:
    return f"{most} {'message' if most == 1 else 'messages'}"


def tell_administrators() -> bool:
    """Give every administrator a task, once until nothing is held by a cap any more; return whether it was now."""
    with transaction.atomic():
        MessagePreferences.objects.get_or_create(pk=1)
        first = MessagePreferences.objects.filter(pk=1, cap_told_at=None).update(cap_told_at=timezone.now())
        if first:
            Task.objects.bulk_create(
                Task(
                    title="Look at the Trigger Queue: a cap holds messages",
                    notes="More messages were to go out than the message preferences allow. They are held in the "
                    "Trigger Queue, and nothing is lost: process them or skip them there.",
                    assigned_user=administrator,
                    due_date=timezone.localdate(),
                )
                for administrator in User.objects.administrators()
            )
    return bool(first)


def forget_told() -> None:
    """Be ready to tell the administrators again, once nothing is held by a cap any more."""
    told = MessagePreferences.objects.filter(pk=1, cap_told_at__isnull=False)
    if told.exists() and not Delivery.objects.filter(_HELD).exists():
        told.update(cap_told_at=None)
