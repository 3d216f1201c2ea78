"""Reads the files of an import, and rehearses every row.  Done by the worker."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import TextIO

from django.db import transaction
from django.utils import timezone

from preproduction.models import ImportRun
from preproduction.moving_in.importing import chains, files, rows
from preproduction.moving_in.importing.columns import Kind, fold
from preproduction.moving_in.importing.existing import Stored
from preproduction.moving_in.importing.facts import Fate, Judgement, Known
from preproduction.moving_in.importing.files import SheetRow
from preproduction.moving_in.importing.kinds import ORDER_OF_KINDS
from preproduction.moving_in.importing.planned import Planned
from preproduction.moving_in.importing.recognising import find_day_orders, layouts_of, recognised, top_rows
from preproduction.moving_in.importing.rehearsal import judge
from preproduction.moving_in.importing.rows import Row
from preproduction.moving_in.importing.sheets import Layout, missing
from studio import private_files

State = ImportRun.State
# What the files would make besides, by its name in ImportRun.rehearsed and .choices, and in Existing.
TO_BE_MADE = {
    "types": "new_types",
    "vendors": "new_vendors",
    "statuses": "new_statuses",
    "former": "new_former",
}
AT_ONCE = 500  # rows that are rehearsed with the same few queries
NAMED = "named.jsonl"  # the rows that are refused or doubtful
NOTHING_KNOWN = "No sheet was recognised. Say what is in each, and in its columns."
NO_ROWS = "There is no row below the names of the columns."


def look(run: ImportRun) -> None:
    """Read what is not read yet, and rehearse; the run is then READY, ASKS, or is UNREADABLE."""
    try:
        if not run.sheets:
            _read_files(run)
        files.remove_uploads(run.key)
        layouts = layouts_of(run)
        find_day_orders(run, layouts)
        counts, row_count = _rehearse(run, layouts)
    except files.FileRefused as refusal:
        files.remove(run.key)
        _end(run, State.UNREADABLE, refusal=str(refusal)[:500])
        return
    asks = [layout for layout in layouts if layout.asks]
    _end(
        run,
        State.ASKS if asks or not any(layout.kind for layout in layouts) else State.READY,
        sheets=[asdict(layout) for layout in layouts],
        rehearsed=counts,
        rows=row_count,
    )


def _read_files(run: ImportRun) -> None:
    titles = files.read_all(run.key, run.names)
    run.sheets = [asdict(layout) for layout in recognised(run, titles)]
    ImportRun.objects.filter(pk=run.pk, state=State.WAITS).update(sheets=run.sheets)


def in_order(run: ImportRun, layouts: list[Layout]) -> Iterator[SheetRow]:
    """Yield the rows that are imported, one kind after the other, each as the files have them.

    Status Notes come by their orders: the first row, with the others.
    """
    there = {layout.kind for layout in layouts}
    for kind in ORDER_OF_KINDS:
        if kind in there:
            yield from _of_kind(run, layouts, kind)


def _of_kind(run: ImportRun, layouts: list[Layout], kind: Kind) -> Iterator[SheetRow]:
    if kind == Kind.NOTE:
        yield from chains.in_order(run.key)
        return
    for found in files.rows(run.key):
        layout = layouts[found.sheet]
        if layout.kind == kind and not _is_heading(found, layout):
            yield found


def read_all(layouts: list[Layout], found: Iterable[SheetRow]) -> list[Row]:
    return [_read(layouts, row) for row in found]


def _read(layouts: list[Layout], found: SheetRow) -> Row:
    row = rows.read(layouts[found.sheet], found.sheet, found.number, found.cells)
    row.others = [_read(layouts, other) for other in found.others]
    return row


def _is_heading(found: SheetRow, layout: Layout) -> bool:
    """Whether a row stands above the data, is the names of the columns once more (at the top of a page), or our example."""
    if found.number <= layout.header or _names(found.cells, layout) >= max(2, len(layout.columns) - 1):
        return True
    return _is_example(found.cells, layout)


def _is_example(found: list, layout: Layout) -> bool:
    sheet_kind = layout.sheet_kind
    assert sheet_kind is not None
    given = [
        (found[place], sheet_kind.column(name).example)
        for name, place in layout.columns.items()
        if place < len(found) and found[place]
    ]
    return len(given) > 3 and all(cell == example for cell, example in given)


def _names(found: list, layout: Layout) -> int:
    sheet_kind = layout.sheet_kind
    assert sheet_kind is not None
    return sum(
        place < len(found)
        and isinstance(found[place], str)
        and fold(found[place]) in sheet_kind.column(name).words
        for name, place in layout.columns.items()
    )


def choice_of(run: ImportRun, row: Row) -> str:
    return str(run.choices.get("doubtful", {}).get(f"{row.sheet}:{row.number}", ""))


def existing_of(run: ImportRun, planned: Planned | None = None) -> Stored:
    left_out = run.choices
    return Stored(
        types_left_out=left_out.get("types", ()),
        vendors_left_out=left_out.get("vendors", ()),
        statuses_left_out=[*left_out.get("statuses", ()), *left_out.get("former", ())],
        planned=planned,
        run=run,
    )


def _rehearse(run: ImportRun, layouts: list[Layout]) -> tuple[dict, int]:
    """Return {kind: {fate: rows}} with the session types and vendors to be made, and how many rows there are."""
    complete = [
        layout for layout in layouts if not layout.kind or not missing(layout.sheet_kind, layout.columns)
    ]
    if len(complete) < len(layouts):
        for layout in layouts:
            layout.asks = layout.asks or layout not in complete
        return {}, 0
    counts: dict[str, dict] = {}
    row_count, to_be_made = (
        0,
        {what: dict.fromkeys(run.choices.get(what, ())) for what in TO_BE_MADE},
    )
    chains.build(run.key, layouts, _is_heading)
    home = files.folder(run.key)
    for name in (NAMED, files.ORDERED):
        private_files.make_file(home / name)
    with (
        (home / NAMED).open("w") as named,
        (home / files.ORDERED).open("w") as ordered,
        Planned(home) as planned,
    ):
        _write_headers(run, layouts, named)
        left = in_order(run, layouts)
        while found := list(islice(left, AT_ONCE)):
            ordered.writelines(f"{json.dumps(row)}\n" for row in found)
            row_count += len(found)
            existing = _rehearse_chunk(run, layouts, found, planned, named, counts)
            for what, attribute in TO_BE_MADE.items():
                to_be_made[what] |= getattr(existing, attribute)
    for key in to_be_made["statuses"]:
        to_be_made["former"].pop(key, None)
    named_so = {what: {key: name or key for key, name in names.items()} for what, names in to_be_made.items()}
    return {**counts, **named_so}, row_count


def _write_headers(run: ImportRun, layouts: list[Layout], named: TextIO) -> None:
    for place, top in top_rows(run).items():
        header = next((row.cells for row in top if row.number == layouts[place].header), [])
        named.write(json.dumps({"sheet": place, "header": header}) + "\n")


def _rehearse_chunk(
    run: ImportRun,
    layouts: list[Layout],
    found: list[SheetRow],
    planned: Planned,
    named: TextIO,
    counts: dict[str, dict],
) -> Stored:
    existing, chunk = existing_of(run, planned), read_all(layouts, found)
    existing.learn(chunk)
    for row, cells_of_row in zip(chunk, found, strict=True):
        judged = judge(row, existing, choice_of(run, row))
        tally(counts, judged)
        if judged.fate == Fate.NEW and row.kind != Kind.NOTE:
            for each in filter(None, (judged.session, judged)):
                planned.keep(each, existing)
        elif judged.fate in (Fate.REFUSED, Fate.DOUBTFUL):
            found_of = {each.number: each.cells for each in (cells_of_row, *cells_of_row.others)}
            for each in judged.parts or [judged]:
                named.write(json.dumps({**_named(each), "cells": found_of[each.row.number]}) + "\n")
    return existing


def tally(counts: dict[str, dict], judged: Judgement) -> None:
    """Count what becomes of a row, and the session that an order makes; of rows that are one, each."""
    for each in (*(judged.parts or [judged]), judged.session):
        if each is not None:
            of_kind = counts.setdefault(
                Kind.SESSION.value if each is judged.session else each.row.kind.value, {}
            )
            of_kind[each.fate.value] = of_kind.get(each.fate.value, 0) + 1


def _named(judged: Judgement) -> dict:
    row = judged.row
    return {
        "sheet": row.sheet,
        "row": row.number,
        "fate": judged.fate.value,
        "name": str(row.values.get("name") or row.values.get("number") or ""),
        "reached": ", ".join(
            str(row.values[name]) for name in ("email", "phone", "mobile_phone") if row.values.get(name)
        ),
        "wrong": [[wrong.column, wrong.sentence] for wrong in judged.wrong],
        "candidates": [_candidate(known) for known in judged.candidates],
    }


def _candidate(known: Known) -> list:
    reached = [known.values[name] for name in ("email", "phone", "mobile_phone") if known.values[name]]
    return [known.key, known.values["name"], ", ".join(reached)]


def named(run: ImportRun) -> Iterator[dict]:
    """Yield the names of the columns of each sheet, and the rows that are refused or doubtful, with what is wrong."""
    path = files.folder(run.key) / NAMED
    if path.exists():
        with path.open() as lines:
            yield from map(json.loads, lines)


def _end(run: ImportRun, state: State, **columns) -> None:
    """Write what was found, unless somebody has answered anew, or left it, meanwhile."""
    with transaction.atomic():
        now = timezone.now()
        ImportRun.objects.filter(pk=run.pk, state=State.WAITS, touched_at=run.touched_at).update(
            state=state, touched_at=now, position=0, **columns
        )
