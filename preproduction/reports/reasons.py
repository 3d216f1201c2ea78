"""Why orders were late, counted: stays that were left late, by reason, status, vendor and month."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from preproduction.models import StatusChange


class Late(NamedTuple):
    """How many stays of one kind were late by one reason.  reason, status, vendor: keys.  month: its first day."""

    reason: int
    status: int | None
    vendor: int | None
    month: date
    stays: int


def late_by_reason(since: date) -> list[Late]:
    """Count what was left late from `since` on, the most frequent first; without undone changes.  Two queries."""
    undone = set(
        StatusChange.objects.filter(undoes__isnull=False, completed_on__gte=since).values_list(
            "undoes", flat=True
        )
    )
    rows = StatusChange.objects.filter(
        late_reason__isnull=False, completed_on__gte=since, undoes__isnull=True, order__withdrawn_on=None
    )
    found = Counter(
        (reason, status, vendor, day.replace(day=1))
        for key, reason, status, vendor, day in rows.values_list(
            "pk", "late_reason", "from_status", "vendor", "completed_on"
        )
        if key not in undone
    )
    return [Late(*kind, stays) for kind, stays in found.most_common()]


def total_by(found: list[Late], column: str) -> Mapping[int | date | None, int]:
    """Return how many stays there are by what stands in `column`, the most frequent first."""
    counts: Counter = Counter()
    for each in found:
        counts[getattr(each, column)] += each.stays
    return dict(counts.most_common())
