from collections.abc import Sequence
from datetime import date

from django.db import transaction

from preproduction.models import Batch, Cause, Order, OrderEvent
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import keep_order, write_event
from studio.models import PhotoSession, User
from studio.needed_for import without_a_day


def refuse_without_a_day(needed_by: date | None, needed_for: str) -> None:
    if sentence := without_a_day(needed_by, needed_for):
        raise OperationRefused(sentence, field="needed_by")


@transaction.atomic
def promise(
    order: Order,
    *,
    needed_by: date | None,
    needed_for: str,
    reason: str,
    expected: int | None,
    by: User,
    cause: Cause = Cause.BY_HAND,
    batch: Batch | None = None,
) -> Order:
    """Say by when all of `order` has to be ready, and what for; the promise before stays in History.

    needed_by:  studio-local, any day; None for no promise, which is for nothing then.
    needed_for: "viewing appointment".  May be corrected without a reason.
    reason:     why the day is another one; needed where there was one.
    expected:   order.version as the user's page showed it.

    Raises OutdatedPage if the order has changed meanwhile; OperationRefused without a reason, for what has a purpose
    and no day, and for an order that is complete.
    """
    order = keep_order(order, expected)
    needed_for, reason = needed_for.strip(), reason.strip()
    if order.is_complete:
        raise OperationRefused(f"{order} is complete: nothing of it is needed any more.")
    refuse_without_a_day(needed_by, needed_for)
    if order.needed_by and needed_by != order.needed_by and not reason:
        raise OperationRefused("Say why the promise is moved.", field="reason")
    if (needed_by, needed_for) == (order.needed_by, order.needed_for):
        return order
    columns = {"needed_by": needed_by, "needed_for": needed_for}
    write_event(order, OrderEvent.Kind.PROMISED, columns, by=by, cause=cause, note=reason, batch=batch)
    return order


def promise_as_session(
    session: PhotoSession, rows: Sequence[tuple[Order, int]], *, reason: str, by: User
) -> tuple[Batch, list[tuple[Order, Order | OperationRefused]]]:
    """Let orders of `session` be needed by its day, as one batch; answer for each: the order, or why not.

    rows: (order, its version as the page showed it).
    """
    words = f"{len(rows)} promise{' was' if len(rows) == 1 else 's were'} moved with {session}."
    batch = Batch.begin(Batch.Kind.PROMISED, words, by=by)
    promised = {"needed_by": session.needed_by, "needed_for": session.needed_for}
    answers: list[tuple[Order, Order | OperationRefused]] = []
    for order, version in rows:
        try:
            answer: Order | OperationRefused = promise(
                order, **promised, reason=reason, expected=version, by=by, cause=Cause.MANY, batch=batch
            )
        except OperationRefused as refusal:
            answer = refusal
        answers.append((order, answer))
    return batch, answers
