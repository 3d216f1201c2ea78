"""What a cell holds: values that any kind of file can write, and how the studio writes them.

Excel and PDF agree on the content of a list because both read it from here and from `columns`.
"""

import html
import re
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from studio import dates

TEXT, DATE, DATETIME, INT, DECIMAL, MONEY = KINDS = ("text", "date", "datetime", "int", "decimal", "money")
NUMBERS = {INT, DECIMAL, MONEY}

Plain = str | int | float | Decimal | date | datetime | None

# Not allowed in XML 1.0 or not text at all: controls, half surrogate pairs and
# the two non-characters.  Tab and line ends are text.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# Letters that the main font has and that need neither joining nor ordering; a list is mostly these.
_SIMPLE = (
    " -~\xa1-\xac\xae-\u024f\u0370-\u0373\u0376\u0377\u037e\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u0482"
    "\u048a-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u2044\u20a0-\u20bf"
)
SIMPLE = re.compile(f"[{_SIMPLE}]*")
FOREIGN = re.compile(f"[^{_SIMPLE}\n]")


def clean_text(value: object) -> str:
    """Return `value` as text that every file format can hold.

    Line ends become "\\n".  Safe HTML, which a table made for the page, loses
    its tags; a plain string keeps every character that can be kept.
    """
    text = str(value)
    if isinstance(value, SafeString):
        text = html.unescape(strip_tags(text)).strip()
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain_value(value: object) -> Plain:
    """Return `value` as what a cell holds.

    Moments become the studio's wall clock without a zone, for neither Excel nor
    paper has zones.  Yes and No are words.  What is no number (NaN) is empty.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, float | Decimal):
        return value if Decimal(value).is_finite() else None
    if isinstance(value, int | date):
        return value
    return clean_text(value)


def cell_text(value: object, kind: str | None = TEXT) -> str:
    """Return a plain value as the studio writes it: "Tue 3 Mar 2026" or as it likes its days, "1,234.50"."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return dates.moment(value)
    if isinstance(value, date):
        return dates.written(value)
    if kind == MONEY and not isinstance(value, str):
        return f"{value:,.2f}"
    if isinstance(value, float | Decimal):
        return f"{value:,f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,f}"
    return clean_text(value)
