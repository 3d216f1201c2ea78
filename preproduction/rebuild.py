"""An order's row as its history tells it, now or at the end of any past day.

Status Notes and History together know everything that operations write of an order; the random walk holds the two
against the row after each step.  Overdue asks the same of a past day, as it was known then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from preproduction.models import Order, OrderEvent, StatusChange

Kind = OrderEvent.Kind

# Rows that tell of other tables, and rows that tell of nothing that is a column.
IN_OTHER_TABLES = {Kind.IMAGES: "images", Kind.CUSTOM: "custom"}
ONLY_WORDS = (Kind.NOTE, Kind.ASKED, Kind.DECLINED, Kind.MERGED)


@dataclass
class Rebuilt:
    """What history says.

    columns: of the order, as preproduction/written.py writes them.
    images:  lines by key, as History writes them.
    custom:  [label, value] by key of the field.
    stay:    key of the status change by which the order stands; 0 before the first.
    """

    columns: dict[str, object] = field(default_factory=dict)
    images: dict[str, list[Any]] = field(default_factory=dict)
    custom: dict[str, list[Any]] = field(default_factory=dict)
    stay: int = 0
    version: int = 0

    def take(self, row: StatusChange | OrderEvent) -> None:
        """Let `row` happen."""
        if isinstance(row, StatusChange):
            # An undo goes back to a stay: the first change, which ended none, cannot be undone.
            assert row.stay_after is not None
            self.stay = row.stay_after.pk
        if row.version > self.version:
            self.version = row.version
        kind = getattr(row, "kind", None)
        if kind in ONLY_WORDS:
            return
        if kind in IN_OTHER_TABLES:
            kept = getattr(self, IN_OTHER_TABLES[kind])
            kept.update(row.after)
            setattr(self, IN_OTHER_TABLES[kind], {key: line for key, line in kept.items() if line})
            return
        self.columns.update(row.after)


def rebuild(order: Order, *, through: datetime | None = None) -> Rebuilt:
    """Return `order` as its history tells it, up to the moment `through`.  Two queries."""
    changes = order.status_changes.select_related("undoes__ends")
    events = order.events.all()
    if through is not None:
        changes, events = changes.filter(recorded_at__lte=through), events.filter(recorded_at__lte=through)
    told = Rebuilt()
    for row in in_turn([*changes, *events]):
        told.take(row)
    return told


def in_turn(rows: Iterable[StatusChange | OrderEvent]) -> list[StatusChange | OrderEvent]:
    """Return rows of one order as they happened: by version, and what raised none after what raised it."""
    return sorted(rows, key=lambda row: (row.version, not getattr(row, "raised_version", True), row.pk))


@dataclass(frozen=True)
class Standing:
    """Where an order stood at the end of a day, as it was known then.  Names are as they were.

    columns: what was written of it, its promise with it where there was one.
    """

    order: Order
    columns: Mapping[str, Any]

    @property
    def due_date(self) -> date | None:
        return self._day("status_due_date")

    @property
    def needed_by(self) -> date | None:
        return self._day("needed_by")

    def is_overdue(self, day: date) -> bool:
        return _is_overdue(self.columns, day)

    def is_promise_broken(self, day: date) -> bool:
        return _is_promise_broken(self.columns, day)

    def how_late(self, day: date) -> tuple[date, date, int]:
        """Return what sorts the worst first: broken promises, the earliest first, then by due date."""
        broken = self.needed_by if self.is_promise_broken(day) else None
        return broken or date.max, self.due_date or date.max, self.order.pk

    @property
    def why_late(self) -> str:
        """Return the reasons, of the list and in words, as Order.why_late does."""
        return ": ".join(filter(None, (self.name("late_reason"), self.columns["delay_reason"])))

    def _day(self, column: str) -> date | None:
        written = self.columns.get(column)
        return date.fromisoformat(written) if written else None

    def name(self, column: str) -> str:
        """Return what was in `column`, which is a foreign key: "Retouching"; "" where nothing was."""
        value = self.columns[column]
        return value[1] if value else ""


def overdue_as_known_on(day: date) -> list[Standing]:
    """Return what was late on the studio-local `day`, as it was known at its end; the worst first, as Overdue has them.

    Four queries: the last status change of each order that was open, what happened to these since, what was promised of
    them at any time, and the orders.  It is for looking back, and reads that much however few were late.
    """
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time(0)))
    last = (
        StatusChange.objects.filter(order=OuterRef("order"), recorded_at__lt=end)
        .order_by("-sequence")
        .values("sequence")[:1]
    )
    changes = StatusChange.objects.filter(
        recorded_at__lt=end, sequence=Subquery(last), after__is_complete=False
    )
    standing = {row.order_id: dict(row.after) for row in changes.only("order_id", "after")}
    events = OrderEvent.objects.filter(recorded_at__lt=end, order__in=changes.values("order"))
    promised = events.filter(kind__in=(Kind.CREATED, Kind.PROMISED)).exclude(
        kind=Kind.CREATED, after__needed_by=None
    )
    for event in promised.order_by("version", "pk").only("order_id", "after"):
        standing[event.order_id]["needed_by"] = event.after["needed_by"]
    since = (
        events.exclude(kind__in=(*ONLY_WORDS, *IN_OTHER_TABLES, Kind.CREATED))
        .filter(version__gte=_version_of_last(end))
        .order_by("version", F("raised_version").desc(), "pk")
    )
    for event in since.only("order_id", "after"):
        standing[event.order_id].update(event.after)
    late = {key: columns for key, columns in standing.items() if _is_late(columns, day)}
    orders = Order.with_withdrawn.for_table().in_bulk(late)
    found = [Standing(orders[key], columns) for key, columns in late.items()]
    return sorted(found, key=lambda each: each.how_late(day))


def _version_of_last(end: datetime) -> Subquery:
    last = StatusChange.objects.filter(order=OuterRef("order"), recorded_at__lt=end).order_by("-sequence")
    return Subquery(last.values("version")[:1])


def _is_late(columns: Mapping[str, Any], day: date) -> bool:
    return _is_overdue(columns, day) or _is_promise_broken(columns, day)


def _is_overdue(columns: Mapping[str, Any], day: date) -> bool:
    return not columns["held_on"] and _is_past(columns, "status_due_date", day)


def _is_promise_broken(columns: Mapping[str, Any], day: date) -> bool:
    return _is_past(columns, "needed_by", day)


def _is_past(columns: Mapping[str, Any], name: str, day: date) -> bool:
    """Whether the day in the column `name` of an open order lies before `day`."""
    if columns["is_complete"] or columns.get("withdrawn_on") or not columns.get(name):
        return False
    return bool(columns[name] < day.isoformat())  # ISO dates compare as days do
