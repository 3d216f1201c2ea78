"""What every page tells managers and administrators: the worker stands still, messages are paused, caps hold some."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, QuerySet, Subquery, When

from studio.models import User
from triggers import worker
from triggers.models import Delivery, MessagePreferences, WorkerHeartbeat
from triggers.outbox.channels import OUTWARD

State = Delivery.State


@dataclass(frozen=True)
class Notices:
    """paused_waiting: messages that wait for Resume.  held_by_caps: messages that a cap holds."""

    seen: datetime | None
    is_stopped: bool
    is_paused: bool
    paused_at: datetime | None
    paused_by: str
    paused_waiting: int
    held_by_caps: int


def notices(user: User) -> Notices:
    """Return what there is to tell.  One query: it runs on every page.

    It asks for the signed-in user's row, which is there even where nothing else is.
    """
    preferences = MessagePreferences.objects.filter(pk=1)
    waiting = Delivery.objects.filter(state=State.PENDING, channel__in=OUTWARD)
    held = Delivery.objects.filter(state=State.HELD).exclude(reason=Delivery.WAITS_FOR_REVIEW)
    row = (
        User.objects.filter(pk=user.pk)
        .annotate(
            seen=Subquery(WorkerHeartbeat.objects.filter(pk=1).values("beat_at")),
            is_paused=Subquery(preferences.values("is_paused")),
            paused_at=Subquery(preferences.values("paused_at")),
            **{f"by_{name}": Subquery(preferences.values(f"paused_by__{name}")) for name in _NAME},
            held=_count(held),
        )
        # Counted only while it is told.
        .annotate(waiting=Case(When(is_paused=True, then=_count(waiting)), output_field=IntegerField()))
        .values("seen", "is_paused", "paused_at", "held", "waiting", *(f"by_{name}" for name in _NAME))
        .get()
    )
    return Notices(
        seen=row["seen"],
        is_stopped=worker.is_stopped(row["seen"]),
        is_paused=bool(row["is_paused"]),
        paused_at=row["paused_at"],
        paused_by=str(User(**{name: row[f"by_{name}"] or "" for name in _NAME})),
        paused_waiting=row["waiting"] or 0,
        held_by_caps=row["held"] or 0,
    )


_NAME = ("first_name", "last_name", "username")


def _count(rows: QuerySet) -> Subquery:
    """Count `rows`, which are all in one state; None for none."""
    return Subquery(rows.order_by().values("state").annotate(n=Count("pk")).values("n"))
