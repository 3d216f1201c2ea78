"""Undoing as one what was done as one, with an answer for each order."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from preproduction import stay, written
from preproduction.models import Batch, Cause, Order, OrderEvent, StatusChange
from preproduction.operations.calendar import due_date_moves, take_back_calendar
from preproduction.operations.durations import take_back_duration
from preproduction.operations.leaving import take_back_leaving
from preproduction.operations.merge import merge_undo_refusal, take_back_merge
from preproduction.operations.moves import move_due_dates
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.replacing import take_back_replacement, undo_rest_refusal
from preproduction.operations.rows import in_chunks, keep_orders, plan_event, write_events
from preproduction.operations.undo import in_the_way, undo_last_change, undo_refusal, what_since
from preproduction.operations.zone import take_back_zone
from studio import access, work_calendar
from studio.business_days import WorkCalendar
from studio.long_work import rows as long_work
from studio.models import User
from triggers import tasks
from triggers.models import Reason
from triggers.outbox import by_hand
from triggers.rules import schedule

Kind = Batch.Kind
Answer = StatusChange | OrderEvent | OperationRefused


# What undoing takes back besides orders needs a permission of its own.
TAKES_MORE = {
    Kind.ZONE: ("set_preferences", "The time zone was changed."),
    Kind.CALENDAR: ("set_preferences", "The calendar was changed."),
    Kind.DURATION: ("maintain", "A Default Duration was changed."),
    Kind.REPLACED: ("maintain", "A status was replaced."),
    Kind.LEFT: ("manage_people", "Somebody was made inactive."),
    Kind.MERGED: ("merge_clients", "Two clients were merged."),
}


def batch_undo_refusal(batch: Batch, *, by: User) -> str:
    """Say why `by` cannot undo `batch`; "" where nothing stands against it."""
    if batch.undoes_id:
        return "This was an undo itself."
    if batch.kind == Kind.SET_UP:
        return "To go back, apply the set-up as it was before: it is kept under Set-up File."
    if batch.is_undone and long_work.is_doing(batch.undone_by.pk):
        return "The worker is undoing this. See Long Work."
    if batch.is_undone and not _left(batch).exists():
        return f"{batch.undone_by.by_name} has undone this already."
    if batch.is_undone and (refusal := undo_rest_refusal(batch)):
        return refusal
    if batch.by_id != by.pk and not access.may(by, "undo_any_change"):
        return f"{batch.by_name} did this. A manager can undo it."
    permission, what = TAKES_MORE.get(Kind(batch.kind), ("", ""))
    if permission and not access.may(by, permission):
        return f"{what} An administrator can undo it."
    if long_work.is_doing(batch.pk):
        return "The worker is not done with this. Undo it afterwards, or stop it under Long Work."
    return merge_undo_refusal(batch) if batch.kind == Kind.MERGED else ""


@transaction.atomic
def undo_batch(batch: Batch, *, by: User) -> list[tuple[Order, Answer]]:
    """Take back what `batch` did, order by order, and what it did besides (a calendar, a duration, who left, ...).

    An order to which something happened since stays as it is, and its answer says what.
    Raises OperationRefused where the batch as a whole cannot be undone.
    """
    undoing, answers = begin_undo(batch, by=by)
    return [*undo_changes(undoing, by=by), *answers]


@transaction.atomic
def begin_undo(batch: Batch, *, by: User) -> tuple[Batch, list[tuple[Order, Answer]]]:
    """Take back all that `batch` did but for its status changes, which are left to undo_changes.

    Returns the batch of the undo, which is the old one where its undo was not finished, and an answer for each order.
    Raises OperationRefused where the batch as a whole cannot be undone.
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    refusal = batch_undo_refusal(batch, by=by)
    if refusal:
        raise OperationRefused(refusal)
    if batch.is_undone:
        return batch.undone_by, []
    undoing = Batch.begin(Kind.UNDO, f"Undone: {batch}", by=by, undoes=batch)
    if "calendar" in batch.before:
        take_back_calendar(batch, by=by)
    if "zone" in batch.before:
        take_back_zone(batch, by=by)
    if "duration" in batch.before:
        take_back_duration(batch, by=by)
    if "left" in batch.before:
        take_back_leaving(batch, by=by)
    if "status" in batch.before:
        take_back_replacement(batch, by=by)
    if "merged" in batch.before:
        take_back_merge(batch, undoing, by=by)
        return undoing, [(row.order, row) for row in batch.events.select_related("order")]
    calendar = work_calendar.load()
    answers = _undo_events(list(batch.events.all()), undoing, by, calendar)
    # Orders made or moved since the calendar was changed are counted by what is the calendar again.
    again = due_date_moves(calendar, lock=True) if "calendar" in batch.before else ()
    move_due_dates(list(again), by=by, cause=Cause.CALENDAR, batch=undoing)
    if schedule.replan_all(Reason.MOVED_BACK):
        tasks.wake_worker_on_commit()
    return undoing, answers


def undo_changes(
    undoing: Batch, *, by: User, orders: Iterable[int] | None = None
) -> list[tuple[Order, Answer]]:
    """Take back the status changes of the batch that `undoing` undoes, of those `orders` (keys) alone if they are given.

    The answer for one that is taken back already is the row that says so.
    """
    changes = StatusChange.objects.filter(batch__undone_by=undoing)
    if orders is not None:
        changes = changes.filter(order__in=orders)
    changes = changes.select_related("order", "undone_by").order_by("pk")
    return [
        (change.order, getattr(change, "undone_by", None) or _undo_change(change, undoing, by))
        for change in changes
    ]


def _left(batch: Batch) -> QuerySet[StatusChange]:
    """Return the changes of `batch` that nobody has taken back and against which nothing stands.

    Where the worker was stopped amid an undo, there are some.  The twin of undo_refusal, for many.
    """
    later = in_the_way(OuterRef("order"), OuterRef("version"))
    last = batch.changes.filter(~Exists(later), undone_by=None, order__status_sequence=F("sequence"))
    for was_complete in (True, False):
        last = last.exclude(before__is_complete=was_complete, from_status__is_final=not was_complete)
    return last


def why_not_taken_back(done: StatusChange | OrderEvent, *, by: User) -> str:
    """Say why `done`, a row of a batch that `by` has undone, was not taken back with it.  Two queries at most."""
    if isinstance(done, OrderEvent):
        return _since(done.order, done)
    if done.order.status_sequence != done.sequence:
        return f"{done.order} has moved on since."
    return undo_refusal(done.order, done, by=by)


def _undo_change(change: StatusChange, undoing: Batch, by: User) -> Answer:
    order = change.order
    try:
        with transaction.atomic():
            if order.status_sequence != change.sequence:
                raise OperationRefused(f"{order} has moved on since.")
            return undo_last_change(order, expected=None, by=by, batch=undoing)[0]
    except OperationRefused as refusal:
        return refusal


def _undo_events(
    events: Sequence[OrderEvent], undoing: Batch, by: User, calendar: WorkCalendar
) -> list[tuple[Order, Answer]]:
    """Take back `events`, each of another order, in a few statements for all of them."""
    kept = keep_orders(event.order_id for event in events)
    known: written.Known = {}
    answers: list[tuple[Order, Answer]] = []
    planned = []
    for event in events:
        order = kept.get(event.order_id)
        if order is None:
            answers.append((event.order, OperationRefused(f"{event.order} was withdrawn since.")))
        elif since := _since(order, event):
            answers.append((order, OperationRefused(since)))
        else:
            columns = _columns_before(event, order, calendar, known)
            kind = OrderEvent.Kind(event.kind)
            planned.append(
                plan_event(order, kind, columns, by=by, cause=Cause.UNDO, batch=undoing, undoes=event)
            )
            answers.append((order, planned[-1][0]))
    for chunk in in_chunks(planned):
        by_hand.take_back([row.order for row, _ in chunk], undoing.undoes, by=by)
    write_events(planned)
    return answers


def _columns_before(
    event: OrderEvent, order: Order, calendar: WorkCalendar, known: written.Known
) -> dict[str, object]:
    """Return the columns as they were before `event`; a due date that was counted is counted anew."""
    columns = written.load(event.before, known)
    if "status_due_date" in columns:
        before = {name: columns.get(name, value) for name, value in stay.columns(stay.of(order)).items()}
        recounted = stay.columns(stay.from_columns(before).recounted(order.clock(calendar)))
        columns["status_due_date"] = recounted["status_due_date"]
    return columns


def _since(order: Order, event: OrderEvent) -> str:
    """Say what happened to `order` after `event` that an undo would lose; "" where nothing did."""
    if order.version == event.version:
        return ""
    if event.kind == OrderEvent.Kind.PROMISED:  # moving on leaves the promise as it is
        is_later = order.events.filter(kind=event.kind, version__gt=event.version).exists()
        return f"{order} was promised for another day since." if is_later else ""
    if order.status_changes.filter(version__gt=event.version).exists():
        return f"{order} has moved on since."
    # Of two that moved the due date the earlier cannot go alone: what it was counted by has changed since.
    return what_since(order, event.version, due_date_too="status_due_date" in event.before)
