"""Acts on more orders at once than a page waits for: the worker does them, CHUNK orders in a transaction.

In the same transaction the row of the work says how far it is, so that a worker that is killed has done whole chunks,
and the next one goes on after the last of them.  Each order is judged by itself, as its page would; what was refused is
named in the end.  All are one batch, and undone as one.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from preproduction import operations, stay
from preproduction.advancing import ManyAdvances
from preproduction.forms.message import TellClientsForm
from preproduction.forms.reassign import TickedOrdersForm
from preproduction.models import Batch, Order, Status
from preproduction.operations import BehindAnswer, OperationRefused, Target
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

NOT_TOLD = "The template of the message has changed since, so the client is not told."
GONE = "Who was to get it is not here any more."

Answers = list[tuple[Order, Any]]


class Asked(NamedTuple):
    """What somebody has asked for, of some of its orders.

    data:   what was sent.  orders: as the form names them.
    at, on: the moment, and which day that was: in another zone it may have been another.
    """

    data: QueryDict
    orders: Sequence[str]
    by: User
    at: datetime
    on: date


class Act(NamedTuple):
    """One act on many orders.

    do: takes what was asked, and the batch if it has begun; returns an answer for each order, a refusal or what was
        done, and the batch.
    """

    title: str
    permission: str
    do: Callable[[Asked, Batch | None], tuple[Answers, Batch | None]]


def begin(name: str, data: QueryDict, orders: Iterable[str], *, by: User) -> LongWork:
    """Let the worker do the act `name` with what was sent.  orders: as the form names them."""
    act, ordered = ALL[name], list(orders)
    typed = data.copy()
    for field in sent_once.NOT_TYPED:
        typed.pop(field, None)
    today = timezone.localdate().isoformat()
    asked = {"act": name, "data": typed.urlencode(), "orders": ordered, "on": today}
    return rows.begin(ACTS, act.title, asked, by=by, permission=act.permission, rows=len(ordered))


@transaction.atomic
def begin_undo(batch: Batch, *, by: User) -> LongWork:
    """Let the worker take back the status changes of `batch`; all else is taken back at once.

    Raises OperationRefused where the batch as a whole cannot be undone.
    """
    undoing, _ = operations.begin_undo(batch, by=by)
    keys = map(str, batch.changes.filter(undone_by=None).order_by("pk").values_list("order", flat=True))
    return _begin_within(undoing, "undo", QueryDict(f"undoing={undoing.pk}"), keys, by=by)


@transaction.atomic
def begin_replacing(
    status: Status, *, replacement: Status, expected: int, by: User, fire_triggers: bool, reason: str
) -> LongWork:
    """Give up `status` for `replacement` at once, and let the worker move its orders.

    Raises as operations.replace_status.
    """
    batch = operations.begin_replacing(
        status, replacement=replacement, expected=expected, by=by, reason=reason
    )
    keys = map(str, Order.objects.filter(status=status).order_by("pk").values_list("pk", flat=True))
    data = QueryDict(mutable=True)
    data.update({"batch": batch.pk, "reason": reason, "fire_triggers": "on" if fire_triggers else ""})
    return _begin_within(batch, "replace", data, keys, by=by)


def _begin_within(batch: Batch, name: str, data: QueryDict, orders: Iterable[str], *, by: User) -> LongWork:
    """Begin an act whose batch has begun already: until the worker is done with it, nobody can undo it."""
    work = begin(name, data, orders, by=by)
    work.result = {"done": 0, "batch": batch.pk, "shows_batch": access.may(by, "see_batches")}
    work.save(update_fields=["result"])
    return work


def begin_behind(
    plan: Sequence[Target], what: str, reason: str, form: TellClientsForm | None, *, by: User
) -> LongWork:
    """Let the worker move the due dates of a vendor that is behind.

    form: what the clients are told, as it was sent and found right; None where nobody is told.
    """
    key = operations.plan_key(plan, what=what, reason=reason, telling=form and form.telling)
    data = QueryDict(mutable=True)
    data.update({"what": what, "reason": reason, "key": key, **(form.data if form else {})})
    return begin("behind", data, (f"{each.order}_{each.version}_{each.due_date}" for each in plan), by=by)


def go_on() -> bool:
    """Do a piece of what waits; return whether there is more."""
    work = LongWork.objects.filter(kind=ACTS, state__in=rows.OPEN).select_related("by").order_by("pk").first()
    if work is None:
        return False
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
    # Who asked, the zone and all else is read for each chunk: it may have changed since the last one.
    with transaction.atomic(), CompanyPreferences.load().in_force():
        now = LongWork.objects.select_related("by").select_for_update(of=("self",)).get(pk=work.pk)
        if now.state not in rows.OPEN or now.position != work.position:
            return False
        if not access.may(now.by, now.permission):
            rows.end(work, State.BROKEN)
            return False
        batch = Batch.objects.filter(pk=now.result.get("batch")).first()
        answers, batch = ALL[now.asked["act"]].do(_asked(now, chunk), batch)
        now.result = _told(now.result, answers, len(chunk) - len(answers))
        if batch:
            now.result |= {"batch": batch.pk, "shows_batch": access.may(now.by, "see_batches")}
        now.position, now.state, now.tries = now.position + len(chunk), State.RUNS, 0
        now.save(update_fields=["position", "state", "tries", "result"])
    work.position, work.result = now.position, now.result
    return True


def _asked(work: LongWork, chunk: Sequence[str]) -> Asked:
    data = QueryDict(work.asked["data"], mutable=True)
    # What was begun by an earlier version does not say the day.
    on = work.asked.get("on") or timezone.localdate(work.made_at).isoformat()
    return Asked(data, chunk, work.by, work.made_at, date.fromisoformat(on))


def _told(result: dict[str, Any], answers: Answers, missing: int) -> dict[str, Any]:
    """Return what came of all chunks up to this one; of `missing` orders there is none any more."""
    refused = [str(answer) for _, answer in answers if isinstance(answer, OperationRefused)]
    done = len(answers) - len(refused)
    told = (answer.message for _, answer in answers if isinstance(answer, BehindAnswer))
    refused += [str(message) for message in told if isinstance(message, OperationRefused)]
    if missing:
        refused.append(f"{missing} {'order was' if missing == 1 else 'orders were'} withdrawn meanwhile.")
    return result | {
        "done": result.get("done", 0) + done,
        "refused": result.get("refused", 0) + len(answers) - done + missing,
        "why": [*result.get("why", ()), *refused][:MOST_NAMED],
    }


def _advance(asked: Asked, batch: Batch | None) -> tuple[Answers, Batch | None]:
    found = Order.objects.for_page().in_bulk([int(key) for key in asked.orders])
    orders = [found[int(key)] for key in asked.orders if int(key) in found]
    for order in orders:
        _keep_today(asked, order)
    many = ManyAdvances(orders, asked.by, set_up.now(), asked.data, at=asked.at)
    if not many.form.is_valid():
        refusal = OperationRefused("Who the form says updated these orders is not here any more.")
        return [(row.order, refusal) for row in many.rows], batch
    ready, refused = many.judged(many.rows)
    calendar = many.shared.calendar
    answers, batch = operations.advance_chunk(many.moves(ready), batch, by=asked.by, calendar=calendar)
    given: dict[Any, Any] = {**refused, **dict(zip(ready, answers, strict=True))}
    return [(row.order, given.get(row) or _what_is_wrong(row.form, row.order)) for row in many.rows], batch


def _keep_today(asked: Asked, order: Order) -> None:
    """Let a Date Completed that was today when it was asked for be so, where the studio has moved to a zone in which
    it is yesterday still.  What was in the future then is refused.
    """
    name = f"row-{order.pk}-completed_on"
    latest = stay.of(order).latest_day(timezone.localdate())
    with suppress(ValueError):
        if latest < date.fromisoformat(asked.data.get(name) or "") <= asked.on:
            asked.data[name] = latest.isoformat()


def _reassign(asked: Asked, batch: Batch | None) -> tuple[Answers, Batch | None]:
    asked.data.setlist("order", list(asked.orders))
    form, orders = ReassignForm(asked.data, noun="orders"), TickedOrdersForm(asked.data).orders()
    if not form.is_valid():
        return [(order, OperationRefused(f"{order}: {GONE}")) for order, _ in orders], batch
    batch = batch or Batch.begin(Batch.Kind.REASSIGNED, "Orders were reassigned.", by=asked.by)
    chunk = [(order, version, form.owner_of(order)) for order, version in orders]
    return operations.assign_orders(chunk, by=asked.by, batch=batch)[1], batch


def _undo(asked: Asked, batch: Batch | None) -> tuple[Answers, Batch | None]:
    assert batch is not None  # begin_undo has said which
    return operations.undo_changes(batch, by=asked.by, orders=map(int, asked.orders)), batch


def _replace(asked: Asked, batch: Batch | None) -> tuple[Answers, Batch | None]:
    assert batch is not None  # begin_replacing has said which
    keys = [int(key) for key in asked.orders]
    fires, reason = bool(asked.data["fire_triggers"]), asked.data["reason"]
    try:
        with transaction.atomic():
            answers = operations.move_replaced(
                batch,
                by=asked.by,
                fire_triggers=fires,
                reason=reason,
                at=asked.at,
                on=min(asked.on, timezone.localdate()),  # in another zone it may be yesterday still
                orders=keys,
            )
    except OperationRefused as refusal:
        left = Order.objects.filter(pk__in=keys).order_by("pk")
        return [(order, OperationRefused(f"{order}: {refusal}")) for order in left], batch
    return answers, batch


def _behind(asked: Asked, batch: Batch | None) -> tuple[Answers, Batch | None]:
    named = (each.split("_") for each in asked.orders)
    chunk = [Target(int(order), int(version), date.fromisoformat(day)) for order, version, day in named]
    form = TellClientsForm(asked.data) if asked.data.get("template") else None
    # The words may have been changed or given up since somebody looked at them.
    may_tell = form is not None and form.is_valid() and not form.is_outdated
    batch, answers = operations.put_chunk_behind(
        chunk,
        batch,
        key=asked.data["key"],
        what=asked.data["what"],
        reason=asked.data["reason"],
        by=asked.by,
        telling=form.telling if form and may_tell else None,
    )
    if form and not may_tell:
        answers = [each._replace(message=OperationRefused(f"{each.order}: {NOT_TOLD}")) for each in answers]
    return [
        (each.order, each.moved if isinstance(each.moved, OperationRefused) else each) for each in answers
    ], batch


def _what_is_wrong(form: Any, order: Order) -> OperationRefused:
    """Return the first error of a form that was right when it was sent."""
    return OperationRefused(f"{order}: {next(iter(form.errors.values()))[0]}")


ALL = {
    "advance": Act("Advance Status", "advance_order", _advance),
    "reassign": Act("Reassign", "reassign_order", _reassign),
    "behind": Act("Vendor Behind", "put_vendor_behind", _behind),
    "undo": Act("Undo", "undo_own_change", _undo),
    "replace": Act("Replace with", "maintain", _replace),
}
