"""What happened to an order, in words: Status Notes and History as one stream, the newest first.

Pure: rows in, entries out, no query.  Names are as the rows keep them, so that a renamed status changes no past;
what was erased with its client says so itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter

from preproduction import stay
from preproduction.models import Cause, ImageLine, Order, OrderEvent, StatusChange
from studio.models.people import UNASSIGNED

Kind = OrderEvent.Kind

# Columns of an order that no page shows by themselves: counters behind a due date, and what the entry's title says.
UNSAID = {
    "status",
    "status_duration",
    "held_days",
    "is_complete",
    "late_reason",
    "delay_reason",
    "withdrawn_on",
}
LABELS = {"entered_status_on": "Since"}
LINE_LABELS = [
    ImageLine._meta.get_field(name).verbose_name
    for name in ("files", "proof_type", "proof_size", "quantity_sent", "quantity_returned")
]


@dataclass(frozen=True)
class Difference:
    """One thing that is other than before: a date, a number or words; None where there was, or is, nothing."""

    label: str
    before: date | str | int | None
    after: date | str | int | None


@dataclass(frozen=True)
class Entry:
    """One entry of the stream.

    title: what happened, in a few words.
    who:   by whom, as the name was then.
    cause: what caused it, as its label says.
    note:  the words that somebody gave with it: a note, a reason.
    """

    at: datetime
    title: str
    who: str
    cause: str
    differences: tuple[Difference, ...]
    note: str
    is_undone: bool
    batch_id: int | None
    is_move: bool


def stream(changes: Collection[StatusChange], events: Collection[OrderEvent]) -> list[Entry]:
    """Return the rows of one order, all of them, as entries, the newest first.

    Of two rows of one moment, the one of the higher version is the newer one; what
    raises no version came after the change that did, but for how the order was made.
    """
    undone, undone_events = keys_of_undone(changes), keys_of_undone(events)
    entries = [
        *(((row.recorded_at, row.version, 1, row.pk), _of_change(row, row.pk in undone)) for row in changes),
        *(
            (
                (row.recorded_at, row.version, 0 if row.kind == Kind.CREATED else 2, row.pk),
                _of_event(row, row.pk in undone_events),
            )
            for row in events
        ),
    ]
    return [entry for _, entry in sorted(entries, key=itemgetter(0), reverse=True)]


def keys_of_undone(rows: Iterable[StatusChange] | Iterable[OrderEvent]) -> set[int]:
    """Return the keys of those that another one of them has undone.

    The database is not asked to join them: with statistics both engines read all Status Notes for it (12 seconds at a
    million orders).
    """
    return {row.undoes_id for row in rows if row.undoes_id}


def _of_change(row: StatusChange, is_undone: bool) -> Entry:
    to, left = row.to_status_name or "no status", row.from_status_name
    if row.cause == Cause.CREATED:
        title = f"Started at {to}"
    elif row.after.get("is_complete") and not row.to_status_name:
        title = "Completed"
    else:
        title = f"Moved from {left or 'no status'} to {to}"
    return Entry(
        at=row.recorded_at,
        title=title,
        who=_signed(row),
        cause=row.get_cause_display(),
        differences=tuple(_columns(row.before, row.after)),
        note="\n".join(words for words in (_lateness(row), row.note) if words),
        is_undone=is_undone,
        batch_id=row.batch_id,
        is_move=True,
    )


def _of_event(row: OrderEvent, is_undone: bool) -> Entry:
    return Entry(
        at=row.recorded_at,
        title=_title(row),
        who=row.by_name,
        cause=row.get_cause_display(),
        differences=tuple(_differences(row)),
        note=row.note,
        is_undone=is_undone,
        batch_id=row.batch_id,
        is_move=False,
    )


def _title(row: OrderEvent) -> str:
    if row.kind == Kind.WITHDRAWN and row.after.get("withdrawn_on") is None:
        return "Put back"
    if row.kind == Kind.REASON:
        return "Why it is late"
    return row.get_kind_display()


def _signed(row: StatusChange) -> str:
    if row.updated_by_name == row.recorded_by_name:
        return row.recorded_by_name
    return f"{row.updated_by_name} (recorded by {row.recorded_by_name})"


def _lateness(row: StatusChange) -> str:
    if not row.was_late:
        return ""
    return ", ".join(filter(None, (f"{row.from_status_name}: {stay.late_by(row.days_late)}", row.why_late)))


def _differences(row: OrderEvent) -> Iterator[Difference]:
    if row.kind == Kind.IMAGES:
        return _images(row.before, row.after)
    if row.kind == Kind.CUSTOM:
        return _custom(row.before, row.after)
    if row.kind == Kind.REASON:
        return _reasons(row.before, row.after)
    return _columns(row.before, row.after)


def _columns(before: Mapping, after: Mapping) -> Iterator[Difference]:
    for name, value in after.items():
        was = before.get(name)
        if name not in UNSAID and (was or None) != (value or None):
            field = Order._meta.get_field(name)
            label = LABELS.get(name, field.verbose_name)
            yield Difference(label, _shown(field, was) if name in before else None, _shown(field, value))


def _reasons(before: Mapping, after: Mapping) -> Iterator[Difference]:
    for name in after:
        field = Order._meta.get_field(name)
        yield Difference(field.verbose_name, _shown(field, before[name]), _shown(field, after[name]))


def _shown(field, value):
    """Return a column, as preproduction/written.py wrote it, as a page shows it."""
    if value in (None, ""):
        return UNASSIGNED if field.name == "assigned_user" else None
    if field.is_relation:
        return value[1]
    if field.choices:
        return str(dict(field.flatchoices)[value])
    return field.to_python(value)


def _custom(before: Mapping, after: Mapping) -> Iterator[Difference]:
    for key, (label, value) in after.items():
        yield Difference(label, before.get(key, [label, ""])[1], value)


def _images(before: Mapping, after: Mapping) -> Iterator[Difference]:
    """Tell a line that came or went by its counts; of any other one, each cell that changed."""
    for key, now in after.items():
        was = before.get(key)
        if was is None or now is None:
            yield Difference((now or was)[0], _counts(was), _counts(now))
            continue
        for label, one, other in zip(LINE_LABELS, was, now, strict=True):
            if one != other:
                yield Difference(f"{was[0]}, {label}", one, other)


def _counts(line: list | None) -> str | None:
    return None if line is None else f"{line[3]} sent, {line[4]} returned"
