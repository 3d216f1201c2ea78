"""Takes an import back: what it made is deleted, what it changed is as before, while nothing builds on it.

Clients, vendors, sessions and session types are deleted as their pages do it.  Orders have a history that nobody
removes: they are withdrawn, with the records that this history names, and give up their numbers and names.  So nothing
stands in the way of the corrected file.
"""

from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from preproduction import operations
from preproduction.models import ImportedRow, ImportRun, Order, OrderEvent, Status, StatusChange
from preproduction.moving_in.importing.act import LOGGED, MODELS, plain, seal_of
from preproduction.moving_in.importing.columns import Kind
from preproduction.operations.rows import in_chunks
from studio import maintenance_log
from studio.maintenance_log import Verb
from studio.models import Client, User
from studio.refusal import OperationRefused
from studio.uses import delete_unused

# What is told of an order is its own history.
OF_ORDERS = (StatusChange, OrderEvent)
State, Fate = ImportRun.State, ImportedRow.Fate
CHUNK = 50


def refusal(run: ImportRun) -> str:
    """Say what builds on an import, so that it cannot be undone; "" where nothing does."""
    made = {kind: list(_made(run, kind).values_list("record", flat=True)) for kind in MODELS}
    for kind, model in MODELS.items():
        for relation in model._meta.related_objects:
            theirs = relation.related_model
            if relation.many_to_many or relation.on_delete not in (models.PROTECT, models.RESTRICT):
                continue
            own = next((kind for kind, other in MODELS.items() if other is theirs), None)
            if theirs in OF_ORDERS or model is Order:
                continue
            built = _first_built(theirs, relation.field.name, made[kind], set(made.get(own, ())))
            if built is not None:
                return f"{built} builds on this import ({getattr(built, relation.field.name)}). Delete it first, or leave the import."
    return _worked_on(made[Kind.ORDER]) or _merged_since(made[Kind.CLIENT]) or _changed_since(run)


def _made(run: ImportRun, kind: str):
    return run.imported.filter(kind=kind, fate=Fate.MADE)


def _first_built(theirs, field: str, keys: list[int], own: set[int]):
    for chunk in in_chunks(keys):
        naming = theirs._base_manager.filter(**{f"{field}__in": chunk}).order_by("pk")
        if theirs is Order:  # what another import had made is out of the way when that is undone
            naming = naming.exclude(pk__in=operations.taken_back(Order.with_withdrawn.all()).values("pk"))
        for found in naming:
            if found.pk not in own:
                return found
    return None


def _worked_on(keys: list[int]) -> str:
    """Say which order has been worked on since it was imported; "" where none has."""
    for chunk in in_chunks(keys):
        order = operations.worked_on(Order.objects.filter(pk__in=chunk)).order_by("pk").first()
        if order is not None:
            return f"{order} has been worked on since. Withdraw it, or leave the import."
    return ""


def _merged_since(keys: list[int]) -> str:
    for chunk in in_chunks(keys):
        merged = Client.with_withdrawn.filter(pk__in=chunk, merged_into__isnull=False)
        if found := merged.select_related("merged_into").order_by("pk").first():
            return f"{found} was merged into {found.merged_into} since. Undo that first, under Batches, or leave the import."
    return ""


def _changed_since(run: ImportRun) -> str:
    for kind, model in MODELS.items():
        if model is Order:
            continue
        for chunk in in_chunks(list(_made(run, kind).values_list("record", "seal"))):
            stored = model._base_manager.in_bulk([key for key, _ in chunk])
            for key, seal in chunk:
                if key in stored and seal_of(stored[key]) != seal:
                    return (
                        f"{stored[key]} was changed since. What somebody has written there would be lost, so the "
                        "import stays."
                    )
    return ""


@transaction.atomic
def begin(run: ImportRun, *, by: User) -> None:
    """Let the worker take the import back.  Raises OperationRefused where something builds on it."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != State.DONE:
        raise OperationRefused("This import is not finished, or is undone already.")
    if sentence := refusal(run):
        raise OperationRefused(sentence)
    run.state, run.position, run.rows = State.GOES_BACK, 0, run.imported.count()
    run.undone_by_name, run.touched_at = str(by), timezone.now()
    run.save(update_fields=["state", "position", "rows", "undone_by_name", "touched_at"])


def steps(run: ImportRun) -> Iterator[None]:
    """Take back fifty rows after another, the last first, and stop for a moment after each."""
    while _chunk(run):
        yield


def _chunk(run: ImportRun) -> bool:
    with transaction.atomic():
        now = ImportRun.objects.select_for_update().get(pk=run.pk)
        if now.state != State.GOES_BACK:
            return False
        # The last first: a session goes before its client.
        chunk = list(now.imported.order_by("-pk")[:CHUNK])
        stays = sum(not _take_back(row, now) for row in chunk)
        ImportedRow.objects.filter(pk__in=[row.pk for row in chunk]).delete()
        now.position += len(chunk)
        now.done["stays"] = now.done.get("stays", 0) + stays
        now.touched_at = timezone.now()
        if not chunk:
            now.state = State.UNDONE
        now.save(update_fields=["state", "position", "done", "touched_at"])
    return bool(chunk)


def _take_back(row: ImportedRow, run: ImportRun) -> bool:
    """Return whether nothing of it is left; what somebody uses or has changed meanwhile stays."""
    if row.kind == Kind.ORDER:
        return (_put_back_order if row.fate == Fate.CHANGED else _withdraw_order)(row.record, run)
    record = MODELS[row.kind]._base_manager.select_for_update().filter(pk=row.record).first()
    if record is None or row.fate == Fate.MET:
        return True
    if row.fate == Fate.CHANGED:
        return _put_back(record, row.changes, run)
    if seal_of(record) != row.seal:
        return False
    if _only_history_names(record):
        operations.withdraw_status(record) if isinstance(record, Status) else record.withdraw()
        return True
    key, before = record.pk, maintenance_log.words_of(record) if isinstance(record, LOGGED) else None
    try:
        if isinstance(record, Status):
            operations.delete_status(record, expected=None)
        else:
            delete_unused(record, way_out="")
    except OperationRefused:
        return False
    if before is not None:
        maintenance_log.note(Verb.DELETED, record, by=run.by, before=before, key=key)
    return True


def _withdraw_order(key: int, run: ImportRun) -> bool:
    order = Order.objects.filter(pk=key).first()
    try:
        if order is not None:
            operations.withdraw_imported(order, by=run.by)
    except OperationRefused:
        return False
    return True


def _put_back_order(key: int, run: ImportRun) -> bool:
    """Put an order back that the import had made anew with its Status Notes."""
    try:
        operations.put_back_imported(Order.with_withdrawn.get(pk=key), by=run.by)
    except OperationRefused:
        return False
    return True


def _only_history_names(record: models.Model) -> bool:
    """Whether withdrawn orders, or what is withdrawn with them, name `record`, and nothing else does."""
    named = False
    for relation in record._meta.related_objects:
        theirs = relation.related_model
        if relation.many_to_many or relation.on_delete not in (models.PROTECT, models.RESTRICT):
            continue
        uses = theirs._base_manager.filter(**{relation.field.name: record})
        standing = uses
        if theirs in OF_ORDERS:
            standing = uses.filter(order__withdrawn_on=None)
        elif hasattr(theirs, "withdrawn_on"):
            standing = uses.filter(withdrawn_on=None)
        if standing.exists():
            return False
        named = named or uses.exists()
    return named


def _put_back(record: models.Model, changes: dict[str, Iterable], run: ImportRun) -> bool:
    before = maintenance_log.words_of(record) if isinstance(record, LOGGED) else None
    columns = {
        name: record._meta.get_field(name).to_python(was)
        for name, (was, became) in changes.items()
        if plain(getattr(record, name)) == became
    }
    if isinstance(record, Status):
        try:
            operations.edit_status(record, expected=None, mark_may_go=True, **columns)
        except (OperationRefused, ValidationError):
            return False
    else:
        for name, value in columns.items():
            setattr(record, name, value)
        record.save(update_fields=list(columns))
    if before is not None:
        maintenance_log.note(
            Verb.CHANGED, record, by=run.by, before=before, after=maintenance_log.words_of(record)
        )
    return len(columns) == len(changes)
