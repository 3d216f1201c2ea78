"""What a cell says, as a text, a day or a yes or no.  Pure; a cell that cannot be read so raises Fault.

Excel keeps a phone number as a number and a sheet from a text file keeps a day as a text; people mean the same by both.
"""

import re
from datetime import date
from enum import StrEnum

from studio import texts


class Fault(ValueError):
    """str() is a sentence that says what is wrong with one cell, and how to write it."""


class DayOrder(StrEnum):
    """How days are written where all three parts are numbers."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


YES = {"yes", "y", "true", "1", "x", "ja", "j", "oui", "si", "sim", "✓", "✔", "wahr", "vrai"}
NO = {"no", "n", "false", "0", "-", "nein", "non", "nao", "falsch", "faux"}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero",
            "feb february februar fevrier febrero",
            "mar march marz mrz mars marzo",
            "apr april avril abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio",
            "aug august aout agosto",
            "sep sept september septembre septiembre",
            "oct october oktober okt octobre octubre",
            "nov november novembre noviembre",
            "dec december dezember dez decembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMBERS = re.compile(r"(\d{1,4})\s*[./\-\s]\s*(\d{1,2})\s*[./\-\s]\s*(\d{1,4})\.?")
_WITH_HOUR = re.compile(
    r"[T\s,]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]\.?m\.?)?(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
_PASSED_OVER = re.compile("of|de|the|(mon|tue|wed|thu|fri|sat|sun)[a-z]*|(mo|di|mi|do|fr|sa|so)|.*tag")
_WORDS = re.compile(r"[^\W_]+")
LIKE = "Write it like 2026-06-10, or as a date of Excel."


def is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not texts.trimmed(cell))


def text(cell: object) -> str:
    """Return what a cell says in a column of texts; "" for an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, dict):
        _raise_fault(cell)
        raise Fault(
            f"Excel has made a date of this ({cell['day']}). Format the cell as text, and type it again."
        )
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def yes_or_no(cell: object) -> bool:
    if isinstance(cell, bool):
        return cell
    word = texts.unique_key(text(cell)).rstrip(".")
    if word in YES:
        return True
    if word in NO or not word:
        return False
    raise Fault("Write Yes or No.")


def day(cell: object, order: DayOrder | None) -> date | None:
    """Return the day in a cell; None for an empty one.

    order: how the days of this sheet are written; None where that is not known, and 3/4/2026 then cannot be read.
    """
    if is_empty(cell):
        return None
    if isinstance(cell, dict):
        _raise_fault(cell)
        return date.fromisoformat(cell["day"])
    if not isinstance(cell, str):
        raise Fault(f"This is the number {text(cell)}, and no date. {LIKE}")
    parts = _parts(cell)
    if parts is None:
        raise Fault(f"“{_short(cell)}” is no date that can be read. {LIKE}")
    year, first, second = parts
    readings = _readings(year, first, second)
    if not readings:
        raise Fault(f"There is no day “{_short(cell)}”. {LIKE}")
    if order is None and len(set(readings.values())) > 1:
        raise Fault(
            f"“{_short(cell)}” can be read in two ways. Say on the page of the columns how days are written."
        )
    if order is None or order not in readings:
        if order is not None and len(readings) == 1:
            raise Fault(f"“{_short(cell)}” is not written as the other days of this sheet are. {LIKE}")
        return next(iter(readings.values()))
    return readings[order]


def day_order(cell: object) -> DayOrder | str:
    """Say what a cell shows about how days are written: DAY_FIRST, MONTH_FIRST, "either" or ""."""
    parts = _parts(cell) if isinstance(cell, str) else None
    readings = _readings(*parts) if parts else {}
    if len(readings) == 1:
        return next(iter(readings))
    return "either" if len(set(readings.values())) > 1 else ""


def _raise_fault(cell: dict) -> None:
    if "fault" in cell:
        raise Fault(cell["fault"])


def _short(cell: object) -> str:
    return str(cell).strip()[:40]


def _parts(cell: str) -> tuple[int, int | None, int | date] | None:
    """Return the year, and the two other numbers as they stand; for a day that is plain, (year, None, day)."""
    written = texts.without_unseen(cell)
    written = _WITH_HOUR.sub("", written).strip()
    if found := _NUMBERS.fullmatch(written):
        one, two, three = found.groups()
        if len(one) == 4:
            return int(one), None, _plain(int(one), int(two), int(three))
        if len(three) in (2, 4):
            year = int(three) if len(three) == 4 else 2000 + int(three)
            return year, int(one), int(two)
        return None
    return _with_month(written)


def _with_month(written: str) -> tuple[int, None, date] | None:
    """Read "10 Dec 2026", "Dec 10, 2026", "10. Dezember 2026", "10th of December 2026"."""
    words = [re.sub(r"^0*(\d+)(st|nd|rd|th)$", r"\1", word.casefold()) for word in _WORDS.findall(written)]
    words = [word for word in words if not _PASSED_OVER.fullmatch(word)]
    months = [MONTHS[key] for word in words if (key := _month_key(word)) in MONTHS]
    numbers = [int(word) for word in words if word.isdecimal()]
    if len(words) != 3 or len(months) != 1 or len(numbers) != 2:
        return None
    year = max(numbers) if max(numbers) > 31 else 2000 + numbers[1]
    number = min(numbers) if max(numbers) > 31 else numbers[0]
    return year, None, _plain(year, months[0], number)


def _month_key(word: str) -> str:
    return texts.sort_key(word) if not word.isdecimal() else ""


def _plain(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _readings(year, first, second) -> dict[DayOrder, date]:
    if first is None:
        return {} if second is None else dict.fromkeys(DayOrder, second)
    readings = {
        DayOrder.DAY_FIRST: _plain(year, second, first),
        DayOrder.MONTH_FIRST: _plain(year, first, second),
    }
    return {order: day for order, day in readings.items() if day}
