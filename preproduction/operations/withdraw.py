"""Withdrawing an order that was made by mistake, and putting it back.

PRODUCT 4: while nothing has been sent for it.  That is said by what left the studio: a message, letter or webhook of a
trigger that is sent, on its way, or may be sent; a letter or message that somebody wrote down; an image that came back,
which must have been away.  Tasks and calls stay in the house.  What is complete was no mistake.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from preproduction import stay, written
from preproduction.models import Cause, Hold, ImageLine, Order, OrderEvent, StatusChange
from preproduction.models.order_queries import OrderQuerySet
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import keep_order, who_was_quicker, write_event
from preproduction.operations.undo import SILENT
from studio import texts, work_calendar
from studio.models import User
from triggers import outbox, tasks
from triggers.models import Communication, Task

UNDONE = "Its import was undone."
ANEW = "It was imported anew, with its Status Notes."
# Written down by hand, and gone out.
GONE_OUT = (Communication.Kind.LETTER, Communication.Kind.EMAIL, Communication.Kind.SMS)


def withdraw_refusal(order: Order) -> str:
    """Say what was sent for `order`, so that it cannot be withdrawn; "" where nothing was.  Four queries at most."""
    if order.is_complete:
        return f"{order} is complete. Reopen it first, if it was made by mistake."
    if outbox.has_gone_out(order):
        return f"A message or letter has been sent for {order}. Advance it to a status that ends it instead."
    if order.communications.filter(kind__in=GONE_OUT).exists():
        return f"A message or letter has been written down for {order}. Advance it to a status that ends it instead."
    if order.images.filter(quantity_returned__gt=0).exists():
        return f"Proofs of {order} have come back. Advance it to a status that ends it instead."
    return ""


@transaction.atomic
def withdraw_order(order: Order, *, expected: int | None, by: User, reason: str) -> OrderEvent:
    """Take `order`, made by mistake, out of every list, count, search and file.  Its rows and its number stay.

    What waits for it is skipped, its open tasks and its hold are closed; `put_back` opens them again.

    expected: order.version as the user's page showed it.
    Raises OutdatedPage if the order has changed meanwhile; OperationRefused without a reason, and if anything was sent.
    """
    if not reason.strip():
        raise OperationRefused("Say why the order is withdrawn.", field="reason")
    order = keep_order(order, expected)
    today, held_on = timezone.localdate(), order.held_on
    columns = {"withdrawn_on": today, "held_on": None}
    event = write_event(order, OrderEvent.Kind.WITHDRAWN, columns, by=by, note=reason.strip())
    # First skipped, then looked: what a worker takes up in between is seen, or is not there to be taken up.
    outbox.skip_withdrawn(order, by=by, at=event.recorded_at)
    refusal = withdraw_refusal(order)
    if refusal:
        raise OperationRefused(refusal)
    order.tasks.waiting().update(done_at=event.recorded_at, done_by=by)
    if held_on:
        Hold.objects.filter(order=order, ended_on=None).update(ended_on=max(held_on, today), ended_by=by)
    return event


@transaction.atomic
def withdraw_imported(order: Order, *, by: User, note: str = UNDONE) -> OrderEvent:
    """Take back `order`, which an import made, with the import: complete or not, and its number is free again.

    note: why.

    Raises OperationRefused if anything has happened to it since.
    """
    order = keep_order(order)
    if worked_on(Order.objects.filter(pk=order.pk)):
        raise OperationRefused(f"{order} has been worked on since.")
    columns = {"withdrawn_on": timezone.localdate(), "number": f"Undone {order.pk}"}
    return write_event(order, OrderEvent.Kind.WITHDRAWN, columns, by=by, cause=Cause.IMPORT, note=note)


@transaction.atomic
def put_back_imported(order: Order, *, by: User) -> OrderEvent:
    """Put back `order`, which an import had withdrawn to make it anew, now that this import is undone.

    Raises OutdatedPage if it is not withdrawn, or its number is another order's by now.
    """
    kept = Order.with_withdrawn.select_for_update(of=("self",)).for_table().get(pk=order.pk)
    if kept.withdrawn_on is None:
        raise OutdatedPage(f"{kept} has been put back already.")
    withdrawn = withdrawal(kept)
    columns = written.load(withdrawn.before)
    if Order.with_withdrawn.filter(number_key=texts.unique_key(columns["number"])).exists():
        raise OutdatedPage(f"Another order has the number {columns['number']} by now.")
    return write_event(
        kept, OrderEvent.Kind.WITHDRAWN, columns, by=by, cause=Cause.IMPORT, undoes=withdrawn, note=UNDONE
    )


def taken_back(orders: OrderQuerySet) -> OrderQuerySet:
    """Return those of `orders` that an import withdrew: nobody puts these back by hand."""
    taken = OrderEvent.objects.filter(
        order=OuterRef("pk"), kind=OrderEvent.Kind.WITHDRAWN, cause=Cause.IMPORT, undoes=None, undone_by=None
    )
    return orders.filter(Exists(taken), withdrawn_on__isnull=False)


def worked_on(orders: OrderQuerySet) -> OrderQuerySet:
    """Return those of `orders`, made by an import, to which anything has happened since."""
    # What the studio's calendar has moved, or another import has withdrawn and put back, is no work of anybody's.
    since = (
        OrderEvent.objects.filter(order=OuterRef("pk"))
        .exclude(kind__in=(OrderEvent.Kind.CREATED, OrderEvent.Kind.MERGED))
        .exclude(cause__in=(*SILENT, Cause.IMPORT))
        .exclude(undoes__cause__in=SILENT)
    )
    moved = StatusChange.objects.filter(order=OuterRef("pk")).exclude(cause__in=(Cause.CREATED, Cause.IMPORT))
    happened = Q(Exists(moved)) | Q(Exists(since))
    for model in (ImageLine, Communication, Task):
        happened |= Q(Exists(model.objects.filter(order=OuterRef("pk"))))
    return orders.filter(happened)


@transaction.atomic
def put_back(order: Order, *, expected: int | None, by: User) -> OrderEvent:
    """Take the withdrawal of `order` back: it stands where it stood, and what waited for it waits again.

    As with an undo, a due date that was counted is counted with today's calendar, which passed the order over.

    Raises OutdatedPage if it is not withdrawn, or has been put back and withdrawn since.
    """
    kept = Order.with_withdrawn.select_for_update(of=("self",)).for_table().get(pk=order.pk)
    if kept.withdrawn_on is None or (expected is not None and kept.version != expected):
        raise OutdatedPage(who_was_quicker(kept))
    withdrawn = withdrawal(kept)
    if withdrawn.cause == Cause.IMPORT:
        raise OutdatedPage(
            f"An import has withdrawn this order: {withdrawn.note} Import it again to have it back."
        )
    columns = written.load(withdrawn.before)
    due_date = stay.of(kept).recounted(kept.clock(work_calendar.load())).due_date
    if due_date != kept.status_due_date:
        columns["status_due_date"] = due_date
    event = write_event(kept, OrderEvent.Kind.WITHDRAWN, columns, by=by, cause=Cause.UNDO, undoes=withdrawn)
    if kept.held_on:
        last = kept.holds.filter(started_on=kept.held_on).order_by("-pk").first()
        Hold.objects.filter(pk=last.pk).update(ended_on=None, ended_by=None, days_held=None)
    Task.objects.filter(order=kept, done_at=withdrawn.recorded_at).update(done_at=None, done_by=None)
    if outbox.wait_with_order(kept, by=by, withdrawn_at=withdrawn.recorded_at):
        tasks.wake_worker_on_commit()
    return event


def withdrawal(order: Order) -> OrderEvent:
    """Return the row of History by which `order`, withdrawn, was withdrawn."""
    return order.events.filter(kind=OrderEvent.Kind.WITHDRAWN).latest("version")
