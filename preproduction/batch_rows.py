"""What was done to each order of a batch, and what became of it when the batch was undone, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from preproduction import operations
from preproduction.models import Batch, Order, OrderEvent, StatusChange
from studio import dates
from studio.models.people import UNASSIGNED
from triggers.models import Delivery
from triggers.outbox import words as delivery_words

NO_DUE_DATE = "no due date"
NOT_YET = "Nothing stands against it, but it was not taken back yet."


@dataclass(frozen=True)
class BatchRow:
    """One order of a batch.

    what:         what was done to it: "Sent to lab → At lab".
    changed_since: somebody has done something else to it since.
    messages:     what was sent by hand to tell of it: "Email to anna@example.com: Done".
    taken_back:   None while the batch is not undone.
    why:          why it was not taken back; "" if it was.
    """

    order: Order
    what: str
    changed_since: bool
    taken_back: bool | None
    why: str = ""
    messages: tuple[str, ...] = ()


def batch_rows(batch: Batch) -> Iterator[BatchRow]:
    """Yield the orders of `batch`, in the order in which it was done.  Four queries; more for rows not taken back."""
    messages: dict[int, tuple[str, ...]] = {}
    for each in batch.deliveries.for_table().order_by("pk"):
        messages[each.order_id] = (*messages.get(each.order_id, ()), _message(each))
    joins = ("order__session__client", "undone_by")
    for change in batch.changes.select_related(*joins, "from_status").order_by("pk"):
        what = f"{change.from_status_name or 'No status'} → {change.to_status_name or 'no status'}"
        yield _row(batch, change, what)
    for event in batch.events.select_related(*joins).order_by("pk"):
        row = _row(batch, event, _in_words(event))
        yield replace(row, messages=messages.get(event.order_id, ()))


# What undoing takes back besides the orders, by the kind of the batch.
BESIDES = {
    Batch.Kind.CALENDAR: "The calendar goes back, too.",
    Batch.Kind.ZONE: "The time zone goes back.",
    Batch.Kind.DURATION: "The Default Duration goes back, too.",
    Batch.Kind.REPLACED: "The status that was replaced is active again.",
    Batch.Kind.BEHIND: "Messages that tell of it and wait still are not sent; what has gone out stays.",
    Batch.Kind.MERGED: "Both clients are there again, each with their own sessions.",
    Batch.Kind.LEFT: (
        "Who left can sign in again, and has back the tasks, calls, statuses and triggers "
        "that nobody has done or given to somebody else since."
    ),
}


def with_batch(said: str, batch: Batch) -> SafeString:
    """Return a message with the way to the batch of which it tells."""
    return with_way(said, way_to(batch))


def with_way(said: str, way: dict[str, str]) -> SafeString:
    """Return a message and the link that follows it: href, words."""
    return format_html('{} <a href="{href}">{words}</a>', said, **way)


def way_to(batch: Batch) -> dict[str, str]:
    """Return the link to `batch` that follows a message: href, words."""
    href = reverse("preproduction:batch_detail", args=[batch.pk])
    return {"href": href, "words": "See the orders, or undo"}


def _row(batch: Batch, done: StatusChange | OrderEvent, what: str) -> BatchRow:
    is_taken_back = hasattr(done, "undone_by")
    if not batch.is_undone and not is_taken_back:
        is_of_the_order = not isinstance(done, OrderEvent) or done.kind != OrderEvent.Kind.MERGED
        return BatchRow(done.order, what, is_of_the_order and done.order.version != done.version, None)
    why = "" if is_taken_back else operations.why_not_taken_back(done, by=batch.undone_by.by) or NOT_YET
    return BatchRow(done.order, what, False, is_taken_back, why)


def _message(delivery: Delivery) -> str:
    state = delivery.get_state_display()
    why = f" ({delivery.reason})" if delivery.reason else ""
    return f"{delivery_words.what(delivery)}: {state}{why}"


def _in_words(event: OrderEvent) -> str:
    before, after = event.before, event.after
    if event.kind == OrderEvent.Kind.ASSIGNED:
        return f"{_owner(before)} → {_owner(after)}"
    if event.kind == OrderEvent.Kind.DUE_DATE and before["status_due_date"] == after["status_due_date"]:
        return f"Keeps its due date, {_day(after)}"
    if event.kind == OrderEvent.Kind.DUE_DATE:
        return f"Due {_day(before)} → {_day(after)}"
    if event.kind == OrderEvent.Kind.PROMISED:
        return f"Needed by {_promise(before)} → {_promise(after)}"
    return event.get_kind_display()


def _promise(columns: dict) -> str:
    day = columns["needed_by"]
    return dates.written(parse_date(day)) if day else "no day"


def _owner(columns: dict) -> str:
    """Return the names in `columns`, as History keeps them: [key, name] or None."""
    user, department = columns.get("assigned_user"), columns.get("department")
    words = user[1] if user else UNASSIGNED
    return f"{words} · {department[1]}" if department else words


def _day(columns: dict) -> str:
    due = columns["status_due_date"]
    return dates.written(parse_date(due)) if due else NO_DUE_DATE
