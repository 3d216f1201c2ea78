"""What the worker does of an export: a file of one sheet at a time, so that messages are not kept waiting.

Records are read by their keys, a few hundred at once, and nobody who writes waits for it.  What is made after an export
began is not in it; of an order, Status Notes go as far as the row that was read, which never has fewer (they are
append-only).
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db.models import Max, Model, QuerySet
from django.utils import timezone

from preproduction.models import ExportRun
from preproduction.moving_in.leaving import files, readme
from preproduction.moving_in.leaving.sheets import TO_IMPORT, Sheet, with_beside
from preproduction.moving_in.leaving.sheets_to_read import TO_READ
from preproduction.moving_in.setup_file.exporting import as_text
from studio.exports.xlsx import write_xlsx
from studio.models import CompanyPreferences

logger = logging.getLogger(__name__)
State = ExportRun.State

SHEETS: tuple[Sheet, ...] = (*TO_IMPORT, *TO_READ)
READ_AT_ONCE = 500
ROWS_A_FILE = 5_000
KEPT_FOR = timedelta(days=1)


def until() -> dict[str, int]:
    """Return the last key of each sheet.  A query for each."""
    return {
        sheet.title: sheet.query().aggregate(last=Max("pk"))["last"] or 0 for sheet in with_beside(SHEETS)
    }


def count(last: dict[str, int]) -> int:
    return sum(sheet.query().filter(pk__lte=last[sheet.title]).count() for sheet in with_beside(SHEETS))


def go_on() -> bool:
    """Write the next file of the export that waits; return whether there may be more to do."""
    _remove_old()
    run = ExportRun.objects.filter(state=State.RUNS).order_by("touched_at").first()
    if run is None:
        return False
    preferences = CompanyPreferences.load()
    with preferences.in_force():
        try:
            _piece(run, preferences.paper)
        except Exception as error:
            # Its words may quote what is in the rows.
            logger.error("export %s broke off: %s", run.pk, type(error).__name__)
            files.remove(run.key)
            _change(run, state=State.BROKEN, finished_at=timezone.now())
    return True


def _piece(run: ExportRun, paper: str) -> None:
    if run.sheet == len(SHEETS):
        _pack(run)
        return
    if (run.sheet, run.after) == (0, 0):
        files.keep_set_up(run.key, as_text())
    sheet = SHEETS[run.sheet].settled()
    records = list(islice(_records(sheet, run), ROWS_A_FILE))
    number, written = run.files + 1, len(records)
    if records:
        _write(run, sheet, number, map(sheet.cells, records), paper)
    if records and sheet.beside:
        rows = [sheet.beside.cells(record) for record in _beside(sheet.beside, records)]
        written += len(rows)
        _write(run, sheet.beside, number, rows, paper)
    if len(records) < ROWS_A_FILE:
        place = {"sheet": run.sheet + 1, "after": 0, "files": 0}
    else:
        place = {"after": records[-1].pk, "files": number}
    # What was made and what was withdrawn meanwhile is not counted again.
    if not _change(run, **place, position=min(run.position + written, run.rows)):
        files.remove(run.key)


def _records(sheet: Sheet, run: ExportRun) -> Iterator[Model]:
    """Yield the records of a sheet that were there when the run began, from run.after on, in the order of their keys."""
    last, after = run.until[sheet.title], run.after
    while found := list(_by_key(sheet.query(), after, last)):
        yield from found
        after = found[-1].pk


def _by_key(query: QuerySet, after: int, last: int) -> QuerySet:
    return query.filter(pk__gt=after, pk__lte=last).order_by("pk")[:READ_AT_ONCE]


def _beside(sheet: Sheet, orders: Sequence[Any]) -> Iterator[Model]:
    """Yield the rows of Status Notes by which `orders` came to stand where they were read.

    A change that was undone led nowhere: it and its undo are in a sheet of their own.
    """
    for start in range(0, len(orders), READ_AT_ONCE):
        read = {order.pk: order.status_sequence for order in orders[start : start + READ_AT_ONCE]}
        query = sheet.query().filter(order__in=list(read)).order_by("order", "sequence")
        rows = [row for row in query if row.sequence <= read[row.order_id]]
        undone = {row.undoes_id for row in rows}
        yield from (row for row in rows if row.undoes_id is None and row.pk not in undone)


def _write(run: ExportRun, sheet: Sheet, number: int, rows: Iterable[list], paper: str) -> None:
    content = write_xlsx(title=sheet.title, columns=sheet.headings, rows=rows, paper=paper)
    files.keep(run.key, sheet.title, number, content)


def _pack(run: ExportRun) -> None:
    """Make one file of all, or begin anew: rows that name a status as it was called then would not go in again."""
    set_up = as_text()
    if files.set_up(run.key) != set_up:
        files.remove_parts(run.key)
        _change(run, sheet=0, after=0, files=0, position=0)
        return
    titles = [(sheet.title, sheet.comes_back) for sheet in with_beside(SHEETS)]
    texts = {"README.txt": readme.text(SHEETS, run.made_at), files.SET_UP: set_up}
    size = files.pack(run.key, titles, texts)
    if _change(run, state=State.READY, size=size, position=run.rows, finished_at=timezone.now()):
        files.remove_parts(run.key)
    else:
        files.remove(run.key)


def _change(run: ExportRun, **columns) -> bool:
    """Write how far a run is; False where somebody has removed it meanwhile, or another worker has been here."""
    here = ExportRun.objects.filter(pk=run.pk, state=State.RUNS, sheet=run.sheet, after=run.after)
    return bool(here.update(touched_at=timezone.now(), **columns))


def _remove_old() -> None:
    """Remove the files of what was written, or asked for, more than a day ago."""
    oldest = timezone.now() - KEPT_FOR
    for run in ExportRun.objects.filter(state=State.READY, touched_at__lt=oldest):
        remove(run)
    kept = ExportRun.objects.filter(state__in=(State.RUNS, State.READY)).values_list("key", flat=True)
    files.remove_others(set(map(str, kept)), older_than=timedelta(hours=1))


def remove(run: ExportRun) -> None:
    """Remove the file of a run, or end it before it has one."""
    ExportRun.objects.filter(pk=run.pk, state__in=(State.RUNS, State.READY)).update(
        state=State.REMOVED, touched_at=timezone.now()
    )
    files.remove(run.key)
