"""Finds out what the sheets of an import hold, in which columns, and how days are written in them."""

from dataclasses import replace
from itertools import groupby, islice

from preproduction.models import CustomField, ImportRun
from preproduction.moving_in.importing import cells, files
from preproduction.moving_in.importing.cells import DayOrder
from preproduction.moving_in.importing.columns import Form
from preproduction.moving_in.importing.files import SheetRow
from preproduction.moving_in.importing.kinds import CUSTOM, KINDS
from preproduction.moving_in.importing.sheets import SEARCHED_FOR_NAMES, Layout, digest, recognise
from studio.models import CompanyPreferences, Paper


def layouts_of(run: ImportRun) -> list[Layout]:
    return [Layout(**layout) for layout in run.sheets]


def recognised(run: ImportRun, titles: list[str]) -> list[Layout]:
    """Return how each sheet is most likely to be read; as last time, where somebody has said so for the same columns."""
    tops, known, layouts, labels = top_rows(run), _remembered(), [], custom_columns()
    for place, title in enumerate(titles):
        top = [(row.number, row.cells) for row in tops.get(place, ())]
        layout = recognise(title[:60], top)
        if not layout.kind and not top:
            layout.asks = False  # an empty sheet, as Excel makes three of
        for number, found in top:
            if before := known.get(digest(found)):
                layout = replace(before, title=layout.title, header=number)
                break
        layout.look_for_custom(labels, next((found for number, found in top if number == layout.header), []))
        layouts.append(layout)
    some_are_known = any(layout.kind for layout in layouts)
    for layout in layouts:
        # A sheet of notes among sheets that are known need not be asked about.
        layout.asks = layout.asks and (bool(layout.kind) or not some_are_known)
    return layouts


def custom_columns() -> dict[str, str]:
    """Return the labels of the fields of the studio's own, by the names of their columns."""
    return {f"{CUSTOM}{key}": label for key, label in CustomField.objects.active().values_list("pk", "label")}


def _remembered() -> dict[str, Layout]:
    runs = ImportRun.objects.exclude(sheets=[]).order_by("-pk")[:50]
    found: dict[str, Layout] = {}
    for run in runs:
        for layout in layouts_of(run):
            if layout.digest and layout.kind in KINDS and not layout.asks:
                found.setdefault(layout.digest, layout)
    return found


def top_rows(run: ImportRun, most: int = SEARCHED_FOR_NAMES) -> dict[int, list[SheetRow]]:
    """Return the first rows of each sheet, by its place."""
    by_sheet = groupby(files.rows(run.key), key=lambda row: row.sheet)
    return {sheet: list(islice(found, most)) for sheet, found in by_sheet}


def headers(layout: Layout, top: list[SheetRow]) -> tuple[list[str], list[str]]:
    """Return the names of a sheet's columns, and what stands in the first rows of each."""
    header = next((row.cells for row in top if row.number == layout.header), top[0].cells if top else [])
    below = [row.cells for row in top if row.number > layout.header][:3]
    width = max([len(header), *map(len, below)], default=0)
    names = [_words(header, place) for place in range(width)]
    return names, [
        " · ".join(filter(None, (_words(found, place) for found in below))) for place in range(width)
    ]


def _words(found: list, place: int) -> str:
    cell = found[place] if place < len(found) else None
    if isinstance(cell, dict):
        return str(cell.get("day", "?"))
    return "" if cell is None else cells.text(cell)[:60]


def find_day_orders(run: ImportRun, layouts: list[Layout]) -> None:
    """Find out how days are written in each sheet, where nobody has said so; ask where no day of it shows it."""
    shown: dict[int, set] = {place: set() for place, layout in enumerate(layouts) if _asks_for_days(layout)}
    if not shown:
        return
    for found in files.rows(run.key):
        if found.sheet in shown and found.number > layouts[found.sheet].header:
            for place in _day_places(layouts[found.sheet]):
                shown[found.sheet].add(
                    cells.day_order(found.cells[place]) if place < len(found.cells) else ""
                )
    for place, orders in shown.items():
        certain = orders & set(DayOrder)
        if len(certain) == 1:
            layouts[place].day_order = next(iter(certain)).value
        elif "either" in orders:
            layouts[place].day_order, layouts[place].asks = likely_day_order().value, True


def likely_day_order() -> DayOrder:
    """Return how days are most likely written here: by what paper there is."""
    is_american = CompanyPreferences.load().paper == Paper.LETTER
    return DayOrder.MONTH_FIRST if is_american else DayOrder.DAY_FIRST


def _asks_for_days(layout: Layout) -> bool:
    return bool(layout.kind and not layout.day_order and _day_places(layout))


def _day_places(layout: Layout) -> list[int]:
    sheet_kind = layout.sheet_kind
    assert sheet_kind is not None
    return [
        layout.columns[column.name]
        for column in sheet_kind.columns
        if column.form == Form.DAY and column.name in layout.columns
    ]
