"""What colleagues did that somebody should hear of: an order was given to them, or a note names them.

Worked out when Home is read, from Status Notes and History; only up to where somebody has read it is stored.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from preproduction.models import Order, OrderEvent, StatusChange
from studio.models import User

SHOWN = 20
Kind = OrderEvent.Kind


@dataclass(frozen=True)
class News:
    """One thing to hear of.  words: what somebody did, behind their name: "gave you"."""

    at: datetime
    who: str
    words: str
    order: Order
    note: str


def news_for(user: User) -> list[News]:
    """Return what happened since `user` last said Seen, the newest first, at most SHOWN of it.  Two queries."""
    events = (
        OrderEvent.objects.filter(kind__in=(Kind.ASSIGNED, Kind.NOTE), recorded_at__gt=user.seen_news_at)
        .filter(order__withdrawn_on=None)
        .filter(
            Q(kind=Kind.ASSIGNED, after__assigned_user__0=user.pk, order__assigned_user=user)
            | Q(Q(note__icontains=f"@{user.username}") | Q(note__icontains=str(user)), kind=Kind.NOTE)
        )
        .exclude(by=user)
    )
    changes = (
        StatusChange.objects.filter(recorded_at__gt=user.seen_news_at, order__withdrawn_on=None)
        .filter(to_user=user, order__assigned_user=user)
        .exclude(assigned_user=user)
        .exclude(recorded_by=user)
    )
    found = [
        *(_of_event(row) for row in _newest(events) if row.kind == Kind.ASSIGNED or names(user, row.note)),
        *(
            News(
                row.recorded_at,
                row.recorded_by_name,
                f"gave you, now at {row.to_status_name},",
                row.order,
                row.note,
            )
            for row in _newest(changes)
        ),
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)[:SHOWN]


def names(user: User, text: str) -> bool:
    """Whether `text` names `user`, by @username or by the full name, and not somebody whose name only begins so."""
    wanted = "|".join(re.escape(name) for name in (f"@{user.username}", str(user)))
    return re.search(rf"(?<!\w)(?:{wanted})(?!\w)", text, re.IGNORECASE) is not None


def _newest(rows):
    return rows.select_related("order__session__client").order_by("-recorded_at", "-pk")[:SHOWN]


def _of_event(row: OrderEvent) -> News:
    words = "gave you" if row.kind == Kind.ASSIGNED else "names you in a note on"
    return News(row.recorded_at, row.by_name, words, row.order, row.note)
