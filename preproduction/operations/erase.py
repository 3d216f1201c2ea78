"""Erasing a client: the personal words go, everywhere that we keep them; the orders stay countable.

The one act that overwrites rows of Status Notes and History.  It needs an open Erasure (studio/append_only.py), which
stays and says who did it, when, and out of how many rows.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from preproduction.models import (
    CustomValue,
    Hold,
    ImageLine,
    ImportedRow,
    Order,
    OrderEvent,
    StatusChange,
)
from preproduction.operations.refusal import OperationRefused
from preproduction.operations.rows import in_chunks
from studio.kept_forms import rows as kept_forms
from studio.long_work import rows as long_work
from studio.models import Client, Erasure, MaintenanceChange, PhotoSession, SentForm, User
from triggers.models import Communication, Delivery, Letter, Refusal, Task
from triggers.operations import steering
from triggers.outbox import trials

ERASED = "[erased]"
# Of the columns that History keeps: those that people fill with their own words.
WORDS = ("delay_reason", "studio_notes", "vendor_notes", "needed_for")
# Of the merge fields in a payload: what begins so.
ABOUT_THE_CLIENT = ("client.", "session.location")
Kind = OrderEvent.Kind


@transaction.atomic
def erase_client(client: Client, *, by: User) -> Erasure:
    """Overwrite every word about `client` that we keep; numbers, days, statuses and counts stay.

    Back-ups made before hold the words still.
    Raises OperationRefused as erase_refusal() says it, and while a message about an order of theirs is being sent.
    """
    client = Client.with_withdrawn.select_for_update().get(pk=client.pk)
    orders = Order.with_withdrawn.filter(session__client=client)
    if refusal := erase_refusal(client):
        raise OperationRefused(refusal)
    deliveries = Delivery.objects.filter(order__in=orders)
    steering.skip(deliveries.unfinished(), by)
    if deliveries.filter(state=Delivery.State.SENDING).exists():
        # What went out is written down when it has.
        raise OperationRefused(
            "A message about an order of theirs is being sent just now. Try again in a minute."
        )
    erasure = Erasure.objects.create(client=client, by=by, by_name=str(by))
    addresses = _addresses(client, orders)
    merged = Client.with_withdrawn.filter(merged_into=client).order_by("pk")
    rows = sum(_forget(each, [f"/clients/{each.pk}/"], by=by) for each in merged)
    rows += sum(_blank(query, *columns) for query, columns in _plain(client, orders))
    rows += _rewrite(StatusChange.objects.filter(order__in=orders), ("before", "after"), _columns)
    rows += _rewrite(OrderEvent.objects.filter(order__in=orders), ("before", "after"), _told)
    rows += _rewrite(deliveries, ("payload", "content"), _sent)
    rows += _forget(client, addresses, by=by)
    erasure.rows, erasure.finished_at = rows, timezone.now()
    erasure.save(update_fields=["rows", "finished_at"])
    return erasure


def _forget(client: Client, addresses: list[str], *, by: User) -> int:
    """Overwrite the row of `client`, and what is kept elsewhere under their name; return how many rows.

    addresses: under which forms about them are sent.
    """
    name = client.name
    rows = _blank(_changes(client), "name") + _rewrite(_changes(client), ("fields",), _maintained)
    rows += Refusal.objects.filter(client=client).delete()[0]
    rows += _forget_imported(client)
    rows += _forget_answers(name, addresses)
    rows += kept_forms.forget_about([name, *addresses])
    rows += long_work.forget_why()
    rows += trials.forget_about(name)
    rows += _forget_mails(name, by=by)
    Client.with_withdrawn.filter(pk=client.pk).update(
        name=f"Erased client {client.pk}",
        **dict.fromkeys(("contact_name", "email", "phone", "mobile_phone", "address", "notes"), ""),
        do_not_contact=True,
        is_inactive=True,
    )
    return rows + 1


def _forget_mails(name: str, *, by: User) -> int:
    """Take the words out of mails to people of the studio that hold `name`; one that waits is not sent."""
    mails = Delivery.objects.filter(person__isnull=False)
    keys = [
        key
        for key, payload in mails.values_list("pk", "payload").iterator()
        if name in payload["message"]["text"]
    ]
    named = mails.filter(pk__in=keys)
    steering.skip(named.unfinished(), by)
    return _rewrite(named, ("payload", "content"), _without_words)


def _without_words(delivery: Delivery, written: dict[str, Any] | None) -> dict[str, Any] | None:
    if written is None or "message" not in written:
        return written and dict.fromkeys(written, ERASED)
    return {**written, "message": dict.fromkeys(written["message"], ERASED)}


def erase_refusal(client: Client) -> str:
    """Say why a client cannot be erased: somebody would work on an open order without a name.  "" if they can."""
    orders = Order.objects.filter(session__client=client)
    still_open = list(orders.open().order_by("pk").values_list("number", flat=True)[:6])
    if not still_open:
        return ""
    return (
        f"{client} has open orders ({', '.join(still_open[:5])}{' …' if len(still_open) > 5 else ''}). "
        "Complete or withdraw them first."
    )


def _addresses(client: Client, orders: models.QuerySet[Any]) -> list[str]:
    """Return under which addresses forms about the client are sent."""
    sessions = PhotoSession.with_withdrawn.filter(client=client).values_list("pk", flat=True)
    return [
        f"/clients/{client.pk}/",
        *(f"/sessions/{key}/" for key in sessions),
        *(f"/orders/{key}/" for key in orders.values_list("pk", flat=True)),
    ]


def _plain(
    client: Client, orders: models.QuerySet[Any]
) -> Iterable[tuple[models.QuerySet[Any], tuple[str, ...]]]:
    """Yield the tables that hold words about the client in columns of text, with these columns."""
    yield PhotoSession.with_withdrawn.filter(client=client), ("location", "needed_for", "notes")
    yield orders, WORDS
    for model, columns in (
        (StatusChange, ("note", "delay_reason")),
        (OrderEvent, ("note",)),
        (Hold, ("reason",)),
        (ImageLine, ("files",)),
        (CustomValue, ("value",)),
        (Communication, ("with_whom", "summary")),
        (Task, ("title", "notes", "call_name", "call_number", "outcome")),
        (Letter, ("to_name", "address", "subject", "text")),
        (Delivery, ("sent_to", "reason_details")),
    ):
        yield model.objects.filter(order__in=orders), columns


def _changes(client: Client) -> models.QuerySet[Any]:
    """Return what Maintenance keeps of who changed what of the client."""
    return MaintenanceChange.objects.filter(model="studio.client", key=client.pk)


def _blank(query: models.QuerySet[Any], *columns: str) -> int:
    """Overwrite `columns` where something stands in them; return how many rows there are."""
    return query.update(
        **{column: Case(When(**{column: ""}, then=Value("")), default=Value(ERASED)) for column in columns}
    )


def _rewrite(query: models.QuerySet[Any], columns: tuple[str, ...], erased: Callable[..., Any]) -> int:
    """Overwrite what stands in columns of JSON; return how many rows were changed."""
    changed = []
    for row in query.only(*columns, *(("kind",) if query.model is OrderEvent else ())):
        before = [getattr(row, column) for column in columns]
        after = [erased(row, value) for value in before]
        if before != after:
            for column, value in zip(columns, after, strict=True):
                setattr(row, column, value)
            changed.append(row)
    for chunk in in_chunks(changed):
        query.model.objects.bulk_update(chunk, columns)
    return len(changed)


def _columns(row: object, written: dict[str, Any]) -> dict[str, Any]:
    return {name: ERASED if name in WORDS and value else value for name, value in written.items()}


def _told(event: OrderEvent, written: dict[str, Any]) -> dict[str, Any]:
    if event.kind == Kind.CUSTOM:
        return {key: [label, ERASED if value else ""] for key, (label, value) in written.items()}
    if event.kind == Kind.IMAGES:
        return {key: line and [ERASED, *line[1:]] for key, line in written.items()}
    return _columns(event, written)


def _sent(delivery: Delivery, written: dict[str, Any] | None) -> dict[str, Any] | None:
    """Take the client's words out of a payload, and all words out of what was sent."""
    if written is None or "fields" not in written:
        return written and dict.fromkeys(written, ERASED)
    fields = {
        name: ERASED if value and name.startswith(ABOUT_THE_CLIENT) else value
        for name, value in written["fields"].items()
    }
    return {**written, "fields": fields}


def _forget_imported(client: Client) -> int:
    """Forget what imports changed of the client and their sessions: from what to what."""
    sessions = PhotoSession.with_withdrawn.filter(client=client).values("pk")
    about = Q(kind="client", record=client.pk) | Q(kind="session", record__in=sessions)
    return ImportedRow.objects.filter(about).exclude(changes={}).update(changes={})


def _maintained(row: object, fields: dict[str, Any]) -> dict[str, Any]:
    return {name: [value and ERASED for value in values] for name, values in fields.items()}


def _forget_answers(name: str, addresses: Sequence[str]) -> int:
    """Forget what forms about the client were answered; sent again, they are looked at anew."""
    keys = [
        form.pk
        for form in SentForm.objects.exclude(answer=None)
        if name in str(form.answer) or form.path.startswith(tuple(addresses))
    ]
    return SentForm.objects.filter(pk__in=keys).delete()[0]
