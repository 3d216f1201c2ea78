"""The rows that were refused, as a workbook with what is wrong beside each: corrected, it can be sent again."""

from datetime import date

from preproduction.models import ImportRun
from preproduction.moving_in.importing.facts import Fate
from preproduction.moving_in.importing.recognising import layouts_of
from preproduction.moving_in.importing.rehearsing import named
from preproduction.moving_in.importing.sheets import WRONG
from studio.exports.xlsx import write_xlsx


def sheets(run: ImportRun) -> list[tuple[int, str, int]]:
    """Return place, title and how many refused rows, of the sheets that have any whose rows are still kept."""
    counts: dict[int, int] = {}
    for row in named(run):
        if row.get("fate") == Fate.REFUSED:
            counts[row["sheet"]] = counts.get(row["sheet"], 0) + 1
    layouts = layouts_of(run)
    return [(place, layouts[place].title, count) for place, count in sorted(counts.items())]


def workbook(run: ImportRun, *, sheet: str, paper: str) -> tuple[bytes, str]:
    """Return the file, and its name.  sheet: its place, as an address has it; the first, where it is none."""
    places = {str(place): place for place, _, _ in sheets(run)}
    place = places.get(sheet, next(iter(places.values()), 0))
    layouts = layouts_of(run)
    title = layouts[place].title if place < len(layouts) else "Rows"
    header, rows = [], []
    for row in named(run):
        if row["sheet"] != place:
            continue
        if "header" in row:
            header = [_value(cell) for cell in row["header"]]
        elif row["fate"] == Fate.REFUSED:
            rows.append((row["cells"], "\n".join(filter(None, map(_sentence, row["wrong"])))))
    width = max([len(header), *(len(cells) for cells, _ in rows)], default=0)
    columns = [str(name or "") for name in _padded(header, width)]
    content = write_xlsx(
        title=f"Refused: {title}",
        sheet_title=title,
        columns=[*columns, WRONG],
        rows=[[*map(_value, _padded(cells, width)), sentence] for cells, sentence in rows],
        paper=paper,
    )
    return content, f"{title} refused"


def _padded(cells: list, width: int) -> list:
    return [*cells, *[None] * (width - len(cells))]


def _sentence(wrong: list[str]) -> str:
    column, sentence = wrong
    return f"{column}: {sentence}" if column else sentence


def _value(cell: object) -> object:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["day"]) if "day" in cell else None
    return cell
