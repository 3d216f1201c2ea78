"""Two clients who are one: the sessions of one, and so its orders, go to the other, which stays.

The one that goes is out of sight, and leads to the one that stays; its row is as it was, so that undoing can put it
back, and no word about anybody is kept twice.  Nothing asks for its key any more without asking who it is now
(studio.models.who_is): payloads that wait, numbers that an import knows clients by, addresses in somebody's bookmarks.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Field, QuerySet
from django.utils import timezone

from preproduction.models import Batch, Cause, Order, OrderEvent
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import in_chunks
from studio.models import Client, PhotoSession, User
from triggers.models import Refusal

# What the one that stays takes over where it has nothing of its own.
TAKEN_OVER = ("contact_name", "phone", "mobile_phone", "email", "address")
LONGEST_NOTES = 10_000
NOTE = "Its client was merged with another record of the same person."
NOTE_BACK = "Merging its client was undone."
OUTDATED = "One of the two clients has changed meanwhile. Nothing was merged; look at them again."


def seen(one: Client, other: Client) -> str:
    """Return what stands for all that is said of two clients, whichever stays."""
    said = [
        [str(getattr(client, field.attname)) for field in client._meta.concrete_fields]
        + [client.sessions.count()]
        for client in sorted((one, other), key=lambda client: client.pk)
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


@transaction.atomic
def merge_clients(stays: Client, goes: Client, *, expected: str | None, by: User) -> Batch:
    """Give `stays` what `goes` has: sessions, addresses that take nothing more, Do Not Contact, what it lacks itself.

    What both have and write differently is kept in Notes.

    expected: seen() of the two, as the user's page showed them.
    Raises OutdatedPage if they have changed; OperationRefused where both are one, or their notes are too long together.
    """
    if stays.pk == goes.pk:
        raise OperationRefused("This is the same client. Choose another.")
    kept = {client.pk: client for client in _lock(stays, goes)}
    if len(kept) < 2 or (expected is not None and seen(*kept.values()) != expected):
        raise OutdatedPage(OUTDATED)
    stays, goes = kept[stays.pk], kept[goes.pk]
    sessions = list(
        PhotoSession.with_withdrawn.filter(client=goes).order_by("pk").values_list("pk", flat=True)
    )
    open_here = set(stays.refusals.open().values_list("channel", "address"))
    refusals = [
        row.pk for row in goes.refusals.all() if row.lifted_at or (row.channel, row.address) not in open_here
    ]
    merged_before = list(Client.with_withdrawn.filter(merged_into=goes).values_list("pk", flat=True))
    filled, differing = _take_over(stays, goes)
    before = {
        "stays": stays.pk,
        "goes": goes.pk,
        "sessions": sessions,
        "refusals": refusals,
        "merged_before": merged_before,
        "filled": filled,
        "differing": differing,
    }
    said = f"Client {goes.pk} was merged into client {stays.pk}."
    batch = Batch.begin(Batch.Kind.MERGED, said, by=by, before={"merged": before})
    _move(sessions, refusals, merged_before, to=stays)
    Client.with_withdrawn.filter(pk=goes.pk).update(merged_into=stays, withdrawn_on=timezone.localdate())
    _tell(sessions, NOTE, batch, by=by)
    return batch


def _lock(one: Client, other: Client) -> list[Client]:
    return list(Client.objects.select_for_update().filter(pk__in=(one.pk, other.pk)).order_by("pk"))


def _take_over(stays: Client, goes: Client) -> tuple[list[str], list[str]]:
    """Fill what `stays` lacks; return the names of what was filled, and of what both say, and not the same."""
    filled = [name for name in TAKEN_OVER if getattr(goes, name) and not getattr(stays, name)]
    for name in filled:
        setattr(stays, name, getattr(goes, name))
    if goes.do_not_contact and not stays.do_not_contact:
        stays.do_not_contact = True
        filled.append("do_not_contact")
    if differing := _differing(stays, goes):
        stays.notes = "\n\n".join(filter(None, (stays.notes, _as_notes(goes, differing))))
        filled.append("notes")
        if len(stays.notes) > LONGEST_NOTES:
            raise OperationRefused(
                f"The notes of both would have more than {LONGEST_NOTES:,} characters together. "
                "Shorten one of them first."
            )
    stays.save(update_fields=filled)
    return filled, differing


def _differing(stays: Client, goes: Client) -> list[str]:
    return [
        name
        for name in ("name", *TAKEN_OVER, "notes")
        if getattr(goes, name) and getattr(goes, name) != getattr(stays, name)
    ]


def _as_notes(goes: Client, differing: Iterable[str]) -> str:
    """Return as lines of notes what the other one says otherwise: nothing is lost."""
    return "\n".join(
        goes.notes if name == "notes" else f"{_label(name)}: {' '.join(getattr(goes, name).split())}"
        for name in differing
    )


def _label(name: str) -> str:
    field = Client._meta.get_field(name)
    assert isinstance(field, Field)
    return str(field.verbose_name)


def _move(sessions: list[int], refusals: list[int], merged_before: list[int], *, to: Client) -> None:
    for keys, query in (
        (sessions, PhotoSession.with_withdrawn),
        (refusals, Refusal.objects),
    ):
        for chunk in in_chunks(keys):
            query.filter(pk__in=chunk).update(client=to)
    Client.with_withdrawn.filter(pk__in=merged_before).update(merged_into=to)


def _tell(sessions: Iterable[int], note: str, batch: Batch, *, by: User) -> None:
    """Write a row of History for each order of `sessions`."""
    for chunk in in_chunks(list(sessions)):
        orders = Order.objects.filter(session__in=chunk).order_by("pk")
        OrderEvent.objects.bulk_create([_event(order, note, batch, by=by) for order in orders])


def _event(order: Order, note: str, batch: Batch, *, by: User, **others: Any) -> OrderEvent:
    return OrderEvent(
        order=order,
        kind=OrderEvent.Kind.MERGED,
        stay_id=order.stay_id,
        version=order.version,
        raised_version=False,
        note=note,
        batch=batch,
        by=by,
        by_name=str(by),
        **others,
    )


def merge_undo_refusal(batch: Batch) -> str:
    """Say what builds on a merge, so that it cannot be undone; "" where nothing does."""
    merged = batch.before["merged"]
    stays = Client.with_withdrawn.select_related("merged_into").filter(pk=merged["stays"]).first()
    goes = Client.with_withdrawn.filter(pk=merged["goes"], merged_into__isnull=False).first()
    if stays is None or goes is None:
        return "The clients are not here any more."
    if stays.merged_into:
        return f"{stays} was merged into {stays.merged_into} since. Undo that first."
    if stays.erasures.exists():
        return "The client was erased since: nothing is left to go back to."
    return ""


def take_back_merge(batch: Batch, undoing: Batch, *, by: User) -> None:
    """Put both clients back.  What somebody has given to another client, or written anew, since stays as it is.

    Raises OperationRefused where something builds on it.
    """
    if refusal := merge_undo_refusal(batch):
        raise OperationRefused(refusal)
    merged = batch.before["merged"]
    stays = Client.objects.select_for_update().get(pk=merged["stays"])
    goes = Client.with_withdrawn.get(pk=merged["goes"])
    _give_back(stays, goes, merged)
    Client.with_withdrawn.filter(pk=goes.pk).update(merged_into=None, withdrawn_on=None)
    still = PhotoSession.with_withdrawn.filter(client=stays)
    sessions = [key for chunk in in_chunks(merged["sessions"]) for key in _keys(still.filter(pk__in=chunk))]
    refusals = _keys(stays.refusals.filter(pk__in=merged["refusals"]))
    _move(sessions, refusals, merged["merged_before"], to=goes)
    told = batch.events.filter(kind=OrderEvent.Kind.MERGED).select_related("order").order_by("pk")
    OrderEvent.objects.bulk_create(
        [_event(row.order, NOTE_BACK, undoing, by=by, cause=Cause.UNDO, undoes=row) for row in told]
    )


def _keys(query: QuerySet[Any]) -> list[int]:
    return list(query.values_list("pk", flat=True))


def _give_back(stays: Client, goes: Client, merged: Mapping[str, Any]) -> None:
    """Take out of `stays` what it had of `goes`, unless somebody has changed it since."""
    filled = set(merged["filled"])
    given = [name for name in TAKEN_OVER if name in filled and getattr(stays, name) == getattr(goes, name)]
    for name in given:
        setattr(stays, name, "")
    if "do_not_contact" in filled:
        stays.do_not_contact = False
    if "notes" in filled:
        stays.notes = stays.notes.removesuffix(_as_notes(goes, merged["differing"])).rstrip("\n")
    stays.save(update_fields=[*given, *(filled & {"do_not_contact", "notes"})])
