"""Writing what happened: the order's row, and its row of Status Notes or History, the same way for all verbs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils import timezone

from preproduction import written
from preproduction.models import Batch, Cause, Order, OrderEvent, Status, StatusChange
from preproduction.models.order_queries import OrderQuerySet
from preproduction.operations.refusal import OutdatedPage
from studio import dates
from studio.business_days import WorkCalendar
from studio.models import User
from triggers import outbox, tasks
from triggers.models import Trigger

Kind = OrderEvent.Kind
T = TypeVar("T")

# What a status change sets, and an undo puts back.
COLUMNS = (
    "status",
    "entered_status_on",
    "entered_status_at",
    "status_due_date",
    "status_duration",
    "held_days",
    "held_on",
    "department",
    "assigned_user",
    "is_complete",
    "completed_by",
    "completed_on",
    "late_reason",
    "delay_reason",
)

_SHARED = "SELECT * FROM preproduction_status WHERE id = %s FOR SHARE"


def keep_order(order: Order, expected: int | None = None) -> Order:
    """Return `order` as it is now, with what its rows tell of joined, and keep it so until the transaction ends.

    On SQLite the transaction itself is the lock; on either engine the compare-and-set of the writing decides.

    expected: order.version as the user's page showed it; None asks for no comparison.
    Raises OutdatedPage if the order has changed since, or was withdrawn.
    """
    return as_expected(_to_keep().find(order.pk), order, expected)


def as_expected(kept: Order | None, order: Order, expected: int | None) -> Order:
    """Return `kept`, which is `order` as it was found just now, if that is what the user's page showed.

    Raises OutdatedPage where it is another, or None.
    """
    if kept is None:
        raise OutdatedPage(f"{order} was withdrawn meanwhile. Nothing was changed.")
    refuse_if_outdated(kept, expected)
    return kept


def keep_orders(keys: Iterable[int]) -> dict[int, Order]:
    """Return those orders there are, by their keys, each as keep_order does; kept in the order of their keys, so that
    nobody waits for another in a circle.  A query for each 500.
    """
    kept: dict[int, Order] = {}
    for chunk in in_chunks(sorted(set(keys))):
        kept |= {order.pk: order for order in _to_keep().filter(pk__in=chunk).order_by("pk")}
    return kept


def _to_keep() -> OrderQuerySet:
    found: OrderQuerySet = Order.objects.select_for_update(of=("self",)).for_table()
    return found.select_related("session__photographer", "completed_by", "late_reason")


def refuse_if_outdated(order: Order, expected: int | None) -> None:
    """Raise OutdatedPage if `order` has another version than the page of its user; None is not known."""
    if expected is not None and order.version != expected:
        raise OutdatedPage(who_was_quicker(order))


def who_was_quicker(order: Order, nothing: str = "Nothing was changed by you; look at it again.") -> str:
    """Say who did what to `order` last, and when, and that `nothing` came of what the user wanted."""
    change = order.status_changes.order_by("-sequence").first()
    event = order.events.filter(raised_version=True).order_by("-version").first()
    if change is None:
        return f"{order} has changed meanwhile. {nothing}"
    if event is not None and event.version > change.version:
        who, what, at = event.by_name, DONE.get(event.kind, "changed {}"), event.recorded_at
    else:
        who, what, at = change.recorded_by_name, f"moved {{}} to {change.to_status_name or 'no status'}", None
    at = timezone.localtime(at or change.recorded_at)
    day = "" if at.date() == timezone.localdate() else f" on {dates.written(at)}"
    return f"{who} {what.format(order)}{day} at {at:%H:%M}. {nothing}"


# What somebody did who was quicker.
DONE: dict[str, str] = {
    Kind.ASSIGNED: "gave {} to somebody else",
    Kind.DUE_DATE: "moved the due date of {}",
    Kind.PROMISED: "moved the promise of {}",
    Kind.HELD: "put {} on hold",
    Kind.RESUMED: "resumed {}",
    Kind.WITHDRAWN: "put {} back",
}


def write_change(
    order: Order,
    columns: Mapping[str, object],
    *,
    cause: Cause,
    by: User,
    updated_by: User,
    completed_on: date,
    reckoned: Mapping[str, object],
    note: str = "",
    request_key: UUID | None = None,
    batch: Batch | None = None,
    undoes: StatusChange | None = None,
) -> StatusChange:
    """Move `order`, just kept, by writing `columns` and one row of Status Notes.  `order` is then as written.

    columns:  all of COLUMNS.
    reckoned: how late the status was completed, and its business days (`reckoning`).

    Raises OutdatedPage if the order has another version by now.
    """
    change = StatusChange.objects.create(
        order=order,
        sequence=order.status_sequence + 1,
        version=order.version + 1,
        cause=cause,
        ends_id=order.stay_id,
        undoes=undoes,
        request_key=request_key,
        batch=batch,
        before=written.of(order, COLUMNS),
        after=written.write(columns),
        completed_on=completed_on,
        **{**leaving(order), **reckoned},
        **where_it_went(order),
        **entering(columns),
        **signature(by, updated_by),
        note=note,
    )
    stay_id = undoes.ends_id if undoes else change.pk
    store(
        order,
        {**columns, "stay_id": stay_id, "status_sequence": change.sequence},
        version=change.version,
    )
    return change


def write_event(
    order: Order,
    kind: Kind,
    columns: Mapping[str, object],
    *,
    by: User,
    raises: bool = True,
    cause: Cause = Cause.BY_HAND,
    note: str = "",
    batch: Batch | None = None,
    undoes: OrderEvent | None = None,
) -> OrderEvent:
    """Write `columns` of `order`, just kept, and the row of History that says so.  `order` is then as written.

    raises: whether pages that have not seen this may not change the order any more.

    Raises OutdatedPage if the order has another version by now.
    """
    event = new_event(
        order, kind, columns, by=by, raises=raises, cause=cause, note=note, batch=batch, undoes=undoes
    )
    store(order, columns, version=event.version)
    event.save()
    return event


def new_event(
    order: Order, kind: Kind, columns: Mapping[str, object], *, by: User, raises: bool = True, **others: Any
) -> OrderEvent:
    """Return the row of History for writing `columns` of `order`, not stored yet."""
    return OrderEvent(
        order=order,
        kind=kind,
        stay_id=order.stay_id,
        version=order.version + 1 if raises else order.version,
        raised_version=raises,
        before=written.of(order, columns),
        after=written.write(columns),
        by=by,
        by_name=str(by),
        **others,
    )


def plan_event(
    order: Order, kind: Kind, columns: Mapping[str, object], **others: Any
) -> tuple[OrderEvent, Mapping[str, object]]:
    """Return what write_events takes: the row of History for writing `columns`.  `order`, just kept, is then as written."""
    event = new_event(order, kind, columns, **others)
    for name, value in columns.items():
        setattr(order, name, value)
    order.version = event.version
    return event, columns


def write_events(planned: Sequence[tuple[OrderEvent, Mapping[str, object]]]) -> None:
    """Write rows of History for as many orders, kept since they were planned, and the columns that they say.

    One UPDATE for all orders that get the same: of thousands of due dates that move, few are different.
    """
    alike: dict[tuple[tuple[str, object], ...], list[OrderEvent]] = {}
    for event, columns in planned:
        alike.setdefault(tuple(columns.items()), []).append(event)
    for same, events in alike.items():
        for chunk in in_chunks(events):
            orders = Order.with_withdrawn.filter(pk__in=[event.order_id for event in chunk])
            orders.update(**dict(same), version=F("version") + 1)
    for chunk in in_chunks([event for event, _ in planned]):
        OrderEvent.objects.bulk_create(chunk)


def tell(
    order: Order,
    kind: Kind,
    *,
    by: User,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    note: str = "",
    **others: Any,
) -> OrderEvent:
    """Write a row of History about what stands in other tables: a note, images, custom fields."""
    return OrderEvent.objects.create(
        order=order,
        kind=kind,
        stay_id=order.stay_id,
        version=order.version,
        raised_version=False,
        before=before or {},
        after=after or {},
        note=note,
        by=by,
        by_name=str(by),
        **others,
    )


def store(order: Order, columns: Mapping[str, object], *, version: int) -> None:
    """Compare and set: write `columns` if the order still has the version of `order`, which then has them, too."""
    stored = Order.with_withdrawn.filter(pk=order.pk, version=order.version).update(
        **columns, version=version
    )
    if not stored:
        raise OutdatedPage(who_was_quicker(order))
    for name, value in columns.items():
        setattr(order, name, value)
    order.version = version


def leaving(order: Order) -> dict[str, Any]:
    """Return the columns of a StatusChange that tell of the status `order` is about to leave."""
    return {
        "from_status": order.status,
        "from_status_name": str(order.status or ""),
        "entered_on": order.entered_status_on,
        "due_date": order.status_due_date,
        "duration": order.status_duration,
        "held_days": order.held_days,
        "late_reason": order.late_reason,
        "late_reason_name": str(order.late_reason or ""),
        "delay_reason": order.delay_reason,
        "department": order.department,
        "department_name": str(order.department or ""),
        "assigned_user": order.assigned_user,
        "assigned_user_name": str(order.assigned_user or ""),
    }


def where_it_went(order: Order) -> dict[str, Any]:
    """Return the columns of a StatusChange that keep the vendor and session type as they were."""
    session_type = order.session.session_type
    return {
        "vendor": order.vendor,
        "vendor_name": str(order.vendor or ""),
        "session_type": session_type,
        "session_type_name": str(session_type),
    }


def reckoning(order: Order, completed_on: date, calendar: WorkCalendar, *, held: int) -> dict[str, Any]:
    """Return how late the status of `order` was completed, and its business days there less the `held` ones."""
    due, entered, clock = order.status_due_date, order.entered_status_on, order.clock(calendar)
    return {
        "days_late": clock.count_business_days(due, completed_on) if due else None,
        "days_at_status": clock.count_business_days(entered, completed_on) - held if entered else None,
    }


def entering(columns: Mapping[str, object]) -> dict[str, Any]:
    """Return the columns of a StatusChange that tell of the status an order enters with `columns`."""
    to, department, user = columns["status"], columns["department"], columns["assigned_user"]
    return {
        "to_status": to,
        "to_status_name": str(to or ""),
        "to_due_date": columns["status_due_date"],
        "to_department": department,
        "to_department_name": str(department or ""),
        "to_user": user,
        "to_user_name": str(user or ""),
    }


def signature(by: User, updated_by: User) -> dict[str, Any]:
    return {
        "updated_by": updated_by,
        "updated_by_name": str(updated_by),
        "recorded_by": by,
        "recorded_by_name": str(by),
    }


def keep_status(status: Status, *, to_change: bool = False) -> Status:
    """Return `status` as the list has it now, and keep it so until the transaction ends.

    Without this an order could enter a status just as an administrator marks it final or deletes it.  Statuses are
    kept before orders are, everywhere, so that nobody waits for each other in a circle.

    to_change: whether it is to be changed itself.  Those who only enter it do not wait for each other.

    Raises OutdatedPage if it was deleted, or its Final Status mark changed, since it was read.
    """
    if to_change or not connection.features.has_select_for_update:
        now = Status.objects.select_for_update(no_key=True).find(status.pk)
    else:  # Django has no word for a lock that is shared
        now = next(iter(Status.objects.raw(_SHARED, [status.pk])), None)
    if now is None or now.is_final != status.is_final:
        raise OutdatedPage(
            f"{status} has changed in the status list meanwhile. Nothing was changed; look at the page again."
        )
    return now


def announce(
    change: StatusChange,
    *,
    left_out: Collection[int] = (),
    calendar: WorkCalendar | None = None,
    triggers: Sequence[Trigger] | None = None,
) -> None:
    """Queue what the triggers of the entered status want done, and skip what those of the left one still wanted.

    The worker is woken after the commit.  `change.order` is as the change has left it.
    """
    if change.sequence > 1:
        outbox.leave(change)
    if outbox.enqueue(change, left_out=left_out, calendar=calendar, triggers=triggers):
        tasks.wake_worker_on_commit()


def in_chunks(rows: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Yield slices of `rows` that fit into one statement: SQLite limits its variables."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
