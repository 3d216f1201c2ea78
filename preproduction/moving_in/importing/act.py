"""Imports rows by fifties: what a chunk makes, and how far the run has come, are committed together.

A worker that is killed has done whole chunks; whoever goes on begins after the last of them.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from preproduction.models import ImportedRow, ImportRun, Order, Status
from preproduction.moving_in.importing import chains, files
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.existing import Stored
from preproduction.moving_in.importing.facts import EMPTY, Fate, Judgement, Known, KnownStay, Standing
from preproduction.moving_in.importing.notes import past_of
from preproduction.moving_in.importing.past_orders import keep_custom_values, made_anew, past_order
from preproduction.moving_in.importing.recognising import layouts_of
from preproduction.moving_in.importing.rehearsal import judge
from preproduction.moving_in.importing.rehearsing import (
    choice_of,
    existing_of,
    read_all,
    tally,
)
from preproduction.moving_in.importing.rows import Row
from preproduction.operations import create_status, edit_status, store_past_orders, withdraw_imported
from preproduction.operations.withdraw import ANEW
from studio import maintenance_log, texts
from studio.maintenance_log import Verb
from studio.models import Client, NumberSeries, PhotoSession, SessionType, Vendor
from studio.refusal import OperationRefused

State = ImportRun.State
CHUNK = 50
MODELS: dict[str, type[models.Model]] = {
    Kind.CLIENT: Client,
    Kind.VENDOR: Vendor,
    Kind.SESSION: PhotoSession,
    Kind.ORDER: Order,
    "session_type": SessionType,
    Kind.STATUS: Status,
}
# Who changed them is kept, as their pages in Maintenance do.
LOGGED = (Vendor, SessionType, Status)
# Of what a row names by its name or key.
COLUMNS = {
    name: f"{name}_id" for name in ("photographer", "session_type", "default_department", "default_user")
}


def steps(run: ImportRun) -> Iterator[None]:
    """Import chunk after chunk, and stop for a moment after each, until all rows are done.

    Raises files.FileRefused where the rows are gone.
    """
    layouts = layouts_of(run)
    left = files.ordered(run.key, after=run.position)
    for _, of_kind in groupby(left, key=lambda found: layouts[found.sheet].kind):
        while found := list(islice(of_kind, CHUNK)):
            if not import_chunk(run, read_all(layouts, found)):
                return
            yield
    _finish(run)


def import_chunk(run: ImportRun, chunk: Sequence[Row]) -> bool:
    """Import `chunk`, the rows at run.position; False where somebody else has, or the run was ended."""
    with transaction.atomic():
        now = ImportRun.objects.select_for_update().get(pk=run.pk)
        if (now.state, now.position) != (State.RUNS, run.position):
            return False
        existing = existing_of(run)
        existing.learn(chunk)
        for row in chunk:
            judged = judge(row, existing, choice_of(run, row))
            try:
                _import(run, judged, existing)
            except (IntegrityError, OperationRefused, ValidationError):
                # A colleague has just taken the name or number, or changed what the status is: the row is left out, and
                # counted so.  What it would have made besides is forgotten, too.
                parts = [Judgement(each, Fate.REFUSED) for each in (row, *row.others)] if row.others else []
                judged = Judgement(row, Fate.REFUSED, parts=parts)
                existing = existing_of(run)
                existing.learn(chunk)
            tally(now.done, judged)
        now.position += len(chunk)
        now.touched_at = timezone.now()
        now.save(update_fields=["position", "done", "touched_at"])
    run.position, run.done = now.position, now.done
    return True


def _import(run: ImportRun, judged: Judgement, existing: Stored) -> None:
    """Write what becomes of one row, whole or not at all."""
    with transaction.atomic():
        if judged.fate == Fate.NEW and judged.row.kind == Kind.NOTE:
            _make_anew(run, judged, existing)
        elif judged.fate == Fate.NEW:
            existing.add(judged, make(run, judged, existing))
        elif judged.fate == Fate.CHANGED and run.choices.get("overwrite"):
            change(run, judged, existing)
        elif judged.fate in (Fate.CHANGED, Fate.SAME):
            _meet(run, judged)


def _meet(run: ImportRun, judged: Judgement) -> None:
    """Remember by which number the program it comes from knows a record."""
    known, number = judged.known, judged.number_key
    if known is not None and number and number not in known.numbers:
        _note(run, judged.row.kind, known.key, ImportedRow.Fate.MET, number=number)


def make(run: ImportRun, judged: Judgement, existing: Stored) -> int:
    """Make the record of a new row, and return its key."""
    kind, values = judged.row.kind, dict(judged.values)
    if kind == Kind.ORDER:
        return _make_order(run, judged, existing)
    if kind == Kind.SESSION:
        values |= _of_session(run, judged, existing)
    columns = {COLUMNS.get(name, name): value for name, value in values.items()}
    if kind == Kind.STATUS:
        record = create_status(expected=None, **columns)
    else:
        record = MODELS[kind](**columns)
        record.save()
    _log(run, record)
    _note(run, kind, record.pk, ImportedRow.Fate.MADE, number=judged.number_key, seal=seal_of(record))
    return record.pk


def _make_order(run: ImportRun, judged: Judgement, existing: Stored) -> int:
    """Make an order where it stands, and first its session, where that is not here.  Nothing fires for it."""
    session = judged.known
    if judged.session is not None:
        key = make(run, judged.session, existing)
        existing.add(judged.session, key)
    else:
        assert session is not None, "an order has a session, or makes one"
        key = session.key
    vendor = _vendor(run, judged.values.get("vendor"), existing)
    stays = _with_statuses(run, _stays(run, judged, existing), existing)
    values = {**judged.values, "status": _status(run, judged.values["status"], existing)}
    past = past_order(values, key, vendor, by=run.by, calendar=existing.calendar, stays=stays)
    store_past_orders([past])
    keep_custom_values(past.order, judged.values.get("custom", {}), by=run.by)
    _note(run, Kind.ORDER, past.order.pk, ImportedRow.Fate.MADE)
    return past.order.pk


def _vendor(run: ImportRun, named: int | str | None, existing: Stored) -> int | None:
    """Return the key of an order's vendor, which is made where only its name is known."""
    if not isinstance(named, str):
        return named
    judged = Judgement(Row(0, 0, Kind.VENDOR), Fate.NEW, {"name": named})
    key = make(run, judged, existing)
    existing.add(judged, key)
    return key


def _stays(run: ImportRun, judged: Judgement, existing: Stored) -> list[KnownStay]:
    """Return the past of an order by its Status Notes in these files; none where they do not fit."""
    number_key = texts.unique_key(judged.values["number"])
    found = chains.of_order(run.key, number_key)
    if not found:
        return []
    rows = read_all(layouts_of(run), found)
    values = judged.values
    standing = Standing(0, values["status"], values["order_date"], values["entered_on"])
    past = past_of(rows, standing, existing)
    return [] if any(past.wrong) else past.stays


def _with_statuses(run: ImportRun, stays: Sequence[KnownStay], existing: Stored) -> list[KnownStay]:
    return [replace(stay, status=_status(run, stay.status, existing)) for stay in stays]


def _status(run: ImportRun, named: int | str, existing: Stored) -> int:
    """Return the key of a status, which is made where only its name is known: inactive, if no order stands there."""
    if isinstance(named, int):
        return named
    key = texts.unique_key(named)
    if key not in existing.statuses:
        is_former = key not in run.rehearsed.get("statuses", {})
        made = create_status(expected=None, description=named, is_inactive=is_former)
        _log(run, made)
        _note(run, Kind.STATUS, made.pk, ImportedRow.Fate.MADE, seal=seal_of(made))
        existing.keep_status(Known(made.pk, {**EMPTY[Kind.STATUS], "description": named}))
    return existing.statuses[key][0]


def _make_anew(run: ImportRun, judged: Judgement, existing: Stored) -> None:
    """Give an order that was imported without its past this past: it is withdrawn, and made once more."""
    stays = _with_statuses(run, judged.values["stays"], existing)
    if not stays:
        return
    order = Order.objects.for_table().get(pk=judged.values["order"])
    past = made_anew(order, stays, by=run.by, calendar=existing.calendar)
    withdraw_imported(order, by=run.by, note=ANEW)
    _note(run, Kind.ORDER, order.pk, ImportedRow.Fate.CHANGED)
    store_past_orders([past])
    keep_custom_values(past.order, dict(order.custom_values.values_list("field", "value")), by=run.by)
    _note(run, Kind.ORDER, past.order.pk, ImportedRow.Fate.MADE)


def _of_session(run: ImportRun, judged: Judgement, existing: Stored) -> dict[str, Any]:
    values = judged.values
    number = values.get("number") or NumberSeries.next_number(
        "session",
        taken=lambda number: PhotoSession.objects.filter(number_key=texts.unique_key(number)).exists(),
    )
    assert judged.client is not None
    return {
        "client_id": judged.client.key,
        "session_type": _type(run, values["session_type"], existing),
        "number": number,
    }


def _type(run: ImportRun, name: str, existing: Stored) -> int:
    """Return the key of a session type, which is made where it is missing."""
    name_key = texts.unique_key(name)
    if name_key not in existing.type_keys:
        made = SessionType.objects.create(name=name)
        _log(run, made)
        _note(run, "session_type", made.pk, ImportedRow.Fate.MADE, seal=seal_of(made))
        existing.types[name_key], existing.type_keys[name_key] = made.name, made.pk
    return existing.type_keys[name_key]


def change(run: ImportRun, judged: Judgement, existing: Stored) -> None:
    """Write into a record what its row says otherwise."""
    known, kind = judged.known, judged.row.kind
    assert known is not None
    record = MODELS[kind]._base_manager.select_for_update().get(pk=known.key)
    before = maintenance_log.words_of(record) if isinstance(record, LOGGED) else None
    changes = {}
    for name, (_, value) in judged.changes.items():
        column = COLUMNS.get(name, name)
        value = _type(run, value, existing) if name == "session_type" else value
        changes[column] = [plain(getattr(record, column)), plain(value)]
        setattr(record, column, value)
    if isinstance(record, Status):
        record = edit_status(record, expected=None, **{name: getattr(record, name) for name in changes})
    else:
        record.save(update_fields=list(changes))
    if before is not None:
        maintenance_log.note(
            Verb.CHANGED, record, by=run.by, before=before, after=maintenance_log.words_of(record)
        )
    _note(run, kind, record.pk, ImportedRow.Fate.CHANGED, number=judged.number_key, changes=changes)


def plain(value: object) -> object:
    """Return a value as JSON has it."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def seal_of(record: models.Model) -> str:
    """Return a digest of what people can change of a record, by which one sees whether they have."""
    values = {
        field.attname: plain(getattr(record, field.attname))
        for field in record._meta.concrete_fields
        if field.editable and not field.primary_key
    }
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]


def _note(
    run: ImportRun, kind: str, record: int, fate: str, *, number: str = "", seal: str = "", changes=None
) -> None:
    ImportedRow.objects.create(
        run=run, kind=kind, record=record, fate=fate, number_key=number, seal=seal, changes=changes or {}
    )


def _log(run: ImportRun, record: models.Model) -> None:
    if isinstance(record, LOGGED):
        maintenance_log.note(Verb.MADE, record, by=run.by, after=maintenance_log.words_of(record))


def _finish(run: ImportRun) -> None:
    now = timezone.now()
    ended = ImportRun.objects.filter(pk=run.pk, state=State.RUNS, position=run.position).update(
        state=State.DONE, finished_at=now, touched_at=now, choices={}
    )
    if ended:
        files.remove_rows(run.key)
