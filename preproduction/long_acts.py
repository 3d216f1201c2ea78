"""Acts on more orders at once than a page waits for: the worker does them, CHUNK orders in a transaction.

In the same transaction the row of the work says how far it is, so that a worker that is killed has done whole chunks,
and the next one goes on after the last of them.  Each order is judged by itself, as its page would; what was refused is
named in the end.  All are one batch, and undone as one.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.http import QueryDict

from preproduction import operations
from preproduction.advancing import ManyAdvances
from preproduction.forms.reassign import TickedOrdersForm
from preproduction.models import Batch, Order
from preproduction.operations import OperationRefused
from preproduction.operations.advance import CHUNK
from studio import access, sent_once, set_up
from studio.forms.reassign import ReassignForm
from studio.long_work import rows
from studio.models import CompanyPreferences, LongWork, User

logger = logging.getLogger(__name__)
ACTS, State = LongWork.Kind.ACTS, LongWork.State

MOST_AT_ONCE = 100  # orders that a page waits for
PIECE_SECONDS = 5
MOST_NAMED = 100  # orders that were refused; a longer list is read by nobody

Answers = list[tuple[Order, Any]]


class Act(NamedTuple):
    """One act on many orders.

    do: takes what was sent with the keys of some of its orders in it, whose act it is, and the batch if it has begun;
        returns an answer for each order, a refusal or what was done, and the batch.
    """

    title: str
    permission: str
    do: Callable[[QueryDict, Sequence[str], User, Batch | None], tuple[Answers, Batch | None]]


def begin(name: str, data: QueryDict, orders: Iterable[str], *, by: User) -> LongWork:
    """Let the worker do the act `name` with what was sent.  orders: as the form names them."""
    act, ordered = ALL[name], list(orders)
    typed = data.copy()
    for field in sent_once.NOT_TYPED:
        typed.pop(field, None)
    asked = {"act": name, "data": typed.urlencode(), "orders": ordered}
    return rows.begin(ACTS, act.title, asked, by=by, permission=act.permission, rows=len(ordered))


def go_on() -> bool:
    """Do a piece of what waits; return whether there is more."""
    work = LongWork.objects.filter(kind=ACTS, state__in=rows.OPEN).select_related("by").order_by("pk").first()
    if work is None:
        return False
    with CompanyPreferences.load().in_force():
        try:
            _piece(work)
        except Exception as error:
            # Its words may quote what is in the rows.  The next worker tries the chunk again.
            logger.error("work %s broke off: %s", work.pk, type(error).__name__)
            rows.broke_off(work)
    return True


def _piece(work: LongWork) -> None:
    until = time.monotonic() + PIECE_SECONDS
    while chunk := work.asked["orders"][work.position : work.position + CHUNK]:
        if not _do_chunk(work, chunk) or time.monotonic() > until:
            return
    rows.end(work, State.DONE)


def _do_chunk(work: LongWork, chunk: Sequence[str]) -> bool:
    """Do the orders at work.position; False where it was left, or another worker has done them."""
    data = QueryDict(work.asked["data"], mutable=True)
    act = ALL[work.asked["act"]]
    with transaction.atomic():
        now = LongWork.objects.select_for_update(of=("self",)).get(pk=work.pk)
        if now.state not in rows.OPEN or now.position != work.position:
            return False
        if not access.may(work.by, work.permission):
            rows.end(work, State.BROKEN)
            return False
        batch = Batch.objects.filter(pk=now.result.get("batch")).first()
        answers, batch = act.do(data, chunk, work.by, batch)
        now.result = _told(now.result, answers, len(chunk) - len(answers))
        if batch:
            now.result |= {"batch": batch.pk, "shows_batch": access.may(work.by, "see_batches")}
        now.position, now.state, now.tries = now.position + len(chunk), State.RUNS, 0
        now.save(update_fields=["position", "state", "tries", "result"])
    work.position, work.result = now.position, now.result
    return True


def _told(result: dict[str, Any], answers: Answers, missing: int) -> dict[str, Any]:
    """Return what came of all chunks up to this one; of `missing` orders there is none any more."""
    refused = [str(answer) for _, answer in answers if isinstance(answer, OperationRefused)]
    done = len(answers) - len(refused)
    if missing:
        refused.append(f"{missing} {'order was' if missing == 1 else 'orders were'} withdrawn meanwhile.")
    return result | {
        "done": result.get("done", 0) + done,
        "refused": result.get("refused", 0) + len(answers) - done + missing,
        "why": [*result.get("why", ()), *refused][:MOST_NAMED],
    }


def _advance(
    data: QueryDict, keys: Sequence[str], by: User, batch: Batch | None
) -> tuple[Answers, Batch | None]:
    found = Order.objects.for_page().in_bulk([int(key) for key in keys])
    many = ManyAdvances([found[int(key)] for key in keys if int(key) in found], by, set_up.now(), data)
    if not many.form.is_valid():
        refusal = OperationRefused("Who the form says updated these orders is not here any more.")
        return [(row.order, refusal) for row in many.rows], batch
    ready, refused = many.judged(many.rows)
    answers, batch = operations.advance_chunk(many.moves(ready), batch, by=by, calendar=many.shared.calendar)
    given: dict[Any, Any] = {**refused, **dict(zip(ready, answers, strict=True))}
    return [(row.order, given.get(row) or _what_is_wrong(row.form, row.order)) for row in many.rows], batch


def _reassign(
    data: QueryDict, ticked: Sequence[str], by: User, batch: Batch | None
) -> tuple[Answers, Batch | None]:
    data.setlist("order", list(ticked))
    form, orders = ReassignForm(data, noun="orders"), TickedOrdersForm(data).orders()
    if not form.is_valid():
        return [(order, _what_is_wrong(form, order)) for order, _ in orders], batch
    batch = batch or Batch.begin(Batch.Kind.REASSIGNED, "Orders were reassigned.", by=by)
    chunk = [(order, version, form.owner_of(order)) for order, version in orders]
    return operations.assign_orders(chunk, by=by, batch=batch)[1], batch


def _what_is_wrong(form: Any, order: Order) -> OperationRefused:
    """Return the first error of a form that was right when it was sent."""
    return OperationRefused(f"{order}: {next(iter(form.errors.values()))[0]}")


ALL = {
    "advance": Act("Advance Status", "advance_order", _advance),
    "reassign": Act("Reassign", "reassign_order", _reassign),
}
